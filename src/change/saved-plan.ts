import { readFacts } from '../cluster/facts.ts';
import { type SealedOperation, foreignChanges, hashOf, openOperations } from '../cluster/saved-plan.ts';
import { specChange, type SpecChange } from '../cluster/spec-change.ts';
import type { Operation } from '../cluster/types.ts';
import { UserError } from '../errors.ts';
import { judged, judgedLeniently, type PreparedChange } from './prepare.ts';
import type { Reading } from './reading.ts';

/** What a plan is for. `path` is that of the file as the person gave it, as on another machine it lies elsewhere. */
export type PlanSubject =
  | { type: 'cluster'; cluster: string; stateStore?: string }
  | { type: 'file'; cluster: string; path: string };

/**
 * A change that was planned and shown, to be applied later, perhaps on another machine. It holds no value of the spec before, only
 * hashes; what it writes it holds in clear, also the credentials of a webhook.
 */
export interface SavedPlan {
  formatVersion: 1;
  /** The command it was planned with: enable, disable, rollback. */
  command: string;
  /** When, RFC 3339 in UTC, by whom, and where. */
  time: string;
  user: string;
  host: string;
  toolVersion: string;
  /** The release that was to use the spec; null: nobody said. */
  kopsVersion: string | null;
  subject: PlanSubject;
  operations: SealedOperation[];
  /** The hash of the whole `spec` that it leads to, to know it again where it is applied already. */
  specAfter: string;
  /** The recorded changes that it takes back. */
  undoes?: readonly string[];
}

/**
 * Works a saved plan out anew for what was read, and judges it. Where it is applied already there is nothing to change.
 *
 * @throws UserError where the spec moved since, or the plan would change more than auditing.
 */
export function prepareSaved(reading: Reading, saved: SavedPlan, allow: readonly string[]): PreparedChange {
  if (hashOf(reading.cluster.spec) === saved.specAfter)
    return { plan: planOf(reading, saved, []), blocking: [], others: [] };
  const { operations, conflict } = openOperations(reading.cluster, saved.operations);
  if (conflict !== null) throw moved(reading.cluster.metadata.name, conflict, saved);
  const plan = planOf(reading, saved, operations);
  const foreign = foreignChanges(plan);
  if (foreign.length > 0)
    throw new UserError(`the plan would change more than auditing: ${foreign.join(', ')}`, {
      hint: 'Nothing was written. No kops-audit makes such a plan: look where it came from.',
    });
  return saved.command === 'enable' ? judged(plan, allow) : judgedLeniently(plan, allow);
}

function planOf(reading: Reading, saved: SavedPlan, operations: Operation[]): SpecChange {
  const { command, time, user, host, undoes } = saved;
  const notes = [`Planned with ${command} by ${user} on ${host}, ${time}.`];
  const plan = specChange(command, reading.cluster, readFacts(reading), operations, notes);
  return undoes ? { ...plan, undoes } : plan;
}

function moved(cluster: string, what: string, { time }: SavedPlan): UserError {
  return new UserError(`the plan does not fit ${cluster} any more: ${what} changed since ${time}`, {
    hint: 'Nothing was written. Make the plan anew from the spec as it is now.',
  });
}
