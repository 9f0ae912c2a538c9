/** Takes a line: `bytes[start..end)`, behind which stands a line feed; only good until it returns. */
export type TakeLine = (bytes: Buffer, start: number, end: number) => void;

const LINE_FEED = 10;
/** A longer line is no event: the largest object that etcd takes is 1.5 MiB. */
const LONGEST = 256 * 1024 * 1024;
const ONE_LINE_FEED: Uint8Array = Uint8Array.of(LINE_FEED);

/** What `lineBreaker` needs. */
export interface Breaking {
  take: TakeLine;
  /** Takes many lines in the room at once, instead of `take`: they are `room[start..end)`, the last byte of which is a line feed. */
  takeMany?: (start: number, end: number) => void;
  /** Gets the length of a line that is longer than can be held. */
  tooLong: (length: number) => void;
  /** Lines are put here and taken from here, at least 4 bytes; a line that is longer than a quarter of it may get bytes of its own. */
  room: Buffer;
  /** For tests. */
  longest?: number;
}

/** What bytes are given to. */
export interface LineBreaker {
  /**
   * Where the next bytes may be put; `filled` takes them. It is never empty. Asked for once more before that, it gives where those behind
   * them may be put meanwhile.
   *
   * @param atOnce not more than so many, nor than 2 MiB.
   */
  space(atOnce: number): Buffer;
  /** Takes the lines that end in so many bytes, which were put into the first `space` that is not taken yet. */
  filled(count: number): void;
  /** Takes a chunk that lies elsewhere. */
  chunk(bytes: Uint8Array): void;
  /** For a last line that has no line feed. */
  end(): void;
}

/** So much is read at once where nothing is read meanwhile: it is still near the processor when it is looked at. */
export const AT_ONCE: number = 256 * 1024;
/** So much can be put into a half of the room at once. */
const MOST_AT_ONCE: number = 8 * AT_ONCE;

/**
 * Breaks bytes into lines, at line feeds and at nothing else: U+2028 may stand in a JSON string. The room has two halves, of which one can be
 * filled while lines are taken from the other. In front of where bytes come, there is place for the beginning of a line that came before.
 */
export function lineBreaker({ take, takeMany, tooLong, room, longest = LONGEST }: Breaking): LineBreaker {
  const half = room.length >> 1;
  const most = Math.min(MOST_AT_ONCE, half >> 1);
  const front = half - most - 1;
  /** Where the next bytes come, and how many of a line that has begun stand in front of them. */
  let place = front;
  let begun = 0;
  /** How many times `space` was given and not taken. */
  let given = 0;
  /** What came before of a line that the room is too small for, and how long that is. */
  let carried: Uint8Array[] = [];
  let length = 0;

  const other = (): number => (place < half ? front + half : front);
  const carry = (piece: Uint8Array): void => {
    length += piece.length;
    if (length > longest) carried = [];
    else carried.push(Buffer.from(piece));
  };
  const takeCarried = (last: Uint8Array): void => {
    const whole = length + last.length;
    const line = whole > longest ? null : Buffer.concat([...carried, last, ONE_LINE_FEED]);
    carried = [];
    length = 0;
    if (line === null) tooLong(whole);
    else take(line, 0, whole);
  };
  const takeOne = (start: number, end: number): void => {
    if (end - start > longest) tooLong(end - start);
    else take(room, start, end);
  };
  /** Takes the lines that begin at a place and end behind another; gives where the one begins that does not end there. */
  const takeLines = (from: number, behind: number, to: number): number => {
    const last = room.subarray(behind, to).lastIndexOf(LINE_FEED);
    if (last < 0) return from;
    const stop = behind + last + 1;
    if (takeMany) takeMany(from, stop);
    else
      for (let start = from; start < stop;) {
        const end = room.indexOf(LINE_FEED, start);
        takeOne(start, end);
        start = end + 1;
      }
    return stop;
  };
  /** Behind the beginning of a line that the room is too small for; gives where the next one begins. */
  const takeRest = (to: number): number => {
    const end = room.subarray(place, to).indexOf(LINE_FEED);
    const rest = room.subarray(place, end < 0 ? to : place + end);
    if (end < 0) carry(rest);
    else takeCarried(rest);
    return end < 0 ? to : place + end + 1;
  };
  /** Where bytes come next: where a line goes on and there is room behind it, it need not be moved. */
  const next = (to: number, isSame: boolean): number => {
    if (given > 0) return other();
    const base = place < half ? 0 : half;
    return isSame && base + half - 1 - to > most / 4 ? to : base + front;
  };
  const filled = (count: number): void => {
    const to = place + count;
    const from = length > 0 ? takeRest(to) : place - begun;
    const start = takeLines(from, place, to);
    given -= 1;
    place = next(to, start === from);
    begun = to - start;
    if (begun > front) {
      carry(room.subarray(start, to));
      begun = 0;
    } else if (place !== to) room.copyWithin(place - begun, start, to);
  };
  const space = (atOnce: number): Buffer => {
    const at = given === 0 ? place : other();
    given += 1;
    const end = at < half ? half : 2 * half;
    return room.subarray(at, Math.min(at + Math.min(atOnce, most), end - 1));
  };
  const takeChunk = (bytes: Uint8Array): void => {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(space(AT_ONCE), 0, at);
      at += copied;
      filled(copied);
    }
  };
  const takeLast = (): void => {
    if (length > 0) return takeCarried(new Uint8Array());
    room[place] = LINE_FEED;
    if (begun > 0) takeOne(place - begun, place);
    begun = 0;
  };
  return { space, filled, chunk: takeChunk, end: takeLast };
}
