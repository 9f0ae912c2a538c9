import { UserError } from '../../errors.ts';
import type { RequestAttributes } from '../types.ts';
import { readTarget, type RequestOptions, typeName, type Target, type TargetWords } from './target.ts';
import { checkVerb, verbNote } from './verbs.ts';

/** A request as a person writes it, in the manner of `kubectl auth can-i`. */
export interface RequestWords extends TargetWords {
  verb: string;
  /** Left out: `default`. */
  namespace?: string;
  /** The request is for all namespaces at once. */
  allNamespaces?: boolean;
  /** Who sends it; left out: an ordinary person. */
  as?: string;
  /** Groups besides those that kube-apiserver gives to such a user by itself. */
  asGroups?: readonly string[];
  /** The request fails to authenticate (401). */
  unauthenticated?: boolean;
}

/** A request as an audit policy sees it, and what is good to know about the words it was written in. */
export interface ReadRequest {
  request: RequestAttributes;
  notes: string[];
}

/**
 * Reads a request written in the manner of `kubectl auth can-i` into what an audit policy would see of it.
 *
 * @throws UserError for a verb, a resource or a mix of words that no request can have, with what was probably meant.
 */
export function readRequest(words: RequestWords, options: RequestOptions = {}): ReadRequest {
  const identity = identityOf(words);
  if (words.target.startsWith('/')) return { request: { ...identity, ...pathRequest(words) }, notes: pathNotes(words) };
  checkVerb(words.verb, 'resource');
  const target = readTarget(withSubresourceOnce(words), options);
  const { notes, ...place } = locate(words, target);
  const { group, resource, subresource } = target;
  const request = { verb: words.verb, isResourceRequest: true, apiGroup: group, resource, subresource, ...place };
  const note = verbNote(words.verb);
  const all = [...(note === undefined ? [] : [note]), ...target.notes, ...notes];
  return { request: { ...identity, ...withoutEmpty(request) }, notes: all };
}

function pathRequest(words: RequestWords): RequestAttributes {
  checkVerb(words.verb, 'path');
  const given = (['name', 'subresource', 'namespace'] as const).find((key) => words[key] !== undefined);
  if (given !== undefined) {
    throw new UserError(`a request for a path has no ${given}`, { hint: 'Leave it out, or name a resource.' });
  }
  return { verb: words.verb, isResourceRequest: false, path: words.target.split('?')[0] ?? '' };
}

function pathNotes({ target }: RequestWords): string[] {
  const notes = target.includes('?') ? ['The policy does not see what is behind the question mark.'] : [];
  if (/^\/(api\/[^/]+|apis\/[^/]+\/[^/]+)\/./.test(target))
    notes.push('A path below /api or /apis is in fact a request for a resource: name the resource instead.');
  return notes;
}

// `--subresource /log` and `log` are one.
function withSubresourceOnce(words: RequestWords): RequestWords {
  if (words.subresource === undefined) return words;
  return { ...words, subresource: words.subresource.replace(/^\//, '') };
}

function withoutEmpty(request: RequestAttributes): RequestAttributes {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== ''));
}

/** Who sends a request when nobody is named: a person with no rights of their own. */
const SOMEONE = 'someone';

/**
 * Gives the user and groups of a request. kube-apiserver adds groups by itself (`pkg/authentication` of k8s.io/apiserver, release
 * 1.37: `group/authenticated_group_adder.go`, `serviceaccount/util.go`, `request/anonymous`); a node's group is in its certificate.
 * Nothing for a request that does not authenticate.
 *
 * @throws UserError for words that contradict each other.
 */
function identityOf({ as, asGroups = [], unauthenticated }: RequestWords): Pick<RequestAttributes, 'user' | 'groups'> {
  if (unauthenticated && (as !== undefined || asGroups.length > 0)) {
    throw new UserError('a request that fails to authenticate has no user and no groups', {
      hint: 'A request without credentials is from system:anonymous.',
    });
  }
  if (unauthenticated) return {};
  if (as === '')
    throw new UserError('the user is empty', { hint: 'Only a request that fails to authenticate has no user.' });
  const user = as ?? SOMEONE;
  return { user, groups: [...new Set([...asGroups, ...groupsOfUser(user)])] };
}

