import type { SavedPlan } from '../../change/saved-plan.ts';
import { UserError } from '../../errors.ts';
import type { ChangeFlags } from '../change/flags.ts';
import type { Context } from '../../context.ts';

/**
 * The flags with what the plan says of its cluster, its store or its file, where they say nothing themselves.
 *
 * @throws UserError where they, or KOPS_STATE_STORE, say something else.
 */
export function withSubject(flags: ChangeFlags, { subject, kopsVersion }: SavedPlan, context: Context): ChangeFlags {
  const { cluster } = subject;
  if (flags.cluster !== undefined && flags.cluster !== cluster)
    throw otherSubject(`cluster ${cluster}`, `--cluster ${flags.cluster}`);
  if (subject.type === 'cluster') return { ...flags, cluster, ...stateOf(flags, subject.stateStore, context) };
  const file = flags.file ?? subject.path;
  return { ...flags, cluster, file, ...(kopsVersion === null ? {} : { kopsVersion }) };
}

function stateOf(flags: ChangeFlags, planned: string | undefined, { env }: Context): { state?: string } {
  if (flags.file !== undefined) throw otherSubject('a cluster in a state store', `-f ${flags.file}`);
  const given = flags.state ?? env['KOPS_STATE_STORE'];
  if (!given) return planned === undefined ? {} : { state: planned };
  if (planned === undefined || trimmed(planned) === trimmed(given)) return {};
  throw otherSubject(
    `the state store ${planned}`,
    flags.state === undefined ? `KOPS_STATE_STORE=${given}` : `--state ${given}`,
  );
}

function trimmed(store: string): string {
  return store.replace(/\/+$/, '');
}

function otherSubject(planned: string, given: string): UserError {
  return new UserError(`the plan is for ${planned}, not for ${given}`, {
    hint: 'Nothing was written. Give what the plan was made for, or make another plan.',
  });
}
