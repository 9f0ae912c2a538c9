import { expect, it } from 'vitest';
import { Relevelled } from '../../../src/events/complete/relevelled.ts';
import type { Level } from '../../../src/policy/types.ts';
import { eventOf } from '../event-of.ts';

const START = Date.UTC(2026, 10, 27, 2);

/** The changes in seconds, of one request that was recorded again and again. */
function changesIn(levels: readonly (readonly [number, Level])[], username = 'system:apiserver'): number[][] {
  const relevelled = new Relevelled();
  for (const [second, level] of levels)
    relevelled.add(
      eventOf({ level, user: { username }, stageTimestamp: new Date(START + second * 1000).toISOString() }),
    );
  return relevelled.changes().map(({ from, to }) => [from / 1_000_000 - START / 1000, to / 1_000_000 - START / 1000]);
}

function alternating(stretches: number): [number, Level][] {
  return Array.from({ length: stretches }, (_, second) => [second, second % 2 === 0 ? 'Metadata' : 'Request']);
}

it('a change is between the last event of one level and the first of the next, in whatever order they come', () => {
  const levels = [
    [5, 'Metadata'],
    [10, 'Metadata'],
    [20, 'Request'],
    [30, 'Request'],
  ] as const;
  expect(changesIn(levels)).toEqual([[10, 20]]);
  expect(changesIn(levels.toReversed())).toEqual([[10, 20]]);
});

it('levels that overlap are those of several API servers, also where others of them do not', () => {
  const before = [
    [1, 'None'],
    [5, 'Metadata'],
    [20, 'Metadata'],
  ] as const;
  expect(changesIn(before)).toEqual([[1, 5]]);
  expect(changesIn([...before, [15, 'Request']])).toEqual([]);
});

it('more changes than anybody makes tell nothing', () => {
  expect(changesIn(alternating(15))).toHaveLength(14);
  expect(changesIn(alternating(16))).toEqual([]);
});

it('of the anonymous nothing is told: anybody can send what they send', () => {
  expect(changesIn(alternating(2))).toEqual([[0, 1]]);
  expect(changesIn(alternating(2), 'system:anonymous')).toEqual([]);
});
