import { groupFilesAt } from '../cluster/file-assets.ts';
import type { FileAsset } from '../cluster/types.ts';
import type { ClusterInput } from './finding.ts';
import { assetSubject } from './subject.ts';

/** A file that an API server reads because a setting names its path. */
export interface FileInForce {
  asset: FileAsset;
  /** The instance group that brings it; null: the Cluster. */
  group: string | null;
  /** Where to point in the Cluster. */
  pointer: string;
  /** What a finding about it is about. */
  subject: string;
}

/** The files at the path a setting names: that of the Cluster, and those of instance groups, which win there. */
export function filesInForce(
  { present, facts }: ClusterInput,
  setting: 'auditPolicyFile' | 'auditWebhookConfigFile',
): FileInForce[] {
  const path = present.settings[setting];
  if (typeof path !== 'string' || path === '') return [];
  const located = setting === 'auditPolicyFile' ? present.policy : present.webhook;
  const own = located && { asset: located.asset, group: null, pointer: `/spec/fileAssets/${located.index}/content` };
  const ofGroups = groupFilesAt(path, facts).map(({ group, asset }) => ({
    asset,
    group: group.name,
    pointer: `/spec/kubeAPIServer/${setting}`,
  }));
  return [...(own ? [own] : []), ...ofGroups].map((file) => ({
    ...file,
    subject: assetSubject(file.asset, file.group),
  }));
}

/** A file asset in words. */
export function nameOf(asset: FileAsset, group: string | null): string {
  return `the file asset "${asset.name}"${group === null ? '' : ` of instance group ${group}`}`;
}
