import { SERVED_VERBS } from '../../policy/api/verbs.ts';
import type { GroupResources, Level, PolicyRule } from '../../policy/types.ts';
import { pathOf } from './spared.ts';
import { ANY_NODE, type Kind } from './traffic.ts';

/**
 * The rule that gives requests a level and, in front of the rule that decides them now, takes them from no other: what that one asks for
 * is asked for here too. undefined where that cannot be written.
 */
export function ruleFor(level: Level, kinds: readonly Kind[], present: PolicyRule): PolicyRule | undefined {
  const who = whoOf(kinds, present);
  const what = whatOf(kinds, present);
  if (!who || !what) return undefined;
  const { namespaces, omitStages, omitManagedFields } = present;
  const requests = kinds.map(({ request }) => request);
  return {
    level,
    ...who,
    verbs: unique(requests.map(({ verb = '' }) => verb)).toSorted(byVerb),
    ...what,
    ...(namespaces?.length ? { namespaces } : {}),
    ...(level !== 'None' && omitStages?.length ? { omitStages } : {}),
    ...(level === 'Request' && omitManagedFields !== undefined ? { omitManagedFields } : {}),
  };
}

const NODES = 'system:nodes';

// Accounts and components are named; kubelets come and go, and are known by their group.
function whoOf(
  kinds: readonly Kind[],
  { userGroups = [] }: PolicyRule,
): Pick<PolicyRule, 'users' | 'userGroups'> | undefined {
  const users = unique(kinds.map(({ request: { user = '' } }) => user)).toSorted();
  if (!users.includes(ANY_NODE)) return { users, ...(userGroups.length > 0 ? { userGroups } : {}) };
  const isOfNodes = kinds.every(({ request: { groups = [] } }) => groups.includes(NODES));
  const canName = isOfNodes && (userGroups.length === 0 || userGroups.includes(NODES));
  return users.length === 1 && canName ? { userGroups: [NODES] } : undefined;
}

function whatOf(
  kinds: readonly Kind[],
  present: PolicyRule,
): Pick<PolicyRule, 'resources' | 'nonResourceURLs'> | undefined {
  if (kinds.every(({ request }) => request.isResourceRequest === true))
    return { resources: resourcesOf(kinds, present) };
  const patterns = kinds.map((kind) => patternOf(kind, present));
  return { nonResourceURLs: unique(patterns).toSorted() };
}

// The pattern may reach further than the present rule does: then the path alone is named.
function patternOf({ request }: Kind, { nonResourceURLs = [] }: PolicyRule): string {
  const { path = '' } = request;
  const pattern = pathOf(request)?.pattern ?? path;
  const isWithin = (whole: string): boolean =>
    whole === pattern || (whole.endsWith('*') && pattern.startsWith(whole.slice(0, -1)));
  return nonResourceURLs.length === 0 || nonResourceURLs.some(isWithin) ? pattern : path;
}

function resourcesOf(kinds: readonly Kind[], { resources = [] }: PolicyRule): GroupResources[] {
  const found = new Map<string, GroupResources>();
  for (const { request } of kinds) {
    const { apiGroup = '', name = '' } = request;
    const named = resources.find((entry) => isNamed(entry, request) && entry.resourceNames?.includes(name));
    const isOpen = resources.length === 0 || resources.some((entry) => isNamed(entry, request) && !namesOf(entry));
    const resourceNames = isOpen ? undefined : named?.resourceNames;
    const key = JSON.stringify([apiGroup, resourceNames]);
    const names = unique([...(found.get(key)?.resources ?? []), targetOf(request)]).toSorted();
    const group = apiGroup === '' ? {} : { group: apiGroup };
    found.set(key, { ...group, resources: names, ...(resourceNames ? { resourceNames } : {}) });
  }
  return [...found.entries()].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, entry]) => entry);
}

function namesOf({ resources, resourceNames }: GroupResources): readonly string[] | undefined {
  return resources?.length && resourceNames?.length ? resourceNames : undefined;
}

// As `decide` has it, but for the name.
function isNamed(
  { group = '', resources = [] }: GroupResources,
  { apiGroup = '', ...request }: Kind['request'],
): boolean {
  if (group !== '*' && group !== apiGroup) return false;
  const { resource = '', subresource = '' } = request;
  const names = ['*', targetOf(request), `${resource}/*`, ...(subresource === '' ? [] : [`*/${subresource}`])];
  return resources.length === 0 || resources.some((name) => names.includes(name));
}

/** A resource as a rule names it. */
function targetOf({ resource = '', subresource = '' }: Pick<Kind['request'], 'resource' | 'subresource'>): string {
  return subresource === '' ? resource : `${resource}/${subresource}`;
}

function byVerb(one: string, other: string): number {
  return place(one) - place(other);
}

function place(verb: string): number {
  return ['head', ...SERVED_VERBS].indexOf(verb);
}

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}
