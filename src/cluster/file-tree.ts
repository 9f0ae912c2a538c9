import { posix } from 'node:path';
import type { ClusterFacts } from './facts.ts';
import { assetPath, isSamePath } from './file-assets.ts';
import { distributionOf, reaches, runsApiServer, type Distribution, type Group, type GroupRole } from './groups.ts';
import { directoriesOf, kopsPaths } from './kops-files.ts';
import type { Layout } from './kops-releases.ts';
import type { PresentAudit } from './present.ts';
import type { FileAsset, KopsObject } from './types.ts';

/** A file asset, and where it is from: its index in the Cluster, or the name of an instance group. */
export interface OwnedAsset {
  asset: FileAsset;
  from: number | string;
}

/** What has a path on an instance: a file asset, a file of kOps, the audit log, or a directory that is always there. */
export interface Placed {
  path: string;
  by: OwnedAsset | 'kops' | 'log' | 'host';
}

/**
 * Why a file asset cannot be written. `same`: something else is written there too. `below`: the other is a file, and this lies below it.
 * `above`: this is a directory for the other. `claimed`: kOps makes that directory itself. `name`: nothing can be written there.
 */
export interface PathClash {
  asset: OwnedAsset;
  path: string;
  how: 'same' | 'below' | 'above' | 'claimed' | 'name';
  other: Placed;
}

/** What decides which files an instance gets. */
interface Instance {
  role: GroupRole;
  distribution: Distribution;
  layout: Layout;
}

/**
 * The file assets that cannot be written where they say, on an instance of some group with some release: paths are a tree, and a
 * path that is a file for one and a directory for another stops nodeup for good (`nodetasks/file.go`, kOps 1.36). Bastions run no nodeup.
 * Of two assets with one spelling of a path the first wins and nothing clashes (`file_assets.go`).
 */
export function pathClashes(cluster: KopsObject, present: PresentAudit, facts: ClusterFacts): PathClash[] {
  const found = new Map<string, PathClash>();
  const note = (clash: PathClash | null): void => {
    if (clash) found.set(JSON.stringify([clash.asset.from, clash.path, clash.how, clash.other.path]), clash);
  };
  for (const instance of instancesOf(facts)) {
    const assets = inOrder(present).filter(({ asset }) => reaches(asset, instance.role, instance.layout));
    const groups = facts.groups.filter((one) => one.fileAssets.length > 0 && isLike(one, instance, facts));
    if (assets.length + groups.length === 0) continue;
    const tree = treeOf(instance, cluster, present);
    for (const owned of assets) note(addAsset(tree, owned, instance));
    for (const group of groups) {
      const own = new FileTree(tree.claimed, tree);
      for (const asset of group.fileAssets) note(addAsset(own, { asset, from: group.name }, instance));
    }
  }
  return [...found.values()];
}

/** The file assets that nodeup writes on an instance of some group with some release: the others harm nobody, whatever they hold. */
export function writtenAssets(present: PresentAudit, facts: ClusterFacts): OwnedAsset[] {
  const written = new Map<FileAsset, OwnedAsset>();
  for (const instance of instancesOf(facts)) {
    const groups = facts.groups.filter((one) => isLike(one, instance, facts));
    const own = groups.map(({ name, fileAssets }) => {
      return firstAtEachPath(
        fileAssets.map((asset) => ({ asset, from: name })),
        instance,
      );
    });
    const ofCluster = firstAtEachPath(
      present.assets.map(({ asset, index }) => ({ asset, from: index })),
      instance,
    );
    const groupsWith = new Map<string, number>();
    for (const path of own.flatMap((files) => [...files.keys()])) groupsWith.set(path, (groupsWith.get(path) ?? 0) + 1);
    for (const [path, count] of groupsWith) if (count === own.length) ofCluster.delete(path);
    for (const files of [ofCluster, ...own]) for (const owned of files.values()) written.set(owned.asset, owned);
  }
  return [...written.values()];
}

function firstAtEachPath(
  list: readonly OwnedAsset[],
  { role, distribution, layout }: Instance,
): Map<string, OwnedAsset> {
  const delivered = list.filter(({ asset }) => reaches(asset, role, layout));
  return new Map(delivered.toReversed().map((owned) => [assetPath(owned.asset, distribution), owned]));
}

/** Whether a clash is about a file that kube-apiserver needs for auditing. */
export function isOfAudit({ asset, path, other }: PathClash, { settings }: PresentAudit): boolean {
  const paths = [settings.auditPolicyFile, settings.auditWebhookConfigFile];
  const isNamed = (at: string): boolean => paths.some((file) => file !== undefined && isSamePath(file, at));
  return other.by === 'log' || isNamed(path) || (asset !== other.by && isNamed(other.path));
}

const NODEUP_ROLES: readonly GroupRole[] = ['ControlPlane', 'APIServer', 'Node'];

