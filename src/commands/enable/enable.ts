import { openJournal } from '../../change/journal/open-journal.ts';
import { noJournal } from '../../change/journal/no-journal.ts';
import type { Journal } from '../../change/journal/types.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../context.ts';
import { readTemplates } from '../templates.ts';
import { enableLiveCommand } from './live.ts';
import { readOptions } from './options.ts';
import { readOutput, readTimeout, refuseMisplaced, type EnableFlags } from './flags.ts';
import { enableFileCommand } from './file.ts';
import { enableStreamCommand } from './stream.ts';

/** `enable`: for a cluster in a state store, in a file, or in a stream. Gives the exit status. */
export async function enable(flags: EnableFlags, context: Context): Promise<number> {
  refuseMisplaced(flags);
  readTimeout(flags);
  const output = readOutput(flags);
  const templates = readTemplates();
  const options = await readOptions(flags, templates);
  const request = { flags, output, options, templates, journal: journalFor(flags, context) };
  if (flags.file === undefined) return enableLiveCommand(request, context);
  return flags.file === '-' ? enableStreamCommand(request, context) : enableFileCommand(request, flags.file, context);
}

function journalFor({ journal: dir }: EnableFlags, { env, now }: Context): Journal {
  if (dir === false) return noJournal();
  return openJournal({ env, now, toolVersion: VERSION, ...(dir === undefined ? {} : { dir }) });
}
