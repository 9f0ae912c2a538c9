import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Spans } from '../../src/events/spans.ts';
import { runs } from '../helpers/runs.ts';

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;

function spansOf(times: readonly number[]): Spans {
  const spans = new Spans(1);
  for (const at of times) count(spans, at);
  return spans;
}

function count(spans: Spans, at: number): void {
  const counts = spans.at(at);
  counts[0] = (counts[0] ?? 0) + 1;
}

function told(spans: Spans): (readonly [from: number, count: number | undefined])[] {
  return spans.spans().map(({ from, counts }) => [from / SECOND, counts[0]]);
}

describe('Spans', () => {
  it('counts by the second where that is enough, with those between in which nothing was', () => {
    expect(told(spansOf([5 * SECOND, 5.5 * SECOND, 7 * SECOND]))).toEqual([
      [5, 2],
      [6, 0],
      [7, 1],
    ]);
    expect(told(new Spans(1))).toEqual([]);
  });

  it.each([
    [119 * SECOND, 1, 120],
    [120 * SECOND, 5, 25],
    [DAY, 900, 97],
    [400 * DAY, 604_800, 58],
    [4000 * DAY, 604_800 * 8, 72],
  ])('takes the least width with which %d µs are 120 spans at most', (until, width, most) => {
    const spans = spansOf([0, until, 1]);
    expect([spans.width / SECOND, spans.spans().length]).toEqual([width, most]);
    expect(told(spans).map(([, each]) => each)).toEqual([2, ...Array<number>(most - 2).fill(0), 1]);
  });

  it('leaves out what has no time', () => {
    expect(told(spansOf([NaN, SECOND, NaN]))).toEqual([[1, 1]]);
  });

  it('comes to the same however it was shared out, and in whatever order', () => {
    const at = fc.integer({ min: 0, max: 10 }).chain((far) => fc.integer({ min: 0, max: SECOND * 8 ** far }));
    const run = fc.property(fc.array(at), fc.array(at), (one, other) => {
      const merged = new Spans(1);
      for (const part of [other, one]) merged.merge(structuredClone(spansOf(part).counted()));
      const whole = spansOf([...one, ...other]);
      expect([merged.width, told(merged)]).toEqual([whole.width, told(whole)]);
    });
    fc.assert(run, runs(60, 1000));
  });
});
