import { apiGroups, type ApiResource, apiResources, findResources } from '../../policy/api/lookup.ts';
import { nearest } from '../../policy/nearest.ts';
import type { NamedResource } from './named.ts';
import { judgeFound } from './resource-found.ts';
import { judgeMissing } from './resource-missing.ts';
import { groupName, inGroup, type ResourceFault } from './resource-words.ts';
import { list } from './words.ts';

/**
 * Judges a resource by the API of a Kubernetes version (1.35.4; left out: the newest). Nothing is said of groups that are not
 * built in: they may be those of custom resources.
 */
export function judgeResource(named: NamedResource, version?: string): ResourceFault | undefined {
  if (named.text.includes('*')) return judgePattern(named, version);
  if (!isBuiltIn(named.group)) return undefined;
  const found = findExact(named);
  return found ? judgeFound(found, named, version) : judgeMissing(named, version);
}

function isBuiltIn(group: string): boolean {
  return group === '*' || apiGroups().includes(group);
}

function findExact({ group, resource }: NamedResource): ApiResource | undefined {
  const found = findResources(resource, inGroup(group)).filter((entry) => entry.resource === resource);
  return found.at(-1);
}

// `*`, `*/sub` and `res/*` are the patterns (kube-apiserver's pkg/audit/policy/checker.go, release 1.37).
function judgePattern(named: NamedResource, version?: string): ResourceFault | undefined {
  const { text, resource, subresource, group } = named;
  if (text === '*') return undefined;
  if (subresource === '*' && !resource.includes('*') && resource !== '') {
    const { subresource: _subresource, ...plain } = named;
    return withRest(judgeResource({ ...plain, text: resource }, version), '/*');
  }
  if (resource !== '*' || subresource === undefined || subresource.includes('*')) return notAPattern(text);
  return isBuiltIn(group) ? judgeAnySubresource(group, subresource) : undefined;
}

function notAPattern(text: string): ResourceFault {
  const message = `"${text}" matches nothing: it is none of the patterns`;
  if (text === '*/*') {
    return { kind: 'pattern', message, mend: 'Write "*": it covers the subresources too.', replacement: '*' };
  }
  return { kind: 'pattern', message, mend: 'Name each resource in full.' };
}

function judgeAnySubresource(group: string, subresource: string): ResourceFault | undefined {
  const own = apiResources().filter((entry) => group === '*' || entry.group === group);
  const known = [...new Set(own.flatMap((entry) => entry.subresources.map(({ name }) => name)))];
  if (known.includes(subresource) || known.length === 0) return undefined;
  const meant = nearest(subresource, known);
  return {
    kind: 'subresource',
    message: `no resource of the ${groupName(group)} has a subresource ${subresource}`,
    mend: meant ? `Did you mean */${meant}?` : `There are ${list(known)}.`,
  };
}

function withRest(fault: ResourceFault | undefined, rest: string): ResourceFault | undefined {
  if (!fault?.replacement) return fault;
  return { ...fault, replacement: fault.replacement + rest, mend: fault.mend.replace(/[.?]$/, `${rest}$&`) };
}
