import {
  apiGroups,
  type ApiResource,
  apiResources,
  findResources,
  groupsWith,
  isServed,
  nearestResource,
  type Releases,
} from '../../policy/api/lookup.ts';
import { isAtLeast } from '../../policy/kube-version.ts';
import { nearest } from '../../policy/nearest.ts';
import type { NamedResource } from './named.ts';

/** What is wrong with a resource that a policy names. */
export type ResourceFault =
  /** None of the patterns that a policy knows. */
  | { kind: 'pattern'; text: string }
  /** It has no such subresource; `resource` null: nothing of the group has. */
  | {
      kind: 'subresource';
      resource: string | null;
      subresource: string;
      group: string;
      near: string | null;
      known: readonly string[];
    }
  /** From `since` on or no longer from `goneSince` on, as minor releases of Kubernetes. */
  | { kind: 'not-served'; text: string; since: number | null; goneSince: number | null; movedTo: string | null }
  /** Written as its kind, its singular or its short name. */
  | { kind: 'not-plural'; text: string; name: string }
  /** Another group has it; `isGone`: this version has it there no more, either. */
  | {
      kind: 'wrong-group';
      group: string;
      resource: string;
      name: string;
      homes: readonly string[];
      isGone: boolean;
    }
  /** Misspelt, or a subresource of `holders`. */
  | {
      kind: 'unknown';
      group: string;
      resource: string;
      near: { name: string; home: string | null } | null;
      holders: readonly string[];
    };

export interface JudgedResource {
  fault: ResourceFault;
  /** What to write in its place, where that is sure. */
  replacement?: string;
  /** What its fix in words names, where that is not the same. */
  meant?: { group: string; name: string };
}

/**
 * Judges a resource by the API of a Kubernetes version (1.35.4; left out: the newest). Nothing is said of groups that are not
 * built in: they may be those of custom resources.
 */
export function judgeResource(named: NamedResource, version?: string): JudgedResource | undefined {
  if (named.text.includes('*')) return judgePattern(named, version);
  if (!isBuiltIn(named.group)) return undefined;
  const found = findExact(named);
  return found
    ? judgeFound(found, named, version)
    : (notPlural(named, version) ?? wrongGroup(named, version) ?? misspelt(named, version));
}

function isBuiltIn(group: string): boolean {
  return group === '*' || apiGroups().includes(group);
}

function findExact({ group, resource }: NamedResource): ApiResource | undefined {
  return findResources(resource, inGroup(group)).findLast((entry) => entry.resource === resource);
}

// `*`, `*/sub` and `res/*` are the patterns (kube-apiserver's pkg/audit/policy/checker.go, release 1.37).
function judgePattern(named: NamedResource, version?: string): JudgedResource | undefined {
  const { text, resource, subresource, group } = named;
  if (text === '*') return undefined;
  if (subresource === '*' && !resource.includes('*') && resource !== '') {
    const { subresource: _subresource, ...plain } = named;
    return withRest(judgeResource({ ...plain, text: resource }, version), '/*');
  }
  if (resource !== '*' || subresource === undefined || subresource.includes('*'))
    return { fault: { kind: 'pattern', text }, ...(text === '*/*' ? { replacement: '*' } : {}) };
  return isBuiltIn(group) ? judgeAnySubresource(group, subresource) : undefined;
}

function judgeAnySubresource(group: string, subresource: string): JudgedResource | undefined {
  const own = apiResources().filter((entry) => group === '*' || entry.group === group);
  const known = [...new Set(own.flatMap((entry) => entry.subresources.map(({ name }) => name)))];
  if (known.includes(subresource) || known.length === 0) return undefined;
  const meant = nearest(subresource, known);
  const near = meant ? `*/${meant}` : null;
  return { fault: { kind: 'subresource', resource: null, subresource, group, near, known } };
}

/** What was found of `pods/*`, where it is said of `pods`. */
function withRest(judged: JudgedResource | undefined, rest: string): JudgedResource | undefined {
  if (judged?.replacement === undefined || judged.fault.kind !== 'not-plural') return judged;
  const { fault, replacement } = judged;
  return { fault: { ...fault, name: `${fault.name}${rest}` }, replacement: `${replacement}${rest}` };
}

