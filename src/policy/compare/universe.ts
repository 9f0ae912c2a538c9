import type { GroupResources, Selector, PolicyRule } from '../types.ts';
import { type Kinds, kindsOf } from './kinds.ts';

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

/**
 * The values of one selector (users, verbs, …) as bits: bit 0 stands for every value that is not mentioned, then one bit a
 * mentioned value. A set of values is a bigint.
 */
export interface Values {
  mentioned: readonly string[];
  /** Every value. */
  all: bigint;
  /** The set a selector stands for; a selector that is not set stands for every value. */
  bitsOf(selector: readonly string[] | undefined): bigint;
  /** The bit of one value. */
  bitOf(value: string): bigint;
}

/** Collects the values that any of the selectors mentions. */
function valuesOf(selectors: Iterable<readonly string[] | undefined>): Values {
  const mentioned = [...new Set([...selectors].flatMap((selector) => selector ?? []))];
  const places = new Map(mentioned.map((value, at) => [value, BigInt(at + 1)]));
  const all = (1n << BigInt(mentioned.length + 1)) - 1n;
  const bitOf = (value: string): bigint => 1n << (places.get(value) ?? 0n);
  return { mentioned, all, bitOf, bitsOf: (selector) => (selector?.length ? union(selector, bitOf) : all) };
}

function union(values: readonly string[], bitOf: (value: string) => bigint): bigint {
  let bits = 0n;
  for (const value of values) bits |= bitOf(value);
  return bits;
}

/** The places of the bits that are set, lowest first. */
export function placesOf(bits: bigint): number[] {
  const text = bits.toString(2);
  const places: number[] = [];
  for (let at = text.lastIndexOf('1'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('1', at - 1)) {
    places.push(text.length - 1 - at);
  }
  return places;
}

/** The lowest bit that is set; -1 where none is. */
export function firstPlace(bits: bigint): number {
  const text = bits.toString(2);
  return bits === 0n ? -1 : text.length - 1 - text.lastIndexOf('1');
}

/** The paths that requests can have, cut along every pattern of `nonResourceURLs`: one place a piece, the first for any other path. */
export interface Paths {
  pieces: readonly PathPiece[];
  /** The pieces that any of the patterns matches; they are from `from` on to before `to`. */
  rangeOf(pattern: string): { from: number; to: number };
  /** The piece a path is in. */
  placeOf(path: string): number;
}

/** A path as such, or all that begin with `text` and are in no smaller piece. */
interface PathPiece {
  text: string;
  exact: boolean;
}

/** In the order of their texts, so that all pieces of a prefix stand together. */
function pathsOf(rules: readonly Pick<PolicyRule, 'nonResourceURLs'>[]): Paths {
  const patterns = new Set(['*', ...rules.flatMap(({ nonResourceURLs }) => nonResourceURLs ?? [])]);
  const pieces = [...patterns]
    .map(pieceOf)
    .toSorted((a, b) => order(a.text, b.text) || Number(a.exact) - Number(b.exact));
  const places = new Map(pieces.map(({ text, exact }, at) => [patternOf(text, exact), at]));
  return {
    pieces,
    rangeOf: (pattern) => range(pieces, places, pattern),
    placeOf: (path) => placeOf(places, path),
  };
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function pieceOf(pattern: string): PathPiece {
  return pattern.endsWith('*') ? { text: pattern.slice(0, -1), exact: false } : { text: pattern, exact: true };
}

function patternOf(text: string, exact: boolean): string {
  return exact ? text : `${text}*`;
}

function range(
  pieces: readonly PathPiece[],
  places: ReadonlyMap<string, number>,
  pattern: string,
): { from: number; to: number } {
  const from = places.get(pattern) ?? 0;
  const { text, exact } = pieceOf(pattern);
  if (exact) return { from, to: from + 1 };
  const length = pieces.slice(from).findIndex((piece) => !piece.text.startsWith(text));
  return { from, to: length < 0 ? pieces.length : from + length };
}

function placeOf(places: ReadonlyMap<string, number>, path: string): number {
  const exact = places.get(path);
  if (exact !== undefined) return exact;
  for (let length = path.length; length > 0; length -= 1) {
    const place = places.get(`${path.slice(0, length)}*`);
    if (place !== undefined) return place;
  }
  return 0;
}
