import type { Level, Policy, RequestAttributes } from '../types.ts';
import { type Box, boxOf, meet, type Term } from './box.ts';
import { exampleOf } from './example.ts';
import { attempt, type Budget, budgetOf } from './budget.ts';
import { findUncovered } from './search.ts';
import { termsOf } from './terms.ts';
import { type Selector, type Universe, universeOf } from './universe.ts';

/** A rule that decides some of the requests asked about. */
export interface LevelReach {
  /** Counted from 1; 0 for no rule, which is level None. */
  rule: number;
  level: Level;
  /** A request that is asked about and that the rule decides. */
  example: RequestAttributes;
}

const STEPS = 500_000;

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
  { steps = STEPS }: { steps?: number } = {},
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