/** What is wrong with a resource that the API has: this version does not serve it, or it has no such subresource. */
function judgeFound(found: ApiResource, named: NamedResource, version?: string): JudgedResource | undefined {
  const { resource, subresource, text } = named;
  if (!isServed(found, version)) {
    const other = findResources(resource).find((entry) => entry.group !== found.group && isServed(entry, version));
    return { fault: notServed(text, found, other?.group ?? null, version) };
  }
  if (subresource === undefined) return undefined;
  const sub = found.subresources.find(({ name }) => name === subresource);
  if (!sub) return unknownSubresource(found, named);
  return isServed(sub, version) ? undefined : { fault: notServed(`${resource}/${subresource}`, sub, null, version) };
}

function notServed(text: string, releases: Releases, movedTo: string | null, version?: string): ResourceFault {
  const { since, until } = releases;
  const isGone = until !== undefined && isAtLeast(version, until + 1);
  return { kind: 'not-served', text, since: since ?? null, goneSince: isGone ? until + 1 : null, movedTo };
}

function unknownSubresource(
  { resource, subresources }: ApiResource,
  { group, subresource = '' }: NamedResource,
): JudgedResource {
  const known = subresources.map(({ name }) => name);
  // The whole name, as a short word alone may hardly differ to be near.
  const replacement = nearest(
    `${resource}/${subresource}`,
    known.map((name) => `${resource}/${name}`),
  );
  const [holder, ...others] = apiResources().filter((entry) => entry.group === group && hasSub(entry, subresource));
  const elsewhere = holder && others.length === 0 ? `${holder.resource}/${subresource}` : null;
  const near = replacement ?? elsewhere;
  const fault = { kind: 'subresource', resource, subresource, group, near, known } as const;
  return { fault, ...(replacement ? { replacement } : {}) };
}

function notPlural(named: NamedResource, version?: string): JudgedResource | undefined {
  const [meant] = findResources(named.resource, inGroup(named.group));
  if (!meant || named.resource === '') return undefined;
  const name = withSub(meant.resource, named);
  const isSure = !judgeFound(meant, { ...named, resource: meant.resource }, version);
  return { fault: { kind: 'not-plural', text: named.text, name }, ...(isSure ? { replacement: name } : {}) };
}

function wrongGroup(named: NamedResource, version?: string): JudgedResource | undefined {
  const { group, resource } = named;
  const all = findResources(resource);
  const served = all.filter((entry) => isServed(entry, version));
  const found = served.length > 0 ? served : all;
  const [meant] = found;
  if (!meant) return undefined;
  const name = withSub(meant.resource, named);
  const homes = found.map((entry) => entry.group);
  return {
    fault: { kind: 'wrong-group', group, resource, name, homes, isGone: served.length === 0 },
    meant: { group: meant.group, name },
  };
}

function misspelt(named: NamedResource, version?: string): JudgedResource | undefined {
  const { group, resource } = named;
  const meant = nearestResource(resource, inGroup(group)) ?? nearestResource(resource);
  const holders = apiResources()
    .filter((entry) => hasSub(entry, resource) && (group === '*' || entry.group === group))
    .map((entry) => `${entry.resource}/${resource}`);
  // A newer Kubernetes than the table can have resources that the table has not.
  if (!meant && holders.length === 0 && version !== undefined && isAtLeast(version, 38)) return undefined;
  if (meant === undefined) return { fault: { kind: 'unknown', group, resource, near: null, holders } };
  const groups = groupsWith(meant);
  const isHere = groups.includes(group);
  const [first = ''] = groups;
  const name = withSub(meant, named);
  const near = { name, home: isHere || group === '*' ? null : first };
  return {
    fault: { kind: 'unknown', group, resource, near, holders },
    meant: { group: isHere ? group : first, name },
  };
}

/** Options for a lookup in a group as a policy writes it: "*" is any. */
function inGroup(group: string): { group?: string } {
  return group === '*' ? {} : { group };
}

function hasSub({ subresources }: ApiResource, name: string): boolean {
  return subresources.some((sub) => sub.name === name);
}

/** A resource with the subresource that somebody named. */
function withSub(resource: string, { subresource }: NamedResource): string {
  return subresource === undefined ? resource : `${resource}/${subresource}`;
}
