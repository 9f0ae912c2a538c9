import { pointerKeys } from '../yaml/json-patch.ts';
import type { FileAsset, KopsObject } from '../cluster/types.ts';
import { isObject, listOf } from '../json.ts';
import type { Finding } from './finding.ts';

/**
 * What makes two findings the same one, in a spec before and after a change: the rule and the subject. A message tells a place
 * as well, and a place moves when something beside it comes or goes.
 */
export function findingKey({ rule, subject }: Pick<Finding, 'rule' | 'subject'>): string {
  return `${rule}\n${subject}`;
}

/** What a place in a Cluster is called wherever it stands: a file asset goes by its name, or by its path where it has none. */
export function subjectAt(pointer: string, { spec }: KopsObject): string {
  const [top, list, at, ...keys] = pointerKeys(pointer);
  if (top !== 'spec' || list !== 'fileAssets' || at === undefined) return pointer;
  const asset = listOf(spec['fileAssets'])[Number(at)];
  return [assetSubject(isObject(asset) ? asset : {}), ...keys].join(' ');
}

/** A file asset as a subject; that of an instance group is another one than that of the Cluster. */
export function assetSubject(
  { name, path }: Partial<Record<keyof FileAsset, unknown>>,
  group: string | null = null,
): string {
  const own = typeof name === 'string' && name !== '' ? `name ${name}` : `path ${String(path)}`;
  return `file asset ${group === null ? '' : `of group ${group}, `}${own}`;
}
