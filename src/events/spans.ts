const SECOND = 1_000_000;
/** How wide a span may be, in seconds: each is a multiple of the one before. Wider ones are twice as wide as the last. */
const WIDTHS: readonly number[] = [1, 5, 15, 60, 300, 900, 3600, 14_400, 43_200, 86_400, 604_800];
/** So many spans at most are told apart: the next width is taken until they are enough. */
const MOST_SPANS = 120;

/** What was counted in a span of time. */
export interface Span {
  /** When it begins, in microseconds since 1970. */
  from: number;
  counts: Float64Array;
}

/** What was counted over time, as plain data: for another thread. */
export interface SpanCounts {
  /** How long a span is, in microseconds. */
  width: number;
  /** By how many spans after 1970 it begins. */
  rows: ReadonlyMap<number, Float64Array>;
}

/** Counts over time, in at most 120 spans of equal width, however long the log is. */
export class Spans {
  readonly #counters: number;
  readonly #untimed: Float64Array;
  #width = SECOND;
  #rows: Map<number, Float64Array> = new Map();
  #least: number = Infinity;
  #most: number = -Infinity;
  /** The span of the last event: the next one is mostly in it too. */
  #last: { from: number; until: number; row: Float64Array };

  /** @param counters how many things are counted in each span. */
  constructor(counters: number) {
    this.#counters = counters;
    this.#untimed = new Float64Array(counters);
    this.#last = { from: Infinity, until: -Infinity, row: this.#untimed };
  }

  /** How long a span is, in microseconds. */
  get width(): number {
    return this.#width;
  }

  /** The counters of the span that a time is in, to be added to at once; what has no time (NaN) gets some that are in no span. */
  at(at: number): Float64Array {
    const { from, until, row } = this.#last;
    return at >= from && at < until ? row : this.#found(at);
  }

  /** By how many spans after 1970 the first begins in which something was counted; Infinity where nothing was. */
  get first(): number {
    return this.#placeOf(this.#least);
  }

  /** Adds what was counted elsewhere: the same comes out as if all had been counted here. */
  merge({ width, rows }: SpanCounts): void {
    while (this.#width < width) this.#widen();
    for (const [place, counts] of rows) addTo(this.at(place * width), counts);
  }

  /** All that was counted, as plain data. */
  counted(): SpanCounts {
    return { width: this.#width, rows: this.#rows };
  }

  /** In the order of time, those in which nothing was counted among them. */
  spans(): Span[] {
    if (this.#most < this.#least) return [];
    const [first, last] = [this.#placeOf(this.#least), this.#placeOf(this.#most)];
    return Array.from({ length: last - first + 1 }, (_, at) => ({
      from: (first + at) * this.#width,
      counts: this.#rows.get(first + at) ?? new Float64Array(this.#counters),
    }));
  }

  #found(at: number): Float64Array {
    if (Number.isNaN(at)) return this.#untimed;
    this.#least = Math.min(this.#least, at);
    this.#most = Math.max(this.#most, at);
    while (this.#placeOf(this.#most) - this.#placeOf(this.#least) >= MOST_SPANS) this.#widen();
    const place = this.#placeOf(at);
    this.#last = { from: place * this.#width, until: (place + 1) * this.#width, row: this.#rowOf(place) };
    return this.#last.row;
  }

  #placeOf(at: number): number {
    return Math.floor(at / this.#width);
  }

  #rowOf(place: number): Float64Array {
    const row = this.#rows.get(place) ?? new Float64Array(this.#counters);
    this.#rows.set(place, row);
    return row;
  }

  #widen(): void {
    const [rows, width] = [this.#rows, this.#width];
    this.#width = SECOND * (WIDTHS.find((each) => each * SECOND > width) ?? (width / SECOND) * 2);
    this.#rows = new Map();
    this.#last = { from: Infinity, until: -Infinity, row: this.#untimed };
    for (const [place, counts] of rows) addTo(this.#rowOf(this.#placeOf(place * width)), counts);
  }
}

function addTo(sum: Float64Array, counts: Float64Array): void {
  for (const [at, count] of counts.entries()) sum[at] = (sum[at] ?? 0) + count;
}
