import { noJournal, openJournal } from '../../change/journal/journal.ts';
import { checkPlanPath } from '../../change/plan-file.ts';
import type { Journal } from '../../change/journal/entry.ts';
import { BugError, isExpected } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../../context.ts';
import { checkAllowed } from './allow.ts';
import { changeFileCommand } from './file.ts';
import { readKopsVersion, readOutput, readSteps, readTimeout, refuseMisplaced, type ChangeFlags } from './flags.ts';
import { changeLiveCommand } from './live.ts';
import { lookingOnly } from './looking-only.ts';
import { refuseNoFolder } from './folders.ts';
import type { ChangeRequest } from './request.ts';
import { changeStreamCommand } from './stream.ts';

/** What is asked for, checked before anything is read. Throws UserError for flags that do not go together. */
export function readChange(given: ChangeFlags, context: Context): Omit<ChangeRequest, 'prepare'> {
  refuseMisplaced(given);
  const flags = lookingOnly(given);
  readTimeout(flags);
  checkAllowed(flags.allow);
  if (flags.file === undefined) readSteps(flags);
  else readKopsVersion(flags);
  if (flags.savePlan !== undefined) checkPlanPath(flags.savePlan);
  return { flags, output: readOutput(flags), journal: journalFor(flags, context) };
}

/** Changes a spec where it lives: in a state store, in a file, or in a stream. Gives the exit status; throws only while nothing is written. */
export async function changeSpec(request: ChangeRequest, context: Context): Promise<number> {
  try {
    return await changeWhereItLives(request, context);
  } catch (error) {
    throw isExpected(error) ? error : new BugError('Nothing was written.', { cause: error });
  }
}

function changeWhereItLives(request: ChangeRequest, context: Context): Promise<number> {
  const { file } = request.flags;
  if (file === undefined) return changeLiveCommand(request, context);
  return file === '-' ? changeStreamCommand(request, context) : changeFileCommand(request, file, context);
}

const NO_FOLDER = 'Something else is there. Give another one, or go without a record and a way back with --no-journal.';

/** Where changes are recorded, as `--journal` and `--no-journal` say. */
export function journalFor({ journal: dir }: Pick<ChangeFlags, 'journal'>, { env, now }: Context): Journal {
  if (dir === false) return noJournal();
  if (dir !== undefined) refuseNoFolder('--journal', dir, NO_FOLDER);
  return openJournal({ env, now, toolVersion: VERSION, ...(dir === undefined ? {} : { dir }) });
}
