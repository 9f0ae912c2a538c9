import { hostname } from 'node:os';
import { userName } from '../../change/journal/journal.ts';
import type { PlanSubject } from '../../change/saved-plan.ts';
import { writePlan } from '../../change/plan-file.ts';
import { foreignChanges, hashOf, sealOperations } from '../../cluster/saved-plan.ts';
import type { SpecChange } from '../../cluster/spec-change.ts';
import { UserError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../../context.ts';
import type { ChangeFlags } from './flags.ts';

/** Saves a plan that was shown where `--save-plan` says; without that flag it does nothing. */
export function savePlan(
  plan: SpecChange,
  subject: PlanSubject,
  kopsVersion: string | null,
  { savePlan: path }: ChangeFlags,
  { env, now }: Context,
): void {
  if (path === undefined) return;
  refuseForeign(plan);
  writePlan(path, {
    formatVersion: 1,
    command: plan.command,
    time: now().toISOString(),
    user: userName(env),
    host: hostname(),
    toolVersion: VERSION,
    kopsVersion,
    subject,
    operations: sealOperations(plan.before, plan.operations),
    specAfter: hashOf(plan.after.spec),
    ...(plan.undoes ? { undoes: plan.undoes } : {}),
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
