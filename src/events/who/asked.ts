import { UserError } from '../../errors.ts';
import { nearest } from '../../policy/nearest.ts';
import { customNote, readTarget, type Target, typeName } from '../../policy/request/target.ts';
import { roleIn } from '../bodies.ts';
import { isOfMany, nameOf } from '../named.ts';
import type { LoggedEvent, ObjectReference } from '../event.ts';

/** What somebody may have done, as one asks for it. */
interface Act {
  /** As it is typed: `delete`. */
  word: string;
  /** Other words for it, kubectl's own among them. */
  also: readonly string[];
  /** As it is told: `deleted`. */
  did: string;
  verbs: readonly string[];
  /** Of which subresource; left out: that of the question, or none. `ANY` is any but the status. */
  subresources?: readonly string[];
  /** What it is done to, where it is always that. */
  resource?: string;
  /** What else must hold. */
  only?: (event: LoggedEvent) => boolean;
}

const ANY = '*';
const OPENED = ['get', 'create'];
const STORES = ['update', 'patch'];

// Server-side apply makes what is not there: a patch that is answered with 201.
const isMade = ({ verb, code }: LoggedEvent): boolean => verb === 'create' || code === 201;

/** What can be asked for. A shell over WebSocket is a get, over SPDY a create. */
export const ACTS: readonly Act[] = [
  { word: 'delete', also: ['remove', 'rm', 'kill'], did: 'deleted', verbs: ['delete', 'deletecollection'] },
  {
    word: 'create',
    also: ['make', 'add'],
    did: 'created',
    verbs: ['create', ...STORES],
    only: (event) => isMade(event) || event.code >= 400,
  },
  {
    word: 'change',
    also: ['update', 'patch', 'edit', 'apply', 'replace', 'set', 'modify'],
    did: 'changed',
    verbs: STORES,
    subresources: [ANY],
    only: ({ code }) => code !== 201,
  },
  { word: 'scale', also: [], did: 'scaled', verbs: STORES, subresources: ['scale'] },
  { word: 'read', also: ['get', 'list', 'watch', 'see', 'view'], did: 'read', verbs: ['get', 'list', 'watch'] },
  pods('exec', ['shell'], 'opened a shell or ran a command in', OPENED, ['exec', 'attach']),
  pods('attach', [], 'attached to', OPENED, ['attach']),
  pods('port-forward', ['portforward'], 'opened a tunnel to', OPENED, ['portforward']),
  pods('logs', ['log'], 'read the output of', ['get'], ['log']),
  pods('evict', ['drain'], 'evicted', ['create'], ['eviction']),
  pods('debug', [], 'put a debug container into', STORES, ['ephemeralcontainers']),
  {
    word: 'proxy',
    also: [],
    did: 'reached through the API server',
    verbs: [...OPENED, ...STORES, 'delete'],
    subresources: ['proxy'],
  },
  { word: 'bind', also: ['grant', 'give'], did: 'gave', verbs: ['create', ...STORES] },
];

function pods(word: string, also: string[], did: string, verbs: string[], subresources: string[]): Act {
  return { word, also, did, verbs, subresources, resource: 'pods' };
}

/** Who did what is asked: an act, and the object it was done to. */
export interface Asked {
  act: Act;
  /** `*` for any: of a custom resource whose group was not named. */
  group: string;
  resource: string;
  /** Of the question itself: `pods/web/status`; '' where none is named. */
  subresource: string;
  /** '' for any. */
  name: string;
  /** '' for any; of what lies in no namespace always. */
  namespace: string;
  isNamespaced: boolean;
}

/**
 * Reads what is asked: `delete deployments/web`, `read secrets`, `bind cluster-admin`.
 *
 * @param warn is told of a type that Kubernetes itself does not have: it may be a custom resource.
 * @throws UserError for an unknown act, with the near ones, and for what names no object.
 */
