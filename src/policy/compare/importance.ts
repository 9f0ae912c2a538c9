import { SECRET_OBJECTS } from '../sensitive.ts';
import { LEVELS, type Level } from '../types.ts';
import { meets, type Box } from './box.ts';
import type { Outcome } from './outcome.ts';
import { termsOf } from './terms.ts';
import type { Universe } from './universe.ts';

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
export function inOrder<T extends Difference>(differences: readonly T[]): T[] {
  const pairs = new Map<string, { of: T[]; first: number }>();
  for (const difference of differences) {
    const key = JSON.stringify([difference.before, difference.after]);
    const pair = pairs.get(key) ?? { of: [], first: Infinity };
    pairs.set(key, { of: [...pair.of, difference], first: Math.min(pair.first, importance(difference)) });
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
