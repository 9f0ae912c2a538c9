import { posix } from 'node:path';
import { srvDirectory, type Distribution } from './distribution.ts';
import type { FileAsset } from './types.ts';

/** The path kOps writes a file asset to; one without `path` gets a default (`nodeup/pkg/model/file_assets.go`, 1.19 to 1.36). */
export function assetPath(asset: FileAsset, distribution: Distribution): string {
  return asset.path ? asset.path : posix.join(srvDirectory(distribution), 'assets', asset.name ?? '');
}

/** Whether two paths name the same file, however they are spelt. */
export function isSamePath(a: string, b: string): boolean {
  return posix.normalize(a) === posix.normalize(b);
}
