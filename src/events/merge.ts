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
      const ready = open.flatMap((head) => head.upTo(limit)).toSorted((a, b) => a.time - b.time);
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
}

/** One log that is being merged. */
interface Head<Item> {
  /** Up to here nothing more can come. */
  readonly reached: number;
  upTo(limit: number): Timed<Item>[];
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
  let held: Timed<Item>[] = [];
  let [latest, before] = [-Infinity, -Infinity];
  let isEnded = false;
  return {
    get reached() {
      if (isEnded) return Infinity;
      return isAlone ? latest - LATE : clock.reached;
    },
    upTo(limit) {
      const ready = held.filter(({ time }) => time <= limit);
      held = held.filter(({ time }) => time > limit);
      return ready;
    },
    async more() {
      const { done, value } = await iterator.next();
      isEnded = done === true;
      for (const item of isEnded ? [] : (value ?? [])) {
        const time = timeOf(item);
        if (!Number.isNaN(time)) before = time;
        if (time > latest) latest = time;
        held.push({ item, time: before });
      }
    },
    isDone: () => isEnded && held.length === 0,
    // Not waited for: one that waits for bytes would never come to its end.
    close: () => void iterator.return?.().catch(() => {}),
  };
}
