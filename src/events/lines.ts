/** Takes a line: `bytes[start..end)`, behind which stands a line feed; only good until it returns. */
export type TakeLine = (bytes: Buffer, start: number, end: number) => void;

const LINE_FEED = 10;
/** A longer line is no event: the largest object that etcd takes is 1.5 MiB. */
const LONGEST = 256 * 1024 * 1024;
const ONE_LINE_FEED: Uint8Array = Uint8Array.of(LINE_FEED);

/** What `lineBreaker` needs. */
export interface Breaking {
  take: TakeLine;
  /** Takes all lines in the room at once, instead of `take`: they are `room[start..end)`, the last byte of which is a line feed. */
  takeMany?: (start: number, end: number) => void;
  /** Gets the length of a line that is longer than can be held. */
  tooLong: (length: number) => void;
  /** Lines are put here and taken from here; a longer one gets bytes of its own. */
  room: Buffer;
  /** For tests. */
  longest?: number;
}

/**
 * Breaks chunks of bytes at line feeds, and at nothing else: U+2028 may stand in a JSON string.
 * Call it with each chunk, then once without one for a last line that has no line feed.
 */
export function lineBreaker({
  take,
  takeMany,
  tooLong,
  room,
  longest = LONGEST,
}: Breaking): (chunk?: Uint8Array) => void {
  /** So much of the room holds a line that has begun. */
  let filled = 0;
  /** What came before of a line that the room is too small for, and how long that is. */
  let carried: Uint8Array[] = [];
  let length = 0;
  const most = room.length - 1;

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
  const takeEach = (bytes: Buffer, begun: number): number => {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED, begun); end >= 0; end = bytes.indexOf(LINE_FEED, start)) {
      takeOne(start, end);
      start = end + 1;
    }
    return start;
  };
  const takeAll = (bytes: Buffer, begun: number): number => {
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end <= begun) return 0;
    takeMany?.(0, end);
    return end;
  };
  const takeLines = (begun: number): void => {
    const bytes = room.subarray(0, filled);
    const start = takeMany ? takeAll(bytes, begun) : takeEach(bytes, begun);
    if (start > 0) room.copyWithin(0, start, filled);
    filled -= start;
  };
  const takeLast = (): void => {
    if (length > 0) return takeCarried(new Uint8Array());
    room[filled] = LINE_FEED;
    if (filled > 0) takeOne(0, filled);
    filled = 0;
  };
  return (given) => {
    if (!given) return takeLast();
    const chunk = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    let at = 0;
    while (at < chunk.length) {
      if (length > 0) {
        const end = chunk.indexOf(LINE_FEED, at);
        if (end < 0) return carry(chunk.subarray(at));
        takeCarried(chunk.subarray(at, end));
        at = end + 1;
      }
      const begun = filled;
      const copied = chunk.copy(room, filled, at, Math.min(chunk.length, at + most - filled));
      at += copied;
      filled += copied;
      takeLines(begun);
      if (filled < most) continue;
      carry(room.subarray(0, filled));
      filled = 0;
    }
  };
}
