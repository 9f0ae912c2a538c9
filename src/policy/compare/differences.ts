import { type Box, boxOf, meet } from './box.ts';
import { type Budget, spend } from './budget.ts';
import type { Outcome } from './outcome.ts';
import { type Region, tidy } from './region.ts';
import { findUncovered } from './search.ts';
import { type Entry, type Side, takers } from './sides.ts';
import type { Universe } from './universe.ts';

/** Two policies that are being compared. */
export interface Comparing {
  universe: Universe;
  before: Side;
  after: Side;
  budget: Budget;
}

/** A region that a rule of the first and one of the second policy have in common, and a part of it that no exception touches. */
export interface Part extends Region {
  sample: Box;
  before: Entry;
  after: Entry;
}

/** What one rule of the first policy decides, or a rule that does the same, and the second treats differently. */
export function differencesOf({ before, after, budget }: Comparing, one: Entry): Part[] {
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
