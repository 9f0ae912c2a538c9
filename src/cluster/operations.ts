import { isObject, listOf, mapOf, sameJson, type Json, type JsonObject } from '../json.ts';
import { API_SERVER_ROLES } from './groups.ts';
import { contentOf, isKopsBase64, type LocatedAsset, type PresentAudit } from './present.ts';
import type { PlannedSetting } from './settings.ts';
import type { FileAsset, KopsObject, Operation } from './types.ts';

/** A file asset as it shall be; `located` is the one it takes over, null where a new one is added. */
export interface PlannedAsset {
  located: LocatedAsset | null;
  /** The name for a new one. */
  name: string;
  path: string;
  content: string;
  /** The roles it needs; null leaves those of a present one alone. */
  roles: readonly string[] | null;
}

/**
 * The RFC 6902 patch that makes the assets and settings of a Cluster what was planned; empty where they are so already.
 * Each value the patch depends on is tested first, the Cluster's own name too.
 */
export function buildOperations(
  cluster: KopsObject,
  present: PresentAudit,
  assets: readonly PlannedAsset[],
  settings: readonly PlannedSetting[],
): Operation[] {
  const changes = [...assetOperations(cluster, present, assets), ...settingOperations(cluster.spec, settings)];
  if (changes.length === 0) return [];
  return [{ op: 'test', path: '/metadata/name', value: cluster.metadata.name }, ...changes];
}

function assetOperations(cluster: KopsObject, present: PresentAudit, assets: readonly PlannedAsset[]): Operation[] {
  const changed = assets.flatMap((planned) => (planned.located ? changeAsset(cluster, planned, planned.located) : []));
  const taken = new Set(present.assets.map(({ asset }) => asset.name));
  const added = assets.filter(({ located }) => located === null).map((planned) => newAsset(planned, taken));
  if (added.length === 0) return changed;
  if (!Array.isArray(cluster.spec['fileAssets']))
    return [...changed, setKey(cluster.spec, '/spec', 'fileAssets', added)];
  return [...changed, ...added.map((value): Operation => ({ op: 'add', path: '/spec/fileAssets/-', value }))];
}

/** Under a name that no other has, which is then taken. */
function newAsset({ name, path, content, roles }: PlannedAsset, taken: Set<string | undefined>): JsonObject {
  let free = name;
  for (let count = 2; taken.has(free); count++) free = `${name}-${count}`;
  taken.add(free);
  return { content, name: free, path, roles: [...(roles ?? API_SERVER_ROLES)] };
}

/** The operations on one present asset, its old values tested first. */
function changeAsset(cluster: KopsObject, planned: PlannedAsset, { index, asset, path }: LocatedAsset): Operation[] {
  const pointer = `/spec/fileAssets/${index}`;
  const value = mapOf(listOf(cluster.spec['fileAssets'])[index]);
  const stays = staysBase64(planned, asset);
  const wanted: [string, Json][] = stays ? [] : [['content', planned.content]];
  if (path !== planned.path) wanted.push(['path', planned.path]);
  if (planned.roles) wanted.push(['roles', [...planned.roles]]);
  const changes = wanted
    .filter(([key, to]) => !sameJson(value[key], to))
    .flatMap(([key, to]) => testAndSet(value, pointer, key, to));
  const base64: Operation[] = asset.isBase64 && !stays ? testAndRemove(value, pointer, 'isBase64') : [];
  return [...changes, ...base64];
}

/** Whether the instance gets the planned text already, out of base64 that kOps can read: nothing to write, nothing to roll. */
export function staysBase64({ content }: PlannedAsset, asset: FileAsset): boolean {
  return asset.isBase64 === true && isKopsBase64(asset.content ?? '') && contentOf(asset) === content;
}

function settingOperations(spec: JsonObject, settings: readonly PlannedSetting[]): Operation[] {
  const changed = settings.filter(({ before, value }) => !sameJson(before, value));
  if (changed.length === 0) return [];
  const server = spec['kubeAPIServer'];
  if (!isObject(server)) {
    const inOrder = changed.toSorted((a, b) => (a.key < b.key ? -1 : 1));
    const made = Object.fromEntries(inOrder.map(({ key, value }) => [key, value]));
    return [setKey(spec, '/spec', 'kubeAPIServer', made)];
  }
  return [
    { op: 'test', path: '/spec/kubeAPIServer', value: server },
    ...changed.map(({ key, value }): Operation => {
      return value === null
        ? { op: 'remove', path: `/spec/kubeAPIServer/${key}` }
        : setKey(server, '/spec/kubeAPIServer', key, value);
    }),
  ];
}

function testAndSet(parent: JsonObject, pointer: string, key: string, value: Json): Operation[] {
  const set = setKey(parent, pointer, key, value);
  return parent[key] === undefined ? [set] : [{ op: 'test', path: `${pointer}/${key}`, value: parent[key] }, set];
}

function testAndRemove(parent: JsonObject, pointer: string, key: string): Operation[] {
  return [
    { op: 'test', path: `${pointer}/${key}`, value: parent[key] ?? null },
    { op: 'remove', path: `${pointer}/${key}` },
  ];
}

function setKey(parent: JsonObject, pointer: string, key: string, value: Json): Operation {
  return { op: parent[key] === undefined ? 'add' : 'replace', path: `${pointer}/${key}`, value };
}
