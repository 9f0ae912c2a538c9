import { type Span, type SpanCounts, Spans } from '../events/spans.ts';
import type { Amount } from './amount.ts';

/** What came in a span of time, and what each policy would have kept of it. */
interface TimeAmount {
  /** When it begins, in microseconds since 1970. */
  from: number;
  /** As it was recorded. */
  log: Amount;
  /** By policy, in their order. */
  policies: Amount[];
}

/** A log over time, in spans of equal width. */
export interface Timeline {
  /** How long a span is, in microseconds. */
  width: number;
  spans: TimeAmount[];
}

/** Counts over time what is recorded, and what policies keep: in at most 120 spans, however long the log is. */
export class OverTime {
  readonly #spans: Spans;
  readonly #policies: number;

  constructor(policies: number) {
    this.#policies = policies;
    this.#spans = new Spans(2 * (policies + 1));
  }

  /** The counters of the span that a time is in: those for the log first, then a pair for each policy. `countIn` adds to them. */
  at(at: number): Float64Array {
    return this.#spans.at(at);
  }

  /** How wide spans are now, in microseconds, and by how many of them after 1970 the first begins. */
  get scale(): { width: number; first: number } {
    return { width: this.#spans.width, first: this.#spans.first };
  }

  merge(other: SpanCounts): void {
    this.#spans.merge(other);
  }

  /** All that was counted, as plain data: for another thread. */
  counted(): SpanCounts {
    return this.#spans.counted();
  }

  timeline(): Timeline {
    return { width: this.#spans.width, spans: this.#spans.spans().map((span) => this.#amountOf(span)) };
  }

  #amountOf({ from, counts }: Span): TimeAmount {
    const amount = (pair: number): Amount => ({ events: counts[2 * pair] ?? 0, bytes: counts[2 * pair + 1] ?? 0 });
    return { from, log: amount(0), policies: Array.from({ length: this.#policies }, (_, at) => amount(at + 1)) };
  }
}

/**
 * Adds events to what `at` of `OverTime` gave.
 *
 * @param pair 0 for the log as it was recorded; from 1 the policies.
 * @param bytes of all of them.
 */
export function countIn(counts: Float64Array, pair: number, bytes: number, events: number = 1): void {
  counts[2 * pair] = (counts[2 * pair] ?? 0) + events;
  counts[2 * pair + 1] = (counts[2 * pair + 1] ?? 0) + bytes;
}
