import { policyLoader, type PolicyLoader } from '../policy/load/loader.ts';
import { distributionOf, readGroup, type Distribution, type Group } from './groups.ts';
import { kubernetesOf, layoutsFor, type Layout } from './kops-releases.ts';
import { readKubernetesVersion } from './release.ts';
import type { Spellings } from './splice.ts';
import type { KopsObject } from './types.ts';

/** A Cluster and what is known around it. */
export interface ClusterWorld {
  cluster: KopsObject;
  /** Its InstanceGroup documents; empty where they are not known. */
  groups: readonly KopsObject[];
  /** The kOps release as `readVersion` gives it; null: it must be right for all that run the Cluster's Kubernetes. */
  kopsVersion: string | null;
  /** The Kubernetes release, where it is not the Cluster's own. */
  kubernetesVersion?: string;
  /** How its empty `kubeAPIServer` and `fileAssets` are written, where they are from a file. */
  spellings?: Spellings;
}

/** What is known of a cluster, read once and used by the plan and by the lint rules. */
export interface ClusterFacts {
  groups: Group[];
  distribution: Distribution;
  /** How the releases of kOps that count run kube-apiserver; at least one, oldest first. */
  layouts: readonly Layout[];
  kubernetesVersion: string | null;
  /** Loads policies as this cluster's API server would. */
  policies: PolicyLoader;
}

/** Reads what the plan and the rules need to know of a cluster besides its spec. */
export function readFacts({ cluster, groups, kopsVersion, ...world }: ClusterWorld): ClusterFacts {
  const read = groups.map(readGroup);
  const kubernetesVersion = readKubernetesVersion(world.kubernetesVersion ?? cluster.spec['kubernetesVersion']);
  return {
    groups: read,
    distribution: distributionOf(read),
    layouts: layoutsFor(kopsVersion, kubernetesVersion),
    kubernetesVersion,
    policies: loaderFor(kubernetesVersion, kopsVersion),
  };
}

function loaderFor(kubernetesVersion: string | null, kopsVersion: string | null): PolicyLoader {
  if (kubernetesVersion !== null) return policyLoader(kubernetesVersion);
  const { oldest, newest } = kubernetesOf(kopsVersion);
  return policyLoader(newest, oldest);
}
