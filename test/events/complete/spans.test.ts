import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Histogram, holesIn, SILENCE, Spans } from '../../../src/events/complete/spans.ts';
import { runs } from '../../helpers/runs.ts';

function spansOf(times: readonly number[]): Spans {
  const spans = new Spans();
  for (const at of times) spans.add(at);
  return spans;
}

describe('Spans', () => {
  it('are the same in whatever order the times come, and part where it was silent for too long', () => {
    const times = fc.array(fc.integer({ min: 0, max: 400 }).map((second) => second * 1_000_000));
    fc.assert(
      fc.property(times, (any) => {
        const spans = spansOf(any).list();
        const sorted = any.toSorted((a, b) => a - b);
        const starts = sorted.filter((at, index) => index === 0 || at - (sorted[index - 1] ?? 0) > SILENCE);
        const ends = sorted.filter((at, index) => (sorted[index + 1] ?? Infinity) - at > SILENCE);
        expect(spans).toEqual(starts.map((from, index) => ({ from, to: ends[index] })));
      }),
      runs(100, 1000),
    );
  });

  it('are not too many, whatever the times', () => {
    const spans = spansOf(Array.from({ length: 20_000 }, (_, at) => at * SILENCE * 1.5));
    expect(spans.list().length).toBeLessThan(5000);
    expect([spans.list()[0]?.from, spans.list().at(-1)?.to]).toEqual([0, 19_999 * SILENCE * 1.5]);
  });
});

it('holes are what no span is in, if they are longer than a silence', () => {
  const [a, b] = [SILENCE * 2, SILENCE * 3];
  expect(holesIn({ from: 0, to: SILENCE * 4 }, [{ from: a, to: b }])).toEqual([{ from: 0, to: a }]);
  expect(holesIn({ from: a, to: SILENCE * 9 }, [{ from: a, to: b }])).toEqual([{ from: b, to: SILENCE * 9 }]);
  expect(holesIn({ from: 0, to: 10 }, [])).toEqual([]);
});

it('a histogram counts within a stretch no more than was there, however long the log', () => {
  const histogram = new Histogram();
  for (let at = 0; at < 100_000; at += 1) histogram.add(at * 10_000_000, at % 2 === 0);
  const { events, changes } = histogram.within({ from: 0, to: 1_000_000_000_000 });
  expect(events).toBeGreaterThan(99_000);
  expect(events).toBeLessThanOrEqual(100_000);
  expect(Math.abs(changes - events / 2)).toBeLessThan(20);
  expect(histogram.within({ from: 5, to: 6 })).toEqual({ events: 0, changes: 0 });
});
