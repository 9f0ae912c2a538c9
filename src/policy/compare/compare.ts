import { SECRET_OBJECTS } from '../sensitive.ts';
import { type Policy, type RequestAttributes, type Selector, LEVELS, type Level } from '../types.ts';
import { boxOf, isInRegion, pointOf, type Box, meet, meets, type Region, type RequestSet, termsOf } from './box.ts';
import { exampleOf } from './describe.ts';
import { fewer, tidy } from './region.ts';
import { attempt, budgetOf, type Budget, spend, findUncovered } from './search.ts';
import { type Outcome, deciders, type Entry, sideOf, type Side, takers } from './sides.ts';
import { type Universe, universeOf } from './universe.ts';

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

/** What two policies do differently. */
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
export function containsRequest({ requests }: Pick<DifferenceClass, 'requests'>, request: RequestAttributes): boolean {
  return isInRegion(requests, pointOf(requests.universe, request));
}

/** Two policies that are being compared. */
interface Comparing {
  universe: Universe;
  before: Side;
  after: Side;
  budget: Budget;
}

/** A region that a rule of the first and one of the second policy have in common, and a part of it that no exception touches. */
interface Part extends Region {
  sample: Box;
  before: Entry;
  after: Entry;
}

/** What one rule of the first policy decides, or a rule that does the same, and the second treats differently. */
function differencesOf({ before, after, budget }: Comparing, one: Entry): Part[] {
  const earlier = takers(before.near(one.selector), one, budget);
  const others = after.near(one.selector);
  return others.flatMap((other) => {
    spend(budget, 1);
    if (isSame(one.outcome, other.outcome)) return [];
    const box = meet(boxOf(one.term), other.term);
    const region = box && tidy({ box, except: [...earlier, ...takers(others, other, budget)] }, budget);
    const sample = region && findUncovered(region.box, region.except, budget, new Set());
    return sample ? [{ ...region, sample, before: one, after: other }] : [];
  });
}

function isSame(one: Outcome, other: Outcome): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

interface Difference {
  before: Outcome;
  after: Outcome;
  requests: { universe: Universe; box: Box };
}

/**
 * How important a difference is, 0 the most: less is recorded; bodies of secrets are recorded now; more is recorded; something else.
 */
function importance({ before, after, requests }: Difference): number {
  if (rank(after.level) < rank(before.level)) return 0;
  if (hasBody(after.level) && !hasBody(before.level) && isSensitive(requests)) return 1;
  return rank(after.level) > rank(before.level) ? 2 : 3;
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}

function hasBody(level: Level): boolean {
  return rank(level) >= rank('Request');
}

function isSensitive({ universe, box }: { universe: Universe; box: Box }): boolean {
  return termsOf(universe, SECRET_OBJECTS, 0).some((term) => meets(box, term));
}

/** Which of two differences a person should see first. Those with one pair of outcomes stay together. */
function inOrder<T extends Difference>(differences: readonly T[]): T[] {
  const pairs = new Map<string, { of: T[]; first: number }>();
  for (const difference of differences) {
    const key = JSON.stringify([difference.before, difference.after]);
    const pair = pairs.get(key) ?? { of: [], first: Infinity };
    pair.of.push(difference);
    pair.first = Math.min(pair.first, importance(difference));
    pairs.set(key, pair);
  }
  return [...pairs.values()]
    .toSorted((one, other) => one.first - other.first || step(other) - step(one))
    .flatMap(({ of }) => of.toSorted((one, other) => sensitiveFirst(one) - sensitiveFirst(other)));
}

// How far the level moves.
function step({ of: [difference] }: { of: Difference[] }): number {
  return difference ? Math.abs(rank(difference.after.level) - rank(difference.before.level)) : 0;
}

function sensitiveFirst({ requests }: Difference): number {
  return isSensitive(requests) ? 0 : 1;
}
