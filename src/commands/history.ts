import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { JournalEntry, ListedEntry, Subject } from '../change/journal/entry.ts';
import { minuteText, shortId } from '../change/journal/ids.ts';
import { subjectFolder } from '../change/journal/files.ts';
import { madeChange } from '../change/recorded.ts';
import { undoneIds } from '../change/rollback.ts';
import type { KopsObject } from '../cluster/types.ts';
import { UserError } from '../errors.ts';
import type { Context } from '../context.ts';
import { readSpecFile } from '../input/read.ts';
import type { Json, JsonObject } from '../json.ts';
import { formatDiff, unifiedDiff } from '../report/diff.ts';
import { ageText, entryJson, historyJson, historyView, outcomeOf, type HistoryViewOptions } from '../report/history.ts';
import { type Masker, specMasker } from '../report/mask.ts';
import { rowsView, safeJson, safeText } from '../report/text.ts';
import { specToYaml } from '../yaml/print.ts';
import { journalFor } from './change/change.ts';
import { viewable } from './change/show.ts';

/** The flags of `history` as the command line gives them. */
export interface HistoryFlags {
  cluster?: string;
  file?: string;
  journal?: string;
  output: 'text' | 'json';
}

/** `history`: lists what kops-audit changed from this machine, newest first. */
export async function history(flags: HistoryFlags, context: Context): Promise<number> {
  const { io } = context;
  const { journal } = flags;
  const listed = await journalFor(journal === undefined ? {} : { journal }, context).list();
  const wanted = await matching(listed, flags);
  const undone = undoneIds(listed);
  const json = (): string => safeJson(historyJson(wanted, undone, (entry, value) => entryMasker(entry).json(value)));
  if (flags.output === 'json') await io.stdout(json());
  else if (wanted.length > 0) await io.stdout(historyView(wanted, undone, viewOptions(context)));
  else io.stderr('Nothing is recorded.\n');
  return 0;
}

function viewOptions({ io, now }: Context): HistoryViewOptions {
  return { style: io.stdoutStyle, columns: io.stdoutColumns, clean: safeText, shortId, now: now() };
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

/** `history show ID`: one recorded change, with its diff; secrets are masked. */
export async function historyShow(id: string, flags: HistoryFlags, context: Context): Promise<number> {
  const { io } = context;
  const { journal } = flags;
  const recorded = journalFor(journal === undefined ? {} : { journal }, context);
  const entry = await recorded.read(id);
  const { before, operations, after } = madeChange(entry);
  const masker = entryMasker(entry);
  if (flags.output === 'json') {
    const patch = operations as unknown as Json;
    const json = masker.json({ kind: 'Change', formatVersion: 1, ...entryJson(entry), patch });
    await io.stdout(safeJson(json));
  } else {
    const outcome = outcomeNow(entry, await recorded.list(entry.subject));
    await io.stdout(showText({ entry, outcome, before, after }, masker, context));
  }
  return 0;
}

/** As the list has it; rollbacks of it may have come since. */
function outcomeNow({ id }: JournalEntry, listed: readonly ListedEntry[]): string {
  const found = listed.find((each) => each.id === id);
  return found === undefined || found.status === 'damaged' ? 'damaged' : outcomeOf(found, undoneIds(listed));
}

interface ShownEntry {
  entry: JournalEntry;
  outcome: string;
  before: KopsObject;
  after: KopsObject;
}

function showText({ entry, outcome, before, after }: ShownEntry, masker: Masker, { io, now }: Context): string {
  const clean = (text: string): string => safeText(masker.text(text));
  const rows = rowsView(rowsOf(entry, outcome, now()), { style: io.stdoutStyle, columns: io.columns, clean });
  const yaml = (spec: KopsObject): string => specToYaml(masker.json(viewable(spec)) as JsonObject);
  const labels = { before: `${entry.subject.cluster} (before)`, after: `${entry.subject.cluster} (after)` };
  return `${rows}\n\n${formatDiff(unifiedDiff(yaml(before), yaml(after), labels), io.stdoutStyle)}\n`;
}

function rowsOf(entry: JournalEntry, outcome: string, now: Date): [string, string[]][] {
  const { id, command, user, host, subject, toolVersion, kopsVersion, message, undoes = [] } = entry;
  const time = new Date(entry.time);
  const rows: [string, string[]][] = [
    ['Change', [`${command} ${shortId(id)}`, id]],
    ['When', [`${ageText(time, now)}, ${minuteText(time)}`]],
    ['Who', [`${user} on ${host}`]],
    ['Where', subject.type === 'file' ? [subject.path, subject.cluster] : [subject.cluster, subject.stateStore ?? '']],
    ['With', [`kops-audit ${toolVersion}${kopsVersion === undefined ? '' : `, kops ${kopsVersion}`}`]],
    ['Outcome', [message === undefined ? outcome : `${outcome}: ${message}`]],
    ['Undoes', undoes.map(shortId)],
  ];
  return rows.map(([label, lines]) => [label, lines.filter((line) => line !== '')]);
}

/** Masks what is recorded of a change: the secrets of the spec before and after it. Of a damaged one nothing is known to mask. */
export function entryMasker(entry: JournalEntry): Masker {
  return specMasker(specsOf(entry).map(({ spec }) => spec));
}

function specsOf(entry: JournalEntry): { spec: JsonObject }[] {
  try {
    const { before, after } = madeChange(entry);
    return [before, after];
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
