import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LONGEST_TIMER_MS, readManners, supervise, writeManners } from '../../src/process/supervise.ts';

it.each([
  ['a read', readManners(LONGEST_TIMER_MS)],
  ['a read of the library', readManners(Number.MAX_SAFE_INTEGER)],
  ['a write', writeManners(1000 * 3_600_000, 30_000, '')],
])('%s with a time-out that no timer can hold is not ended at once', async (_, manners) => {
  const watch = supervise(undefined, manners, {});
  await sleep(20);
  expect(watch.end()).toEqual({ timedOut: false, interrupted: false });
});
