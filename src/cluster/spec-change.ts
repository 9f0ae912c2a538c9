import { applyOperations } from './apply.ts';
import { controlPlaneInstances, groupEffects, type GroupEffect } from './effects.ts';
import type { ClusterFacts } from './facts.ts';
import type { Spellings } from './text/spelling.ts';
import type { KopsObject, Operation } from './types.ts';

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
  /** Sentences that explain what was moved, kept or replaced. */
  notes: string[];
  facts: ClusterFacts;
  /** The ids of the recorded changes that it takes back. */
  undoes?: readonly string[];
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
  notes: string[],
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
