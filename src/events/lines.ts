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

/** What bytes are given to. */
export interface LineBreaker {
  /** Where the next bytes may be put; `filled` takes them. It is never empty. */
  space(): Buffer;
  /** Takes the lines that end in so many bytes, which were put into `space`. */
  filled(count: number): void;
  /** Takes a chunk that lies elsewhere. */
  chunk(bytes: Uint8Array): void;
  /** For a last line that has no line feed. */
  end(): void;
}

/** So much is read at once: what was read is still near the processor when it is looked at. */
const READ_AT_ONCE = 256 * 1024;

/** Breaks bytes into lines, at line feeds and at nothing else: U+2028 may stand in a JSON string. */
export function lineBreaker({ take, takeMany, tooLong, room, longest = LONGEST }: Breaking): LineBreaker {
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
  /** Behind the beginning of a line that the room is too small for. */
  const takeRest = (count: number): void => {
    const end = room.subarray(0, count).indexOf(LINE_FEED);
    if (end < 0) return carry(room.subarray(0, count));
    takeCarried(room.subarray(0, end));
    room.copyWithin(0, end + 1, count);
    filled = count - end - 1;
    takeLines(0);
  };
  const space = (): Buffer => room.subarray(filled, Math.min(most, filled + READ_AT_ONCE));
  const takeFilled = (count: number): void => {
    if (length > 0) return takeRest(count);
    const begun = filled;
    filled += count;
    takeLines(begun);
    if (filled < most) return;
    carry(room.subarray(0, filled));
    filled = 0;
  };
  const takeChunk = (bytes: Uint8Array): void => {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(space(), 0, at);
      at += copied;
      takeFilled(copied);
    }
  };
  return { space, filled: takeFilled, chunk: takeChunk, end: takeLast };
}
