import { parsePlan, type SavedPlan } from '../change/plan-file.ts';
import { applying } from '../change/request.ts';
import type { SpecChange } from '../cluster/spec-change.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { readSpecFile } from '../input/read.ts';
import { changeSpec } from './change/change.ts';
import { checkFlags, type ChangeFlags } from './change/flags.ts';
import { CHANGE_WORDS, type PlanWords } from './change/show.ts';

/** `apply PLAN`: makes a saved change through the same pipeline: read anew, shown anew, asked for again. Gives the exit status. */
export async function apply(path: string, given: ChangeFlags, context: Context): Promise<number> {
  if (path === '-')
    throw new UserError('a saved plan is a file: it is not read from stdin', {
      hint: 'Give the file that --save-plan wrote.',
    });
  checkFlags('apply', given); // what is wrong with a flag is told before the plan is read
  const saved = parsePlan((await readSpecFile(path)).text, path);
  const flags = withSubject(given, saved, context);
  const checked = checkFlags('apply', flags);
  return changeSpec(checked, applying(saved, flags.allow), await wordsFor(saved, context), context);
}

/** What tells of a cost is loaded only where the plan has one. */
async function wordsFor({ replay }: SavedPlan, context: Context): Promise<PlanWords<SpecChange>> {
  if (replay === undefined) return CHANGE_WORDS;
  return (await import('./change/on-log.ts')).wordsOfSaved(replay, CHANGE_WORDS, context);
}

/**
 * The flags with what the plan says of its cluster, its store or its file, where they say nothing themselves.
 *
 * @throws UserError where they, or KOPS_STATE_STORE, say something else.
 */
function withSubject(flags: ChangeFlags, { subject, kopsVersion }: SavedPlan, context: Context): ChangeFlags {
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
