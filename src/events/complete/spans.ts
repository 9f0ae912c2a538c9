/** From when to when, in microseconds since 1970. */
export interface Span {
  from: number;
  to: number;
}

/** How long an API server may be silent before it is a gap: it renews its lease every 10.0 to 10.4 s. */
export const SILENCE = 30_000_000;

const MOST = 4096;

/**
 * The stretches of time in which something was heard again and again, never silent for longer than `SILENCE`. Times come in any order.
 * Its memory is bounded: where there would be too many stretches, a longer silence no longer parts two.
 */
export class Spans {
  #spans: Span[] = [];
  #reach = SILENCE;
  /** Where the last time went: the next one mostly goes there too. */
  #last = -1;

  add(at: number): void {
    const last = this.#spans[this.#last];
    if (last && at >= last.from && at <= last.to) return;
    const index = this.#indexFor(at);
    const before = this.#spans[index - 1];
    const next = this.#spans[index];
    if (before && at - before.to <= this.#reach) {
      before.to = Math.max(before.to, at);
      this.#last = index - 1;
      if (next && next.from - before.to <= this.#reach) this.#join(index - 1);
    } else if (next && next.from - at <= this.#reach) {
      next.from = Math.min(next.from, at);
      this.#last = index;
    } else this.#insert(index, at);
  }

  /** The stretches in time order. */
  list(): readonly Span[] {
    return this.#spans;
  }

  // The first span that begins behind it; spans are mostly added at the end.
  #indexFor(at: number): number {
    let [low, high] = [0, this.#spans.length];
    if (high > 0 && at >= (this.#spans[high - 1]?.from ?? 0)) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#spans[middle]?.from ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #join(index: number): void {
    const [span, next] = [this.#spans[index], this.#spans[index + 1]];
    if (span && next) span.to = Math.max(span.to, next.to);
    this.#spans.splice(index + 1, 1);
  }

  #insert(index: number, at: number): void {
    this.#spans.splice(index, 0, { from: at, to: at });
    this.#last = index;
    if (this.#spans.length <= MOST) return;
    this.#reach *= 2;
    const joined: Span[] = [];
    for (const span of this.#spans) {
      const end = joined.at(-1);
      if (end && span.from - end.to <= this.#reach) end.to = span.to;
      else joined.push(span);
    }
    this.#spans = joined;
    this.#last = joined.length - 1;
  }
}

/** The stretches within `from` to `to` that none of the spans, which are in order, is in, if they are longer than `SILENCE`. */
export function holesIn({ from, to }: Span, spans: readonly Span[]): Span[] {
  const holes: Span[] = [];
  let at = from;
  for (const span of spans) {
    if (span.to <= at) continue;
    if (span.from >= to) break;
    if (span.from - at > SILENCE) holes.push({ from: at, to: span.from });
    at = span.to;
  }
  return to - at > SILENCE ? [...holes, { from: at, to }] : holes;
}

const BUCKETS = 8192;

/** Counts by time, so that it can be told afterwards what happened in a stretch. The longer the log, the coarser. */
export class Histogram {
  #width = 5_000_000;
  #counts = new Map<number, { events: number; changes: number }>();

  add(at: number, isChange: boolean): void {
    if (Number.isNaN(at)) return;
    const bucket = Math.floor(at / this.#width);
    const count = this.#counts.get(bucket);
    if (count) {
      count.events += 1;
      if (isChange) count.changes += 1;
    } else {
      this.#counts.set(bucket, { events: 1, changes: isChange ? 1 : 0 });
      if (this.#counts.size > BUCKETS) this.#coarsen();
    }
  }

  /** How much was counted within a stretch, at least: what may lie outside is left out. */
  within({ from, to }: Span): { events: number; changes: number } {
    const sum = { events: 0, changes: 0 };
    for (const [bucket, { events, changes }] of this.#counts) {
      if (bucket * this.#width < from || (bucket + 1) * this.#width > to) continue;
      sum.events += events;
      sum.changes += changes;
    }
    return sum;
  }

  #coarsen(): void {
    this.#width *= 2;
    const counts = new Map<number, { events: number; changes: number }>();
    for (const [bucket, { events, changes }] of this.#counts) {
      const half = Math.floor(bucket / 2);
      const { events: more = 0, changes: others = 0 } = counts.get(half) ?? {};
      counts.set(half, { events: events + more, changes: changes + others });
    }
    this.#counts = counts;
  }
}
