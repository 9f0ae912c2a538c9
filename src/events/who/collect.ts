import type { LoggedEvent, ObjectReference } from '../event.ts';
import { isDryRun, tellsEnd } from '../questions/traits.ts';
import { nameOf } from '../named.ts';
import { type Asked, isAsked, isInPlace, isOfType } from './asked.ts';
import { ownersIn, type Shape, shapeIn, uidOf } from '../bodies.ts';

/**
 * What a request has to do with the object that is asked about: it was done to it, to many of its kind, to the namespace it is in, to
 * what may own it; it asked to evict it, or it made it.
 */
export type Role = 'itself' | 'made' | 'collection' | 'namespace' | 'owner' | 'change' | 'eviction';

/** A request that may belong to an answer. */
export interface Candidate {
  event: LoggedEvent;
  role: Role;
}

/** What was found in a log. */
export interface Collected {
  /** In time order. */
  candidates: readonly Candidate[];
  /** How many more there were than are kept; the earliest are left out. */
  dropped: number;
  /** The last request that the object was there for, and the first after that which did not find it. */
  alive: LoggedEvent | null;
  gone: LoggedEvent | null;
  /** How many requests there are for objects of its type, of whatever kind. */
  ofType: number;
  /** The uids of what owned the object, where bodies say. */
  owners: ReadonlySet<string>;
  /** What the object was when it was last deleted, or at the end, as far as bodies say. */
  shape: Shape | null;
}

/** Takes the events of a log in time order, and keeps what an answer can be made of. Its memory does not grow with the log. */
export interface Collector {
  /** Whether an event is to be kept and given to `add`. */
  takes(event: LoggedEvent): boolean;
  add(event: LoggedEvent): void;
  end(): Collected;
}

const MOST = 5_000;
/** An answer at level RequestResponse can be a list of many megabytes. */
const MOST_BYTES = 32 * 1024 * 1024;

/** A collector for what was asked. */
export function collector(asked: Asked): Collector {
  const candidates: Candidate[] = [];
  const owners = new Set<string>();
  const ancestors = new Map<string, readonly string[]>();
  let dropped = 0;
  let held = 0;
  let ofType = 0;
  let alive: LoggedEvent | null = null;
  let gone: LoggedEvent | null = null;
  let shape: Shape | null = null;
  let shapeBefore: Shape | null = null;
  const roleOf = roleFinder(asked, owners);
  return {
    takes(event) {
      if (!tellsEnd(event) || !event.objectRef) return false;
      if (isOfType(asked, event.objectRef) && isInPlace(asked, event.objectRef)) ofType += 1;
      return roleOf(event) !== undefined || isSight(asked, event);
    },
    add(event) {
      const role = roleOf(event);
      if (isSight(asked, event)) {
        if (event.code < 300) [alive, gone] = [event, null];
        else gone ??= event;
        for (const body of [event.requestObject, event.responseObject])
          for (const uid of ownersIn(body)) if (owners.size < MOST) owners.add(uid);
        shape = changedShape(role === 'made' ? null : shape, event);
      }
      if (role === 'itself' && event.verb === 'delete' && isSettled(event)) shapeBefore = shape ?? shapeBefore;
      const uid = role === 'owner' || role === 'change' ? uidOf(event) : undefined;
      const above = uid === undefined ? [] : ownersIn(event.responseObject);
      if (uid !== undefined && above.length > 0 && ancestors.size < MOST) ancestors.set(uid, above);
      if (role === undefined) return;
      candidates.push({ event, role });
      held += event.bytes().length;
      if (candidates.length <= 2 * MOST && held <= MOST_BYTES) return;
      const oldest = candidates.splice(0, Math.floor(candidates.length / 2));
      dropped += oldest.length;
      for (const each of oldest) held -= each.event.bytes().length;
    },
    end: () => ({
      candidates: candidates.toSorted((a, b) => a.event.at - b.event.at),
      dropped,
      alive,
      gone,
      ofType,
      owners: withOwners(owners, ancestors),
      shape: shapeBefore ?? shape,
    }),
  };
}

/** The owners, and what owns these. */
function withOwners(owners: ReadonlySet<string>, ancestors: ReadonlyMap<string, readonly string[]>): Set<string> {
  const all = new Set(owners);
  // A set that grows while it is walked is walked to its end.
  for (const uid of all) for (const above of ancestors.get(uid) ?? []) all.add(above);
  return all;
}

