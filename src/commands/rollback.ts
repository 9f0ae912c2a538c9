import { rollingBack } from '../change/request.ts';
import { minuteText } from '../change/journal/ids.ts';
import type { Wanted } from '../change/rollback.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { readTime as readNamedTime } from '../flags/times.ts';
import { changeSpec, journalFor } from './change/change.ts';
import { checkFlags, type ChangeFlags } from './change/flags.ts';
import { CHANGE_WORDS } from './change/show.ts';

/** The flags of `rollback` as the command line gives them. */
export interface RollbackFlags extends ChangeFlags {
  to?: string;
  force: string[];
}

/**
 * `rollback [ID]`: takes recorded changes back through the same pipeline, where no cluster and no file is given those of the change with
 * that ID. Gives the exit status.
 */
export async function rollback(id: string | undefined, given: RollbackFlags, context: Context): Promise<number> {
  checkFlags('rollback', given); // what is wrong with a flag is told before the journal is read
  const flags = refuseUnrecorded(given);
  if (id !== undefined) refuseName(id);
  const wanted = readWanted(id, flags.to, context.now());
  const aimed = id === undefined ? flags : await withSubject(id, flags, context);
  return changeSpec(checkFlags('rollback', aimed), rollingBack(wanted, aimed), CHANGE_WORDS, context);
}

/** Other commands take a cluster there; no ID has a dot or a slash. */
function refuseName(word: string): void {
  if (!/[./]/.test(word)) return;
  const flag = /\/|\.(?:ya?ml|json)$/i.test(word) ? '-f' : '--cluster';
  throw new UserError(`${word} is not the ID of a change`, { hint: `Write it as kops-audit rollback ${flag} ${word}` });
}

function refuseUnrecorded(flags: RollbackFlags): RollbackFlags {
  if (flags.file === '-')
    throw new UserError('rollback does not work on a stream: its changes are not recorded', { hint: 'Give -f FILE.' });
  if (flags.journal === false)
    throw new UserError('rollback needs the journal', {
      hint: 'Leave out --no-journal, or name it with --journal DIR.',
    });
  return flags;
}

/** The flags with the cluster and its store, or the file, of a recorded change, where they name none. */
async function withSubject(id: string, flags: RollbackFlags, context: Context): Promise<RollbackFlags> {
  const { cluster, file, state = context.env['KOPS_STATE_STORE'], journal } = flags;
  if (cluster !== undefined || file !== undefined) return flags;
  const { subject } = await journalFor(typeof journal === 'string' ? { journal } : {}, context).read(id);
  if (subject.type === 'file') return { ...flags, cluster: subject.cluster, file: subject.path };
  const { stateStore } = subject;
  return { ...flags, cluster: subject.cluster, ...(!state && stateStore !== undefined && { state: stateStore }) };
}

function readWanted(id: string | undefined, to: string | undefined, now: Date): Wanted {
  if (id !== undefined && to !== undefined)
    throw new UserError('give an ID or --to, not both', { hint: 'An ID takes back one change, --to all since.' });
  if (id !== undefined) return { id };
  return to === undefined ? 'newest' : { since: readTime(to, now) };
}

/** The time that `--to` names. Throws UserError for what is no time, and for one that is in the future. */
export function readTime(text: string, now: Date): Date {
  const since = readNamedTime('--to', text, now);
  if (since <= now) return since;
  throw new UserError(`--to ${text} is in the future`, { hint: `Now it is ${minuteText(now)}.` });
}
