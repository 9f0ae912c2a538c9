import { RESOURCE_VERBS, STREAMED } from '../../policy/api/verbs.ts';
import { compilePolicy } from '../../policy/decide/compile.ts';
import { GUARDED } from '../../policy/sensitive.ts';
import type { RequestAttributes } from '../../policy/types.ts';
import { isKnownComponent } from '../../policy/who.ts';
import type { Sender } from '../../events/people.ts';

/**
 * Whether requests stay as they are recorded, whatever they cost: those of people, of strangers and of whom it is not known what they
 * are; any use of what `GUARDED` holds; the lease by which `logs --check` knows that a log is complete; and what a rule cannot name.
 */
export function isSpared(request: RequestAttributes, sender: Sender): boolean {
  if (!isKnown(request.user ?? '', sender)) return true;
  if (request.isResourceRequest !== true) return pathOf(request) === undefined;
  return isOdd(request) || isGuarded(request) || isStreamed(request) || isHeartbeat(request) || isLikeSecret(request);
}

function isKnown(user: string, sender: Sender): boolean {
  return sender === 'component' ? isKnownComponent(user) : sender === 'kubelet' || sender === 'account';
}

const guarding = compilePolicy([{ rules: GUARDED.map(({ use }) => ({ level: 'Metadata', ...use })) }]);

function isGuarded(request: RequestAttributes): boolean {
  return guarding(request).some(({ rule }) => rule > 0);
}

function isStreamed({ subresource = '' }: RequestAttributes): boolean {
  return STREAMED.includes(subresource);
}

/** A name of a resource or group; anybody may ask for `/api/v1/*`, and in a rule that is any resource. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;

function isOdd({ verb = '', apiGroup = '', resource = '', subresource = '' }: RequestAttributes): boolean {
  const names = [resource, ...[apiGroup, subresource].filter((name) => name !== '')];
  return !RESOURCE_VERBS.includes(verb) || !names.every((name) => NAME.test(name));
}

/** The lease of an API server, which it renews itself. */
export function isHeartbeat({ user, apiGroup, resource }: RequestAttributes): boolean {
  return user === 'system:apiserver' && apiGroup === 'coordination.k8s.io' && resource === 'leases';
}

/** Custom resources that hold secrets are called so: nobody has a list of them. */
const LIKE_SECRETS = /secret|token|credential|password|vault/;

function isLikeSecret({ resource = '', apiGroup = '' }: RequestAttributes): boolean {
  return LIKE_SECRETS.test(resource) && apiGroup !== 'authentication.k8s.io';
}

/** The paths that programs ask for all day, as a policy names them. No other is ever left out: who asks for one may be looking around. */
const PATHS: Readonly<Record<PathKind, readonly string[]>> = {
  health: ['/healthz', '/healthz/*', '/livez', '/livez/*', '/readyz', '/readyz/*'],
  discovery: ['/api', '/api/*', '/apis', '/apis/*', '/openapi/*', '/version', '/metrics', '/metrics/*'],
};

type PathKind = 'health' | 'discovery';

/** What reading a path is for, and the pattern that a rule names it by; undefined for one that stays recorded. */
export function pathOf({ verb, path = '' }: RequestAttributes): { kind: PathKind; pattern: string } | undefined {
  if (verb !== 'get' && verb !== 'head') return undefined;
  for (const kind of ['health', 'discovery'] as const) {
    const pattern = PATHS[kind].find((each) => isOfPattern(each, path));
    if (pattern !== undefined) return { kind, pattern };
  }
  return undefined;
}

function isOfPattern(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}
