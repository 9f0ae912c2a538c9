import { isObject } from '../json.ts';
import type { LoggedEvent } from '../events/event.ts';
import {
  END,
  HAS_PATCH,
  IS_BY_GO,
  isByGo,
  LEVEL,
  REQUEST_OBJECT,
  RESPONSE_OBJECT,
  SAYS,
  START,
} from '../events/scan.ts';
import { LEVELS, type Level } from '../policy/types.ts';
import { type AuditEvent, downGrade, goJson, mayLoseManagedFields, withoutManagedFields } from './keep.ts';

/** How many bytes the line of an event has under a decision, line feed included. */
export type SizeUnder = (level: Level, omitManagedFields: boolean) => number;

const PATCH: Buffer = Buffer.from('patch.webhook.admission.k8s.io/');
const MANAGED: Buffer = Buffer.from('"managedFields"');
const BODIES = ['responseObject', 'requestObject'] as const;

/**
 * Tells how long the line would be that kube-apiserver had written for a recorded event at another level: `downGrade` in Go's JSON. Where
 * the line is as Go writes it, what goes is subtracted from it; else the event is written anew. A higher level adds nothing.
 */
export function sizesOf(event: LoggedEvent): SizeUnder {
  const bytes = Buffer.from(event.bytes().buffer, event.bytes().byteOffset, event.bytes().byteLength);
  const canSubtract = event.sizeOf('level') !== undefined && isByGo(bytes);
  const known = new Map<number, number>();
  return (level, omitManagedFields) => {
    const key = 2 * LEVELS.indexOf(level) + Number(omitManagedFields);
    const found = known.get(key);
    if (found !== undefined) return found;
    const size =
      (canSubtract ? subtracted(event, bytes, level, omitManagedFields) : undefined) ??
      written(bytes, level, omitManagedFields);
    known.set(key, size);
    return size;
  };
}

/**
 * The same of an event in a row of a scanner.
 *
 * @param at where the row begins.
 * @param eventOf makes the event, where the row does not tell.
 */
export function rowSizes(rows: Int32Array, at: number, eventOf: () => LoggedEvent): SizeUnder {
  let read: SizeUnder | undefined;
  return (level, omitManagedFields) => {
    const rank = Math.min(LEVELS.indexOf(level), rows[at + LEVEL] ?? 0);
    return sizeIn(rows, at, rank, omitManagedFields) ?? (read ??= sizesOf(eventOf()))(level, omitManagedFields);
  };
}

/** undefined where the event has to be read for it. */
function sizeIn(rows: Int32Array, at: number, rank: number, omitsManagedFields: boolean): number | undefined {
  const says = rows[at + SAYS] ?? 0;
  const request = lengthIn(rows, at + REQUEST_OBJECT);
  const response = lengthIn(rows, at + RESPONSE_OBJECT);
  const staying = (rank >= REQUEST ? request : 0) + (rank >= RESPONSE ? response : 0);
  const isPlain = (says & IS_BY_GO) !== 0 && (rank >= REQUEST || (says & HAS_PATCH) === 0);
  if (!isPlain || (omitsManagedFields && staying > 0)) return undefined;
  const less =
    (rank >= REQUEST ? 0 : memberSize('requestObject', request)) +
    (rank >= RESPONSE ? 0 : memberSize('responseObject', response));
  const whole = (rows[at + END] ?? 0) - (rows[at + START] ?? 0) + 1;
  return whole - less + (NAMES[rank] ?? 0) - (NAMES[rows[at + LEVEL] ?? 0] ?? 0);
}

const REQUEST = LEVELS.indexOf('Request');
const RESPONSE = LEVELS.indexOf('RequestResponse');
const NAMES: readonly number[] = LEVELS.map((level) => level.length);

function lengthIn(rows: Int32Array, at: number): number {
  return (rows[at + 1] ?? 0) - (rows[at] ?? 0);
}

/** The measure for what is faster. */
function written(bytes: Buffer, level: Level, omitManagedFields: boolean): number {
  const event: AuditEvent = JSON.parse(bytes.toString());
  return Buffer.byteLength(goJson(downGrade(event, level, omitManagedFields))) + 1;
}

/** undefined where annotations may go: that is seldom, and they are among others. */
function subtracted(event: LoggedEvent, bytes: Buffer, level: Level, omitManagedFields: boolean): number | undefined {
  const rank = Math.min(LEVELS.indexOf(level), LEVELS.indexOf(levelOf(event)));
  if (rank < REQUEST && bytes.includes(PATCH)) return undefined;
  const gone = BODIES.slice(0, RESPONSE - rank);
  const stays = BODIES.slice(gone.length);
  const less = gone.reduce((sum, key) => sum + memberSize(key, event.sizeOf(key) ?? 0), 0);
  const name = (LEVELS[rank] ?? level).length - event.level.length;
  const managed = omitManagedFields && stays.length > 0 && bytes.includes(MANAGED) ? managedSize(event, stays) : 0;
  return bytes.length + 1 + name - less - managed;
}

function levelOf({ level }: LoggedEvent): Level {
  return LEVELS.find((each) => each === level) ?? 'None';
}

/** With its key, colon and comma. */
function memberSize(key: string, size: number): number {
  return size === 0 ? 0 : size + key.length + ',"":'.length;
}

function managedSize(event: LoggedEvent, keys: readonly (typeof BODIES)[number][]): number {
  const bodies = keys.flatMap((key) => (mayLoseManagedFields(event, key) ? [event[key]] : [])).filter(isObject);
  return bodies.reduce((sum, body) => sum + jsonSize(body) - jsonSize(withoutManagedFields(body)), 0);
}

function jsonSize(value: unknown): number {
  return Buffer.byteLength(goJson(value));
}
