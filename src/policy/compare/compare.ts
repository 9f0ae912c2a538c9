import { SECRET_OBJECTS } from '../sensitive.ts';
import type { Policy, RequestAttributes } from '../types.ts';
import { boxOf } from './box.ts';
import { attempt, budgetOf } from './budget.ts';
import { type Comparing, differencesOf, type Part } from './differences.ts';
import { exampleOf } from './example.ts';
import { fewer } from './fewer.ts';
import { inOrder } from './importance.ts';
import type { Outcome } from './outcome.ts';
import { isInRegion, pointOf } from './point.ts';
import type { Region } from './region.ts';
import { deciders, type Entry, sideOf } from './sides.ts';
import { type Selector, type Universe, universeOf } from './universe.ts';

/** A set of requests; `describe` says which. */
export interface RequestSet extends Region {
  universe: Universe;
}

/** Requests with which two policies do different things, the same for all of them. */
export interface DifferenceClass {
  requests: RequestSet;
  before: Outcome;
  after: Outcome;
  /**
   * The rules that decide them, counted from 1, 0 for no rule: those of the first policy, and of the second. Where that would take
   * too long only one of them.
   */
  rules: { before: number[]; after: number[] };
  example: RequestAttributes;
}

/** Requests of which it was not found out whether they differ. */
export interface NotDecided {
  /** The rules of the first policy that may decide them; 0 for no rule. */
  rules: number[];
  /** null for all requests: the policies mention too many values. */
  requests: RequestSet[] | null;
}

export interface Comparison {
  /** The most important first. A request that is treated differently is in one at least, any other in none. */
  classes: DifferenceClass[];
  /** null where everything was decided. */
  notDecided: NotDecided | null;
}

/** About two seconds of searching. */
const STEPS = 2_000_000;
const TIDYING = 500_000;

/**
 * Finds all requests with which two policies do different things, by first match, whether or not such a request makes sense.
 * What counts is what the log can show: see `Outcome`.
 *
 * @param options `steps`: how much is searched; what is left then is `notDecided`. `along`: the classes are to be asked about these, too.
 */
export function comparePolicies(
  before: Policy,
  after: Policy,
  { steps = STEPS, along = [] }: { steps?: number; along?: readonly Selector[] } = {},
): Comparison {
  if (JSON.stringify(before) === JSON.stringify(after)) return { classes: [], notDecided: null };
  const universe = universeOf([...before.rules, ...after.rules, SECRET_OBJECTS, ...along]);
  if (!universe)
    return { classes: [], notDecided: { rules: [...before.rules.keys()].map((at) => at + 1), requests: null } };
  return compare({
    universe,
    before: sideOf(universe, before),
    after: sideOf(universe, after),
    budget: budgetOf(steps, universe.width),
  });
}

function compare(comparing: Comparing): Comparison {
  const { universe, before, budget } = comparing;
  const pairs = new Map<string, Pair>();
  const left: Entry[] = [];
  for (const entry of before.entries) {
    const found = budget.steps > 0 ? attempt(() => differencesOf(comparing, entry)) : 'not-decided';
    if (found === 'not-decided') left.push(entry);
    else for (const part of found) addTo(pairs, part);
  }
  const tidying = { ...comparing, budget: budgetOf(TIDYING, universe.width) };
  const classes = [...pairs.values()].flatMap((pair) => classesOf(tidying, pair));
  return { classes: inOrder(classes), notDecided: left.length > 0 ? leftOver(universe, left) : null };
}

function leftOver(universe: Universe, left: readonly Entry[]): NotDecided {
  return {
    rules: [...new Set(left.map(({ term }) => term.rule))],
    requests: left.map(({ term }) => ({ universe, box: boxOf(term), except: [] })),
  };
}

/** Parts with the same two outcomes. */
interface Pair {
  before: Outcome;
  after: Outcome;
  parts: Part[];
}

function addTo(pairs: Map<string, Pair>, part: Part): void {
  const [before, after] = [part.before.outcome, part.after.outcome];
  const key = JSON.stringify([before, after]);
  const pair = pairs.get(key) ?? { before, after, parts: [] };
  pairs.set(key, pair);
  pair.parts.push(part);
}

function classesOf({ universe, before, after, budget }: Comparing, pair: Pair): DifferenceClass[] {
  return fewer(pair.parts, budget).map((part) => {
    const { box, except, sample } = part;
    const known = { before: [part.before.term.rule], after: [part.after.term.rule] };
    const rules = attempt(() => ({
      before: deciders(before, { box, except }, budget),
      after: deciders(after, { box, except }, budget),
    }));
    return {
      requests: { universe, box, except },
      before: pair.before,
      after: pair.after,
      rules: rules === 'not-decided' ? known : rules,
      example: exampleOf(universe, sample),
    };
  });
}

/** Whether a request is in a class of differences. */
export function contains({ requests }: Pick<DifferenceClass, 'requests'>, request: RequestAttributes): boolean {
  return isInRegion(requests, pointOf(requests.universe, request));
}
