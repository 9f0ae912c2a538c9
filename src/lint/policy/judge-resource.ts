import type { NamedResource } from './named.ts';
import { list } from '../rule.ts';
import {
  type ApiResource,
  type Releases,
  apiGroups,
  apiResources,
  findResources,
  groupsWith,
  isServed,
  nearestResource,
} from '../../policy/api/lookup.ts';
import { isAtLeast } from '../../policy/kube-version.ts';
import { nearest } from '../../policy/nearest.ts';

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

/** What is wrong with a resource that the API has: this version does not serve it, or it has no such subresource. */
function judgeFound(found: ApiResource, named: NamedResource, version?: string): ResourceFault | undefined {
  const { resource, subresource, text } = named;
  const state = stateOf(found, version);
  if (state) return { kind: 'not-served', message: `${text} ${state}`, mend: moved(found, version) };
  if (subresource === undefined) return undefined;
  const sub = found.subresources.find(({ name }) => name === subresource);
  if (!sub) return unknownSubresource(found, named);
  const subState = stateOf(sub, version);
  return subState ? { kind: 'not-served', message: `${resource}/${subresource} ${subState}`, mend: KEEP } : undefined;
}

const KEEP = 'Remove it, or keep it for the clusters that have it.';

function moved({ resource, group }: ApiResource, version?: string): string {
  const other = findResources(resource).find((entry) => entry.group !== group && isServed(entry, version));
  return other ? `It is in the ${groupName(other.group)} now.` : KEEP;
}

function stateOf(releases: Releases, version?: string): string | undefined {
  if (isServed(releases, version)) return undefined;
  const { since, until } = releases;
  const isGone = until !== undefined && isAtLeast(version, until + 1);
  return isGone ? `is gone since Kubernetes 1.${until + 1}` : `comes with Kubernetes 1.${since}`;
}

function unknownSubresource(
  { resource, subresources }: ApiResource,
  { group, subresource = '' }: NamedResource,
): ResourceFault {
  const known = subresources.map(({ name }) => name);
  // The whole name, as a short word alone may hardly differ to be near.
  const meant = nearest(
    `${resource}/${subresource}`,
    known.map((name) => `${resource}/${name}`),
  );
  const holders = apiResources().filter((entry) => entry.group === group && hasSub(entry, subresource));
  const elsewhere = holders.map((entry) => `${entry.resource}/${subresource}`);
  const has = known.length > 0 ? `It has ${list(known)}.` : 'It has none.';
  return {
    kind: 'subresource',
    message: `${resource} has no subresource ${subresource}`,
    mend: meant ? `Did you mean ${meant}?` : elsewhere.length === 1 ? `Did you mean ${elsewhere[0]}?` : has,
    ...(meant ? { replacement: meant } : {}),
  };
}

/** What is wrong with a resource that its group has not: written otherwise, of another group, or misspelt. */
function judgeMissing(named: NamedResource, version?: string): ResourceFault | undefined {
  return notPlural(named, version) ?? wrongGroup(named, version) ?? misspelt(named, version);
}

function notPlural(named: NamedResource, version?: string): ResourceFault | undefined {
  const [meant] = findResources(named.resource, inGroup(named.group));
  if (!meant || named.resource === '') return undefined;
  const replacement = withSub(meant.resource, named);
  const fault = judgeFound(meant, { ...named, resource: meant.resource }, version);
  const sure = fault ? {} : { replacement };
  return { kind: 'not-plural', message: `"${named.text}" matches nothing`, mend: `Write ${replacement}.`, ...sure };
}

function wrongGroup(named: NamedResource, version?: string): ResourceFault | undefined {
  const all = findResources(named.resource);
  const served = all.filter((entry) => isServed(entry, version));
  const [meant, ...others] = served.length > 0 ? served : all;
  if (!meant) return undefined;
  const groups = [meant, ...others].map(({ group }) => `group: ${group || '""'}`);
  const gone = served.length > 0 ? '' : ' This version of Kubernetes has none there, either.';
  return {
    kind: 'wrong-group',
    message: `the ${groupName(named.group)} has no ${named.resource}`,
    mend: `Write ${withSub(meant.resource, named)} in an entry with ${list(groups, 'or')}.${gone}`,
    meant: { group: meant.group, name: withSub(meant.resource, named) },
  };
}

/** Names that people know from elsewhere, and what has them. */
const KNOWN_ELSEWHERE: Readonly<Record<string, string>> = {
  tokenrequests: 'A token is asked for with serviceaccounts/token in the core group.',
  podmetrics: 'Write pods.',
  nodemetrics: 'Write nodes.',
};

function misspelt(named: NamedResource, version?: string): ResourceFault | undefined {
  const { group, resource } = named;
  const near = nearestResource(resource, inGroup(group)) ?? nearestResource(resource);
  const holders = apiResources().filter((entry) => hasSub(entry, resource) && (group === '*' || entry.group === group));
  const meant = near === undefined ? undefined : withSub(near, named);
  // A newer Kubernetes than the table can have resources that the table has not.
  if (!meant && holders.length === 0 && version !== undefined && isAtLeast(version, 38)) return undefined;
  return {
    kind: 'unknown',
    ...(meant === undefined || near === undefined ? {} : { meant: { group: groupOf(near, group), name: meant } }),
    message: `the ${groupName(group)} has no ${named.resource || 'resource ""'}`,
    mend:
      KNOWN_ELSEWHERE[resource] ??
      mendOf(
        meant,
        near,
        group,
        holders.map((entry) => `${entry.resource}/${resource}`),
      ),
  };
}

/** The group of a resource: the one that was named, where it has it. */
function groupOf(resource: string, named: string): string {
  const groups = groupsWith(resource);
  return groups.includes(named) ? named : (groups[0] ?? '');
}

function mendOf(meant: string | undefined, near: string | undefined, group: string, holders: string[]): string {
  if (holders.length > 0) return `It is a subresource: write ${list(holders, 'or')}.`;
  if (meant === undefined || near === undefined) return 'Write the resource as kubectl api-resources shows it.';
  const groups = groupsWith(near);
  const where = group === '*' || groups.includes(group) ? '' : ` in the ${groupName(groups[0] ?? '')}`;
  return `Did you mean ${meant}${where}?`;
}

/** What is wrong with a resource that a policy names; `replacement` is what to write in its place, where that is sure. */
export interface ResourceFault {
  kind: 'pattern' | 'wrong-group' | 'not-plural' | 'unknown' | 'subresource' | 'not-served';
  message: string;
  mend: string;
  replacement?: string;
  /** What the words of `mend` name, where that is not the same. */
  meant?: { group: string; name: string };
}

/** Options for a lookup in a group as a policy writes it: "*" is any. */
function inGroup(group: string): { group?: string } {
  return group === '*' ? {} : { group };
}

/** Whether a resource has a subresource of this name. */
function hasSub({ subresources }: ApiResource, name: string): boolean {
  return subresources.some((sub) => sub.name === name);
}

/** A resource with the subresource that somebody named. */
function withSub(resource: string, { subresource }: NamedResource): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}

/** A group for a sentence: `core group`, `group apps`. */
function groupName(group: string): string {
  return group === '' ? 'core group' : group === '*' ? 'built-in API' : `group ${group}`;
}
