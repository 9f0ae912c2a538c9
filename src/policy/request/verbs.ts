import { UserError } from '../../errors.ts';
import { nearest } from '../nearest.ts';

/** The verbs of requests for resources (`pkg/endpoints/request/requestinfo.go` of k8s.io/apiserver, release 1.37). */
const RESOURCE_VERBS: readonly string[] = [
  'get',
  'list',
  'watch',
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
];

/** The verbs of requests for a path: HTTP methods in lower case. */
const PATH_VERBS: readonly string[] = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];

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
  proxy: 'get, create and so on with --subresource proxy',
  replace: 'get, then update',
  rollout: 'get, list, watch and patch',
  run: 'create pods',
  scale: 'get, then patch with --subresource scale',
  taint: 'get nodes, then patch nodes',
};

/** Verbs that RBAC knows and no request has. */
const RBAC_ONLY: readonly string[] = ['use', 'bind', 'escalate', 'impersonate', 'approve', 'sign', 'attest'];

/** HTTP methods as the verbs of requests for resources. */
const METHODS: Readonly<Record<string, string>> = {
  post: 'create',
  put: 'update',
  head: 'get, or list where there is no name',
};

/**
 * Checks that a request can have a verb.
 *
 * @throws UserError that says which verb was probably meant.
 */
export function checkVerb(verb: string, isPath: boolean): void {
  const known = isPath ? PATH_VERBS : RESOURCE_VERBS;
  if (known.includes(verb)) return;
  const what = isPath ? 'a request for a path' : 'a request for a resource';
  throw new UserError(`${what} cannot have the verb ${JSON.stringify(verb)}`, {
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
  if (RBAC_ONLY.includes(word)) return 'It is checked by RBAC, inside of other requests; none has it as its own verb.';
  if (Object.hasOwn(METHODS, word)) return `The HTTP method ${word.toUpperCase()} is the verb ${METHODS[word]}.`;
  if (word === '*') return `A request has one verb: ${RESOURCE_VERBS.join(', ')}.`;
  return spelling(word, RESOURCE_VERBS);
}

function spelling(verb: string, known: readonly string[]): string | undefined {
  const near = nearest(verb, known);
  return near && `Did you mean ${near}?`;
}
