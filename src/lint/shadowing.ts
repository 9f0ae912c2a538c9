import { groupFilesAt, isSamePath } from '../cluster/file-assets.ts';
import { isForApiServer } from '../cluster/groups.ts';
import type { LocatedAsset } from '../cluster/present.ts';
import { nameOf } from './files-in-force.ts';
import type { Breach, ClusterInput } from './finding.ts';
import { assetSubject } from './subject.ts';

/** Why two file assets with one path are a mistake, for the `why` of the rules. */
export const FIRST_WINS =
  'Of two file assets with one path the first wins without a word, and those of an instance group come before those of the cluster.';

/**
 * The other file assets that have the path of one of ours on instances with an API server.
 *
 * @param what in words: `policy`, `webhook config`.
 */
export function shadowing(ours: LocatedAsset | null, { present, facts }: ClusterInput, what: string): Breach[] {
  if (!ours) return [];
  const others = present.assets.filter(
    ({ index, asset, path }) => index !== ours.index && isForApiServer(asset) && isSamePath(path, ours.path),
  );
  return [
    ...others.map(({ asset, index }) => ({
      message: `two file assets have the path ${ours.path}: "${ours.asset.name}" and "${asset.name}"`,
      mend: `Remove the file asset "${asset.name}", or give it another path.`,
      pointer: `/spec/fileAssets/${index}`,
    })),
    ...groupFilesAt(ours.path, facts).map(({ group, asset }) => ({
      message: `${nameOf(asset, group.name)} has the path of the ${what}, ${ours.path}, and wins there`,
      mend: `Remove it with: kops edit instancegroup ${group.name}`,
      pointer: `/spec/fileAssets/${ours.index}`,
      subject: assetSubject(asset, group.name),
    })),
  ];
}
