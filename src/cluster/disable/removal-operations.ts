import { isObject } from '../json.ts';
import type { LocatedAsset } from '../present.ts';
import type { Spellings } from '../text/spelling.ts';
import type { Json, JsonObject, KopsObject, Operation } from '../types.ts';

/**
 * The RFC 6902 patch that takes keys under `spec.kubeAPIServer` and file assets out of a Cluster; empty where there are none.
 *
 * @param made the keys of `spec` that go too where nothing is left in them.
 * @param spellings how those were written that were there and empty: what was null becomes null again.
 */
export function removalOperations(
  cluster: KopsObject,
  keys: readonly string[],
  assets: readonly LocatedAsset[],
  made: readonly string[],
  spellings: Spellings = {},
): Operation[] {
  const changes = [
    ...assetOperations(cluster.spec, assets, made.includes('fileAssets'), wasNull(spellings['fileAssets'])),
    ...keyOperations(cluster.spec, keys, made.includes('kubeAPIServer'), wasNull(spellings['kubeAPIServer'])),
  ];
  if (changes.length === 0) return [];
  return [{ op: 'test', path: '/metadata/name', value: cluster.metadata.name }, ...changes];
}

function wasNull(spelling: string | undefined): boolean {
  return spelling !== undefined && !/[[{]/.test(spelling);
}

function assetOperations(
  spec: JsonObject,
  assets: readonly LocatedAsset[],
  withParent: boolean,
  toNull: boolean,
): Operation[] {
  if (assets.length === 0) return [];
  const list = spec['fileAssets'] as Json[];
  if (assets.length === list.length && withParent) return testAndRemove('/spec/fileAssets', list);
  if (assets.length === list.length && toNull) return testAndEmpty('/spec/fileAssets', list);
  // From the last to the first, so that the places of the others hold.
  const indices = assets.map(({ index }) => index).toSorted((a, b) => b - a);
  return indices.flatMap((index) => testAndRemove(`/spec/fileAssets/${index}`, list[index]!));
}

function keyOperations(spec: JsonObject, keys: readonly string[], withParent: boolean, toNull: boolean): Operation[] {
  const server = spec['kubeAPIServer'];
  if (keys.length === 0 || !isObject(server)) return [];
  const isAll = Object.keys(server).length === keys.length;
  if (isAll && withParent) return testAndRemove('/spec/kubeAPIServer', server);
  if (isAll && toNull) return testAndEmpty('/spec/kubeAPIServer', server);
  return [
    { op: 'test', path: '/spec/kubeAPIServer', value: server },
    ...keys.map((key): Operation => ({ op: 'remove', path: `/spec/kubeAPIServer/${key}` })),
  ];
}

function testAndEmpty(path: string, value: Json): Operation[] {
  return [
    { op: 'test', path, value },
    { op: 'replace', path, value: null },
  ];
}

function testAndRemove(path: string, value: Json): Operation[] {
  return [
    { op: 'test', path, value },
    { op: 'remove', path },
  ];
}
