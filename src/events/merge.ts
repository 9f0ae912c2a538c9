/**
 * Merges the logs of several servers into one in time order. Each may be out of order by up to two seconds: events are written a moment
 * after the time in them. Only what is read at the moment is held, so memory does not grow with the logs. A single event whose time is far
 * ahead is held until the others come to it, and holds nothing else back.
 *
 * @param streams of batches, as `readLog` gives them.
 * @param timeOf in microseconds; NaN stays where it stands.
 */
export async function* mergeByTime<Item>(
  streams: readonly AsyncIterable<Item[]>[],
  timeOf: (item: Item) => number,
): AsyncGenerator<Item[]> {
  let open = streams.map((stream) => headOf(stream, timeOf));
  try {
    await Promise.all(open.map((head) => head.more()));
    while (open.length > 0) {
      const limit = Math.min(...open.map(({ reached }) => reached));
      const ready = open.flatMap((head) => head.upTo(limit));
      if (ready.length > 0) yield ready.toSorted((a, b) => a.time - b.time).map(({ item }) => item);
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

/** One stream that is being merged. */
interface Head<Item> {
  /** Up to here nothing more can come. */
  readonly reached: number;
  upTo(limit: number): Timed<Item>[];
  more(): Promise<void>;
  isDone(): boolean;
  /** Nothing more is wanted of it. */
  close(): void;
}

const LATE = 2_000_000;

function headOf<Item>(stream: AsyncIterable<Item[]>, timeOf: (item: Item) => number): Head<Item> {
  const iterator = stream[Symbol.asyncIterator]();
  let held: Timed<Item>[] = [];
  // The latest time, the latest but one, which two events have come to, and that of the event before.
  let [latest, confirmed, before] = [-Infinity, -Infinity, -Infinity];
  let isEnded = false;
  return {
    get reached() {
      return isEnded ? Infinity : confirmed - LATE;
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
        if (!Number.isNaN(time)) {
          confirmed = Math.max(confirmed, Math.min(latest, time));
          latest = Math.max(latest, time);
          before = time;
        }
        held.push({ item, time: before });
      }
    },
    isDone: () => isEnded && held.length === 0,
    // Not waited for: one that waits for bytes would never come to its end.
    close: () => void iterator.return?.().catch(() => {}),
  };
}
