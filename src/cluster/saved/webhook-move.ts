import { listOf, sameJson } from '../json.ts';
import { readPresentAudit } from '../present.ts';
import type { SpecChange } from '../spec-change.ts';
import type { Json, JsonObject, KopsObject } from '../types.ts';
import type { AssetHistory } from '../undo/asset-history.ts';
import { assetsOfWebhook } from '../webhook-files.ts';

/**
 * Tells of changes of file assets whether they take a file along that the webhook config names: its text stays, and only its path and
 * roles change; or it is a copy of such a file, or was one. Anything else could be a file of any content at any path.
 */
export function webhookMoves(change: Pick<SpecChange, 'before' | 'after' | 'facts'>): (each: AssetHistory) => boolean {
  const [was, is] = [change.before, change.after].map((cluster) => namedAssets(cluster, change.facts));
  const isIn = (list: readonly Json[] | undefined, asset: Json): boolean =>
    list?.some((one) => sameJson(one, asset)) === true;
  return ({ before, after }) => {
    if (before === null) return isIn(is, after) && was?.some((one) => sameText(one, after)) === true;
    if (after === null) return isIn(was, before) && is?.some((one) => sameText(one, before)) === true;
    return isIn(was, before) && isIn(is, after) && sameText(before, after);
  };
}

function namedAssets(cluster: KopsObject, { distribution }: SpecChange['facts']): Json[] {
  const { copies, others } = assetsOfWebhook(readPresentAudit(cluster, distribution));
  const list = listOf(cluster.spec['fileAssets']);
  return [...copies, ...others].map(({ index }) => list[index]!);
}

/** Whether two file assets differ in name, path and roles at most. */
function sameText(a: Json, b: Json): boolean {
  const [one, other] = [a, b].map((asset) => {
    const { name: _name, path: _path, roles: _roles, ...rest } = asset as JsonObject;
    return rest;
  });
  return sameJson(one, other);
}
