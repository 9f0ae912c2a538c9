import type { AuditEvent, LoggedEvent } from '../../src/events/event.ts';
import { ParsedEvent } from '../../src/events/parsed.ts';

const SOURCE = { name: 'audit.log', server: '', open: () => (async function* () {})() };

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
  const bytes = Buffer.from(JSON.stringify(value));
  return new ParsedEvent(JSON.parse(bytes.toString()), {
    source: SOURCE,
    line: 1,
    envelope: '',
    isConverted: false,
    bytes,
    wrapped: bytes,
  });
}
