import type { ClusterFacts } from '../../cluster/facts.ts';
import { groupFilesAt, groupsWithout, isSamePath } from '../../cluster/file-assets.ts';
import { API_SERVER_ROLES, type GroupRole, isForApiServer, reaches } from '../../cluster/groups.ts';
import { type Layout, releasesWhere } from '../../cluster/kops-releases.ts';
import { filesInForce, type FileInForce, type LocatedAsset } from '../../cluster/present.ts';
import type { FileAsset, KopsObject } from '../../cluster/types.ts';
import { isObject, listOf } from '../../json.ts';
import type { ClusterInput } from '../rule.ts';
import type { LegacyBreach as Breach } from '../legacy.ts';
import { pointerKeys } from '../../yaml/json-patch.ts';

/** A file that an API server reads, and where a finding about it points. */
export interface PlacedFile extends FileInForce {
  /** In the Cluster. */
  pointer: string;
  /** What a finding about it is about. */
  subject: string;
}

/** The files at the path a setting names, of the Cluster and of instance groups. */
export function placedFiles(
  { present, facts }: ClusterInput,
  setting: 'auditPolicyFile' | 'auditWebhookConfigFile',
): PlacedFile[] {
  return filesInForce(present, facts, setting).map((file) => ({
    ...file,
    pointer: file.index === null ? `/spec/kubeAPIServer/${setting}` : `/spec/fileAssets/${file.index}/content`,
    subject: assetSubject(file.asset, file.group),
  }));
}

/** A file asset in words. */
export function nameOf(asset: FileAsset, group: string | null): string {
  return `the file asset "${asset.name}"${group === null ? '' : ` of instance group ${group}`}`;
}

/** Why the roles of a file asset may reach nobody. */
export const ROLES_ARE_WORDS =
  'kOps compares the roles of a file asset as plain words: Master until 1.25, ControlPlane from 1.26.';

/**
 * Which groups with an API server a file asset of the Cluster does not reach, and with which releases: a breach for each role. A group
 * that brings the file itself needs no other.
 *
 * @param whose the file in words: `the policy's`.
 */
export function undelivered(located: LocatedAsset, whose: string, facts: ClusterFacts): Breach[] {
  const { asset, index, path } = located;
  const roles: GroupRole[] =
    facts.groups.length === 0 ? ['ControlPlane'] : groupsWithout(path, facts).map(({ role }) => role);
  return [...new Set(roles)].flatMap((role) => {
    const exists = (layout: Layout): boolean => role !== 'APIServer' || layout.hasApiServerRole;
    const releases = releasesWhere(facts.layouts, (layout) => exists(layout) && !reaches(asset, role, layout));
    if (releases === null) return [];
    return [
      {
        message: `${whose} roles ${JSON.stringify(asset.roles)} do not reach the groups with role ${role} with ${releases}`,
        mend: `Write roles: [${API_SERVER_ROLES.join(', ')}]; that is right in every release.`,
        pointer: `/spec/fileAssets/${index}/roles`,
        subject: `${assetSubject(asset)} role ${role}`,
      },
    ];
  });
}

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
