import type { Policy, RequestAttributes } from '../types.ts';
import { boxOf, type Term } from './box.ts';
import { exampleOf } from './example.ts';
import { nearIndex } from './near.ts';
import { attempt, type Budget, budgetOf } from './budget.ts';
import { findUncovered } from './search.ts';
import { termsOf } from './terms.ts';
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
const STEPS = 2_000_000;

/**
 * Proves for each rule of a policy whether there is a request that it decides. Whether the request makes sense is not asked: the
 * verb may be `*`, the group or resource one that no server has. A rule matches nothing only where no request can have what it
 * selects: a resource such as `a/b/c`.
 *
 * @param options `steps`: how much is searched, in rules held against parts of rules; what is left is `not-decided`.
 */
export function reachOf(policy: Policy, { steps = STEPS }: { steps?: number } = {}): RuleReach[] {
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
