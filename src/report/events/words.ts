import type { AuditEvent, AuditUser } from '../../events/event.ts';
import type { FoldedRequest } from '../../events/fold.ts';
import { typeName } from '../../policy/request/target.ts';
import { nameOfUser } from '../../events/people.ts';
import { eventMask, type EventMask } from './mask-event.ts';

/**
 * Who sent a request: `alice`, `sa:shop/builder`, `node:ip-10-0-1-5`, `anonymous`, `admin as alice` for whom they acted as. `!` marks
 * people in system:masters, to whom nothing is denied.
 */
export function userText({ user, impersonatedUser }: Pick<AuditEvent, 'user' | 'impersonatedUser'>): string {
  return impersonatedUser ? `${nameOf(user)} as ${nameOf(impersonatedUser)}` : nameOf(user);
}

function nameOf(user: AuditUser = {}): string {
  const { username = '', groups = [] } = user;
  const isMaster = username !== '' && !username.startsWith('system:') && groups.includes('system:masters');
  return `${nameOfUser(user)}${isMaster ? '!' : ''}`;
}

const MASK = eventMask();

/**
 * What was asked for, as one would type it for kubectl: `delete deployments.apps/web -n shop`, `exec pods/web-1 -n shop -c app -- sh`.
 * What of it is secret is masked.
 */
export function actionText(
  { verb, objectRef, requestURI }: AuditEvent,
  mask: EventMask = MASK,
  { hasGroup }: { hasGroup: boolean } = { hasGroup: true },
): string {
  const query = queryOf(requestURI);
  if (!objectRef) return `${verbText(verb)} ${mask.text(pathOf(requestURI))}`;
  const { resource = '', apiGroup = '', name = '', namespace = '', subresource = '' } = objectRef;
  const stream = resource === 'pods' && Object.hasOwn(STREAMS, subresource) ? STREAMS[subresource] : undefined;
  const type = hasGroup ? typeName({ group: apiGroup, resource }) : resource;
  const object = [type, name, stream ? '' : subresource].filter((part) => part !== '').join('/');
  const place = namespace === '' || resource === 'namespaces' ? '' : ` -n ${namespace}`;
  const rest = stream ? stream.rest(query, mask) : selectors(query, name);
  const dryRun = query.has('dryRun') ? ' (dry run)' : '';
  return `${stream?.verb ?? verbText(verb)} ${object}${place}${rest}${dryRun}`;
}

/** kube-apiserver leaves it empty for a method that it does not know. */
function verbText(verb: string): string {
  return verb === '' ? '(no verb)' : verb;
}

interface Stream {
  verb: string;
  rest: (query: URLSearchParams, mask: EventMask) => string;
}

/** What is streamed from a pod: in the log it is a get or a create, after the way it is connected by. */
const STREAMS: Readonly<Record<string, Stream>> = {
  exec: { verb: 'exec', rest: (query, mask) => `${container(query)}${command(query, mask)}` },
  attach: { verb: 'attach', rest: container },
  portforward: { verb: 'port-forward', rest: ports },
  log: { verb: 'logs', rest: (query) => `${container(query)}${query.get('follow') === 'true' ? ' -f' : ''}` },
};

function container(query: URLSearchParams): string {
  const name = query.get('container') ?? '';
  return name === '' ? '' : ` -c ${name}`;
}

function ports(query: URLSearchParams): string {
  return query
    .getAll('ports')
    .map((port) => ` ${port}`)
    .join('');
}

function command(query: URLSearchParams, mask: EventMask): string {
  const words = mask.command(query.getAll('command')).map(quoted);
  return words.length === 0 ? '' : ` -- ${words.join(' ')}`;
}

/** As a shell would want it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./‹›-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A selector of one name says what the object says already. */
function selectors(query: URLSearchParams, name: string): string {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const hasFields = fields !== '' && !(name !== '' && fields === `metadata.name=${name}`);
  return `${labels === '' ? '' : ` -l ${quoted(labels)}`}${hasFields ? ` --field-selector ${quoted(fields)}` : ''}`;
}

/** Without what is behind the question mark, which can hold a token and says little. */
function pathOf(uri: string): string {
  return uri.split('?', 1)[0] ?? '';
}

function queryOf(uri: string): URLSearchParams {
  const at = uri.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : uri.slice(at + 1));
}

type Failure = AuditEvent & { code: number };

/** What tells how a request ended. */
interface Ended extends Pick<FoldedRequest, 'isOpen' | 'took'> {
  event: Failure;
}

