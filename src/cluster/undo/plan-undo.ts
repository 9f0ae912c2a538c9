import { applyOperations } from '../apply.ts';
import { readFacts, type ClusterWorld } from '../facts.ts';
import { specChange, type SpecChange } from '../spec-change.ts';
import type { KopsObject, Operation } from '../types.ts';
import { undoAssets } from './undo-assets.ts';
import { undoSettings } from './undo-settings.ts';

/** A change that was made, as the journal has it. */
export interface MadeChange {
  before: KopsObject;
  operations: readonly Operation[];
}

/** How changes are taken back. `conflicts` names what somebody changed since, as `spec.kubeAPIServer.auditLogPath`; then nothing is planned. */
export type Undo = { conflicts: string[]; change: null } | { conflicts: []; change: SpecChange };

/**
 * Plans to take changes back, the newest first: what they set gets its value from before, everything else stays. A value that is
 * no longer what the change made of it is a conflict.
 *
 * @param changes newest first.
 */
export function planUndo(world: ClusterWorld, changes: readonly MadeChange[]): Undo {
  const operations: Operation[] = [];
  let spec = world.cluster;
  for (const made of changes) {
    const step = undoOne(spec, made);
    if (step.conflicts.length > 0) return { conflicts: step.conflicts, change: null };
    operations.push(...step.operations);
    spec = applyOperations(spec, step.operations);
  }
  const named: Operation[] = operations.length === 0 ? [] : [nameTest(world.cluster), ...operations];
  return { conflicts: [], change: specChange('rollback', world.cluster, readFacts(world), named, []) };
}

/** What takes one change back, or why it cannot be. */
export interface UndoStep {
  operations: Operation[];
  conflicts: string[];
}

function undoOne(now: KopsObject, { before, operations }: MadeChange): UndoStep {
  const after = applyOperations(before, operations);
  const parts = [undoAssets(now.spec, before.spec, operations), undoSettings(now.spec, before.spec, after.spec)];
  return {
    operations: parts.flatMap((part) => part.operations),
    conflicts: parts.flatMap((part) => part.conflicts),
  };
}

function nameTest(cluster: KopsObject): Operation {
  return { op: 'test', path: '/metadata/name', value: cluster.metadata.name };
}
