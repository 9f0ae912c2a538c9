import { UserError } from '../errors.ts';
import { nearest } from '../policy/nearest.ts';
import type { RequestAttributes } from '../policy/types.ts';
import type { AuditedRequest } from './event.ts';
import { requestOf } from './request.ts';

const KINDS: Readonly<Record<keyof Required<RequestAttributes>, 'text' | 'texts' | 'boolean'>> = {
  user: 'text',
  groups: 'texts',
  verb: 'text',
  isResourceRequest: 'boolean',
  namespace: 'text',
  apiGroup: 'text',
  resource: 'text',
  subresource: 'text',
  name: 'text',
  path: 'text',
};

/**
 * Reads a request from a line of JSON: an audit event, or an object with the fields of RequestAttributes (of which
 * `isResourceRequest` may be left out where there is a resource).
 *
 * @throws UserError for what is neither; it says which field is wrong.
 */
export function readRequestLine(line: string): RequestAttributes {
  const value = parsed(line);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new UserError('is not a JSON object', { hint: HINT });
  if ('requestURI' in value) return requestOf(checkedEvent(value as Record<string, unknown>));
  const request = checkedRequest(value as Record<string, unknown>);
  return { ...request, isResourceRequest: request.isResourceRequest ?? request.resource !== undefined };
}

const HINT = 'Each line is an audit event, or a request such as {"user":"alice","verb":"get","resource":"pods"}.';

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new UserError('is not JSON', { hint: HINT });
  }
}

function checkedEvent(value: Record<string, unknown>): AuditedRequest {
  const { requestURI, verb, objectRef, user } = value;
  const isEvent = typeof requestURI === 'string' && typeof verb === 'string' && isMap(objectRef) && isMap(user);
  if (isEvent) return value as unknown as AuditedRequest;
  throw new UserError('is not an audit event: requestURI, verb, user or objectRef is of the wrong type', {
    hint: HINT,
  });
}

function isMap(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

function checkedRequest(value: Record<string, unknown>): RequestAttributes {
  for (const [key, part] of Object.entries(value)) {
    const kind = Object.hasOwn(KINDS, key) ? KINDS[key as keyof RequestAttributes] : undefined;
    if (!kind) throw unknownField(key);
    if (!isOfKind(part, kind)) throw new UserError(`${key} must be ${NAMES[kind]}`, { hint: HINT });
  }
  return value as RequestAttributes;
}

const NAMES = { text: 'text', texts: 'a list of strings', boolean: 'true or false' } as const;

function isOfKind(value: unknown, kind: keyof typeof NAMES): boolean {
  if (kind === 'texts') return Array.isArray(value) && value.every((item) => typeof item === 'string');
  return typeof value === (kind === 'text' ? 'string' : 'boolean');
}

function unknownField(key: string): UserError {
  const near = nearest(key, Object.keys(KINDS));
  const hint = near ? `Did you mean ${near}?` : `It has ${Object.keys(KINDS).join(', ')}.`;
  return new UserError(`a request has no field ${JSON.stringify(key)}`, { hint });
}
