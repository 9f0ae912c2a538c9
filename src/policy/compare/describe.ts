import { grouped } from '../../grouped.ts';
import { OF_ONE, SERVED_VERBS } from '../api/verbs.ts';
import type { RequestAttributes } from '../types.ts';
import type { Term, Box, RequestSet } from './box.ts';
import { type Kind, OTHER, type Part } from './kinds.ts';
import { type Paths, type Universe, placesOf, type Values, firstPlace } from './universe.ts';

/** A set of values: these, or all but these (`except: []` is any value). */
export type ValueSet = { only: string[] } | { except: string[] };

/** Which requests a set holds: those that fit every part of it. A request without a user counts as one by a user without groups. */
export interface Requests {
  verbs: ValueSet;
  /** null where no resource is in the set; else a request for a resource is in one of these. */
  resources: ResourceSet[] | null;
  /** Patterns as in `nonResourceURLs`; null where no path is in the set. */
  paths: ValueSet | null;
  users: ValueSet;
  /** The user is in one group of each list of `oneOf`, and in no group of `noneOf`. */
  groups: { oneOf: string[][]; noneOf: string[] };
  namespaces: ValueSet;
  names: ValueSet;
}

/** A set of requests as data: those that fit, but not those that fit one of `except` as well; what is any value there is left open. */
export interface Description extends Requests {
  except: Requests[];
}

/** Says which requests a set holds. */
export function describeRequests({ universe, box, except }: RequestSet): Description {
  const { someOf, noneOf } = box;
  return {
    ...describeSets(universe, box, null),
    groups: {
      oneOf: someOf.map((set) => valueNames(universe.groups, set)),
      noneOf: valueNames(universe.groups, noneOf),
    },
    except: except.map((term) => ({
      ...describeSets(universe, term, box),
      groups: { oneOf: term.anyGroup === 0n ? [] : [valueNames(universe.groups, term.anyGroup)], noneOf: [] },
    })),
  };
}

/** Which resources and paths, as in `Requests`. */
export type TargetSets = Pick<Requests, 'resources' | 'paths'>;

/** Says which resources and paths are in a set of targets. */
export function targetSets(universe: Universe, targets: bigint): TargetSets {
  const { pathTargets, kindTargets, paths } = universe;
  return {
    resources: (targets & kindTargets) === 0n ? null : resourcesIn(universe, targets),
    paths: (targets & pathTargets) === 0n ? null : pathSet(paths, targets & pathTargets),
  };
}

/** In which namespaces, and of which names, as in `Requests`. */
export type PlaceSets = Pick<Requests, 'namespaces' | 'names'>;

/** Says in which namespaces and of which names the requests of a box are. */
export function placeSets({ namespaces, names }: Universe, box: Pick<Box, 'namespaces' | 'names'>): PlaceSets {
  return { namespaces: valueSet(namespaces, box.namespaces), names: valueSet(names, box.names) };
}

type Sets = Omit<Term, 'anyGroup' | 'rule'>;

// A set that is that of `whole` leaves it open.
function describeSets(universe: Universe, sets: Sets, whole: Sets | null): Omit<Requests, 'groups'> {
  const { users, verbs, namespaces, names, pathTargets, kindTargets } = universe;
  const targets = sets.targets === whole?.targets ? pathTargets | kindTargets : sets.targets;
  const set = (values: Values, name: 'users' | 'verbs' | 'namespaces' | 'names'): ValueSet =>
    sets[name] === whole?.[name] ? { except: [] } : valueSet(values, sets[name]);
  return {
    verbs: set(verbs, 'verbs'),
    ...targetSets(universe, targets),
    users: set(users, 'users'),
    namespaces: set(namespaces, 'namespaces'),
    names: set(names, 'names'),
  };
}

function valueSet(values: Values, set: bigint): ValueSet {
  return (set & 1n) === 0n ? { only: valueNames(values, set) } : { except: valueNames(values, values.all & ~set) };
}

// In the order in which they were mentioned, but verbs as people list them.
function valueNames({ mentioned }: Values, set: bigint): string[] {
  const names = placesOf(set).flatMap((place) => mentioned[place - 1] ?? []);
  return names.toSorted((one, other) => verbPlace(one) - verbPlace(other));
}

const VERBS = [...new Set(['get', 'head', ...SERVED_VERBS])];

function verbPlace(name: string): number {
  return VERBS.includes(name) ? VERBS.indexOf(name) : VERBS.length;
}

function pathSet(paths: Paths, targets: bigint): ValueSet {
  const inSet = paths.pieces.map((_piece, place) => ((targets >> BigInt(place)) & 1n) === 1n);
  return inSet[0] === true
    ? {
        except: patterns(
          paths,
          inSet.map((one) => !one),
        ),
      }
    : { only: patterns(paths, inSet) };
}

// A piece inside a prefix that is in the set too is not named.
function patterns({ pieces, rangeOf }: Pick<Paths, 'pieces' | 'rangeOf'>, inSet: readonly boolean[]): string[] {
  const found: string[] = [];
  for (let place = 0; place < pieces.length; place += 1) {
    const { text = '', exact = true } = pieces[place] ?? {};
    if (!inSet[place]) continue;
    const { from, to } = rangeOf(exact ? text : `${text}*`);
    const missing = exact
      ? []
      : patterns(
          { pieces, rangeOf },
          inSet.map((one, at) => at > from && at < to && !one),
        );
    if (missing.length > 0) found.push(`${text}* except ${missing.join(' and ')}`);
    else found.push(exact ? text : `${text}*`);
    if (!exact) place = to - 1;
  }
  return found;
}

/**
 * Resources of some API groups ('' is the core group), named as in a policy: `pods`, `pods/log`, `pods/*`. Where a name has exceptions
 * of its own they follow it: `pods/* except pods/log`. What is literally named `*` is in quotes.
 */
