import { policyLoader, type PolicyLoader } from '../policy/load/loader.ts';
import { distributionOf, type Distribution } from './distribution.ts';
import { readGroup, type Group } from './groups.ts';
import { layoutsFor, type Layout } from './layouts.ts';
import { readVersion } from './release.ts';
import type { KopsObject } from './types.ts';

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
