import type { Policy, RequestAttributes, Level, Selector } from '../types.ts';
import { boxOf, type Term, termsOf, type Box, meet } from './box.ts';
import { exampleOf } from './describe.ts';
import { attempt, type Budget, budgetOf, findUncovered } from './search.ts';
import { nearIndex } from './sides.ts';
import { type Universe, universeOf } from './universe.ts';

/** Whether a rule ever decides. */
export interface RuleReach {
  /** Counted from 1. */
  rule: number;
  /** `not-decided`: the search was given up. */
  status: 'reachable' | 'unreachable' | 'not-decided';
  /** For `unreachable`: earlier rules that together decide all that this one matches, counted from 1. */
  coveredBy: number[];
  /** For `unreachable`: no request at all can match the rule. */
  matchesNothing: boolean;
  /** For `reachable`: a request that the rule decides. */
  example?: RequestAttributes;
}

/** About a second of searching. */
const REACH_STEPS = 2_000_000;

/**
 * Proves for each rule of a policy whether there is a request that it decides. Whether the request makes sense is not asked: the
 * verb may be `*`, the group or resource one that no server has. A rule matches nothing only where no request can have what it
 * selects: a resource such as `a/b/c`.
 *
 * @param options `steps`: how much is searched, in rules held against parts of rules; what is left is `not-decided`.
 */
export function reachOf(policy: Policy, { steps = REACH_STEPS }: { steps?: number } = {}): RuleReach[] {
  const universe = universeOf(policy.rules);
  const budget = budgetOf(steps, universe?.width ?? 0);
  const earlier = nearIndex<Term>();
  return policy.rules.map((rule, at) => {
    if (!universe) return unknown(at + 1);
    const terms = termsOf(universe, rule, at + 1);
    const reach = attempt(() => reachOfTerms(universe, terms, earlier.near(rule), budget));
    earlier.add(rule, terms);
    return reach === 'not-decided' ? unknown(at + 1) : { rule: at + 1, ...reach };
  });
}

function unknown(rule: number): RuleReach {
  return { rule, status: 'not-decided', coveredBy: [], matchesNothing: false };
}

function reachOfTerms(
  universe: Universe,
  terms: readonly Term[],
  earlier: readonly Term[],
  budget: Budget,
): Omit<RuleReach, 'rule'> {
  const used = new Set<number>();
  for (const term of terms) {
    const found = findUncovered(boxOf(term), earlier, budget, used);
    if (found)
      return { status: 'reachable', coveredBy: [], matchesNothing: false, example: exampleOf(universe, found) };
  }
  const coveredBy = fewest(terms, earlier, [...used], budget);
  return { status: 'unreachable', coveredBy, matchesNothing: terms.length === 0 };
}

const MOST_TRIED = 30;

// Leaves out each rule that is not needed, the last first: early rules are the ones a person reads first.
function fewest(terms: readonly Term[], earlier: readonly Term[], used: number[], budget: Budget): number[] {
  let needed = used.toSorted((a, b) => a - b);
  if (needed.length === 1 || needed.length > MOST_TRIED) return needed;
  for (const rule of needed.toReversed()) {
    const fewer = needed.filter((entry) => entry !== rule);
    const left = earlier.filter((term) => fewer.includes(term.rule));
    if (terms.every((term) => !findUncovered(boxOf(term), left, budget, new Set()))) needed = fewer;
  }
  return needed;
}

/** A rule that decides some of the requests asked about. */
export interface LevelReach {
  /** Counted from 1; 0 for no rule, which is level None. */
  rule: number;
  level: Level;
  /** A request that is asked about and that the rule decides. */
  example: RequestAttributes;
}

const LEVEL_STEPS = 500_000;

/**
 * Tells all rules of a policy that decide some request that a selector matches, in their order: what happens to secrets, for example,
 * or (with a rule of the policy as the selector) who takes requests from a rule.
 *
 * @param selector written like a rule; a part that is not set stands for anything.
 * @returns 'not-decided' where the search was given up: after `steps`, or as the policy mentions too many values.
 */
export function levelsOf(
  policy: Policy,
  selector: Selector,
  { steps = LEVEL_STEPS }: { steps?: number } = {},
): LevelReach[] | 'not-decided' {
  const universe = universeOf([...policy.rules, selector]);
  if (!universe) return 'not-decided';
  const budget = budgetOf(steps, universe.width);
  return attempt(() => reaches(universe, policy, termsOf(universe, selector, 0).map(boxOf), budget));
}

function reaches(universe: Universe, policy: Policy, boxes: readonly Box[], budget: Budget): LevelReach[] {
  const earlier: Term[] = [];
  const found: LevelReach[] = [];
  for (const [at, rule] of policy.rules.entries()) {
    const terms = termsOf(universe, rule, at + 1);
    const parts = boxes.flatMap((box) => terms.flatMap((term) => meet(box, term) ?? []));
    const example = exampleIn(universe, parts, earlier, budget);
    if (example) found.push({ rule: at + 1, level: rule.level, example });
    earlier.push(...terms);
  }
  const example = exampleIn(universe, boxes, earlier, budget);
  return example ? [...found, { rule: 0, level: 'None', example }] : found;
}

function exampleIn(
  universe: Universe,
  boxes: readonly Box[],
  earlier: readonly Term[],
  budget: Budget,
): RequestAttributes | undefined {
  for (const box of boxes) {
    const found = findUncovered(box, earlier, budget, new Set());
    if (found) return exampleOf(universe, found);
  }
  return undefined;
}
