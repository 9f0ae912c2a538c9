import { isObject, type Json, type JsonObject } from '../json.ts';
import { LEVELS } from '../policy/types.ts';
import { requestOf } from './request.ts';

/**
 * Undoes what log stores do to an event: names with dots for members, dots in names made `_`, numbers and lists made text, times made
 * numbers, the level under another name.
 *
 * @returns null where the event is as the API server wrote it.
 */
export function restored(event: JsonObject): JsonObject | null {
  const nested = Object.keys(event).some((key) => key.includes('.')) ? unflattened(event) : event;
  const changes = Object.fromEntries(
    FIELDS.flatMap(([key, change]) => {
      const value = change(nested[key], nested);
      return value === undefined || value === nested[key] ? [] : [[key, value]];
    }),
  );
  if (nested === event && Object.keys(changes).length === 0) return null;
  const { auditLevel: _, audit_level: _other, ...rest } = nested;
  return { ...('level' in changes ? rest : nested), ...changes };
}

/** What `ship` makes of the beginning of a line, up to the end of the key: `level` there is `auditLevel` (`src/ship/collector.ts`). */
const RENAMED = /^\{"kind":"Event","apiVersion":"audit\.k8s\.io\/v1[a-z0-9]*","auditLevel(?=":")/;
const LONGEST_BEGINNING = 100;

/** An event, and the bytes that it was read from. */
interface Read {
  event: JsonObject;
  bytes: Uint8Array;
}

/** Undoes that: gives the bytes that the API server wrote, and the event in them. What was not changed so is given back. */
export function unrenamed(read: Read): Read {
  const begin = RENAMED.exec(Buffer.from(read.bytes.subarray(0, LONGEST_BEGINNING)).toString('latin1'))?.[0];
  const { auditLevel, ...event } = read.event;
  if (begin === undefined || auditLevel === undefined || event['level'] !== undefined) return read;
  const level = Buffer.from(begin.replace(/auditLevel$/, 'level'));
  return {
    event: { ...event, level: auditLevel },
    bytes: Buffer.concat([level, read.bytes.subarray(begin.length)]),
  };
}

/** Gives what a field is to be, or undefined to leave it as it is. */
type Change = (value: Json | undefined, event: JsonObject) => Json | undefined;

const FIELDS: readonly (readonly [string, Change])[] = [
  ['level', levelOf],
  ['annotations', annotationsOf],
  ['responseStatus', withNumber],
  ['sourceIPs', listOf],
  ['user', withGroups],
  ['impersonatedUser', withGroups],
  ['requestReceivedTimestamp', timeOf],
  ['stageTimestamp', timeOf],
  ['objectRef', objectOf],
];

function unflattened(event: JsonObject): JsonObject {
  const nested: JsonObject = {};
  for (const [key, value] of Object.entries(event)) {
    const [first = '', ...rest] = key.split('.');
    if (rest.length === 0 || !PARENTS.has(first)) nested[key] = value;
    else put(nested, first === 'annotations' ? [first, rest.join('.')] : [first, ...rest], value);
  }
  return nested;
}

const PARENTS: ReadonlySet<string> = new Set([
  'user',
  'impersonatedUser',
  'objectRef',
  'responseStatus',
  'requestObject',
  'responseObject',
  'annotations',
]);

function put(map: JsonObject, [key = '', ...rest]: readonly string[], value: Json): void {
  if (key === '__proto__') return;
  const inner = map[key];
  if (rest.length === 0) map[key] = value;
  else put(isObject(inner) ? inner : (map[key] = {}), rest, value);
}

function levelOf(level: Json | undefined, event: JsonObject): Json | undefined {
  if (LEVELS.some((known) => known === level)) return undefined;
  return event['auditLevel'] ?? event['audit_level'];
}

/** The domain of `authorization_k8s_io/decision` has dots; a name behind the slash may have `_` of its own. */
function annotationsOf(annotations: Json | undefined): Json | undefined {
  if (!isObject(annotations)) return undefined;
  const names = Object.keys(annotations);
  if (!names.some((name) => /^[^/.]*_[^/]*\//.test(name))) return undefined;
  const dotted = (name: string): string => name.replace(/^[^/.]*(?=\/)/, (domain) => domain.replaceAll('_', '.'));
  return Object.fromEntries(names.map((name) => [dotted(name), annotations[name] ?? null]));
}

function withNumber(status: Json | undefined): Json | undefined {
  if (!isObject(status) || typeof status['code'] !== 'string' || !/^\d{1,3}$/.test(status['code'])) return undefined;
  return { ...status, code: Number(status['code']) };
}

function withGroups(user: Json | undefined): Json | undefined {
  if (!isObject(user)) return undefined;
  const groups = listOf(user['groups']);
  return groups === undefined ? undefined : { ...user, groups };
}

function listOf(text: Json | undefined): Json | undefined {
  if (typeof text !== 'string' || !text.startsWith('[')) return undefined;
  try {
    const list: Json = JSON.parse(text);
    return Array.isArray(list) ? list : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, by their size, as the text of a time. */
function timeOf(time: Json | undefined): Json | undefined {
  const number = typeof time === 'string' && /^\d{9,19}(?:\.\d+)?$/.test(time) ? Number(time) : time;
  if (typeof number !== 'number' || number < 1e8) return undefined;
  const scale = [1e3, 1, 1e-3, 1e-6][[1e11, 1e14, 1e17].filter((least) => number >= least).length] ?? 1;
  const date = new Date(number * scale);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** What was lost with empty values, or never mapped, is in the URI. */
function objectOf(reference: Json | undefined, { requestURI, verb }: JsonObject): Json | undefined {
  if (isObject(reference) || typeof requestURI !== 'string' || typeof verb !== 'string') return undefined;
  if (!/^\/apis?\//.test(requestURI)) return undefined;
  const { resource, namespace, name, apiGroup, subresource } = requestOf({ requestURI, verb, objectRef: {} });
  if (!resource) return undefined;
  const parts = Object.entries({ resource, namespace, name, apiGroup, subresource });
  return Object.fromEntries(parts.flatMap(([key, value]) => (value ? [[key, value]] : [])));
}
