import type { GroupResources } from '../types.ts';

/** A value that stands for every one that no rule mentions. */
export const OTHER: unique symbol = Symbol('any other');
export type Part = string | typeof OTHER;

/** What a resource request is about; a plain resource has the subresource ''. */
export interface Kind {
  group: Part;
  resource: Part;
  subresource: Part;
}

/** All kinds that the entries can tell apart, those of a group together, and in it those of a resource. */
export interface Kinds {
  list: readonly Kind[];
  /** All that is mentioned. */
  groups: ReadonlySet<Part>;
  resources: ReadonlySet<Part>;
  subresources: ReadonlySet<Part>;
  /** The places of the kinds that an entry matches; `resourceNames` is not looked at. */
  placesOf(entry: GroupResources): number[];
  placeOf(group: string, resource: string, subresource: string): number;
}

/**
 * Collects the kinds that entries of `resources` tell apart. A name such as `a/b/c` or `a/` matches none: neither a resource nor a
 * subresource of a request can hold a slash, as both are one step of its path (`pkg/endpoints/request/requestinfo.go`).
 *
 * @returns undefined where there would be more than `limit`.
 */
export function kindsOf(entries: readonly GroupResources[], limit: number): Kinds | undefined {
  const groups = new Map<Part, GroupNames>([
    ['', namesOf()],
    [OTHER, namesOf()],
  ]);
  for (const entry of entries) if (entry.group !== '*') groups.set(entry.group ?? '', namesOf());
  let work = 0;
  for (const { group = '', resources = [] } of entries) {
    const mentioned = group === '*' ? [...groups.values()] : [groups.get(group) ?? namesOf()];
    work += mentioned.length * resources.length;
    if (work > limit) return undefined;
    for (const names of mentioned) addNames(names, resources);
  }
  const list: Kind[] = [];
  for (const [group, names] of groups) {
    for (const [resource, subresources] of names.resources) {
      const known: Part[] = ['', OTHER, ...names.anywhere, ...subresources];
      for (const subresource of new Set(known)) list.push({ group, resource, subresource });
      if (list.length > limit) return undefined;
    }
  }
  return lookUps(list, groups.keys());
}

/** The names that entries use for one group: subresources of any resource, and resources with their own subresources. */
interface GroupNames {
  anywhere: Set<string>;
  resources: Map<Part, Set<string>>;
}

function namesOf(): GroupNames {
  return { anywhere: new Set(), resources: new Map([[OTHER, new Set()]]) };
}

function addNames(names: GroupNames, patterns: readonly string[]): void {
  for (const pattern of patterns) {
    const parts = partsOf(pattern);
    if (pattern === '*' || !parts) continue;
    const [resource, subresource] = parts;
    if (resource === '*' && subresource !== '') names.anywhere.add(subresource);
    const own = names.resources.get(resource) ?? new Set();
    if (resource !== '*' || subresource === '*') names.resources.set(resource, own);
    if (resource !== '*' && subresource !== '*') own.add(subresource);
  }
}

function partsOf(pattern: string): [resource: string, subresource: string] | undefined {
  const parts = pattern.split('/');
  if (parts.length > 2 || parts[1] === '') return undefined;
  return [parts[0] ?? '', parts[1] ?? ''];
}

function lookUps(list: readonly Kind[], groups: Iterable<Part>): Kinds {
  const index = new Map<Part, Map<Part, Map<Part, number>>>();
  for (const [at, { group, resource, subresource }] of list.entries()) {
    const resources = getOrAdd(index, group, () => new Map<Part, Map<Part, number>>());
    getOrAdd(resources, resource, () => new Map<Part, number>()).set(subresource, at);
  }
  const all = [...groups];
  return {
    list,
    groups: new Set(all),
    resources: new Set(list.map(({ resource }) => resource)),
    subresources: new Set(list.map(({ subresource }) => subresource)),
    placesOf: ({ group = '', resources }) =>
      (group === '*' ? all : [group]).flatMap((name) => placesIn(index.get(name), resources)),
    placeOf: (group, resource, subresource) => {
      const inGroup = index.get(group) ?? index.get(OTHER);
      const inResource = inGroup?.get(resource) ?? inGroup?.get(OTHER);
      return inResource?.get(subresource) ?? inResource?.get(OTHER) ?? 0;
    },
  };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function placesIn(group: Map<Part, Map<Part, number>> | undefined, patterns: readonly string[] | undefined): number[] {
  if (!group) return [];
  const everything = !patterns?.length || patterns.includes('*');
  if (everything) return [...group.values()].flatMap((resource) => [...resource.values()]);
  return patterns.flatMap((pattern) => placesOfPattern(group, pattern));
}

function placesOfPattern(group: Map<Part, Map<Part, number>>, pattern: string): number[] {
  const parts = partsOf(pattern);
  if (!parts) return [];
  const [resource, subresource] = parts;
  const own = group.get(resource);
  const exact = own?.get(subresource);
  return [
    ...(exact === undefined ? [] : [exact]),
    ...(subresource === '*' ? [...(own?.values() ?? [])] : []),
    ...(resource === '*' && subresource !== '' ? subresourcePlaces(group, subresource) : []),
  ];
}

function subresourcePlaces(group: Map<Part, Map<Part, number>>, subresource: string): number[] {
  return [...group.values()].flatMap((resource) => resource.get(subresource) ?? []);
}
