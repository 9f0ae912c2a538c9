import { posix } from 'node:path';
import { distributionOf, reaches, runsApiServer, srvDirectory, type Distribution, type Group } from './groups.ts';
import type { Layout } from './kops-releases.ts';
import type { FileAsset } from './types.ts';

/** The path kOps writes a file asset to; one without `path` gets a default (`nodeup/pkg/model/file_assets.go`, 1.19 to 1.36). */
export function assetPath(asset: FileAsset, distribution: Distribution): string {
  return asset.path ? asset.path : posix.join(srvDirectory(distribution), 'assets', asset.name ?? '');
}

/** Whether two paths name the same file, however they are spelt. */
export function isSamePath(a: string, b: string): boolean {
  return posix.normalize(a) === posix.normalize(b);
}

/** A file that an instance group brings itself. */
export interface GroupFile {
  group: Group;
  asset: FileAsset;
}

/** What decides which files a group brings. */
export interface GroupPlace {
  groups: readonly Group[];
  layouts: readonly Layout[];
  distribution: Distribution;
}

/**
 * The file assets of instance groups that put a file at a path of an instance with an API server, at most one a group:
 * the first, which wins over all others and over those of the Cluster (`nodeup/pkg/model/file_assets.go`, 1.19 to 1.36).
 */
export function groupFilesAt(path: string, place: GroupPlace): GroupFile[] {
  return place.groups.filter(runsApiServer).flatMap((group) => {
    const asset = fileAt(path, group, place, (test) => place.layouts.some(test));
    return asset ? [{ group, asset }] : [];
  });
}

/** The groups with an API server that bring no file of their own to a path, or not with each of the layouts. */
export function groupsWithout(path: string, place: GroupPlace): Group[] {
  return place.groups
    .filter(runsApiServer)
    .filter((group) => !fileAt(path, group, place, (test) => place.layouts.every(test)));
}

/** Whether every group with an API server brings the file itself; no where no such group is known. */
export function groupsBringAll(path: string, place: GroupPlace): boolean {
  return place.groups.some(runsApiServer) && groupsWithout(path, place).length === 0;
}

function fileAt(
  path: string,
  group: Group,
  place: GroupPlace,
  inLayouts: (test: (layout: Layout) => boolean) => boolean,
): FileAsset | undefined {
  const own = distributionOf([group]);
  const distribution = own === 'unknown' ? place.distribution : own;
  return group.fileAssets.find(
    (asset) =>
      isSamePath(assetPath(asset, distribution), path) && inLayouts((layout) => reaches(asset, group.role, layout)),
  );
}
