import { LEVELS, type Level } from '../policy/types.ts';
import type { AuditEvent } from './event.ts';

/**
 * Gives the event that kube-apiserver would have written at a level, from one it wrote at that level or above: bodies and the
 * patches of webhooks go, and with `omitManagedFields` the managed fields. Exact; from a lower level nothing can be added.
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
    if (result[key] !== undefined) result[key] = withoutManagedFields(result[key]);
  }
  return result;
}

function dropPatches(event: AuditEvent): void {
  if (!event.annotations) return;
  const kept = Object.entries(event.annotations).filter(([key]) => !key.startsWith('patch.webhook.admission.k8s.io/'));
  if (kept.length === 0) delete event.annotations;
  else event.annotations = Object.fromEntries(kept);
}

// In the object itself, in the items of a list, and in the objects of a table's rows. A patch that is a list has none.
function withoutManagedFields(body: unknown): unknown {
  if (!isObject(body)) return body;
  const object = { ...body };
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
