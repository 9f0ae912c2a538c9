import { UserError } from '../../errors.ts';
import { PATH_VERBS, RBAC_ONLY, RESOURCE_VERBS } from '../api/verbs.ts';
import { nearest } from '../nearest.ts';

/** What kubectl really sends for its own commands. */
const KUBECTL: Readonly<Record<string, string>> = {
  annotate: 'get, then patch',
  apply: 'get, then create or patch; with --server-side only patch',
  attach: 'get (over WebSocket) or create (over SPDY) with --subresource attach',
  cordon: 'get nodes, then patch nodes',
  debug: 'patch pods with --subresource ephemeralcontainers',
  describe: 'get, and list events',
  drain: 'patch nodes, list pods, and create pods with --subresource eviction',
  edit: 'get, then patch',
  evict: 'create pods with --subresource eviction',
  exec: 'get (over WebSocket, kubectl from 1.31 on) or create (over SPDY) with --subresource exec',
  expose: 'get, then create services',
  label: 'get, then patch',
  log: 'get pods with --subresource log',
  logs: 'get pods with --subresource log',
  'port-forward': 'get (over WebSocket) or create (over SPDY) with --subresource portforward',
  portforward: 'get (over WebSocket) or create (over SPDY) with --subresource portforward',
  replace: 'get, then update',
  rollout: 'get, list, watch and patch',
  run: 'create pods',
  scale: 'get, then patch with --subresource scale',
  taint: 'get nodes, then patch nodes',
};

/** HTTP methods as the verbs of requests for resources. */
const METHODS: Readonly<Record<string, string>> = {
  post: 'create',
  put: 'update',
  head: 'get, or list where there is no name',
};

/** What is good to know of a verb that few requests have. */
export function verbNote(verb: string): string | undefined {
  return NOTES[verb];
}

const NOTES: Readonly<Record<string, string>> = {
  '': 'The verb "" is that of a request with another HTTP method, such as OPTIONS.',
  proxy:
    'The verb proxy is that of the old paths below /api/v1/proxy/. kubectl proxy passes requests on as they are, and pods/proxy has get, create and so on.',
};

/**
 * Checks that a request can have a verb.
 *
 * @throws UserError that says which verb was probably meant.
 */
export function checkVerb(verb: string, target: 'path' | 'resource'): void {
  const isPath = target === 'path';
  const known = isPath ? PATH_VERBS : RESOURCE_VERBS;
  if (known.includes(verb) || (verb === '' && !isPath)) return;
  throw new UserError(`a request for a ${target} cannot have the verb ${JSON.stringify(verb)}`, {
    hint: (isPath ? pathHint(verb) : resourceHint(verb)) ?? `It has one of ${known.join(', ')}.`,
  });
}

function pathHint(verb: string): string | undefined {
  if (['list', 'watch'].includes(verb)) return 'Its verb is the HTTP method in lower case: get.';
  if (verb === 'create' || verb === 'update')
    return `Its verb is the HTTP method in lower case: ${verb === 'create' ? 'post' : 'put'}.`;
  return spelling(verb, PATH_VERBS);
}

function resourceHint(verb: string): string | undefined {
  const word = verb.toLowerCase();
  if (Object.hasOwn(KUBECTL, word)) return `For kubectl ${word} the API server sees ${KUBECTL[word]}.`;
  if (RBAC_ONLY.includes(word)) return 'RBAC checks it as part of other requests; no request has it as its verb.';
  if (Object.hasOwn(METHODS, word)) return `The HTTP method ${word.toUpperCase()} is the verb ${METHODS[word]}.`;
  if (word === '*') return `A request has one verb: ${RESOURCE_VERBS.join(', ')}.`;
  return spelling(word, RESOURCE_VERBS);
}

function spelling(verb: string, known: readonly string[]): string | undefined {
  const near = nearest(verb, known);
  return near && `Did you mean ${near}?`;
}
