import type { ClusterFacts } from '../../cluster/facts.ts';
import { groupFilesAt, groupsWithout, isSamePath } from '../../cluster/file-assets.ts';
import { API_SERVER_ROLES, type GroupRole, isForApiServer, reaches } from '../../cluster/groups.ts';
import { type Layout, releasesWhere } from '../../cluster/kops-releases.ts';
import { filesInForce, type FileInForce, type LocatedAsset } from '../../cluster/present.ts';
import type { FileAsset, KopsObject } from '../../cluster/types.ts';
import { isObject, listOf } from '../../json.ts';
import type { ClusterBreach, ClusterInput } from '../rule.ts';
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

/** A file asset, and the instance group that brings it; null: the Cluster. */
export type NamedAsset = { name: string; group: string | null };

/** A file asset for the args of a finding. */
export function named(asset: FileAsset, group: string | null): NamedAsset {
  return { name: String(asset.name), group };
}

/** A file asset in words. */
export function nameText({ name, group }: NamedAsset): string {
  return `the file asset "${name}"${group === null ? '' : ` of instance group ${group}`}`;
}

/** Why the roles of a file asset may reach nobody. */
export const ROLES_ARE_WORDS =
  'kOps compares the roles of a file asset as plain words: Master until 1.25, ControlPlane from 1.26.';

/** A file asset with these roles does not reach the groups with that role; `releases` in words. */
export type UndeliveredArgs = { roles: readonly string[]; role: GroupRole; releases: string };

/** @param whose the file in words: `the policy's`. */
export function undeliveredWords(
  { roles, role, releases }: UndeliveredArgs,
  whose: string,
): { message: string; fix: string } {
  return {
    message: `${whose} roles ${JSON.stringify(roles)} do not reach instance groups with role ${role} (${releases})`,
    fix: `Write roles: [${API_SERVER_ROLES.join(', ')}]. That is right in every release.`,
  };
}

/**
 * Which groups with an API server a file asset of the Cluster does not reach, and with which releases: a breach for each role. A group
 * that brings the file itself needs no other.
 */
export function undelivered(located: LocatedAsset, facts: ClusterFacts): ClusterBreach<UndeliveredArgs>[] {
  const { asset, index, path } = located;
  const roles: GroupRole[] =
    facts.groups.length === 0 ? ['ControlPlane'] : groupsWithout(path, facts).map(({ role }) => role);
  return [...new Set(roles)].flatMap((role) => {
    const exists = (layout: Layout): boolean => role !== 'APIServer' || layout.hasApiServerRole;
    const releases = releasesWhere(facts.layouts, (layout) => exists(layout) && !reaches(asset, role, layout));
    if (releases === null) return [];
    return [
      {
        args: { roles: asset.roles ?? [], role, releases },
        pointer: `/spec/fileAssets/${index}/roles`,
        subject: `${assetSubject(asset)} role ${role}`,
      },
    ];
  });
}

/** Why two file assets with one path are a mistake, for the `why` of the rules. */
export const FIRST_WINS =
  'Of two file assets with one path kOps silently writes only the first. Those of an instance group come before those of the cluster.';

/** Another file asset that has the path of ours. */
export type ShadowArgs = { path: string; ours: string; other: NamedAsset };

/** @param what ours in words: `policy`, `webhook config`. */
export function shadowWords({ path, ours, other }: ShadowArgs, what: string): { message: string; fix: string } {
  if (other.group === null)
    return {
      message: `two file assets have the path ${path}: "${ours}" and "${other.name}"`,
      fix: `Remove the file asset "${other.name}", or give it another path.`,
    };
  return {
    message: `${nameText(other)} replaces the ${what} at ${path} on its instances`,
    fix: `Remove it with: kops edit instancegroup ${other.group}`,
  };
}

/** The other file assets that have the path of one of ours on instances with an API server. */
export function shadowing(
  ours: LocatedAsset | null,
  { present, facts }: Pick<ClusterInput, 'present' | 'facts'>,
): ClusterBreach<ShadowArgs>[] {
  if (!ours) return [];
  const { path, asset, index: own } = ours;
  const others = present.assets.filter(
    (other) => other.index !== own && isForApiServer(other.asset) && isSamePath(other.path, path),
  );
  const args = (other: NamedAsset): ShadowArgs => ({ path, ours: String(asset.name), other });
  return [
    ...others.map((other) => ({ args: args(named(other.asset, null)), pointer: `/spec/fileAssets/${other.index}` })),
    ...groupFilesAt(path, facts).map((other) => ({
      args: args(named(other.asset, other.group.name)),
      pointer: `/spec/fileAssets/${own}`,
      subject: assetSubject(other.asset, other.group.name),
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
