import { canonicalJson, listOf } from '../json.ts';
import { applyOperations } from '../yaml/json-patch.ts';
import type { ClusterFacts } from './facts.ts';
import { reaches, readAssets, runsApiServer, type Group } from './groups.ts';
import type { Layout } from './kops-releases.ts';
import type { Note } from './options.ts';
import type { Spellings } from './splice.ts';
import type { FileAsset, KopsObject, Operation } from './types.ts';

/** A change of one Cluster: `operations` turn `before` into `after`; none means that there is nothing to do. */
export interface SpecChange {
  /** The command it is made with, for the journal: enable, disable, rollback. */
  command: string;
  cluster: string;
  before: KopsObject;
  after: KopsObject;
  operations: Operation[];
  groups: GroupEffect[];
  /** Instances of the control plane; null where no instance group is known. */
  controlPlaneInstances: number | null;
  notes: Note[];
  facts: ClusterFacts;
  /** The ids of the recorded changes that it takes back. */
  undoes?: readonly string[];
  /** The newest change that is taken back was never applied: what `kops update` has to do is that, or it may be part of it. */
  undoesPending?: 'all' | 'part';
  /** How keys of `spec` that hold nothing afterwards are written in a file. */
  spellings?: Spellings;
}

/**
 * Works out what operations make of a Cluster, and which instance groups they outdate.
 *
 * @throws PatchConflict where the operations do not fit the Cluster.
 */
export function specChange(
  command: string,
  cluster: KopsObject,
  facts: ClusterFacts,
  operations: Operation[],
  notes: Note[],
): SpecChange {
  const after = applyOperations(cluster, operations);
  return {
    command,
    cluster: cluster.metadata.name,
    before: cluster,
    after,
    operations,
    groups: groupEffects(cluster, after, facts.groups, facts.layouts),
    controlPlaneInstances: controlPlaneInstances(facts.groups),
    notes,
    facts,
  };
}

/** What a change of the Cluster means for one instance group. */
export interface GroupEffect {
  name: string;
  role: Group['role'];
  instances: number;
  /** Whether its instances differ from what the spec says until they are replaced. */
  outdated: boolean;
  /** Whether our rolling update replaces them: those of the control plane first, then those with role APIServer. */
  rolled: boolean;
}

const ORDER: readonly Group['role'][] = ['ControlPlane', 'APIServer', 'Node', 'Bastion', 'other'];

/**
 * Which instance groups become outdated: those whose delivered files or kube-apiserver settings change
 * (kOps hashes both into the user data: `pkg/model/bootstrapscript.go` and `pkg/apis/nodeup/config.go`, 1.22 to 1.36).
 * In the order a rolling update takes them.
 */
function groupEffects(
  before: KopsObject,
  after: KopsObject,
  groups: readonly Group[],
  layouts: readonly Layout[],
): GroupEffect[] {
  const changed = (group: Group): boolean =>
    layouts.some((layout) => delivered(before, group, layout) !== delivered(after, group, layout));
  return groups
    .map((group) => {
      const outdated = changed(group);
      return {
        name: group.name,
        role: group.role,
        instances: group.instances,
        outdated,
        rolled: outdated && runsApiServer(group),
      };
    })
    .sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
}

/** The number of instances of the control plane; null where no group is known. */
function controlPlaneInstances(groups: readonly Group[]): number | null {
  const sizes = groups.filter(({ role }) => role === 'ControlPlane').map(({ instances }) => instances);
  return sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0);
}

function delivered(cluster: KopsObject, group: Group, layout: Layout): string {
  const files = readAssets(cluster.spec['fileAssets'])
    .filter((asset) => reaches(asset, group.role, layout))
    .map(withoutRoles);
  const server = runsApiServer(group) ? (cluster.spec['kubeAPIServer'] ?? {}) : {};
  // The list of addons is an argument of what applies them on the control plane (`nodeup/pkg/model/protokube.go`, 1.22 to 1.35; its pod, 1.36).
  const addons = group.role === 'ControlPlane' ? listOf(cluster.spec['addons']) : [];
  return canonicalJson([files, server, addons]);
}

/** kOps leaves the roles out of the hash: only who gets the file counts. */
function withoutRoles({ roles: _roles, ...asset }: FileAsset): FileAsset {
  return asset;
}
