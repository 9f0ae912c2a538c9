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
export function requestBy({ user, groups = [] }: RequestUser, target: Target): RequestAttributes {
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

/** What an event is about: its request as `requestOf` has it, without who sends it. */
export function targetOf(event: AuditedRequest): Target {
  const [rawPath = '', query = ''] = splitOnce(event.requestURI, '?');
  const path = decode(rawPath);
  const { verb } = event;
  if (!event.objectRef) return { verb, path, isResourceRequest: false };
  const parsed = parsePath(path) ?? fromObjectRef(event.objectRef);
  const name = parsed.name || (parsed.isSpecial ? '' : nameFromSelector(verb, query));
  const { apiGroup, namespace, resource, subresource } = parsed;
  return { verb, path, apiGroup, namespace, resource, subresource, name, isResourceRequest: true };
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(path: string): string {
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
  const [prefix, ...parts] = path.replace(/^\//, '').replace(/\/$/, '').split('/');
  const isCore = prefix === 'api';
  if (!isCore && prefix !== 'apis') return undefined;
  const rest = parts.slice(isCore ? 1 : 2);
  if (rest.length === 0) return undefined;
  const isSpecial = rest.length > 1 && (rest[0] === 'watch' || rest[0] === 'proxy');
  const isProxy = isSpecial && rest[0] === 'proxy';
  const located = locate(isSpecial ? rest.slice(1) : rest);
  const subresource = isProxy ? '' : located.subresource;
  return { apiGroup: isCore ? '' : (parts[0] ?? ''), ...located, subresource, isSpecial };
}

// A namespace itself is the resource where nothing but its own subresources follows.
function locate(parts: readonly string[]): Omit<Resource, 'apiGroup' | 'isSpecial'> {
  const isNamespace = parts[0] === 'namespaces' && parts[1] !== undefined;
  const isInside = isNamespace && parts[2] !== undefined && parts[2] !== 'status' && parts[2] !== 'finalize';
  const [resource = '', name = '', subresource = ''] = isInside ? parts.slice(2) : parts;
  return { namespace: isNamespace ? (parts[1] ?? '') : '', resource, name, subresource };
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