export function readAsked(
  word: string,
  target: string,
  namespace: string | undefined,
  warn: (text: string) => void,
): Asked {
  const act = readAct(word);
  const typed = act.word === 'bind' && !target.includes('/') ? `clusterroles/${target}` : withType(target, act);
  const { group, resource, subresource, name, api } = readThing(typed, warn);
  const isNamespaced = api?.namespaced ?? true;
  if (act.resource !== undefined && resource !== act.resource)
    throw new UserError(`nobody can ${word} ${resource}`, { hint: `Name a pod: who ${word} pods/NAME` });
  const place = isNamespaced || act.word === 'bind' ? (namespace ?? '') : '';
  return { act, group, resource, subresource, name, namespace: place, isNamespaced };
}

// What is not of the built-in API may be a custom resource, in whatever group.
function readThing(target: string, warn: (text: string) => void): Omit<Target, 'notes'> {
  const [type = '', ...rest] = target.split('/');
  const note = /^[a-z][a-z0-9-]*$/i.test(type) ? customNote(type) : undefined;
  if (note === undefined) return readTarget({ target }, {});
  warn(note);
  const { name, subresource } = readTarget({ target: [`${type}.${ANY}`, ...rest].join('/') }, {});
  return { group: ANY, resource: type.toLowerCase(), name, subresource };
}

// `exec web-1`: of what there is only one type of, it can be left out.
function withType(target: string, { resource }: Act): string {
  return resource !== undefined && !target.includes('/') && !/^pods?$|^po$/.test(target)
    ? `${resource}/${target}`
    : target;
}

function readAct(word: string): Act {
  const act = ACTS.find(({ word: own, also }) => own === word || also.includes(word));
  if (act) return act;
  const words = ACTS.map((each) => each.word);
  const near = nearest(word, [...words, ...ACTS.flatMap(({ also }) => also)]);
  throw new UserError(`${JSON.stringify(word)} is nothing that who can look for`, {
    hint: `${near ? `Did you mean ${near}? ` : ''}It knows ${words.join(', ')}.`,
  });
}

/** The object of the question: `deployments.apps/web`, `secrets`. */
export function objectOf({ group, resource, name }: Asked): string {
  return `${typeName({ group: group === ANY ? '' : group, resource })}${name === '' ? '' : `/${name}`}`;
}

/** Whether an object is of the type that is asked for. */
export function isOfType({ group, resource }: Asked, ref: ObjectReference): boolean {
  return ref.resource === resource && (group === ANY || (ref.apiGroup ?? '') === group);
}

/** Whether it is there, as far as it was asked for. */
export function isInPlace({ namespace }: Asked, ref: ObjectReference): boolean {
  return namespace === '' || (ref.namespace ?? '') === namespace;
}

/** Whether an event is of what was asked for: the act, on the object, on several of its kind, or on one of any name. */
export function isAsked(asked: Asked, event: LoggedEvent): boolean {
  const { objectRef: ref, verb } = event;
  const { act, name, subresource } = asked;
  if (!ref || !act.verbs.includes(verb)) return false;
  if (act.word === 'bind') return isBinding(asked, event);
  if (!isOfType(asked, ref) || !isSubresource(act.subresources ?? [subresource], ref.subresource ?? '')) return false;
  const own = nameOf(event);
  const isNamed = name === '' || own === name || (own === '' && isOfMany(event, name));
  return isNamed && isPlaceOf(asked, ref, verb) && (act.only?.(event) ?? true);
}

function isSubresource(wanted: readonly string[], given: string): boolean {
  return wanted.includes(ANY) ? given !== 'status' : wanted.includes(given);
}

/** A list of all namespaces has those of each. */
function isPlaceOf(asked: Asked, ref: ObjectReference, verb: string): boolean {
  const isOfAll = (verb === 'list' || verb === 'watch') && (ref.namespace ?? '') === '';
  return isOfAll || isInPlace(asked, ref);
}

const BINDINGS: readonly (string | undefined)[] = ['rolebindings', 'clusterrolebindings'];

// Whose role is not in the log may be the one.
function isBinding({ name, namespace }: Asked, { objectRef, requestObject, responseObject }: LoggedEvent): boolean {
  if (!BINDINGS.includes(objectRef?.resource) || (objectRef?.subresource ?? '') !== '') return false;
  const role = roleIn(requestObject) ?? roleIn(responseObject);
  const isInside = namespace === '' || (objectRef?.namespace ?? '') === '' || objectRef?.namespace === namespace;
  return isInside && (role === undefined || name === '' || role === name);
}