/** How it ended, in at most four letters: the status, `open`, `died`, or `-` where no answer is in the log. */
export function outcomeCode({ event: { code, stage }, isOpen }: Pick<Ended, 'event' | 'isOpen'>): string {
  if (isOpen) return 'open';
  if (stage === 'Panic') return 'died';
  return code === 0 ? '-' : String(code);
}

/** Why it did not end well, or how long it was open; '' for nothing to tell. */
export function outcomeNote({ event, isOpen, took }: Ended): string {
  if (event.stage === 'RequestReceived') return 'no answer in the log';
  if (event.code >= 400) return failureText(event);
  if (isOpen || !(took >= LONG)) return '';
  return `${isLongRunning(event) ? 'ended after' : 'took'} ${durationText(took)}`;
}

const LONG = 5_000_000;

/** What is answered for as long as the client wants (`BasicLongRunningRequestCheck` of kube-apiserver 1.36). */
const LONG_RUNNING: ReadonlySet<string> = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

function isLongRunning({ verb, objectRef }: AuditEvent): boolean {
  return verb === 'watch' || LONG_RUNNING.has(objectRef?.subresource ?? '');
}

/** How it ended, in words: `ok`, `open`, `403 forbidden by RBAC`. */
export function outcomeText(request: Ended): string {
  const note = outcomeNote(request);
  return `${outcomeCode(request)}${note === '' ? '' : ` ${note}`}`;
}

/** Who says no, by what they write. Each is the beginning of the message, or stands in it (kube-apiserver 1.36). */
const DENIALS: readonly { says: RegExp; text: (found: RegExpExecArray) => string }[] = [
  { says: /admission webhook "([^"]+)" denied/, text: ([, name]) => `denied by the webhook ${name}` },
  { says: /failed calling webhook "([^"]+)"/, text: ([, name]) => `the webhook ${name} failed` },
  { says: /ValidatingAdmissionPolicy '([^']+)'/, text: ([, name]) => `denied by the admission policy ${name}` },
  { says: /violates PodSecurity "([^"]+)"/, text: ([, level]) => `denied by Pod Security ${level}` },
  { says: /exceeded quota: ([^,]+)/, text: ([, name]) => `over the quota ${name}` },
  { says: /cannot impersonate/, text: () => 'may not act as another' },
  { says: /because it is being terminated/, text: () => 'the namespace is being deleted' },
  {
    says: /because it violates one or more disruption budgets|disruption budget/,
    text: () => 'refused by a disruption budget',
  },
];

function failureText({ code, annotations = {}, responseStatus }: Failure): string {
  if (code === 401) return 'login failed';
  const decision = annotations['authorization.k8s.io/decision'] ?? '';
  if (code === 403 && decision === 'forbid') return 'denied by RBAC';
  const message = typeof responseStatus?.message === 'string' ? responseStatus.message : '';
  for (const { says, text } of DENIALS) {
    const found = says.exec(message);
    if (found) return text(found);
  }
  // What authorization allowed and is forbidden nonetheless was stopped by admission; without a decision it did not get so far.
  if (code === 403) return decision === '' ? 'forbidden' : 'denied by admission';
  return NAMES[code] ?? (code >= 500 ? 'the server failed' : (responseStatus?.reason ?? ''));
}

const NAMES: Readonly<Record<number, string>> = {
  400: 'bad request',
  404: 'not found',
  405: 'not possible',
  406: 'format not available',
  409: 'conflict',
  410: 'too old',
  413: 'too large',
  415: 'format not understood',
  422: 'invalid',
  429: 'too many requests',
  503: 'not available',
  504: 'timed out',
};

/** How long something took: `340 ms`, `5 s`, `12m 3s`, `2h 5m`. */
function durationText(microseconds: number): string {
  const seconds = Math.round(microseconds / 1_000_000);
  if (microseconds < 1_000_000) return `${Math.round(microseconds / 1000)} ms`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
}

/** From where: the last address, which is the only one that the client cannot make up. */
export function addressText({ sourceIPs = [] }: Pick<AuditEvent, 'sourceIPs'>): string {
  const last = sourceIPs.at(-1);
  return typeof last === 'string' ? last : '';
}

/** With which program, without what follows its name and version: `kubectl/v1.36.3`. It is what the client says of itself. */
export function agentText({ userAgent = '' }: Pick<AuditEvent, 'userAgent'>, mask: EventMask = MASK): string {
  return mask.text(userAgent.split(' ', 1)[0] ?? '');
}
