import { typeName } from './resource-type.ts';
import type { Target } from './target.ts';
import type { RequestWords } from './words.ts';

/** The namespace and name that a policy sees; "" for none. */
export interface Location {
  namespace: string;
  name: string;
  notes: string[];
}

/**
 * Finds what a policy sees as the namespace and the name of a request: what is in its URL, and for list and watch a name from a field
 * selector (`pkg/endpoints/request/requestinfo.go` of k8s.io/apiserver, release 1.37).
 */
export function locate(words: RequestWords, target: Target): Location {
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
  if (!target.api) notes.push('Taken to live in a namespace; for a cluster-scoped one give -A.');
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
  const verbs = subresource === '' ? api?.verbs : api?.subresources.find((entry) => entry.name === subresource)?.verbs;
  if (!verbs || verbs.includes(verb)) return [];
  const what = subresource === '' ? api!.resource : `${api!.resource}/${subresource}`;
  return [`${what} knows only ${verbs.join(', ')}: the server refuses this, and audits it all the same.`];
}
