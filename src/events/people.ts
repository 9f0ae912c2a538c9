import { READ_VERBS, STREAMED } from '../policy/api/verbs.ts';
import { kindOfUser, type WhoKind } from '../policy/who.ts';
import type { AuditUser, LoggedEvent } from './event.ts';

/** Who sent a request, as far as it matters to who reads a log: `nobody` failed to authenticate, a `program` has a name of one. */
export type Sender = WhoKind | 'nobody' | 'program';

const senders = new Map<string, Sender>();
/** Names are made by those who authenticate: not more than this many are kept. */
const KEPT_NAMES = 10_000;

/** Who sent the request of an event, by who authenticated: whom they acted as does not matter. */
export function senderOf(event: Pick<LoggedEvent, 'user'>): Sender {
  const name = event.user?.username;
  if (name === undefined || name === '') return 'nobody';
  const known = senders.get(name);
  if (known !== undefined) return known;
  const sender = kindOfUser(name) ?? 'program';
  if (senders.size >= KEPT_NAMES) senders.clear();
  senders.set(name, sender);
  return sender;
}

/** Whether a person sent the request of an event: somebody with a certificate or token of their own, also where they act as another. */
export function isHuman(event: Pick<LoggedEvent, 'user'>): boolean {
  return senderOf(event) === 'person';
}

/** Programs that people type, and that no controller is built with. */
const BY_HAND = /^(?:kubectl|curl|wget|k9s|lens|python|httpie|postman|mozilla)/i;

/** Whether it was sent with a program that people work with by hand, whosever token they have. */
export function isTyped({ userAgent = '' }: Pick<LoggedEvent, 'userAgent'>): boolean {
  return BY_HAND.test(userAgent);
}

/**
 * Whether an event is the system talking to itself, which `logs` hides unless `--all`. It is asked about the last event of a request:
 * an earlier one does not tell whether it was denied. What is never noise: what a person does, what was denied, impersonation, ways into
 * a container or a node, secrets that a service account reads in a namespace not its own, and what anonymous ask for besides health.
 */
export function isNoise(event: LoggedEvent): boolean {
  const sender = senderOf(event);
  if (sender === 'person') return false;
  if (isHealthCheck(event)) return true;
  if (sender === 'anonymous' || sender === 'nobody') return false;
  return !isTelling(event, sender) && (isOfTheSystem(event, sender) || isUpkeep(event));
}

const HEALTH = /^\/(?:healthz|livez|readyz)(?:[/?]|$)/;

function isHealthCheck(event: LoggedEvent): boolean {
  return event.verb === 'get' && HEALTH.test(event.requestURI) && event.objectRef === undefined;
}

function isTelling(event: LoggedEvent, sender: Sender): boolean {
  const { code, objectRef } = event;
  if (code === 401 || code === 403 || event.impersonatedUser !== undefined) return true;
  const { subresource = '', resource } = objectRef ?? {};
  if (subresource !== '' && subresource !== 'log' && STREAMED.includes(subresource)) return true;
  return resource === 'secrets' && sender === 'account' && isForeignSecret(event);
}

function isForeignSecret({ user, verb, objectRef }: LoggedEvent): boolean {
  return (verb === 'get' || verb === 'list') && objectRef?.namespace !== namespaceOfAccount(user?.username ?? '');
}

/** Those of kube-system are controllers and add-ons. */
function isOfTheSystem({ user }: LoggedEvent, sender: Sender): boolean {
  if (sender === 'account') return namespaceOfAccount(user?.username ?? '') === 'kube-system';
  return sender === 'component' || sender === 'kubelet';
}

/** The namespace of `system:serviceaccount:NAMESPACE:NAME`; undefined for another user. */
export function namespaceOfAccount(user: string): string | undefined {
  return user.startsWith('system:serviceaccount:') ? user.split(':')[2] : undefined;
}

const KEEPING_ALIVE: ReadonlySet<string | undefined> = new Set([
  'leases',
  'events',
  'tokenreviews',
  'subjectaccessreviews',
  'selfsubjectaccessreviews',
  'selfsubjectrulesreviews',
]);

/** What every program in a cluster does all day: reading, and telling that it lives, what happened, and how things are. */
function isUpkeep({ verb, objectRef }: LoggedEvent): boolean {
  if (READ_VERBS.includes(verb)) return true;
  const isTold = KEEPING_ALIVE.has(objectRef?.resource) && !verb.startsWith('delete');
  return isTold || objectRef?.subresource === 'status';
}

/** How a log names a user: `sa:shop/builder`, `node:ip-10-0-1-5`, `sys:kube-scheduler`, `anonymous`; all others by their own name. */
export function shortName(username: string): string {
  const [, namespace, account] = /^system:serviceaccount:([^:]*):(.*)$/s.exec(username) ?? [];
  if (account !== undefined) return `sa:${namespace}/${account}`;
  if (username === 'system:anonymous') return 'anonymous';
  if (username.startsWith('system:node:')) return `node:${username.slice('system:node:'.length)}`;
  return username.startsWith('system:') ? `sys:${username.slice('system:'.length)}` : username;
}

/** The same of whoever sent a request: of one whose login failed there is no name in its events. */
export function nameOfUser({ username = '' }: AuditUser = {}): string {
  return username === '' ? '(not logged in)' : shortName(username);
}