/** A patch says only what it changes. */
function changedShape(before: Shape | null, { requestObject, responseObject }: LoggedEvent): Shape | null {
  const after = shapeIn(responseObject) ?? shapeIn(requestObject);
  if (!after) return before;
  const images = after.images.length > 0 ? after.images : (before?.images ?? []);
  const replicas = after.replicas ?? before?.replicas;
  return { images, ...(replicas === undefined ? {} : { replicas }) };
}

/** Whether an event shows that the one object was there, or was not. */
function isSight({ name, namespace, ...asked }: Asked, event: LoggedEvent): boolean {
  const { objectRef: ref, code, verb } = event;
  if (!ref || name === '' || nameOf(event) !== name || verb === 'deletecollection' || verb === 'delete') return false;
  const isThis = isOfType({ ...asked, name, namespace }, ref) && isInPlace({ ...asked, name, namespace }, ref);
  return isThis && (code === 404 ? verb === 'get' : code >= 200 && code < 300);
}

function roleFinder(asked: Asked, owners: ReadonlySet<string>): (event: LoggedEvent) => Role | undefined {
  const isDelete = asked.act.word === 'delete';
  const follows = (isDelete || asked.act.word === 'create') && asked.name !== '';
  return (event) => {
    const { objectRef: ref, verb } = event;
    if (!ref) return undefined;
    if (isAsked(asked, event)) return verb === 'deletecollection' && asked.name !== '' ? 'collection' : 'itself';
    if (!follows) return undefined;
    if (isDelete && isMaking(asked, event)) return 'made';
    if (isDelete && isEviction(asked, ref, verb)) return 'eviction';
    if (isDelete && isItsNamespace(asked, ref, verb)) return 'namespace';
    if (!isSettled(event) || !isInPlace(asked, ref) || (ref.namespace ?? '') === '') return undefined;
    const isOwner = isNamedAfter(asked, ref) || (owners.size > 0 && owners.has(uidOf(event) ?? ''));
    if (!isOwner) return undefined;
    if (isDelete && verb === 'delete' && (ref.subresource ?? '') === '') return 'owner';
    return isChange(event, ref) ? 'change' : undefined;
  };
}

function isSettled({ code, requestURI }: LoggedEvent): boolean {
  return code >= 200 && code < 300 && !isDryRun(requestURI);
}

// Server-side apply makes what is not there: a patch that is answered with 201.
function isMaking(asked: Asked, event: LoggedEvent): boolean {
  const isNew = event.verb === 'create' || event.code === 201;
  return isNew && isSettled(event) && (event.objectRef?.subresource ?? '') === '' && isSight(asked, event);
}

function isEviction({ name, resource, ...asked }: Asked, ref: ObjectReference, verb: string): boolean {
  const isThis = resource === 'pods' && ref.resource === 'pods' && ref.name === name;
  return isThis && ref.subresource === 'eviction' && verb === 'create' && isInPlace({ ...asked, name, resource }, ref);
}

function isItsNamespace({ namespace, isNamespaced }: Asked, ref: ObjectReference, verb: string): boolean {
  const isOne = ref.resource === 'namespaces' && (ref.subresource ?? '') === '' && verb === 'delete';
  return isNamespaced && isOne && (namespace === '' || ref.name === namespace);
}

/** Controllers name what they make after what it belongs to: web, web-58f49888c9, web-58f49888c9-b9h2z. */
function isNamedAfter({ name }: Asked, ref: ObjectReference): boolean {
  const owner = ref.name ?? '';
  return owner !== '' && owner.length < name.length && name.startsWith(`${owner}-`) && OWNERS.has(ref.resource ?? '');
}

const OWNERS: ReadonlySet<string> = new Set([
  'deployments',
  'replicasets',
  'replicationcontrollers',
  'statefulsets',
  'daemonsets',
  'jobs',
  'cronjobs',
]);

const CHANGES: readonly string[] = ['create', 'update', 'patch'];

/** A change of what a workload wants, not of how it is. */
function isChange({ verb }: LoggedEvent, { subresource = '' }: ObjectReference): boolean {
  return CHANGES.includes(verb) && (subresource === '' || subresource === 'scale');
}
