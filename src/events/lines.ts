/** Takes a line: `bytes[start..end)`, behind which stands a line feed; only good until it returns. */
export type TakeLine = (bytes: Buffer, start: number, end: number) => void;

const LINE_FEED = 10;
/** A longer line is no event: the largest object that etcd takes is 1.5 MiB. */
const LONGEST = 256 * 1024 * 1024;
const ONE_LINE_FEED: Uint8Array = Uint8Array.of(LINE_FEED);

/**
 * Breaks chunks of bytes at line feeds, and at nothing else: U+2028 may stand in a JSON string.
 * Call it with each chunk, then once without one for a last line that has no line feed.
 *
 * @param tooLong gets the length of a line that is longer than can be held; `longest` is for tests.
 */
export function lineBreaker(
  take: TakeLine,
  tooLong: (length: number) => void,
  longest: number = LONGEST,
): (chunk?: Uint8Array) => void {
  let carried: Uint8Array[] = [];
  let length = 0;
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
  return (given) => {
    if (!given) return length === 0 ? undefined : takeCarried(new Uint8Array());
    const chunk = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    let start = 0;
    let end = chunk.indexOf(LINE_FEED);
    if (end >= 0 && length > 0) {
      takeCarried(chunk.subarray(0, end));
      start = end + 1;
      end = chunk.indexOf(LINE_FEED, start);
    }
    for (; end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      take(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) carry(chunk.subarray(start));
  };
}
