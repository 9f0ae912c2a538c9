import type { Term } from './box.ts';
import type { RequestSet } from './compare.ts';
import { type ResourceSet, resourcesIn } from './describe-resources.ts';
import type { Paths } from './paths.ts';
import type { Universe } from './universe.ts';
import { placesOf, type Values } from './values.ts';

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
export function describe({ universe, box, except }: RequestSet): Description {
  const { someOf, noneOf } = box;
  return {
    ...describeSets(universe, box, null),
    groups: { oneOf: someOf.map((set) => namesOf(universe.groups, set)), noneOf: namesOf(universe.groups, noneOf) },
    except: except.map((term) => ({
      ...describeSets(universe, term, box),
      groups: { oneOf: term.anyGroup === 0n ? [] : [namesOf(universe.groups, term.anyGroup)], noneOf: [] },
    })),
  };
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
    resources: (targets & kindTargets) === 0n ? null : resourcesIn(universe, targets),
    paths: (targets & pathTargets) === 0n ? null : pathSet(universe.paths, targets & pathTargets),
    users: set(users, 'users'),
    namespaces: set(namespaces, 'namespaces'),
    names: set(names, 'names'),
  };
}

function valueSet(values: Values, set: bigint): ValueSet {
  return (set & 1n) === 0n ? { only: namesOf(values, set) } : { except: namesOf(values, values.all & ~set) };
}

// In the order in which they were mentioned, but verbs as people list them.
function namesOf({ mentioned }: Values, set: bigint): string[] {
  const names = placesOf(set).flatMap((place) => mentioned[place - 1] ?? []);
  return names.toSorted((one, other) => verbPlace(one) - verbPlace(other));
}

const VERBS = ['get', 'head', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

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
