import { UserError } from '../../errors.ts';
import { givenOf, type ChangeFlags } from './flags.ts';

/** With `--save-plan` the run only looks. Refuses what is for the run that applies the plan, and a stream, which is nowhere kept. */
export function lookingOnly<F extends ChangeFlags>(flags: F): F {
  if (flags.savePlan === undefined) return flags;
  if (flags.file === '-')
    throw new UserError('--save-plan needs a spec that is kept somewhere', {
      hint: 'Give -f FILE, or a live cluster.',
    });
  const [later] = givenOf<ChangeFlags>(flags, WHEN_APPLIED);
  if (later === undefined) return { ...flags, dryRun: true };
  throw new UserError(`--save-plan does not go with ${later}`, {
    hint: `Nothing is changed now: give ${later} to kops-audit apply.`,
  });
}

const WHEN_APPLIED: Readonly<Partial<Record<keyof ChangeFlags, string>>> = {
  yes: '--yes',
  target: '--target',
  out: '--out',
  rollingUpdate: '--rolling-update',
  includePending: '--include-pending',
  allowKopsUpgrade: '--allow-kops-upgrade',
  allowApiDowntime: '--allow-api-downtime',
};
