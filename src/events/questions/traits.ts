import { isObject } from '../../json.ts';
import { READ_VERBS, STREAMED } from '../../policy/api/verbs.ts';
import { kindOfUser } from '../../policy/who.ts';
import type { LoggedEvent } from '../event.ts';
import { isHuman, isTyped } from '../people.ts';

// What questions are made of: small tests of one event.

/**
 * Whether an event tells how a request ended, so that a request is counted once: its last event. Of what goes on (a shell, a watch) its
 * beginning tells enough, so such a request can have two; a failed login has no other event than its beginning ([ran] on
 * kube-apiserver 1.36.3).
 */
export function tellsEnd({ stage, code, verb, objectRef }: LoggedEvent): boolean {
  if (stage !== 'ResponseStarted') return stage !== 'RequestReceived';
  return code === 401 || verb === 'watch' || STREAMED.includes(objectRef?.subresource ?? '');
}

/** Whether a request did what was asked; to be allowed is less than that. */
export function isDone({ code, requestURI }: LoggedEvent): boolean {
  return code > 0 && code < 400 && !isDryRun(requestURI);
}

/** Whether nothing was to be stored. */
export function isDryRun(requestURI: string): boolean {
  return /[?&]dryRun=All\b/.test(requestURI);
}

/** Whether somebody did it who is no part of the cluster: a person, nobody known, or a service account outside kube-system. */
export function isOutsider({ user, impersonatedUser }: LoggedEvent): boolean {
  return [user?.username, impersonatedUser?.username].some((name) => name !== undefined && isOutside(name));
}

// A name that no user of kOps has is nobody of the cluster.
function isOutside(username: string): boolean {
  const kind = kindOfUser(username);
  if (kind === 'account') return !username.startsWith('system:serviceaccount:kube-system:');
  return kind === undefined || kind === 'anonymous' || isHuman({ user: { username } });
}

/** Whether a person did it, or somebody who works by hand with the token of a program. */
export function isByHand(event: LoggedEvent): boolean {
  const kind = kindOfUser(event.user?.username ?? '');
  if (kind === 'person' || kind === 'anonymous') return isOutsider(event);
  return event.impersonatedUser !== undefined ? isOutsider(event) : kind === 'account' && isTyped(event);
}

/** Whether a denied request asked to act as another: it is decided before the rest, so no decision is in the event, nor whom ([ran]). */
export function isDeniedImpersonation({ code, annotations = {}, impersonatedUser }: LoggedEvent): boolean {
  return code === 403 && impersonatedUser === undefined && annotations['authorization.k8s.io/decision'] === undefined;
}

const OPEN_PATHS = /^\/(?:healthz|livez|readyz|version)(?:[/?]|$)/;

/** Whether a request without any credentials was let in, other than to what says how the server is. */
export function isAnonymousLetIn({ user, code, annotations = {}, requestURI, objectRef }: LoggedEvent): boolean {
  if (user?.username !== 'system:anonymous' || (!objectRef && OPEN_PATHS.test(requestURI))) return false;
  return annotations['authorization.k8s.io/decision'] === 'allow' || (code > 0 && code < 400);
}

/** The words of a command that is run in a container: they are in the URI only. */
export function commandOf(requestURI: string): string {
  const at = requestURI.indexOf('?');
  return at < 0 ? '' : new URLSearchParams(requestURI.slice(at)).getAll('command').join(' ');
}

/** Whether a proxied request is one of those that monitoring makes. */
export function isProbe({ requestURI, verb }: LoggedEvent): boolean {
  return READ_VERBS.includes(verb) && /\/proxy\/(?:metrics|healthz|stats\/summary|configz)/.test(requestURI);
}

/** Whether anywhere in a body a member holds what the test says. */
export function bodyHas(body: unknown, test: (key: string, value: unknown) => boolean): boolean {
  if (Array.isArray(body)) return body.some((item) => bodyHas(item, test));
  if (!isObject(body)) return false;
  return Object.entries(body).some(([key, value]) => test(key, value) || bodyHas(value, test));
}

/** What lets a container reach its node. */
export function isPrivilege(key: string, value: unknown): boolean {
  if (['privileged', 'hostNetwork', 'hostPID', 'hostIPC'].includes(key)) return value === true;
  if (key === 'hostPath') return isObject(value);
  return key === 'capabilities' && isObject(value) && Array.isArray(value['add']) && value['add'].length > 0;
}

/** What opens a service to the outside. */
export function isExposure(key: string, value: unknown): boolean {
  return key === 'type' && (value === 'NodePort' || value === 'LoadBalancer');
}
