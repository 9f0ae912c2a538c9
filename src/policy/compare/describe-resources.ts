import type { ValueSet } from './describe.ts';
import { type Kind, OTHER, type Part } from './kinds.ts';
import type { Universe } from './universe.ts';

/**
 * Resources of some API groups ('' is the core group), named as in a policy: `pods`, `pods/log`, `pods/*`. Where a name has exceptions
 * of its own they follow it: `pods/* except pods/log`. What is literally named `*` is in quotes.
 */
export interface ResourceSet {
  groups: ValueSet;
  resources: ValueSet;
}

/** Names the kinds in a set of targets; groups in which the same is in the set stand together. */
export function resourcesIn({ kinds, paths }: Universe, targets: bigint): ResourceSet[] {
  const first = paths.pieces.length;
  const inSet = new Set(kinds.list.filter((_kind, at) => ((targets >> BigInt(first + at)) & 1n) === 1n));
  const byGroup = new Map<Part, Kind[]>();
  for (const kind of kinds.list) byGroup.set(kind.group, [...(byGroup.get(kind.group) ?? []), kind]);
  const found = new Map<string, { groups: Part[]; resources: ValueSet }>();
  for (const [group, list] of byGroup) {
    const resources = namesIn(list, inSet);
    const key = JSON.stringify(resources);
    const groups: Part[] = [...(found.get(key)?.groups ?? []), group];
    found.set(key, { groups, resources });
  }
  return [...found.values()]
    .filter(({ resources }) => !isNothing(resources))
    .map((set) => ({ ...set, groups: groupSet(set.groups, [...byGroup.keys()]) }));
}

function isNothing(set: ValueSet): boolean {
  return 'only' in set && set.only.length === 0;
}

function groupSet(groups: readonly Part[], all: readonly Part[]): ValueSet {
  const isName = (part: Part): part is string => part !== OTHER;
  if (!groups.includes(OTHER)) return { only: groups.filter(isName) };
  return { except: all.filter((part) => !groups.includes(part)).filter(isName) };
}

function namesIn(list: readonly Kind[], inSet: ReadonlySet<Kind>): ValueSet {
  const other = list.some((kind) => kind.resource === OTHER && kind.subresource === OTHER && inSet.has(kind));
  const wanted = new Set(list.filter((kind) => inSet.has(kind) !== other));
  const names = namesOf(list, wanted);
  return other ? { except: names } : { only: names };
}

// First what is said of any resource, then of each.
function namesOf(list: readonly Kind[], wanted: ReadonlySet<Kind>): string[] {
  const everywhere = list.filter(({ resource }) => resource === OTHER).filter((kind) => wanted.has(kind));
  const anywhere = everywhere.map(({ subresource }) => subresource).filter((name) => name !== OTHER);
  const stars = anywhere.map((name) => starOf(list, wanted, name));
  const resources = new Set(list.map(({ resource }) => resource));
  resources.delete(OTHER);
  const named = [...resources].flatMap((resource) =>
    namesOfOne(
      list.filter((kind) => kind.resource === resource),
      wanted,
      anywhere,
    ),
  );
  return [...stars, ...named];
}

function starOf(list: readonly Kind[], wanted: ReadonlySet<Kind>, subresource: string): string {
  const missing = list.filter((kind) => kind.subresource === subresource && !wanted.has(kind)).map(nameOf);
  return withExceptions(subresource === '' ? '*' : `*/${literal(subresource)}`, missing);
}

function namesOfOne(list: readonly Kind[], wanted: ReadonlySet<Kind>, anywhere: readonly string[]): string[] {
  const isSaid = ({ subresource }: Kind): boolean => subresource !== OTHER && anywhere.includes(subresource);
  const all = list.find(({ subresource }) => subresource === OTHER);
  if (!all || !wanted.has(all)) return list.filter((kind) => wanted.has(kind) && !isSaid(kind)).map(nameOf);
  const missing = list.filter((kind) => !wanted.has(kind)).map(nameOf);
  return [withExceptions(nameOf(all), missing)];
}

function withExceptions(name: string, missing: readonly string[]): string {
  return missing.length === 0 ? name : `${name} except ${missing.join(' and ')}`;
}

function nameOf({ resource, subresource }: Kind): string {
  const name = resource === OTHER ? '*' : literal(resource);
  if (subresource === '') return name;
  return `${name}/${subresource === OTHER ? '*' : literal(subresource)}`;
}

// A resource that is really named "*": nobody has one, but policies with "*/*" match just that.
function literal(name: string): string {
  return name === '*' ? '"*"' : name;
}
