import { applyOperations } from './apply.ts';
import { refuseContradictions } from './contradictions.ts';
import { worstCaseDisk, type DiskBound } from './disk.ts';
import { distributionOf, type Distribution } from './distribution.ts';
import { controlPlaneInstances, groupEffects, type GroupEffect } from './effects.ts';
import { groupPolicies } from './group-policy.ts';
import { readGroup, type Group } from './groups.ts';
import { layoutsFor, type Layout } from './layouts.ts';
import { buildOperations, type PlannedAsset } from './operations.ts';
import type { EnableOptions } from './options.ts';
import { choosePaths } from './paths.ts';
import { plannedAssets } from './planned-assets.ts';
import { choosePolicy, keepGroupPolicy, type ChosenPolicy } from './policy-choice.ts';
import { contentOf, holdsPolicy, readPresentAudit, type LocatedAsset } from './present.ts';
import { policyLoader, type PolicyLoader } from '../policy/load/loader.ts';
import { readVersion } from './release.ts';
import { planSettings, type PlannedSetting } from './settings.ts';
import type { JsonObject, KopsObject, Operation } from './types.ts';

/** A Cluster and what is known around it. */
export interface ClusterWorld {
  cluster: KopsObject;
  /** Its InstanceGroup documents; empty where they are not known. */
  groups: readonly KopsObject[];
  /** The kOps release as `readVersion` gives it; null: it must be right for all. */
  kopsVersion: string | null;
}

/** What is known of a cluster, read once and used by the plan and by the lint rules. */
export interface ClusterFacts {
  groups: Group[];
  distribution: Distribution;
  layouts: readonly Layout[];
  kubernetesVersion: string | null;
  /** Loads policies as this cluster's API server would. */
  policies: PolicyLoader;
}

/** A change of one Cluster: `operations` turn `before` into `after`; none means that there is nothing to do. */
export interface Plan {
  cluster: string;
  before: KopsObject;
  after: KopsObject;
  operations: Operation[];
  policy: ChosenPolicy & { path: string };
  settings: PlannedSetting[];
  disk: DiskBound;
  groups: GroupEffect[];
  /** Instances of the control plane; null where no instance group is known. */
  controlPlaneInstances: number | null;
  /** Sentences that explain what was moved, kept or replaced. */
  notes: string[];
  facts: ClusterFacts;
}

/** Reads what the plan and the rules need to know of a cluster besides its spec. */
export function readFacts({ cluster, groups, kopsVersion }: ClusterWorld): ClusterFacts {
  const read = groups.map(readGroup);
  const version = cluster.spec['kubernetesVersion'];
  const kubernetesVersion = typeof version === 'string' ? readVersion(version) : null;
  return {
    groups: read,
    distribution: distributionOf(read),
    layouts: layoutsFor(kopsVersion),
    kubernetesVersion,
    policies: policyLoader(kubernetesVersion),
  };
}

/**
 * Plans to turn auditing on, or to change how it is on, without touching anything else.
 *
 * @param templates the sources of the built-in policies by name.
 * @throws SpecError for values kOps cannot read; UserError for a wrong policy parameter.
 */
export function planEnable(
  world: ClusterWorld,
  options: EnableOptions,
  templates: Readonly<Record<string, string>>,
  toolVersion: string,
): Plan {
  const { cluster } = world;
  const facts = readFacts(world);
  const present = readPresentAudit(cluster, facts.distribution);
  const paths = choosePaths(present, options, facts);
  refuseContradictions(options, paths);
  const own = groupPolicies(present, options, facts);
  const [ofGroup] = own.inForce;
  const policy = ofGroup
    ? keepGroupPolicy(contentOf(ofGroup.asset), options)
    : choosePolicy(paths.adopted && contentOf(paths.adopted.asset), options, {
        templates,
        toolVersion,
        facts,
        made: madeParents(cluster.spec),
      });
  const settings = planSettings(present.settings, options, paths);
  const embedded = paths.adopted || options.policy || !present.settings['auditPolicyFile'];
  const assets = plannedAssets(embedded ? policy.text : null, paths, options, facts);
  const operations = buildOperations(cluster, present, assets, settings);
  const after = applyOperations(cluster, operations);
  return {
    cluster: cluster.metadata.name,
    before: cluster,
    after,
    operations,
    policy: { ...policy, path: paths.policyFile },
    settings,
    disk: worstCaseDisk((after.spec['kubeAPIServer'] ?? {}) as JsonObject, facts.kubernetesVersion),
    groups: groupEffects(cluster, after, facts.groups, facts.layouts),
    controlPlaneInstances: controlPlaneInstances(facts.groups),
    notes: [
      ...paths.moves,
      ...own.notes,
      ...foreignNotes(paths.adopted, options),
      ...policy.notes,
      ...plainNotes(assets),
    ],
    facts,
  };
}

function madeParents(spec: JsonObject): string[] {
  return ['fileAssets', 'kubeAPIServer'].filter((key) => spec[key] === undefined);
}

/** That a file which is no policy makes room for one. */
function foreignNotes(adopted: LocatedAsset | null, options: EnableOptions): string[] {
  if (!adopted || !options.policy || holdsPolicy(adopted.asset)) return [];
  return [
    `The content of the file asset "${adopted.asset.name}" at ${adopted.path}, which is no audit policy, is replaced: kube-apiserver reads that file as its policy.`,
  ];
}

function plainNotes(assets: readonly PlannedAsset[]): string[] {
  return assets
    .filter(({ located }) => located?.asset.isBase64)
    .map(({ located }) => `The file asset "${located!.asset.name}" was base64 and is written as plain text.`);
}
