import type { RequestAttributes } from '../types.ts';
import { SETS, type SetName, type Term } from './box.ts';
import type { Region } from './region.ts';
import type { Universe } from './universe.ts';

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
