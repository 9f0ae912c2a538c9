import type { AuditEvent, LoggedEvent, LogSource } from '../../src/events/event.ts';
import { ParsedEvent } from '../../src/events/parsed.ts';
import { WalkedEvent } from '../../src/events/walked.ts';

const SOURCE: LogSource = { name: 'audit.log', server: '', open: async function* () {} };

/** An event of a log that says this, and otherwise as little as an event can. */
export function eventOf(said: Partial<AuditEvent>): LoggedEvent {
  const value = {
    level: 'Metadata',
    auditID: 'a',
    stage: 'ResponseComplete',
    requestURI: '/',
    verb: 'get',
    user: {},
    ...said,
  };
  return parsedOf(JSON.stringify(value));
}

/** The event of a line, as `JSON.parse` reads it. */
export function parsedOf(line: string): LoggedEvent {
  const bytes = Buffer.from(line);
  return new ParsedEvent(JSON.parse(line), {
    source: SOURCE,
    line: 1,
    envelope: '',
    isConverted: false,
    bytes,
    wrapped: bytes,
  });
}

/** The events of lines, each only good until the next one. */
export function* eventsOf(lines: Iterable<string>): Generator<LoggedEvent> {
  const event = new WalkedEvent(SOURCE);
  for (const line of lines) {
    const bytes = Buffer.from(`${line}\n`);
    if (!event.take(bytes, 0, bytes.length - 1, 1)) throw new Error(line);
    yield event;
  }
}

/** A log of these lines, in chunks of so many bytes. */
export function logOf(lines: readonly Buffer[], size: number): LogSource {
  const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
  return {
    ...SOURCE,
    open: async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    },
  };
}
