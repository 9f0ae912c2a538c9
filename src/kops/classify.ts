import { groupRole } from '../cluster/groups.ts';
import type { KopsObject } from '../cluster/types.ts';
import type { ClassifiedChanges, ParsedPreview, PreviewChange } from './types.ts';

interface Group {
  name: string;
  role: 'ControlPlane' | 'APIServer';
  cluster: string;
}

type IsOwn = (name: string, group: Group) => boolean;

/** How kOps names what belongs to one instance group (`pkg/model/` of release 1.36). */
const GROUP_RESOURCES: Readonly<Record<string, IsOwn>> = {
  // awsmodel/autoscalinggroup.go, awsmodel/spotinst.go, azuremodel/vmscaleset.go, domodel/droplets.go
  LaunchTemplate: isScalingGroup,
  AutoscalingGroup: isScalingGroup,
  WarmPool: isScalingGroup,
  Elastigroup: isScalingGroup,
  LaunchSpec: isScalingGroup,
  VMScaleSet: isScalingGroup,
  Droplet: isScalingGroup,
  // gcemodel/autoscalinggroup.go
  InstanceTemplate: (name, group) => name === gceName(group),
  InstanceGroupManager: isGceManager,
  // hetznermodel/servers.go, scalewaymodel/instances.go
  ServerGroup: (name, group) => name === group.name,
  // openstackmodel/servergroup.go and scalewaymodel/instances.go
  Instance: (name, group) => name === group.name || isOpenstackInstance(name, group),
};

/** What kOps writes to the state store for one group (`pkg/model/bootstrapscript.go`, releases 1.22 to 1.36). */
const GROUP_FILES: Readonly<Record<string, IsOwn>> = {
  ManagedFile: (name, group) => name === `nodeupconfig-${group.name}` || name === `nodeupscript-${group.name}`,
};

/**
 * Takes a parsed preview, all instance groups and the cluster's name; gives what reaches only the groups that run an API server, what is one of
 * the cluster's own files that an audit change rewrites, and all else. A deletion, an unknown line, and a resource whose name is not exactly
 * what kOps makes of such a group's name are "all else": so are add-on and etcd manifests and `kops-version.txt`, which auditing never touches.
 */
export function classifyChanges(
  preview: ParsedPreview,
  groups: readonly KopsObject[],
  clusterName: string,
): ClassifiedChanges {
  const own = groups.flatMap((group) => apiServerGroup(group, clusterName));
  const classified: ClassifiedChanges = { controlPlane: [], managedFiles: [], other: [] };
  for (const change of preview.changes) classified[placeOf(change, own)].push(change);
  return classified;
}

function apiServerGroup(group: KopsObject, cluster: string): Group[] {
  const role = groupRole(group.spec['role']);
  return role === 'ControlPlane' || role === 'APIServer' ? [{ name: group.metadata.name, role, cluster }] : [];
}

function placeOf(change: PreviewChange, groups: readonly Group[]): keyof ClassifiedChanges {
  if (change.action !== 'create' && change.action !== 'modify') return 'other';
  if (change.kind === 'ManagedFile' && change.name === 'cluster-completed.spec') return 'managedFiles';
  if (belongs(GROUP_FILES, change, groups)) return 'managedFiles';
  return belongs(GROUP_RESOURCES, change, groups) ? 'controlPlane' : 'other';
}

function belongs(table: Readonly<Record<string, IsOwn>>, change: PreviewChange, groups: readonly Group[]): boolean {
  const isOwn = Object.hasOwn(table, change.kind) ? table[change.kind] : undefined;
  return isOwn !== undefined && groups.some((group) => isOwn(change.name, group));
}

/** `AutoscalingGroupName` in `pkg/model/names.go`, release 1.36. */
function isScalingGroup(name: string, group: Group): boolean {
  const middle = group.role === 'ControlPlane' ? 'masters' : 'apiservers';
  return name === `${group.name}.${middle}.${group.cluster}`;
}

/** `SafeObjectName` in `upup/pkg/fi/cloudup/gce/utils.go`. */
function gceName(group: Group): string {
  return `${group.name}-${group.cluster}`.replaceAll('.', '-');
}

/** `NameForInstanceGroupManager`: the zone's letter first. Names over 63 letters are cut and hashed, and not known again here. */
function isGceManager(name: string, group: Group): boolean {
  return name.endsWith(`-${gceName(group)}`) && /^[a-z]\d?$/.test(name.slice(0, -gceName(group).length - 1));
}

/** `group-1-cluster` in lower case, dots and underscores as dashes. */
function isOpenstackInstance(name: string, group: Group): boolean {
  const start = `${group.name}-`.replaceAll(/[._]/g, '-').toLowerCase();
  const end = `-${group.cluster}`.replaceAll(/[._]/g, '-').toLowerCase();
  return name.startsWith(start) && name.endsWith(end) && /^\d+$/.test(name.slice(start.length, -end.length));
}
