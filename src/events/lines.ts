/** Takes a line: `bytes[start..end)` without its line feed; only good until it returns. */
export type TakeLine = (bytes: Uint8Array, start: number, end: number) => void;

const LINE_FEED = 10;

/**
 * Breaks chunks of bytes at line feeds, and at nothing else: U+2028 may stand in a JSON string.
 * Call it with each chunk, then once without one for a last line that has no line feed.
 */
export function lineBreaker(take: TakeLine): (chunk?: Uint8Array) => void {
  let carried: Uint8Array[] = [];
  return (chunk) => {
    if (!chunk) return carried.length === 0 ? undefined : takeJoined(carried, take);
    let start = 0;
    let end = chunk.indexOf(LINE_FEED);
    if (end >= 0 && carried.length > 0) {
      takeJoined([...carried, chunk.subarray(0, end)], take);
      carried = [];
      start = end + 1;
      end = chunk.indexOf(LINE_FEED, start);
    }
    for (; end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      take(chunk, start, end);
      start = end + 1;
    }
    if (start < chunk.length) carried.push(chunk.slice(start));
  };
}

function takeJoined(pieces: readonly Uint8Array[], take: TakeLine): void {
  const line = Buffer.concat(pieces);
  take(line, 0, line.length);
}
