import type { GroupResources, Selector, RequestAttributes } from '../types.ts';
import type { Universe } from './universe.ts';

/** The parts of a request that are sets of values, in the order in which they are cut. */
export const SETS = ['users', 'targets', 'verbs', 'namespaces', 'names'] as const;
export type SetName = (typeof SETS)[number];
type Sets = Record<SetName, bigint>;

/** What one rule matches, or a part of it: a set of values each, and, where `anyGroup` is not 0, a user in one of these groups. */
export interface Term extends Sets {
  anyGroup: bigint;
  /** Counted from 1. */
  rule: number;
}

/**
 * A set of requests: a set of values each; for each of `someOf` a group of it, and no group of `noneOf`. A request without a user is
 * one of an unmentioned user without groups: no rule can tell them apart. A request for a path is in every namespace.
 */
export interface Box extends Sets {
  someOf: readonly bigint[];
  noneOf: bigint;
}

/** The requests of a box that are in none of the terms. */
export interface Region {
  box: Box;
  except: readonly Term[];
}

/** A set of requests; `describeRequests` says which. */
export interface RequestSet extends Region {
  universe: Universe;
}

export function boxOf({ anyGroup, rule: _rule, ...sets }: Term): Box {
  return { ...sets, someOf: anyGroup === 0n ? [] : [anyGroup], noneOf: 0n };
}

/** Whether a request can be both in the box and in the term. */
export function meets(box: Box, term: Term): boolean {
  return (
    (box.targets & term.targets) !== 0n &&
    (box.verbs & term.verbs) !== 0n &&
    (box.users & term.users) !== 0n &&
    (box.namespaces & term.namespaces) !== 0n &&
    (box.names & term.names) !== 0n &&
    (term.anyGroup === 0n || (term.anyGroup & ~box.noneOf) !== 0n)
  );
}

export type Dimension = SetName | 'groups';
const DIMENSIONS: readonly Dimension[] = [...SETS, 'groups'];

/** The dimensions in which a box reaches out of a term. */
export function openOf(box: Box, term: Term): Dimension[] {
  return DIMENSIONS.filter((name) => (name === 'groups' ? !groupsInside(box, term) : (box[name] & ~term[name]) !== 0n));
}

// Users in one of the groups of S that are not excluded are in one of T just if T holds all of these.
function groupsInside({ someOf, noneOf }: Box, { anyGroup }: Term): boolean {
  return anyGroup === 0n || someOf.some((groups) => (groups & ~noneOf & ~anyGroup) === 0n);
}

/** The part of a box inside a term, in one dimension; undefined where nothing is left. */
export function inside(box: Box, term: Term, name: Dimension): Box | undefined {
  if (name !== 'groups') return withSet(box, name, box[name] & term[name]);
  if (groupsInside(box, term)) return box;
  return withGroups(box, [...box.someOf, term.anyGroup], box.noneOf);
}

/** The part of a box outside of a term, in one dimension; undefined where nothing is left. */
export function outside(box: Box, term: Term, name: Dimension): Box | undefined {
  if (name !== 'groups') return withSet(box, name, box[name] & ~term[name]);
  return term.anyGroup === 0n ? undefined : withGroups(box, box.someOf, box.noneOf | term.anyGroup);
}

function withSet(box: Box, name: SetName, set: bigint): Box | undefined {
  if (set === 0n) return undefined;
  return set === box[name] ? box : { ...box, [name]: set };
}

function withGroups(box: Box, groups: readonly bigint[], noneOf: bigint): Box | undefined {
  const left = groups.map((set) => set & ~noneOf);
  if (left.includes(0n)) return undefined;
  const someOf = left.filter((set, at) => !left.some((other, place) => isTighter(other, place, set, at)));
  return { ...box, someOf, noneOf };
}

function isTighter(other: bigint, place: number, set: bigint, at: number): boolean {
  return place !== at && (other & ~set) === 0n && (other !== set || place < at);
}

