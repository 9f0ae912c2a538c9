import type { LoggedEvent } from '../../events/event.ts';
import type { FoldedRequest } from '../../events/fold.ts';

/** What was asked for, as for kubectl: `delete deployments.apps/web -n shop`, `exec pods/web-1 -n shop -c app -- sh`. */
export function actionText(event: LoggedEvent): string {
  const { verb, objectRef, requestURI } = event;
  if (!objectRef) return `${verb} ${pathOf(requestURI)}`;
  const { resource = '', apiGroup = '', name = '', namespace = '', subresource = '' } = objectRef;
  const query = queryOf(requestURI);
  const stream = STREAMS[subresource];
  const type = apiGroup === '' ? resource : `${resource}.${apiGroup}`;
  const object = [type, name, stream && resource === 'pods' ? '' : subresource].filter((part) => part !== '').join('/');
  const place = namespace === '' || resource === 'namespaces' ? '' : ` -n ${namespace}`;
  if (stream && resource === 'pods') return `${stream.verb} ${object}${place}${stream.rest(query)}`;
  return `${verb} ${object}${place}${selectorsOf(query)}${query.has('dryRun') ? ' (dry run)' : ''}`;
}

interface Stream {
  verb: string;
  rest: (query: URLSearchParams) => string;
}

/** What opens a stream to a pod: it is a get or a create, after the way it is connected by. */
const STREAMS: Readonly<Record<string, Stream>> = {
  exec: { verb: 'exec', rest: (query) => `${container(query)}${command(query)}` },
  attach: { verb: 'attach', rest: container },
  portforward: {
    verb: 'port-forward',
    rest: (query) =>
      query
        .getAll('ports')
        .map((port) => ` ${port}`)
        .join(''),
  },
  log: { verb: 'logs', rest: container },
};

function container(query: URLSearchParams): string {
  const name = query.get('container');
  return name === null ? '' : ` -c ${name}`;
}

function command(query: URLSearchParams): string {
  const words = query.getAll('command').map(quoted);
  return words.length === 0 ? '' : ` -- ${maskedWords(words.join(' '))}`;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** What a command line says of secrets is none of the reader's business. */
function maskedWords(text: string): string {
  return text.replaceAll(/((?:pass(?:word|wd)?|token|secret|api-?key)(?:=|:| ))('[^']*'|\S+)/gi, '$1‹secret›');
}

function selectorsOf(query: URLSearchParams): string {
  const selectors = [query.get('labelSelector'), query.get('fieldSelector')].filter((each) => each !== null);
  return selectors.length === 0 ? '' : ` (${selectors.join(', ')})`;
}

/** Without what is behind the question mark, which can hold a token. */
function pathOf(uri: string): string {
  return uri.split('?')[0] ?? '';
}

function queryOf(uri: string): URLSearchParams {
  const at = uri.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : uri.slice(at + 1));
}

/** How it ended, in at most four letters. */
export function outcomeCode({ event, isOpen }: FoldedRequest): string {
  if (isOpen) return 'open';
  if (event.stage === 'Panic') return 'died';
  return event.code === 0 ? '-' : String(event.code);
}

/** Why it did not end well, or that it takes long; '' for nothing to tell. */
export function outcomeNote({ event, isOpen, took }: FoldedRequest): string {
  if (event.stage === 'RequestReceived') return 'no answer recorded';
  if (event.code >= 400) return failureOf(event);
  if (isOpen || !(took >= LONG)) return '';
  return `ended after ${durationText(took)}`;
}

const LONG = 1_000_000;

function failureOf(event: LoggedEvent): string {
  const { code, annotations = {}, responseStatus } = event;
  if (code === 401) return 'login failed';
  if (code !== 403) return NAMES[code] ?? (code >= 500 ? 'the server failed' : (responseStatus?.reason ?? ''));
  const decision = annotations['authorization.k8s.io/decision'];
  if (decision === 'forbid') return 'forbidden by RBAC';
  if (decision === undefined) return 'not allowed to act as another';
  const [, webhook] = /admission webhook "([^"]+)"/.exec(responseStatus?.message ?? '') ?? [];
  return webhook === undefined ? 'forbidden by admission' : `forbidden by the webhook ${webhook}`;
}

const NAMES: Readonly<Record<number, string>> = {
  400: 'bad request',
  404: 'not found',
  405: 'not possible',
  409: 'conflict',
  410: 'too old',
  422: 'invalid',
  429: 'refused for now',
  504: 'timed out',
};

/** How long something took: `340 ms`, `5 s`, `12m 3s`, `2h 5m`. */
export function durationText(microseconds: number): string {
  const seconds = Math.round(microseconds / 1_000_000);
  if (microseconds < LONG) return `${Math.round(microseconds / 1000)} ms`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${seconds % 60}s`;
  return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`;
}

/** From where: the client's address, the last that can be trusted. */
export function addressText({ sourceIPs = [] }: LoggedEvent): string {
  return sourceIPs.at(-1) ?? '';
}

/** With which program, without what follows its name and version: `kubectl/v1.36.3`. */
export function agentText({ userAgent = '' }: LoggedEvent): string {
  return userAgent.split(' ')[0] ?? '';
}
