import { listOf, type Json, mapOf, sameJson } from '../json.ts';
import { readFacts, type ClusterWorld } from './facts.ts';
import { specChange, type SpecChange } from './spec-change.ts';
import type { KopsObject, Operation } from './types.ts';

/** The list of the manifests that kOps applies to a cluster, in its spec. */
const ADDONS = '/spec/addons';

/** Where the addon stands that is loaded from a URL; -1 for nowhere. */
function placeOf(cluster: KopsObject, url: string): number {
  return listOf(cluster.spec['addons']).findIndex((addon) => mapOf(addon)['manifest'] === url);
}

/** Plans to have kOps apply the manifest at a URL. Nothing is to do where it does that already. */
export function planAddon(world: ClusterWorld, command: string, url: string): SpecChange {
  const { cluster } = world;
  const isThere = placeOf(cluster, url) >= 0;
  return specChange(
    command,
    cluster,
    readFacts(world),
    isThere ? [] : tested(cluster, added(cluster, { manifest: url })),
    [],
  );
}

/** Plans that kOps applies it no longer. kOps itself removes nothing from the cluster. */
export function planWithoutAddon(world: ClusterWorld, command: string, url: string): SpecChange {
  const { cluster } = world;
  const at = placeOf(cluster, url);
  const operations = at < 0 ? [] : tested(cluster, removed(cluster, [at], true));
  return specChange(command, cluster, readFacts(world), operations, []);
}

function tested(cluster: KopsObject, operations: readonly Operation[]): Operation[] {
  return [{ op: 'test', path: '/metadata/name', value: cluster.metadata.name }, ...operations];
}

function added({ spec }: KopsObject, addon: Json): Operation[] {
  const list = spec['addons'];
  if (Array.isArray(list)) return [{ op: 'add', path: `${ADDONS}/-`, value: addon }];
  return [{ op: list === undefined ? 'add' : 'replace', path: ADDONS, value: [addon] }];
}

/** From the last to the first, so that the places of the others hold. */
function removed({ spec }: KopsObject, places: readonly number[], withParent: boolean): Operation[] {
  const list = listOf(spec['addons']);
  if (places.length === list.length && withParent)
    return [
      { op: 'test', path: ADDONS, value: [...list] },
      { op: 'remove', path: ADDONS },
    ];
  return places
    .toSorted((a, b) => b - a)
    .flatMap((at): Operation[] => [
      { op: 'test', path: `${ADDONS}/${at}`, value: list[at] ?? null },
      { op: 'remove', path: `${ADDONS}/${at}` },
    ]);
}

/** What takes a change of `spec.addons` back. An addon is its value: one that was changed since is another one, and stays. */
export function undoAddons(
  now: KopsObject,
  before: KopsObject,
  after: KopsObject,
): { keys: string[]; operations: Operation[] } {
  const [is, was, made] = [now, before, after].map(({ spec }) => listOf(spec['addons'])) as [Json[], Json[], Json[]];
  const without = (list: readonly Json[], others: readonly Json[]): Json[] =>
    list.filter((addon) => !others.some((other) => sameJson(addon, other)));
  const [come, gone] = [without(made, was), without(was, made)];
  const places = is.flatMap((addon, at) => (come.some((each) => sameJson(each, addon)) ? [at] : []));
  const back = without(gone, is);
  const isEmpty = before.spec['addons'] === undefined && back.length === 0;
  return {
    keys: [...come, ...gone].map((addon) => `spec.addons.${String(mapOf(addon)['manifest'])}`),
    operations: [
      ...(places.length === 0 ? [] : removed(now, places, isEmpty)),
      ...(Array.isArray(now.spec['addons'])
        ? back.map((value): Operation => ({ op: 'add', path: `${ADDONS}/-`, value }))
        : back.length === 0
          ? []
          : [{ op: 'add' as const, path: ADDONS, value: back }]),
    ],
  };
}
