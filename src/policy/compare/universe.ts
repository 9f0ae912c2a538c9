import type { GroupResources, PolicyRule } from '../types.ts';
import { type Kinds, kindsOf } from './kinds.ts';
import { type Paths, pathsOf } from './paths.ts';
import { type Values, valuesOf } from './values.ts';

/** A rule without its level: what it selects. */
export type Selector = Omit<PolicyRule, 'level' | 'omitStages' | 'omitManagedFields'>;

/** All requests, cut along every value that some rules mention. Targets are the pieces of the paths, and behind them the kinds. */
export interface Universe {
  users: Values;
  groups: Values;
  verbs: Values;
  namespaces: Values;
  names: Values;
  paths: Paths;
  kinds: Kinds;
  /** How long its sets are, in bits. */
  width: number;
  /** The targets that are paths, and those that are kinds. */
  pathTargets: bigint;
  kindTargets: bigint;
  /** The set of all targets that an entry of `resources` matches. */
  entryTargets(entry: GroupResources): bigint;
  /** The set of all targets that a pattern of `nonResourceURLs` matches. */
  pathTarget(pattern: string): bigint;
}

const MOST_KINDS = 30_000;
const MOST_VALUES = 30_000;

/** Cuts the space of requests along the rules given; undefined where they mention too much to be searched. */
export function universeOf(rules: readonly Selector[]): Universe | undefined {
  const entries = distinct(rules.flatMap(({ resources }) => resources ?? []));
  const kinds = kindsOf(entries, MOST_KINDS);
  if (!kinds) return undefined;
  const paths = pathsOf(rules);
  const universe = {
    users: valuesOf(rules.map(({ users }) => users)),
    groups: valuesOf(rules.map(({ userGroups }) => userGroups)),
    verbs: valuesOf(rules.map(({ verbs }) => verbs)),
    namespaces: valuesOf(rules.map(({ namespaces }) => namespaces)),
    names: valuesOf(entries.map(({ resourceNames }) => resourceNames)),
  };
  const mentioned = Object.values(universe).reduce((sum, values) => sum + values.mentioned.length, paths.pieces.length);
  if (mentioned > MOST_VALUES) return undefined;
  return { ...universe, paths, kinds, width: mentioned + kinds.list.length, ...targetsOf(paths, kinds) };
}

function distinct(entries: readonly GroupResources[]): GroupResources[] {
  return [...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values()];
}

type Targets = Pick<Universe, 'pathTargets' | 'kindTargets' | 'entryTargets' | 'pathTarget'>;

function targetsOf({ pieces, rangeOf }: Paths, kinds: Kinds): Targets {
  const first = pieces.length;
  return {
    pathTargets: span(0, first),
    kindTargets: span(first, first + kinds.list.length),
    entryTargets: remembered(
      (entry: GroupResources) => bitsAt(kinds.placesOf(entry).map((place) => first + place)),
      ({ group, resources }) => JSON.stringify([group, resources]),
    ),
    pathTarget: remembered(
      (pattern: string) => span(rangeOf(pattern).from, rangeOf(pattern).to),
      (pattern) => pattern,
    ),
  };
}

function remembered<A>(compute: (argument: A) => bigint, keyOf: (argument: A) => string): (argument: A) => bigint {
  const known = new Map<string, bigint>();
  return (argument) => {
    const key = keyOf(argument);
    const bits = known.get(key) ?? compute(argument);
    known.set(key, bits);
    return bits;
  };
}

function span(from: number, to: number): bigint {
  return ((1n << BigInt(to - from)) - 1n) << BigInt(from);
}

function bitsAt(places: readonly number[]): bigint {
  const bytes = new Uint8Array(Math.max(1, ...places.map((place) => (place >> 3) + 1)));
  for (const place of places) bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (1 << (place & 7));
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}
