import { type ApiResource, apiResources, findResources, isServed, type Releases } from '../../policy/api/lookup.ts';
import { isAtLeast } from '../../policy/kube-version.ts';
import { nearest } from '../../policy/nearest.ts';
import type { NamedResource } from './named.ts';
import { groupName, hasSub, type ResourceFault } from './resource-words.ts';
import { list } from './words.ts';

/** What is wrong with a resource that the API has: this version does not serve it, or it has no such subresource. */
export function judgeFound(found: ApiResource, named: NamedResource, version?: string): ResourceFault | undefined {
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
