import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { readSpecFile } from '../../input/read.ts';
import { subjectFolder } from '../../change/journal/files.ts';
import type { ListedEntry, Subject } from '../../change/journal/entry.ts';
import { undoneIds } from '../../change/rollback.ts';
import { UserError } from '../../errors.ts';
import { historyJson, historyView } from '../../report/history.ts';
import { safeJson, safeText } from '../../report/text.ts';
import { journalFor } from '../change/change.ts';
import type { Context } from '../../context.ts';
import { entryMasker } from './masking.ts';

/** The flags of `history` as the command line gives them. */
export interface HistoryFlags {
  cluster?: string;
  file?: string;
  journal?: string;
  output: string;
}

/** `history`: lists what kops-audit changed from this machine, newest first. */
export async function history(flags: HistoryFlags, context: Context): Promise<number> {
  const { io } = context;
  checkOutput(flags.output);
  const { journal } = flags;
  const listed = await journalFor(journal === undefined ? {} : { journal }, context).list();
  const wanted = await matching(listed, flags);
  const undone = undoneIds(listed);
  const json = (): string => safeJson(historyJson(wanted, undone, (entry, value) => entryMasker(entry).json(value)));
  if (flags.output === 'json') await io.stdout(json());
  else if (wanted.length > 0) await io.stdout(historyView(wanted, undone, { style: io.stdoutStyle, clean: safeText }));
  else io.stderr('Nothing is recorded.\n');
  return 0;
}

/** Refuses an `--output` other than text and json. */
export function checkOutput(output: string): void {
  if (output !== 'text' && output !== 'json')
    throw new UserError(`--output ${output} is not known`, { hint: 'Give text or json.' });
}

async function matching(listed: readonly ListedEntry[], { cluster, file }: HistoryFlags): Promise<ListedEntry[]> {
  const path = file === undefined ? undefined : await pathOf(file);
  return listed.filter((each) => {
    if (each.status === 'damaged') return isFolderOf(each.file, cluster, path);
    const { subject } = each.entry;
    if (cluster !== undefined && subject.cluster !== cluster) return false;
    return path === undefined || (subject.type === 'file' && subject.path === path);
  });
}

/** As the journal names it, links followed; one that is gone by now can only be named as it was. */
async function pathOf(file: string): Promise<string> {
  return existsSync(file) ? (await readSpecFile(file)).target : resolve(file);
}

/** What a damaged entry is about, only its folder tells. */
function isFolderOf(entryFile: string, cluster = '', path: string | undefined): boolean {
  if (cluster === '' && path === undefined) return true;
  const subject: Subject = path === undefined ? { type: 'cluster', cluster } : { type: 'file', path, cluster };
  return basename(dirname(entryFile)) === subjectFolder(subject);
}
