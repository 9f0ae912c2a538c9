import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Step } from './json-bytes.ts';

/** What log stores, shippers and runtimes wrap events in. */
export interface Envelope {
  /** As it is said: `Loki`. */
  name: string;
  /** Whether a value is one, by its keys. */
  isSuch: (value: JsonObject) => boolean;
  /** What such an export may have lost, or what is to be known of it: a sentence. */
  warns?: string;
  /** How it is known: its bytes were read by this program from the real thing, its source or docs were read, or it is taken from what others tell. */
  known: 'seen' | 'read' | 'told';
  /** Its objects are not all that the API server wrote; its texts are. */
  isLossy?: boolean;
  /** It has no events, and that is no damage. */
  isEmpty?: (value: JsonObject) => boolean;
  /** What it says of more that was not exported. */
  lacks?: (value: JsonObject) => string | undefined;
}

const has =
  (...keys: string[]) =>
  (value: JsonObject): boolean =>
    keys.every((key) => value[key] !== undefined);

const at = (value: Json | undefined, ...keys: string[]): Json | undefined =>
  keys.reduce<Json | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);

const CUT_AT_16_KIB = 'Azure cuts events after 16 KiB; those that were cut are counted.';

/** By the first that fits. Shapes are those of the docs, sources and issues of 2026-07; none was read from a running store. */
export const ENVELOPES: readonly Envelope[] = [
  { name: 'EventList', known: 'read', isSuch: ({ kind }) => kind === 'EventList' },
  {
    name: 'Loki',
    known: 'read',
    isSuch: (value) => has('line', 'timestamp')(value) || at(value, 'data', 'resultType') === 'streams',
    warns:
      'Loki gives the newest first and no more than its limit: ask with --forward and a --limit that is not reached.',
  },
  {
    name: 'CloudWatch Logs',
    known: 'read',
    isSuch: (value) =>
      has('messageType')(value) || has('events')(value) || has('message', 'timestamp', 'logStreamName')(value),
    isEmpty: ({ messageType }) => messageType === 'CONTROL_MESSAGE',
    lacks: ({ nextToken }) => (typeof nextToken === 'string' ? 'it has a nextToken, so there is more' : undefined),
  },
  { name: 'CloudWatch Logs Insights', known: 'told', isSuch: (value) => Array.isArray(value['results']) },
  {
    name: 'Elastic Agent',
    known: 'read',
    isSuch: (value) => AGENT.some((path) => at(value, ...path) !== undefined),
    isLossy: true,
    warns:
      'Elastic Agent removes the metadata of bodies and empty values; add the tag preserve_original_event to keep the event.',
  },
  {
    name: 'Elasticsearch',
    known: 'read',
    isSuch: (value) => has('_source')(value) || has('hits')(value) || BULK.some((key) => isObject(value[key])),
    isEmpty: (value) => BULK.some((key) => isObject(value[key])) && Object.keys(value).length === 1,
    warns: 'Elasticsearch rejects events that do not fit its mapping; whether some are missing cannot be seen here.',
  },
  { name: 'docker', known: 'read', isSuch: has('log', 'stream', 'time') },
  { name: 'Fluent Bit', known: 'read', isSuch: (value) => has('date')(value) || Object.keys(value).join() === 'log' },
  { name: 'OpenTelemetry', known: 'read', isSuch: has('resourceLogs') },
  {
    name: 'OpenTelemetry',
    known: 'read',
    isSuch: (value) => has('body')(value) && (has('timeUnixNano')(value) || has('observedTimeUnixNano')(value)),
  },
  {
    name: 'VictoriaLogs',
    known: 'read',
    isSuch: has('_time', '_stream'),
    warns: 'VictoriaLogs keeps no empty values, and drops lines of more than 2 MiB.',
  },
  { name: 'Mezmo', known: 'told', isSuch: has('_line'), warns: 'Mezmo gives the newest first.' },
  {
    name: 'Splunk',
    known: 'told',
    isSuch: (value) => has('_raw')(value) || at(value, 'result', '_raw') !== undefined,
    warns: 'Splunk cuts events after 10,000 bytes unless TRUNCATE is raised.',
  },
  {
    name: 'Datadog',
    known: 'told',
    isSuch: (value) => isObject(value['attributes']) && (has('_id')(value) || value['type'] === 'log'),
    isLossy: true,
    warns: 'Datadog moves fields to other names and cuts events of more than 1 MB.',
  },
  {
    name: 'Azure diagnostics',
    known: 'read',
    isSuch: (value) => has('category')(value) || has('records')(value),
    isEmpty: ({ category }) => typeof category === 'string' && !category.startsWith('kube-audit'),
    warns: CUT_AT_16_KIB,
  },
  {
    name: 'journald',
    known: 'read',
    isSuch: has('__REALTIME_TIMESTAMP'),
    warns: 'journalctl leaves out fields of more than 4,096 bytes unless it is given --all.',
  },
  { name: 'Vector', known: 'told', isSuch: has('source_type') },
  { name: 'Google Cloud Audit Logs', known: 'read', isSuch: has('protoPayload') },
];

