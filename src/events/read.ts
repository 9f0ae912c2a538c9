import type { LoggedEvent, LogSource } from './event.ts';
import { lineBreaker } from './lines.ts';
import { isEvent, ParsedEvent } from './parsed.ts';
import type { LogTally } from './tally.ts';

/**
 * Reads a source once, event by event, in the order in which they stand there.
 *
 * @param take gets each event, which is only good until it returns, and gives what is wanted of it; undefined for nothing.
 * @param tally counts what was read, and what could not be.
 * @returns what `take` gave, an array for each chunk read; one without anything is left out.
 * @throws what the source throws.
 */
export async function* readLog<Wanted>(
  source: LogSource,
  take: (event: LoggedEvent) => Wanted | undefined,
  tally: LogTally,
): AsyncGenerator<Wanted[]> {
  let wanted: Wanted[] = [];
  const read = lineReader(source, tally, (event) => {
    const given = take(event);
    if (given !== undefined) wanted.push(given);
  });
  const feed = lineBreaker(read);
  for await (const chunk of source.open()) {
    feed(chunk);
    if (wanted.length > 0) yield wanted;
    wanted = [];
  }
  feed();
  if (wanted.length > 0) yield wanted;
}

function lineReader(source: LogSource, tally: LogTally, take: (event: LoggedEvent) => void) {
  let line = 0;
  return (chunk: Uint8Array, start: number, end: number): void => {
    line += 1;
    const bytes = chunk.subarray(start, end);
    tally.line(bytes.length + 1);
    if (bytes.length === 0) return;
    const value = parsed(bytes);
    if (!isEvent(value)) return tally.damage({ source, line, kind: value === undefined ? 'corrupt' : 'foreign' });
    const event = new ParsedEvent(value, { source, line, envelope: '', isConverted: false, bytes, wrapped: bytes });
    tally.event(event);
    take(event);
  };
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
}
