import { READ_VERBS } from '../policy/api/verbs.ts';
import { kindOfUser } from '../policy/who.ts';
import type { AuditEvent, AuditUser } from './event.ts';

/** Users with a certificate of their own that are programs of kOps (`pkg/model` and nodeup of kOps 1.36). */
const PROGRAMS: readonly string[] = ['kube-apiserver-healthcheck', 'kubelet-api'];

/** Whether a person did it, by who authenticated: nothing of Kubernetes itself, no service account, no program of kOps. */
export function isHuman({ user }: Pick<AuditEvent, 'user'>): boolean {
  return isPerson(user?.username);
}

/** Whether a user of this name is a person. */
function isPerson(username: string | undefined): boolean {
  return username !== undefined && kindOfUser(username) === 'person' && !PROGRAMS.includes(username);
}

/**
 * Whether an event is the cluster talking to itself, which nobody reads unless they look for it: what the control plane, the nodes,
 * kOps and the service accounts of kube-system do, and what other service accounts read; health checks by anybody. What was denied
 * is none, nor is a failed login.
 */
export function isNoise(event: AuditEvent & { code: number }): boolean {
  const { user, code, verb } = event;
  const username = user?.username;
  if (username === undefined || username === '' || code === 401 || code === 403) return false;
  if (isHealthCheck(event)) return true;
  if (isPerson(username)) return false;
  const kind = kindOfUser(username);
  if (kind === 'anonymous') return false;
  if (kind !== 'account' || username.startsWith('system:serviceaccount:kube-system:')) return true;
  return READ_VERBS.includes(verb) || HEARTBEATS.includes(event.objectRef?.resource ?? '');
}

const HEARTBEATS: readonly string[] = ['leases', 'events', 'endpoints', 'endpointslices', 'subjectaccessreviews'];

function isHealthCheck({ objectRef, requestURI, verb }: AuditEvent): boolean {
  return !objectRef && READ_VERBS.includes(verb) && /^\/(?:healthz|livez|readyz|version)\b/.test(requestURI);
}

/** How a log names a user: `sa:shop/builder`, `node:ip-10-0-1-5`, `sys:kube-scheduler`, `anonymous`; all others by their own name. */
export function shortName(username: string): string {
  const [, namespace, account] = /^system:serviceaccount:([^:]*):(.*)$/s.exec(username) ?? [];
  if (account !== undefined) return `sa:${namespace}/${account}`;
  if (username === 'system:anonymous') return 'anonymous';
  if (username.startsWith('system:node:')) return `node:${username.slice('system:node:'.length)}`;
  return username.startsWith('system:') ? `sys:${username.slice('system:'.length)}` : username;
}

/** Who sent a request, and as whom they acted. */
export function whoOf({ user, impersonatedUser }: Pick<AuditEvent, 'user' | 'impersonatedUser'>): string {
  const who = nameOf(user);
  return impersonatedUser ? `${who} as ${nameOf(impersonatedUser)}` : who;
}

function nameOf(user: AuditUser | undefined): string {
  return user?.username === undefined || user.username === '' ? NOT_LOGGED_IN : shortName(user.username);
}

/** For a request whose login failed: there is no name in its events. */
const NOT_LOGGED_IN = '(not logged in)';
