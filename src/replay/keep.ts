import { isObject } from '../json.ts';
import { decide } from '../policy/decide/decide.ts';
import type { Share } from '../policy/render/template.ts';
import { type Level, LEVELS, type Policy, type Stage } from '../policy/types.ts';
import type { AuditEvent as Event } from '../events/event.ts';
import { requestOf } from '../events/request.ts';

/** An event as an object, all its keys kept. */
export type AuditEvent = Omit<Event, 'auditID'> & { auditID?: string; [key: string]: unknown };

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
export function keptOf(policy: Policy, lines: Iterable<string>): Kept {
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

/**
 * Tells which share of a log a policy keeps, in percent with one decimal of what another policy keeps of it (the template
 * `metadata`, for the numbers in the heads of the templates). The log is given as its lines.
 */
export function shareOf(policy: Policy, metadata: Policy, log: string, lines: readonly string[]): Share {
  const kept = keptOf(policy, lines);
  const all = keptOf(metadata, lines);
  return { log, events: percent(kept.events, all.events), bytes: percent(kept.bytes, all.bytes) };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((1000 * part) / whole) / 10;
}

/**
 * Gives the event that kube-apiserver would have written at a level, from one it wrote at that level or above: bodies and the
 * patches of webhooks go, and with `omitManagedFields` the managed fields, but those of a patch. Exact; from a lower level nothing can be added.
 */
export function downGrade(event: AuditEvent, level: Level, omitManagedFields: boolean): AuditEvent {
  const rank = Math.min(LEVELS.indexOf(level), LEVELS.indexOf(event.level as Level));
  const result: AuditEvent = { ...event, level: LEVELS[rank] ?? level };
  if (rank < LEVELS.indexOf('RequestResponse')) delete result.responseObject;
  if (rank < LEVELS.indexOf('Request')) {
    delete result.requestObject;
    dropPatches(result);
  }
  if (!omitManagedFields) return result;
  for (const key of ['requestObject', 'responseObject'] as const) {
    if (result[key] !== undefined && mayLoseManagedFields(event, key)) result[key] = withoutManagedFields(result[key]);
  }
  return result;
}

/** A patch is written as it was sent, its managed fields too (`LogRequestPatch` in `pkg/audit/request.go` of k8s.io/apiserver, 1.37). */
export function mayLoseManagedFields({ verb }: Pick<Event, 'verb'>, key: 'requestObject' | 'responseObject'): boolean {
  return key === 'responseObject' || verb !== 'patch';
}

function dropPatches(event: AuditEvent): void {
  if (!event.annotations) return;
  const kept = Object.entries(event.annotations).filter(([key]) => !key.startsWith('patch.webhook.admission.k8s.io/'));
  if (kept.length === 0) delete event.annotations;
  else event.annotations = Object.fromEntries(kept);
}

/** Leaves managed fields out of an object, the items of a list, and the objects of a table's rows. */
export function withoutManagedFields(body: unknown): unknown {
  if (!isObject(body)) return body;
  const object: Record<string, unknown> = { ...body };
  if (isObject(object['metadata'])) {
    const { managedFields: _managedFields, ...metadata } = object['metadata'];
    object['metadata'] = metadata;
  }
  if (Array.isArray(object['items'])) object['items'] = object['items'].map(withoutManagedFields);
  if (Array.isArray(object['rows'])) object['rows'] = object['rows'].map(rowWithout);
  return object;
}

function rowWithout(row: unknown): unknown {
  return isObject(row) && 'object' in row ? { ...row, object: withoutManagedFields(row['object']) } : row;
}
