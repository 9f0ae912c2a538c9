import { isObject, listOf, type Json, type JsonObject } from '../json.ts';
import { misplacedKeys, type MisplacedKey } from './audit-keys.ts';
import type { Layout } from './kops-releases.ts';
import type { FileAsset, KopsObject } from './types.ts';

/** The roles of instance groups that matter here; whatever kOps adds later counts as `other`. */
export type GroupRole = 'ControlPlane' | 'APIServer' | 'Node' | 'Bastion' | 'other';

/** What this tool needs to know of an instance group. */
export interface Group {
  name: string;
  role: GroupRole;
  image: string | null;
  /** Instances it has when nothing scales: `minSize`, else `maxSize`, else 1. */
  instances: number;
  fileAssets: FileAsset[];
  /** Keys for auditing that kOps drops where they stand. */
  misplaced: MisplacedKey[];
  /** All it says; nothing in it is checked. */
  spec: JsonObject;
}

/** Every spelling of a role that kOps reads (`pkg/apis/kops/parse.go`, 1.36), in lower case. */
const ROLES: ReadonlyMap<string, GroupRole> = new Map([
  ['master', 'ControlPlane'],
  ['control-plane', 'ControlPlane'],
  ['controlplane', 'ControlPlane'],
  ['apiserver', 'APIServer'],
  ['node', 'Node'],
  ['bastion', 'Bastion'],
]);

/** The role that a word names, in any spelling kOps reads; what is none that matters here is `other`. */
export function groupRole(word: Json | undefined): GroupRole {
  return ROLES.get(String(word).toLowerCase()) ?? 'other';
}

/** Reads an InstanceGroup document; values of a wrong type count as absent. */
export function readGroup(document: KopsObject): Group {
  const { role, image, minSize, maxSize, fileAssets } = document.spec;
  const size = [minSize, maxSize].find((count) => typeof count === 'number');
  return {
    name: document.metadata.name,
    role: groupRole(role),
    image: typeof image === 'string' ? image : null,
    instances: size ?? 1,
    fileAssets: readAssets(fileAssets),
    misplaced: misplacedKeys(document),
    spec: document.spec,
  };
}

/** The elements of a `fileAssets` list that are maps; anything else in it, and a value of a wrong type, counts as absent. */
export function readAssets(value: Json | undefined): FileAsset[] {
  return listOf(value)
    .filter(isObject)
    .map((asset) => Object.fromEntries(Object.entries(asset).filter(([key, part]) => isReadable(key, part))));
}

function isReadable(key: string, value: Json): boolean {
  if (['name', 'path', 'content', 'mode'].includes(key)) return typeof value === 'string';
  return key !== 'roles' || (Array.isArray(value) && value.every((role) => typeof role === 'string'));
}

/** Each word that the roles of a file asset may hold in some release of kOps (`pkg/apis/kops/instancegroup.go`, 1.19 to 1.37). */
const ASSET_ROLES: readonly string[] = [
  'Master',
  'ControlPlane',
  'APIServer',
  'Node',
  'Bastion',
  'Etcd',
  'Scheduler',
  'KubeControllerManager',
];

/** One list of roles that is right in every kOps release: Master until 1.25, ControlPlane from 1.26, APIServer from 1.21. */
export const API_SERVER_ROLES: readonly string[] = ['Master', 'ControlPlane', 'APIServer'];

/** Whether a word in the roles of a file asset is a role at all, in any release: kOps compares them letter by letter. */
export function isKopsRole(word: string): boolean {
  return ASSET_ROLES.includes(word);
}

/** Of a control plane before Kubernetes 1.24. */
export const OLD_MASTER_LABEL = 'node-role.kubernetes.io/master';

/** The labels of the nodes with an API server, and the keys of their taints (kOps' `pkg/nodelabels/builder.go`, 1.19 to 1.36). */
export const API_SERVER_LABELS: readonly string[] = [
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/api-server',
  OLD_MASTER_LABEL,
];

/** Whether instances of the group run kube-apiserver (`pkg/apis/kops/instancegroup.go` RunsAPIServer, 1.36). */
export function runsApiServer(group: Group): boolean {
  return group.role === 'ControlPlane' || group.role === 'APIServer';
}

/**
 * Whether kOps puts a file asset on a group's instances: no roles means all, otherwise plain string equality with the
 * release's own name of the role (`filterFileAssets`, `pkg/apis/nodeup/config.go`, 1.22 to 1.36).
 */
export function reaches(asset: FileAsset, role: GroupRole, layout: Layout): boolean {
  const roles = asset.roles ?? [];
  return roles.length === 0 || roles.includes(role === 'ControlPlane' ? layout.controlPlaneRole : role);
}

/** Whether a file asset is meant for instances with an API server, in the words of any release. */
export function isForApiServer({ roles = [] }: FileAsset): boolean {
  return roles.length === 0 || roles.some((role) => API_SERVER_ROLES.includes(role));
}

/** What the images of the groups that run an API server tell: Container-Optimized OS keeps its files below /etc/srv. */
export type Distribution = 'cos' | 'other' | 'mixed' | 'unknown';

const COS_IMAGE = /(^|\/)cos-|cos-cloud/;

/**
 * Judges the distribution by image names: those of Google's Container-Optimized OS are `cos-cloud/cos-…`.
 *
 * @returns `unknown` where no group that runs an API server is known, or one has no image.
 */
export function distributionOf(groups: readonly Group[]): Distribution {
  const images = groups.filter(runsApiServer).map(({ image }) => image);
  if (images.length === 0 || images.includes(null)) return 'unknown';
  const cos = images.filter((image) => image !== null && COS_IMAGE.test(image)).length;
  if (cos === 0) return 'other';
  return cos === images.length ? 'cos' : 'mixed';
}

/** The directory kOps keeps its own files in (`nodeup/pkg/model/context.go` PathSrvKubernetes, 1.36). */
export function srvDirectory(distribution: Distribution): string {
  return distribution === 'cos' ? '/etc/srv/kubernetes' : '/srv/kubernetes';
}

/** A path as it would read on a distribution other than Container-Optimized OS; the tables are written for those. */
export function plainPath(path: string, distribution: Distribution): string {
  return distribution === 'cos' ? path.replace(/^\/etc\/srv\/kubernetes(?=\/|$)/, '/srv/kubernetes') : path;
}
