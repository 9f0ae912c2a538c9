import { decide } from '../policy/decide/decide.ts';
import type { Policy, Stage } from '../policy/types.ts';
import { downGrade } from './down-grade.ts';
import type { AuditEvent } from './event.ts';
import { requestOf } from './request-of.ts';

/** How much a policy keeps of a log, and how much the log has; bytes count the line feeds. */
export interface Kept {
  events: number;
  bytes: number;
  ofEvents: number;
  ofBytes: number;
}

/**
 * Tells how many events and bytes a policy would have written for the requests of an audit log, given as its lines. Exact where the
 * log was recorded at RequestResponse and without omitted stages; otherwise a lower bound. Throws SyntaxError for a line that is not JSON.
 */
export function keep(policy: Policy, lines: Iterable<string>): Kept {
  const kept: Kept = { events: 0, bytes: 0, ofEvents: 0, ofBytes: 0 };
  for (const line of lines) {
    if (line === '') continue;
    const event = JSON.parse(line) as AuditEvent;
    kept.ofEvents++;
    kept.ofBytes += Buffer.byteLength(line) + 1;
    const written = eventUnder(policy, event);
    if (!written) continue;
    kept.events++;
    kept.bytes += Buffer.byteLength(goJson(written)) + 1;
  }
  return kept;
}

/** Gives the event that a policy would have written in place of a recorded one; undefined where it would have written none. */
export function eventUnder(policy: Policy, event: AuditEvent): AuditEvent | undefined {
  const { level, omitStages, omitManagedFields } = decide(policy, requestOf(event));
  if (level === 'None' || omitStages.includes(event.stage as Stage)) return undefined;
  return downGrade(event, level, omitManagedFields);
}

/** Writes a value as Go's `encoding/json` does, which escapes what HTML and JavaScript could trip over. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