export interface ResourceSet {
  groups: ValueSet;
  resources: ValueSet;
}

/** Names the kinds in a set of targets; groups in which the same is in the set stand together. */
function resourcesIn({ kinds, paths }: Universe, targets: bigint): ResourceSet[] {
  const first = paths.pieces.length;
  const inSet = new Set(kinds.list.filter((_kind, at) => ((targets >> BigInt(first + at)) & 1n) === 1n));
  const byGroup = grouped(kinds.list, ({ group }) => group);
  const found = new Map<string, { groups: Part[]; resources: ValueSet }>();
  for (const [group, list] of byGroup) {
    const resources = kindSet(list, inSet);
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

function kindSet(list: readonly Kind[], inSet: ReadonlySet<Kind>): ValueSet {
  const other = list.some((kind) => kind.resource === OTHER && kind.subresource === OTHER && inSet.has(kind));
  const wanted = new Set(list.filter((kind) => inSet.has(kind) !== other));
  const names = kindNames(list, wanted);
  return other ? { except: names } : { only: names };
}

// First what is said of any resource, then of each.
function kindNames(list: readonly Kind[], wanted: ReadonlySet<Kind>): string[] {
  const everywhere = list.filter(({ resource }) => resource === OTHER).filter((kind) => wanted.has(kind));
  const anywhere = everywhere.map(({ subresource }) => subresource).filter((name) => name !== OTHER);
  const stars = anywhere.map((name) => starOf(list, wanted, name));
  const resources = new Set(list.map(({ resource }) => resource));
  resources.delete(OTHER);
  const named = [...resources].flatMap((resource) =>
    kindNamesOfOne(
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

function kindNamesOfOne(list: readonly Kind[], wanted: ReadonlySet<Kind>, anywhere: readonly string[]): string[] {
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

/** One request of a box, of a kind that is often seen where the box has one. */
export function exampleOf(universe: Universe, box: Box): RequestAttributes {
  const first = universe.paths.pieces.length;
  const kinds = box.targets & universe.kindTargets;
  const target = firstPlace(kinds === 0n ? box.targets : kinds);
  const who = whoOf(universe, box);
  if (target < first) {
    return { ...who, verb: pick(universe.verbs, box.verbs, USUAL_PATH_VERBS), path: pathOf(universe, target) };
  }
  const kind = universe.kinds.list[target - first] ?? { group: '', resource: OTHER, subresource: '' };
  const verb = pick(universe.verbs, box.verbs, SERVED_VERBS);
  return { ...who, verb, isResourceRequest: true, ...kindOf(universe, kind), ...placeOf(universe, box, verb) };
}

// Of a path those that do something first.
const USUAL_PATH_VERBS = ['get', 'post', 'put', 'delete', 'patch', 'head'];

// Of the values of a set: the first of the usual ones that is in it, else the first mentioned, else one that nobody mentions.
function pick(values: Values, set: bigint, usual: readonly string[]): string {
  const found = usual.find((value) => (values.bitOf(value) & set) !== 0n);
  if (found !== undefined) return found;
  return values.mentioned[firstPlace(set & ~1n) - 1] ?? unmentioned(values.mentioned);
}

function unmentioned(mentioned: readonly string[] | ReadonlySet<unknown>, stem = 'other'): string {
  const known: ReadonlySet<unknown> = mentioned instanceof Set ? mentioned : new Set(mentioned);
  let name = stem;
  for (let count = 2; known.has(name); count += 1) name = `${stem}-${count}`;
  return name;
}

const EVERYBODY = 'system:authenticated';

// Whoever logged in is in system:authenticated; who may not be in it has not logged in, if that suits the box.
function whoOf(
  { users, groups }: Universe,
  { users: set, someOf, noneOf }: Box,
): Pick<RequestAttributes, 'user' | 'groups'> {
  const chosen = [...new Set(someOf.map((some) => groups.mentioned[firstPlace(some) - 1] ?? ''))];
  const mayLogIn = (groups.bitOf(EVERYBODY) & noneOf) === 0n;
  if (!mayLogIn && chosen.length === 0 && (set & 1n) !== 0n) return {};
  const all = mayLogIn ? [...new Set([EVERYBODY, ...chosen])] : chosen;
  return { user: pick(users, set, ['alice']), ...(all.length > 0 ? { groups: all } : {}) };
}

function pathOf({ paths }: Universe, place: number): string {
  const { text = '', exact = true } = paths.pieces[place] ?? {};
  if (exact) return text;
  const usual = text === '' ? ['/metrics', '/other'] : [text, `${text}/other`];
  const fits = (path: string): boolean => paths.placeOf(path) === place;
  let path = usual.find(fits) ?? `${text}other`;
  while (!fits(path)) path += '-';
  return path;
}

function kindOf({ kinds }: Universe, { group, resource, subresource }: Kind): Partial<RequestAttributes> {
  const apiGroup = group === OTHER ? unmentioned(kinds.groups, 'example.com') : group;
  const stem = apiGroup === '' ? 'pods' : 'others';
  const name = resource === OTHER ? unmentioned(kinds.resources, stem) : resource;
  const sub = subresource === OTHER ? unmentioned(kinds.subresources) : subresource;
  return { ...(apiGroup ? { apiGroup } : {}), resource: name, ...(sub ? { subresource: sub } : {}) };
}

function placeOf({ namespaces, names }: Universe, box: Box, verb: string): Partial<RequestAttributes> {
  const namespace = pick(namespaces, box.namespaces, ['default', 'kube-system', '']);
  const name = pick(names, box.names, OF_ONE.includes(verb) ? ['example', ''] : ['', 'example']);
  return { ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) };
}