/** What is in the box and in the term. */
export function meet(box: Box, term: Term): Box | undefined {
  return DIMENSIONS.reduce<Box | undefined>((left, name) => left && inside(left, term, name), box);
}

/**
 * What a rule matches, as products of sets: one, but for a rule some of whose entries have `resourceNames` (one for each list of
 * them). A rule that no request can match has none. The rules are those of `decide`.
 */
export function termsOf(universe: Universe, selector: Selector, rule: number): Term[] {
  const { users, groups, verbs, namespaces, names } = universe;
  const common = {
    users: users.bitsOf(selector.users),
    verbs: verbs.bitsOf(selector.verbs),
    namespaces: namespaces.bitsOf(selector.namespaces),
    anyGroup: selector.userGroups?.length ? groups.bitsOf(selector.userGroups) : 0n,
    rule,
  };
  return targetsOf(universe, selector)
    .filter(({ targets }) => targets !== 0n)
    .map(({ targets, resourceNames }) => ({ ...common, targets, names: names.bitsOf(resourceNames) }));
}

interface Target {
  targets: bigint;
  resourceNames: readonly string[] | undefined;
}

function targetsOf(universe: Universe, { namespaces, resources, nonResourceURLs }: Selector): Target[] {
  const { pathTargets, kindTargets } = universe;
  if (resources?.length) return resourceTargets(universe, resources);
  if (namespaces?.length) return [{ targets: kindTargets, resourceNames: undefined }];
  if (!nonResourceURLs?.length) return [{ targets: pathTargets | kindTargets, resourceNames: undefined }];
  const targets = nonResourceURLs.reduce((bits, pattern) => bits | universe.pathTarget(pattern), 0n);
  return [{ targets, resourceNames: undefined }];
}

function resourceTargets({ entryTargets }: Universe, entries: readonly GroupResources[]): Target[] {
  const found = new Map<string, Target>();
  for (const entry of entries) {
    const resourceNames = entry.resources?.length && entry.resourceNames?.length ? entry.resourceNames : undefined;
    const key = JSON.stringify(resourceNames ?? []);
    const targets = (found.get(key)?.targets ?? 0n) | entryTargets(entry);
    found.set(key, { targets, resourceNames });
  }
  return [...found.values()];
}

/** One request, as a bit for each set, and the mentioned groups that its user is in. */
export interface Point extends Record<SetName, bigint> {
  groups: bigint;
}

export function pointOf(universe: Universe, request: RequestAttributes): Point {
  const { users, verbs, namespaces, names } = universe;
  const { user, verb = '', namespace = '', name = '' } = request;
  return {
    users: user === undefined ? 1n : users.bitOf(user),
    groups: user === undefined ? 0n : groupsOf(universe, request),
    verbs: verbs.bitOf(verb),
    targets: targetOf(universe, request),
    namespaces: namespaces.bitOf(namespace),
    names: names.bitOf(name),
  };
}

function groupsOf({ groups }: Universe, { groups: own = [] }: RequestAttributes): bigint {
  return own.reduce((bits, group) => bits | groups.bitOf(group), 0n) & ~1n;
}

function targetOf({ paths, kinds }: Universe, request: RequestAttributes): bigint {
  const { isResourceRequest = false, apiGroup = '', resource = '', subresource = '', path = '' } = request;
  if (!isResourceRequest) return 1n << BigInt(paths.placeOf(path));
  return 1n << BigInt(paths.pieces.length + kinds.placeOf(apiGroup, resource, subresource));
}

export function isInRegion({ box, except }: Region, point: Point): boolean {
  return (
    SETS.every((name) => (box[name] & point[name]) !== 0n) &&
    box.someOf.every((groups) => (groups & point.groups) !== 0n) &&
    (box.noneOf & point.groups) === 0n &&
    !except.some((term) => isInTerm(term, point))
  );
}

function isInTerm(term: Term, point: Point): boolean {
  return (
    SETS.every((name) => (term[name] & point[name]) !== 0n) &&
    (term.anyGroup === 0n || (term.anyGroup & point.groups) !== 0n)
  );
}