/** Where Elastic Agent puts what it made of an event. */
const AGENT: readonly string[][] = [
  ['_source', 'kubernetes', 'audit'],
  ['_source', 'aws', 'eks', 'audit'],
  ['kubernetes', 'audit'],
  ['aws', 'eks', 'audit'],
];

/** The actions that alternate with documents in a file for the bulk API. */
const BULK: readonly string[] = ['index', 'create'];

/** The names of envelopes whose elements are read one by one, by the list they stand in. */
export const LIST_NAMES: Readonly<Record<string, string>> = {
  '[]': 'JSON list',
  'items[]': 'EventList',
  'events[]': 'CloudWatch Logs',
  'logEvents[]': 'CloudWatch Logs',
  'records[]': 'Azure diagnostics',
  'results[]': 'CloudWatch Logs Insights',
  'data[]': 'Datadog',
  'data.result[].values[]': 'Loki',
  'hits.hits[]': 'Elasticsearch',
  'resourceLogs[].scopeLogs[].logRecords[]': 'OpenTelemetry',
};

/** The row of the table that a value is; undefined where it is none of them. */
export function envelopeOf(value: JsonObject): Envelope | undefined {
  return ENVELOPES.find(({ isSuch }) => isSuch(value));
}

/** Keys that hold the text of an event; the original, so they come before objects, which were made of it. */
export const TEXTS: readonly (readonly string[])[] = [
  ['event', 'original'],
  ['_raw'],
  ['properties', 'log'],
  ['@message'],
  ['message'],
  ['log'],
  ['line'],
  ['_line'],
  ['_msg'],
  ['MESSAGE'],
  ['body', 'stringValue'],
  ['textPayload'],
];

/** Keys that hold an event, or what has one in it. */
export const OBJECTS: readonly (readonly string[])[] = [
  ['kubernetes', 'audit'],
  ['aws', 'eks', 'audit'],
  ['jsonPayload'],
  ['structured'],
  ['attributes', 'attributes'],
  ['attributes'],
  ['log'],
  ['message'],
  ['body'],
  ['_source'],
  ['result'],
  ['data'],
  ['hits'],
];

/** Keys that hold a list of events, or of what has one in it. */
export const LISTS: readonly string[] = [
  'items',
  'logEvents',
  'events',
  'records',
  'results',
  'data',
  'result',
  'values',
  'hits',
  'resourceLogs',
  'scopeLogs',
  'logRecords',
];

/** What is never looked into: a body may hold something that looks like an event. */
export const BODIES: readonly string[] = ['requestObject', 'responseObject'];

/** A step from a value to one in it. */
export type Path = readonly Step[];
