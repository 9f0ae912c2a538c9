/** So late an event may be written: a moment after the time in it. In microseconds, as all times here. */
const LATE = 2_000_000;
/** So many events in a row must have come to a time before it counts. */
const IN_A_ROW = 64;

/** How far the log of a server has come: it sees each event of it, also those that nobody wants. */
export class LogClock {
  readonly #times = new Float64Array(IN_A_ROW).fill(-Infinity);
  #seen = 0;

  see(at: number): void {
    if (!Number.isNaN(at)) this.#times[this.#seen++ % IN_A_ROW] = at;
  }

  /** Nothing earlier can come, unless the server's own clock was set back. */
  get reached(): number {
    return Math.min(...this.#times) - LATE;
  }
}

/** The log of one server: batches of what is wanted of it, as `readLog` gives them. */
export interface TimedLog<Item> {
  batches: AsyncIterable<Item[]>;
  clock: LogClock;
}

/** How logs are merged. */
export interface Merging<Item> {
  /** In microseconds; NaN stays where it stands. */
  timeOf: (item: Item) => number;
  /** Gets what comes behind later ones, since the clock of its server was ahead for more than a few events. */
  onLate?: (item: Item) => void;
}

/**
 * Merges the logs of several servers into one in time order. Each may be out of order by up to two seconds. Only what is read at the moment
 * is held, so memory does not grow with the logs. Some events whose time is far ahead are held until the others come to it, and hold nothing
 * else back; where a clock was ahead for longer, its server is waited for, and what it wrote next comes late. A single log keeps the
 * order it has.
 */
export async function* mergeByTime<Item>(
  logs: readonly TimedLog<Item>[],
  { timeOf, onLate }: Merging<Item>,
): AsyncGenerator<Item[]> {
  const isAlone = logs.length === 1;
  let open = logs.map((log) => headOf(log, timeOf, isAlone));
  let given = -Infinity;
  try {
    await Promise.all(open.map((head) => head.more()));
    while (open.length > 0) {
      const limit = Math.min(...open.map(({ reached }) => reached));
      const ready = open.flatMap((head) => head.held.upTo(limit)).toSorted((a, b) => a.time - b.time);
      for (const { item, time } of ready) {
        if (time < given - LATE) onLate?.(item);
        else if (time > given) given = time;
      }
      if (ready.length > 0) yield ready.map(({ item }) => item);
      const late = open.filter(({ reached }) => reached <= limit);
      await Promise.all(late.map((head) => head.more()));
      open = open.filter((head) => !head.isDone());
    }
  } finally {
    for (const head of open) head.close();
  }
}

interface Timed<Item> {
  item: Item;
  time: number;
  /** Of those with one time, the first goes first. */
  place: number;
}

/**
 * What waits for its time: a binary heap, since many may wait together (a log whose events all have one time, or one that has many far in the
 * future), and each of the others passes by them.
 */
class Waiting<Item> {
  readonly #heap: Timed<Item>[] = [];
  #added = 0;

  get isEmpty(): boolean {
    return this.#heap.length === 0;
  }

  add(item: Item, time: number): void {
    const added = { item, time, place: this.#added++ };
    let at = this.#heap.length;
    for (let above = (at - 1) >> 1; at > 0 && isBefore(added, this.#heap[above]); above = (at - 1) >> 1) {
      this.#put(at, this.#heap[above]);
      at = above;
    }
    this.#heap[at] = added;
  }

  /** Takes out what is not later, in order. */
  upTo(limit: number): Timed<Item>[] {
    const ready: Timed<Item>[] = [];
    for (let [first] = this.#heap; first !== undefined && first.time <= limit; [first] = this.#heap) {
      ready.push(first);
      this.#sink(this.#heap.pop());
    }
    return ready;
  }

  /** Puts what was last where there is room: at the top, or as far below as it belongs. */
  #sink(last: Timed<Item> | undefined): void {
    const heap = this.#heap;
    let at = 0;
    if (heap.length === 0) return;
    for (let below = 1; below < heap.length; below = 2 * at + 1) {
      if (isBefore(heap[below + 1], heap[below])) below += 1;
      if (!isBefore(heap[below], last)) break;
      this.#put(at, heap[below]);
      at = below;
    }
    this.#put(at, last);
  }

  #put(at: number, entry: Timed<Item> | undefined): void {
    if (entry !== undefined) this.#heap[at] = entry;
  }
}

function isBefore(one: Timed<unknown> | undefined, other: Timed<unknown> | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one.time < other.time || (one.time === other.time && one.place < other.place);
}

/** One log that is being merged. */
interface Head<Item> {
  held: Waiting<Item>;
  /** Up to here nothing more can come. */
  readonly reached: number;
  more(): Promise<void>;
  isDone(): boolean;
  /** Nothing more is wanted of it. */
  close(): void;
}

function headOf<Item>(
  { batches, clock }: TimedLog<Item>,
  timeOf: (item: Item) => number,
  isAlone: boolean,
): Head<Item> {
  const iterator = batches[Symbol.asyncIterator]();
  const held = new Waiting<Item>();
  let [latest, before] = [-Infinity, -Infinity];
  let isEnded = false;
  return {
    held,
    get reached() {
      if (isEnded) return Infinity;
      return isAlone ? latest - LATE : clock.reached;
    },
    async more() {
      const { done, value } = await iterator.next();
      isEnded = done === true;
      for (const item of isEnded ? [] : (value ?? [])) {
        const time = timeOf(item);
        if (!Number.isNaN(time)) before = time;
        if (time > latest) latest = time;
        held.add(item, before);
      }
    },
    isDone: () => isEnded && held.isEmpty,
    // Not waited for: one that waits for bytes would never come to its end.
    close: () => void iterator.return?.().catch(() => {}),
  };
}