/** One of each kind: by role, image, and the release's word for the control plane. */
function instancesOf({ groups, distribution, layouts }: ClusterFacts): Instance[] {
  const kinds = groups
    .filter(({ role }) => NODEUP_ROLES.includes(role))
    .map((group) => ({ role: group.role, distribution: ownDistribution(group, distribution) }));
  const known = kinds.length > 0 ? kinds : NODEUP_ROLES.map((role) => ({ role, distribution }));
  const all = known.flatMap((kind) => layouts.map((layout) => ({ ...kind, layout })));
  const keyed = all.map((one): [string, Instance] => {
    return [`${one.role} ${one.distribution} ${one.role === 'ControlPlane' ? one.layout.controlPlaneRole : ''}`, one];
  });
  return [...new Map(keyed).values()];
}

function isLike(group: Group, { role, distribution }: Instance, facts: ClusterFacts): boolean {
  return group.role === role && ownDistribution(group, facts.distribution) === distribution;
}

function ownDistribution(group: Group, otherwise: Distribution): Distribution {
  const own = runsApiServer(group) ? distributionOf([group]) : distributionOf([{ ...group, role: 'ControlPlane' }]);
  return own === 'unknown' ? otherwise : own;
}

/** The assets of the Cluster, those of auditing first: what clashes with them is named, not they. */
function inOrder({ assets, policy, webhook }: PresentAudit): OwnedAsset[] {
  const first = [policy, webhook].filter((located) => located !== null);
  return [...first, ...assets.filter((located) => !first.includes(located))].map(({ asset, index }) => ({
    asset,
    from: index,
  }));
}

function treeOf({ role, distribution }: Instance, { spec }: KopsObject, { settings }: PresentAudit): FileTree {
  const { files, directories, claimed } = kopsPaths(role, distribution, spec);
  const tree = new FileTree(claimed);
  for (const path of files) tree.add({ path, by: 'kops' });
  for (const path of directories) tree.need({ path: `${path}/`, by: 'host' });
  const log = settings.auditLogPath;
  if (role !== 'Node' && log?.startsWith('/')) tree.add({ path: posix.normalize(log), by: 'log' });
  return tree;
}

function addAsset(tree: FileTree, owned: OwnedAsset, { role, distribution, layout }: Instance): PathClash | null {
  if (!reaches(owned.asset, role, layout)) return null;
  const written = assetPath(owned.asset, distribution);
  const path = posix.resolve('/', written);
  const placed = { path, by: owned };
  if (!isWritable(written)) return { asset: owned, path: written, how: 'name', other: placed };
  if (tree.claimed !== null && posix.dirname(path) === tree.claimed)
    return { asset: owned, path, how: 'claimed', other: { path: tree.claimed, by: 'kops' } };
  const clash = tree.add(placed);
  if (!clash || isOverridden(clash.other, written, distribution)) return null;
  return { asset: owned, path, ...clash };
}

/** The first of two assets whose paths are spelt alike wins; spelt otherwise both are written, in no order. */
function isOverridden({ by }: Placed, written: string, distribution: Distribution): boolean {
  return typeof by === 'object' && assetPath(by.asset, distribution) === written;
}

/** Linux takes no path of 4,096 bytes and no part of one of more than 255. */
function isWritable(path: string): boolean {
  return (
    !path.endsWith('/') &&
    Buffer.byteLength(path) < 4096 &&
    path.split('/').every((part) => Buffer.byteLength(part) <= 255)
  );
}

/** The files of an instance, and the directories they need. Another tree can lie below it, which stays as it is. */
class FileTree {
  readonly claimed: string | null;
  private readonly below: FileTree | undefined;
  private readonly files = new Map<string, Placed>();
  private readonly needed = new Map<string, Placed>();

  constructor(claimed: string | null, below?: FileTree) {
    this.claimed = claimed;
    this.below = below;
  }

  /** Adds a file, unless something stands in its way: that is given back. */
  add(placed: Placed): Pick<PathClash, 'how' | 'other'> | null {
    const same = this.fileAt(placed.path);
    if (same) return { how: 'same', other: same };
    const inside = this.needOf(placed.path);
    if (inside) return { how: 'above', other: inside };
    const above = directoriesOf(placed.path)
      .map((path) => this.fileAt(path))
      .find((file) => file !== undefined);
    if (above) return { how: 'below', other: above };
    this.files.set(placed.path, placed);
    this.need(placed);
    return null;
  }

  /** Notes that all directories above a path must be directories. */
  need(placed: Placed): void {
    for (const path of directoriesOf(placed.path)) {
      if (this.needed.has(path)) return;
      this.needed.set(path, placed);
    }
  }

  private fileAt(path: string): Placed | undefined {
    return this.files.get(path) ?? this.below?.fileAt(path);
  }

  private needOf(path: string): Placed | undefined {
    return this.needed.get(path) ?? this.below?.needOf(path);
  }
}
