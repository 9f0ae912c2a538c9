import { listOf, sameJson } from '../json.ts';
import { contentOf, type LocatedAsset, readPresentAudit } from '../present.ts';
import type { SpecChange } from '../spec-change.ts';
import type { FileAsset, Json, JsonObject, KopsObject } from '../types.ts';
import type { AssetHistory } from '../undo/asset-history.ts';
import { assetsOfWebhook } from '../webhook-files.ts';

/**
 * Tells of changes of file assets whether they take a file along that the webhook config names: its text stays, and only its path and
 * roles change; or it is a copy of a file that was there, or was one. Anything else could be a file of any content at any path.
 */
export function webhookMoves(change: Pick<SpecChange, 'before' | 'after' | 'facts'>): (each: AssetHistory) => boolean {
  const { facts } = change;
  const [was, is] = [change.before, change.after].map((cluster) => namedAssets(cluster, facts)) as [Named, Named];
  const isWidened = (before: Json, after: Json): boolean => sameJson(without(before, ROLES), without(after, ROLES));
  const isAlong = (before: Json, after: Json): boolean =>
    was.list.some((one) => sameJson(one, before)) && sameJson(without(before, PLACE), without(after, PLACE));
  return ({ before, after }) => {
    if (after === null) return was.copies.some((one) => sameJson(one, before));
    if (!is.list.some((one) => sameJson(one, after))) return false;
    if (is.copies.some((one) => sameJson(one, after)))
      return listOf(change.before.spec['fileAssets']).some((one) => sameText(one, after));
    return before !== null && (isWidened(before, after) || isAlong(before, after));
  };
}

interface Named {
  /** Those that the webhook config names, and the copies. */
  list: Json[];
  copies: Json[];
}

const ROLES = ['roles'];
const PLACE = ['name', 'path', 'roles'];

function namedAssets(cluster: KopsObject, { distribution }: SpecChange['facts']): Named {
  const { copies, others } = assetsOfWebhook(readPresentAudit(cluster, distribution));
  const list = listOf(cluster.spec['fileAssets']);
  const values = (located: readonly LocatedAsset[]): Json[] => located.map(({ index }) => list[index]!);
  return { list: values([...copies, ...others]), copies: values(copies) };
}

function without(asset: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(asset as JsonObject).filter(([key]) => !keys.includes(key)));
}

/** Whether two file assets bring the same text, in base64 or not. */
function sameText(a: Json, b: Json): boolean {
  return contentOf(a as FileAsset) === contentOf(b as FileAsset);
}
