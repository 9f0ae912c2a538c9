/** Takes a line: `bytes[start..end)`, behind which stands a line feed; only good until it returns. */
export type TakeLine = (bytes: Buffer, start: number, end: number) => void;

const LINE_FEED = 10;
const ONE_LINE_FEED: Uint8Array = Uint8Array.of(LINE_FEED);

/**
 * Breaks chunks of bytes at line feeds, and at nothing else: U+2028 may stand in a JSON string.
 * Call it with each chunk, then once without one for a last line that has no line feed.
 */
export function lineBreaker(take: TakeLine): (chunk?: Uint8Array) => void {
  let carried: Uint8Array[] = [];
  const takeCarried = (last: Uint8Array): void => {
    const line = Buffer.concat([...carried, last, ONE_LINE_FEED]);
    carried = [];
    take(line, 0, line.length - 1);
  };
  return (given) => {
    if (!given) return carried.length === 0 ? undefined : takeCarried(new Uint8Array());
    const chunk = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    let start = 0;
    let end = chunk.indexOf(LINE_FEED);
    if (end >= 0 && carried.length > 0) {
      takeCarried(chunk.subarray(0, end));
      start = end + 1;
      end = chunk.indexOf(LINE_FEED, start);
    }
    for (; end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      take(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) carried.push(Buffer.from(chunk.subarray(start)));
  };
}
