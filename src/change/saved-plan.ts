import { hostname } from 'node:os';
import { readFacts } from '../cluster/facts.ts';
import { foreignChanges, hashOf, openOperations, sealOperations } from '../cluster/saved-plan.ts';
import { specChange, type SpecChange } from '../cluster/spec-change.ts';
import type { Operation } from '../cluster/types.ts';
import { UserError } from '../errors.ts';
import { VERSION } from '../version.ts';
import type { Reading } from './change.ts';
import { userName } from './journal/journal.ts';
import { writePlan, type SavedPlan } from './plan-file.ts';
import type { Ports } from './ports.ts';
import { judged, judgedLeniently, type PreparedChange } from './prepare.ts';

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
      hint: 'Nothing was written. kops-audit never makes such a plan: check where it came from.',
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
  return new UserError(`the plan no longer fits ${cluster}: ${what} changed since ${time}`, {
    hint: 'Nothing was written. Make a new plan from the spec as it is now.',
  });
}

/** A plan that was shown, with what is known of it besides. */
export interface PlanToSave extends Pick<SavedPlan, 'subject' | 'kopsVersion' | 'replay'> {
  change: SpecChange;
}

/**
 * Saves a plan that was shown, to be applied later.
 *
 * @throws UserError where it cannot be saved, or is none that `apply` would take.
 */
export function savePlan(
  path: string,
  { change, subject, kopsVersion, replay }: PlanToSave,
  { env, now }: Pick<Ports, 'env' | 'now'>,
): void {
  refuseForeign(change);
  writePlan(path, {
    formatVersion: 1,
    command: change.command,
    time: now().toISOString(),
    user: userName(env),
    host: hostname(),
    toolVersion: VERSION,
    kopsVersion,
    subject,
    operations: sealOperations(change.before, change.operations),
    specAfter: hashOf(change.after.spec),
    ...(change.undoes ? { undoes: change.undoes } : {}),
    ...(replay ? { replay } : {}),
  });
}

/** `apply` takes from a file only what auditing needs; a rollback may bring back a policy that no setting names. */
function refuseForeign(plan: SpecChange): void {
  const [what] = foreignChanges(plan);
  if (what === undefined) return;
  throw new UserError(`this change cannot be saved as a plan: it touches ${what}, which no audit setting names`, {
    hint: 'Nothing was written. Run the command without --save-plan.',
  });
}
