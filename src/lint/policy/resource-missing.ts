import { apiResources, findResources, groupsWith, isServed, nearestResource } from '../../policy/api/lookup.ts';
import { isAtLeast } from '../../policy/kube-version.ts';
import type { NamedResource } from './named.ts';
import { judgeFound } from './resource-found.ts';
import { groupName, hasSub, inGroup, withSub, type ResourceFault } from './resource-words.ts';
import { list } from './words.ts';

/** What is wrong with a resource that its group has not: written otherwise, of another group, or misspelt. */
export function judgeMissing(named: NamedResource, version?: string): ResourceFault | undefined {
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
