import type { RequestAttributes } from '../policy/types.ts';
import type { AuditedRequest, ObjectReference } from './event.ts';

/**
 * Recovers from an audit event what the audit policy saw of its request. The policy saw the URL, before the handler ran: the API
 * server later fills names and namespaces into `objectRef` from the body, so they are read from the URL again. The user is the one
 * who authenticated, never the impersonated one. The rules are those of `pkg/endpoints/request/requestinfo.go` of k8s.io/apiserver,
 * release 1.37.
 */
export function requestOf(event: AuditedRequest): RequestAttributes {
  return requestBy(userOf(event), targetOf(event));
}

/** A request of its two parts. Each property is named: an object that is made by spreading is one of its own kind for V8, which reads it slowly. */
function requestBy({ user, groups = [] }: RequestUser, target: Target): RequestAttributes {
  if (user === undefined) return target;
  const { verb, path } = target;
  if (!target.isResourceRequest) return { user, groups, verb, path, isResourceRequest: false };
  const { apiGroup, namespace, resource, subresource, name } = target;
  return { user, groups, verb, path, apiGroup, namespace, resource, subresource, name, isResourceRequest: true };
}

/** A request without who sends it. */
export type Target = { verb: string; path: string } & (
  | { isResourceRequest: false }
  | (Omit<Resource, 'isSpecial'> & { isResourceRequest: true })
);

/**
 * What an event is about: its request as `requestOf` has it, without who sends it.
 *
 * @param isObject whether it has an `objectRef`: whoever knows that spares reading it.
 * @param isNamed false where the name of the object does not matter: then it may be left out.
 */
export function targetOf(
  event: AuditedRequest,
  isObject: boolean = Boolean(event.objectRef),
  isNamed: boolean = true,
): Target {
  const { verb, requestURI } = event;
  const mark = requestURI.indexOf('?');
  const path = decode(mark < 0 ? requestURI : requestURI.slice(0, mark));
  if (!isObject) return { verb, path, isResourceRequest: false };
  const parsed = parsePath(path) ?? fromObjectRef(event.objectRef ?? {});
  const query = mark < 0 ? '' : requestURI.slice(mark + 1);
  const mayBeSelected = isNamed && !parsed.isSpecial;
  const name = parsed.name || (mayBeSelected ? nameFromSelector(verb, query) : '');
  const { apiGroup, namespace, resource, subresource } = parsed;
  return { verb, path, apiGroup, namespace, resource, subresource, name, isResourceRequest: true };
}

function decode(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Who sends a request; empty where nobody logged in. */
export type RequestUser = Pick<RequestAttributes, 'user' | 'groups'>;

/** Who sent a request; nothing where there is neither a name nor groups: it did not authenticate. */
export function userOf({ user }: AuditedRequest): RequestUser {
  if (!user || (user.username === undefined && user.groups === undefined)) return {};
  return { user: user.username ?? '', groups: [...(user.groups ?? [])] };
}

interface Resource {
  apiGroup: string;
  namespace: string;
  resource: string;
  subresource: string;
  name: string;
  /** A path with the old prefix /watch/ or /proxy/. */
  isSpecial: boolean;
}

// /api/v1/…, /apis/GROUP/VERSION/…
function parsePath(path: string): Resource | undefined {
  const parts = path.split('/');
  const first = path.startsWith('/') ? 1 : 0;
  const isCore = parts[first] === 'api';
  if (!isCore && parts[first] !== 'apis') return undefined;
  const rest = parts.slice(first + (isCore ? 2 : 3), path.endsWith('/') ? -1 : undefined);
  if (rest.length === 0) return undefined;
  const isSpecial = rest.length > 1 && (rest[0] === 'watch' || rest[0] === 'proxy');
  const { namespace, resource, name, subresource } = locate(isSpecial ? rest.slice(1) : rest);
  const apiGroup = isCore ? '' : (parts[first + 1] ?? '');
  const isProxy = isSpecial && rest[0] === 'proxy';
  return { apiGroup, namespace, resource, name, subresource: isProxy ? '' : subresource, isSpecial };
}

// A namespace itself is the resource where nothing but its own subresources follows.
function locate(parts: readonly string[]): Omit<Resource, 'apiGroup' | 'isSpecial'> {
  const [first = '', second, third] = parts;
  const isNamespace = first === 'namespaces' && second !== undefined;
  const isInside = isNamespace && third !== undefined && third !== 'status' && third !== 'finalize';
  const namespace = isNamespace ? second : '';
  if (isInside) return { namespace, resource: third, name: parts[3] ?? '', subresource: parts[4] ?? '' };
  return { namespace, resource: first, name: second ?? '', subresource: third ?? '' };
}

function fromObjectRef(ref: ObjectReference): Resource {
  const { apiGroup = '', namespace = '', resource = '', subresource = '', name = '' } = ref;
  return { apiGroup, namespace, resource, subresource, name, isSpecial: false };
}

/** A key may be written with escapes, too. */
const MAY_SELECT = /fieldSelector|%[^=&]*=/;

// A list or watch of one object carries its name.
function nameFromSelector(verb: string, query: string): string {
  if ((verb !== 'list' && verb !== 'watch') || !MAY_SELECT.test(query)) return '';
  const selector = new URLSearchParams(query).get('fieldSelector') ?? '';
  const [, name = ''] = /(?:^|,)metadata\.name==?([^,!=]+)(?:,|$)/.exec(selector) ?? [];
  return /[/%]/.test(name) || name === '.' || name === '..' ? '' : name;
}
