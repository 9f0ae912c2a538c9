import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { LONGEST_TIMER_MS, readManners, replaceManners, supervise } from '../../src/kops/supervise.ts';

it.each([
  ['a read', readManners(LONGEST_TIMER_MS)],
  ['a read of the library', readManners(Number.MAX_SAFE_INTEGER)],
  ['a write, which may take five times as long', replaceManners(200 * 3_600_000)],
])('%s with a time-out that no timer can hold is not ended at once', async (_, manners) => {
  const watch = supervise(undefined, manners, { timeoutMs: manners.capMs });
  await sleep(20);
  expect(watch.end()).toEqual({ timedOut: false, interrupted: false });
});
