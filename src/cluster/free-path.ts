import { posix } from 'node:path';
import { assetPath } from './asset-path.ts';
import type { GroupPlace } from './group-files.ts';
import { runsApiServer } from './groups.ts';
import { directoriesOf } from './kops-files.ts';
import type { LocatedAsset, PresentAudit } from './present.ts';

/**
 * The path itself where no file asset stands in its way, else one beside it: `policy-2.yaml`, or `audit-2/policy.yaml` where its
 * directory is a file. Says so in `moves`. Files of instance groups count: one at the very path would win there.
 *
 * @param what in words: `The policy`.
 */
export function freePath(
  path: string,
  what: string,
  { assets }: Pick<PresentAudit, 'assets'>,
  place: GroupPlace,
  moves: string[],
): string {
  const taken = takenPaths(assets, place);
  const parts = path.split('/').slice(1);
  const file = parts.pop()!;
  let directory = '';
  const blockers: Blocker[] = [];
  const choose = (name: string, blocker: (path: string) => Blocker | undefined): string => {
    const { name: stem, ext } = posix.parse(name);
    for (let count = 1; ; count++) {
      const free = `${directory}/${count === 1 ? name : `${stem}-${count}${ext}`}`;
      const inTheWay = blocker(free);
      if (!inTheWay) return free;
      blockers.push(inTheWay);
    }
  };
  for (const part of parts) directory = choose(part, (at) => taken.files.get(at));
  const free = choose(file, (at) => taken.files.get(at) ?? taken.directories.get(at));
  const [first] = blockers;
  if (first)
    moves.push(
      `${what} goes to ${free}: ${first.path} belongs to the file asset "${first.name}", which is left alone.`,
    );
  return free;
}

interface Blocker {
  path: string;
  name: string;
}

function takenPaths(
  assets: readonly LocatedAsset[],
  { groups, distribution }: GroupPlace,
): Record<'files' | 'directories', Map<string, Blocker>> {
  const ofGroups = groups
    .filter(runsApiServer)
    .flatMap(({ fileAssets }) => fileAssets.map((asset) => ({ asset, path: assetPath(asset, distribution) })));
  const files = new Map<string, Blocker>();
  const directories = new Map<string, Blocker>();
  for (const { asset, path } of [...ofGroups, ...assets]) {
    const clean = posix.resolve('/', path);
    const blocker = { path: clean, name: asset.name ?? '' };
    files.set(clean, blocker);
    for (const above of directoriesOf(clean)) directories.set(above, blocker);
  }
  return { files, directories };
}
