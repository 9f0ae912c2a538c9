import type { RequestAttributes } from '../types.ts';
import type { Box } from './box.ts';
import { type Kind, OTHER } from './kinds.ts';
import type { Universe } from './universe.ts';
import { firstPlace, type Values } from './values.ts';

/** One request of a box, of a kind that is often seen where the box has one. */
export function exampleOf(universe: Universe, box: Box): RequestAttributes {
  const first = universe.paths.pieces.length;
  const kinds = box.targets & universe.kindTargets;
  const target = firstPlace(kinds === 0n ? box.targets : kinds);
  const who = whoOf(universe, box);
  if (target < first) {
    return { ...who, verb: pick(universe.verbs, box.verbs, PATH_VERBS), path: pathOf(universe, target) };
  }
  const kind = universe.kinds.list[target - first] ?? { group: '', resource: OTHER, subresource: '' };
  const verb = pick(universe.verbs, box.verbs, RESOURCE_VERBS);
  return { ...who, verb, isResourceRequest: true, ...kindOf(universe, kind), ...placeOf(universe, box, verb) };
}

const RESOURCE_VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const PATH_VERBS = ['get', 'post', 'put', 'delete', 'patch', 'head'];
const NAMED = new Set(['get', 'update', 'patch', 'delete']);

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
  const name = pick(names, box.names, NAMED.has(verb) ? ['example', ''] : ['', 'example']);
  return { ...(namespace ? { namespace } : {}), ...(name ? { name } : {}) };
}
