import { isObject, type JsonObject, sameJson } from '../json.ts';
import { WRITES } from '../policy/api/verbs.ts';
import type { LoggedEvent } from './event.ts';
import type { Test } from './filter.ts';
import { mayHaveTaken, nameOf } from './named.ts';

/** One object, or all of a name where `namespace` is left out. */
export interface ObjectName {
  group: string;
  resource: string;
  name: string;
  namespace?: string;
}

/** Whether an event is about an object: about itself, about all of its kind where it lies (deletecollection), or its namespace's end. */
export function objectTest({ group, resource, name, namespace }: ObjectName): Test {
  const isThere = (given = ''): boolean => namespace === undefined || given === namespace;
  return (event) => {
    const { objectRef } = event;
    if (!objectRef) return false;
    if (isNamespaceEnd(event)) return namespace !== undefined && objectRef.name === namespace;
    if (objectRef.resource !== resource || (objectRef.apiGroup ?? '') !== group || !isThere(objectRef.namespace))
      return false;
    return event.verb === 'deletecollection' ? mayHaveTaken(event, name) : nameOf(event) === name;
  };
}

function isNamespaceEnd({ verb, objectRef }: LoggedEvent): boolean {
  return verb === 'delete' && objectRef?.resource === 'namespaces' && !objectRef.subresource;
}

/** What one request did to an object, as far as the log tells. */
export interface Change {
  event: LoggedEvent;
  /**
   * `status` and `same` changed nothing but its status, or nothing at all; `marked` is deleted once its finalizers are done; `perhaps` are
   * deletions of more than this object; `other` is about it and no change of it; `nothing` was refused, or only tried.
   */
  kind: 'created' | 'changed' | 'status' | 'same' | 'deleted' | 'marked' | 'perhaps' | 'other' | 'nothing';
  /** What was, and what is; without what each write changes by itself. Left out: not recorded. */
  before?: JsonObject;
  after?: JsonObject;
  /** A patch as it was sent, where no body tells what came of it. */
  patch?: unknown;
}

/**
 * Follows objects through a log. It gets every event of `objectTest`, in time order, and gives what each request that ended did; undefined
 * for what only reads. It holds the last known body of each object, so that what changed can be told: also those that were read.
 */
export function objectHistory(): (event: LoggedEvent) => Change | undefined {
  const known = new Map<string, JsonObject>();
  return (event) => {
    if (event.stage !== 'ResponseComplete' && event.stage !== 'Panic') return undefined;
    const key = event.objectRef?.namespace ?? '';
    if (!WRITES.includes(event.verb)) {
      const seen = bodyOf(event.responseObject);
      if (seen && isWhole(event) && event.code < 400 && event.verb === 'get') known.set(key, seen);
      return undefined;
    }
    const change = changeOf(event, known.get(key));
    if (change.kind === 'deleted') known.delete(key);
    else if (change.after) known.set(key, change.after);
    else if (change.kind === 'changed' || change.kind === 'created') known.delete(key);
    return change;
  };
}

/** Subresources whose body is the whole object. */
const WHOLE: readonly string[] = ['', 'status', 'ephemeralcontainers', 'resize', 'approval', 'finalize'];

function isWhole({ objectRef }: LoggedEvent): boolean {
  return WHOLE.includes(objectRef?.subresource ?? '');
}

function changeOf(event: LoggedEvent, before: JsonObject | undefined): Change {
  const { verb, objectRef, code, requestURI, stage } = event;
  const subresource = objectRef?.subresource ?? '';
  if (code >= 400 || stage === 'Panic' || /[?&]dryRun=/.test(requestURI)) return { event, kind: 'nothing' };
  if (isNamespaceEnd(event) || verb === 'deletecollection') return { event, kind: 'perhaps' };
  if (verb === 'delete') return deletion(event, before);
  if (subresource === 'eviction') return { event, kind: 'deleted' };
  if (subresource === 'scale') return scaling(event, before);
  if (!isWhole(event)) return { event, kind: 'other' };
  const sent = verb === 'patch' ? undefined : bodyOf(event.requestObject);
  const after = bodyOf(event.responseObject) ?? sent;
  if (verb === 'create') return { event, kind: 'created', ...(after && { after }) };
  if (before && after) return comparison(event, before, after);
  if (subresource === 'status' && !after) return { event, kind: 'status' };
  const patch = verb === 'patch' ? event.requestObject : undefined;
  return { event, kind: 'changed', ...(after && { after }), ...(patch !== undefined && { patch }) };
}

function comparison(event: LoggedEvent, before: JsonObject, after: JsonObject): Change {
  const [old, young] = [withoutStatus(before), withoutStatus(after)];
  if (!sameJson(old, young)) return { event, kind: 'changed', before: old, after: young };
  return { event, kind: sameJson(before, after) ? 'same' : 'status', after };
}

/** The body is no part of the object, but says how many replicas it has now. */
function scaling(event: LoggedEvent, before: JsonObject | undefined): Change {
  const isPatch = event.verb === 'patch';
  const scale = bodyOf(event.responseObject) ?? (isPatch ? undefined : bodyOf(event.requestObject));
  const replicas = isObject(scale?.['spec']) ? (scale['spec']['replicas'] ?? 0) : undefined;
  const spec = before?.['spec'];
  if (before && isObject(spec) && replicas !== undefined)
    return comparison(event, before, { ...before, spec: { ...spec, replicas } });
  const patch = replicas === undefined ? (isPatch ? event.requestObject : undefined) : { spec: { replicas } };
  return { event, kind: 'changed', ...(patch !== undefined && { patch }) };
}

/** Where it has finalizers it stays until these are done. */
function deletion(event: LoggedEvent, before: JsonObject | undefined): Change {
  const left = bodyOf(event.responseObject);
  const metadata = left?.['metadata'];
  const finalizers = isObject(metadata) ? metadata['finalizers'] : undefined;
  const isMarked = Array.isArray(finalizers) && finalizers.length > 0;
  const last = left ?? before;
  return { event, kind: isMarked ? 'marked' : 'deleted', ...(last && { before: withoutStatus(last) }) };
}

/** What the API server sets by itself at each write, or once and for all. */
const OWN: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'generation',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
]);
const COPY = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object as its owner knows it; undefined for what is none: an error, a table, options. */
function bodyOf(body: unknown): JsonObject | undefined {
  if (!isObject(body) || !isObject(body['metadata'])) return undefined;
  const { kind, metadata } = body;
  if (kind === 'Status' || kind === 'Table' || kind === 'PartialObjectMetadata') return undefined;
  const own = Object.entries(metadata).filter(([key]) => !OWN.has(key) && key !== 'annotations');
  const annotations = isObject(metadata['annotations']) ? Object.entries(metadata['annotations']) : [];
  const kept = annotations.filter(([name]) => name !== COPY);
  const rest = kept.length === 0 ? {} : { annotations: Object.fromEntries(kept) };
  return { ...body, metadata: { ...Object.fromEntries(own), ...rest } };
}

/** What of an object is wanted, without how it is. */
export function withoutStatus(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([key]) => key !== 'status'));
}
