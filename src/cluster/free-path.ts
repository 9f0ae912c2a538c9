import { posix } from 'node:path';
import { isSamePath } from './asset-path.ts';
import type { LocatedAsset, PresentAudit } from './present.ts';

/** The path itself where no file asset of the Cluster has it, else one beside it: `policy-2.yaml`. Says so in `moves`. */
export function freePath(path: string, what: string, { assets }: PresentAudit, moves: string[]): string {
  const taken = (candidate: string): LocatedAsset | undefined =>
    assets.find((located) => isSamePath(located.path, candidate));
  const owner = taken(path);
  if (!owner) return path;
  const { dir, name, ext } = posix.parse(path);
  let count = 2;
  while (taken(`${dir}/${name}-${count}${ext}`)) count++;
  const free = `${dir}/${name}-${count}${ext}`;
  moves.push(`${what} goes to ${free}: ${path} belongs to the file asset "${owner.asset.name}", which is left alone.`);
  return free;
}
