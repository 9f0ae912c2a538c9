import { noJournal } from '../../change/journal/no-journal.ts';
import { openJournal } from '../../change/journal/open-journal.ts';
import type { Journal } from '../../change/journal/types.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../context.ts';
import { checkAllowed } from './allow.ts';
import { changeFileCommand } from './file.ts';
import { readOutput, readTimeout, refuseMisplaced, type ChangeFlags } from './flags.ts';
import { changeLiveCommand } from './live.ts';
import { lookingOnly } from './looking-only.ts';
import type { ChangeRequest } from './request.ts';
import { changeStreamCommand } from './stream.ts';

/** What is asked for, checked before anything is read. Throws UserError for flags that do not go together. */
export function readChange(given: ChangeFlags, context: Context): Omit<ChangeRequest, 'prepare'> {
  refuseMisplaced(given);
  const flags = lookingOnly(given);
  readTimeout(flags);
  checkAllowed(flags.allow);
  return { flags, output: readOutput(flags), journal: journalFor(flags, context) };
}

/** Changes a spec where it lives: in a state store, in a file, or in a stream. Gives the exit status. */
export function changeSpec(request: ChangeRequest, context: Context): Promise<number> {
  const { file } = request.flags;
  if (file === undefined) return changeLiveCommand(request, context);
  return file === '-' ? changeStreamCommand(request, context) : changeFileCommand(request, file, context);
}

/** Where changes are recorded, as `--journal` and `--no-journal` say. */
export function journalFor({ journal: dir }: Pick<ChangeFlags, 'journal'>, { env, now }: Context): Journal {
  if (dir === false) return noJournal();
  return openJournal({ env, now, toolVersion: VERSION, ...(dir === undefined ? {} : { dir }) });
}