/** The groups that kube-apiserver gives to a user of this name by itself. */
export function groupsOfUser(user: string): string[] {
  if (user === 'system:anonymous') return ['system:unauthenticated'];
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(user) ?? [];
  if (namespace) return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED];
  if (user.startsWith('system:node:')) return ['system:nodes', AUTHENTICATED];
  return user === 'system:apiserver' ? ['system:masters', AUTHENTICATED] : [AUTHENTICATED];
}

const AUTHENTICATED = 'system:authenticated';

/** The namespace and name that a policy sees; "" for none. */
interface Location {
  namespace: string;
  name: string;
  notes: string[];
}

/**
 * Finds what a policy sees as the namespace and the name of a request: what is in its URL, and for list and watch a name from a field
 * selector (`pkg/endpoints/request/requestinfo.go` of k8s.io/apiserver, release 1.37).
 */
function locate(words: RequestWords, target: Target): Location {
  const notes: string[] = [];
  const name = nameSeen(words.verb, target, notes);
  return { name, namespace: namespaceSeen(words, target, name, notes), notes: [...notes, ...verbNotes(words, target)] };
}

function nameSeen(verb: string, { name, subresource }: Target, notes: string[]): string {
  if (name === '') return '';
  if (verb === 'create' && subresource === '') {
    notes.push('A create has its name only in the body: the policy sees none.');
    return '';
  }
  if (verb === 'deletecollection') {
    notes.push('A deletecollection has no name: the policy sees none, not even from a field selector.');
    return '';
  }
  if (verb === 'list' || verb === 'watch')
    notes.push(`A ${verb} has a name only with --field-selector metadata.name=${name}.`);
  return name;
}

function namespaceSeen(words: RequestWords, target: Target, name: string, notes: string[]): string {
  const { namespace, allNamespaces, verb } = words;
  const isObject = name !== '' && verb !== 'list' && verb !== 'watch';
  if (target.group === '' && target.resource === 'namespaces') return isObject ? name : '';
  if (target.api && !target.api.namespaced) {
    if (namespace) notes.push(`${typeName(target)} is cluster-scoped: the policy sees no namespace.`);
    return '';
  }
  if (!target.api) notes.push('Assumed to be in a namespace; if it is cluster-scoped, give -A.');
  else if (allNamespaces && !['list', 'watch'].includes(verb))
    notes.push(`No ${verb} spans all namespaces; only list and watch do.`);
  return allNamespaces ? '' : (namespace ?? 'default');
}

function verbNotes({ verb }: RequestWords, target: Target): string[] {
  const { name, subresource } = target;
  if (verb === 'get' && name === '' && subresource === '') return ['Without a name kubectl get sends list, not get.'];
  if (verb === 'delete' && name === '')
    return ['A delete has a name; without one it is deletecollection, a verb of its own.'];
  if (verb === 'create' && OVER_WEBSOCKET.includes(subresource))
    return [`kubectl from 1.31 on opens ${subresource} over WebSocket: the verb is then get.`];
  return unservedNotes(verb, target);
}

const OVER_WEBSOCKET: readonly string[] = ['exec', 'attach', 'portforward'];

function unservedNotes(verb: string, { api, subresource }: Target): string[] {
  if (!api) return [];
  const verbs = subresource === '' ? api.verbs : api.subresources.find(({ name }) => name === subresource)?.verbs;
  if (!verbs || verbs.includes(verb)) return [];
  const what = subresource === '' ? api.resource : `${api.resource}/${subresource}`;
  return [`${what} knows only ${verbs.join(', ')}: the server refuses this, but audits it.`];
}
