import type { JournalEntry } from '../../change/journal/entry.ts';
import { madeChange } from '../../change/recorded.ts';
import type { KopsObject } from '../../cluster/types.ts';
import type { Json, JsonObject } from '../../json.ts';
import { formatDiff, unifiedDiff } from '../../report/diff.ts';
import { entryJson } from '../../report/history.ts';
import type { Masker } from '../../report/mask.ts';
import { rowsView, safeJson, safeText } from '../../report/text.ts';
import { specToYaml } from '../../yaml/print.ts';
import { journalFor } from '../change/change.ts';
import { viewable } from '../change/viewable.ts';
import type { Context } from '../../context.ts';
import { checkOutput, type HistoryFlags } from './history.ts';
import { entryMasker } from './masking.ts';

/** `history show ID`: one recorded change, with its diff; secrets are masked. */
export async function historyShow(id: string, flags: HistoryFlags, context: Context): Promise<number> {
  const { io } = context;
  checkOutput(flags.output);
  const { journal } = flags;
  const entry = await journalFor(journal === undefined ? {} : { journal }, context).read(id);
  const { before, operations, after } = madeChange(entry);
  const masker = entryMasker(entry);
  if (flags.output === 'json') {
    const patch = operations as unknown as Json;
    const json = masker.json({ kind: 'Change', formatVersion: 1, ...entryJson(entry), patch });
    await io.stdout(safeJson(json));
  } else await io.stdout(showText(entry, before, after, masker, context));
  return 0;
}

function showText(entry: JournalEntry, before: KopsObject, after: KopsObject, masker: Masker, { io }: Context): string {
  const clean = (text: string): string => safeText(masker.text(text));
  const rows = rowsView(rowsOf(entry), { style: io.stdoutStyle, columns: io.columns, clean });
  const yaml = (spec: KopsObject): string => specToYaml(masker.json(viewable(spec)) as JsonObject);
  const labels = { before: `${entry.subject.cluster} (before)`, after: `${entry.subject.cluster} (after)` };
  return `${rows}\n\n${formatDiff(unifiedDiff(yaml(before), yaml(after), labels), io.stdoutStyle)}`;
}

function rowsOf(entry: JournalEntry): [string, string[]][] {
  const { id, command, time, user, host, subject, toolVersion, kopsVersion, outcome, message, undoes } = entry;
  return [
    ['Change', [`${command}, ${id}`]],
    ['When', [time]],
    ['Who', [`${user} on ${host}`]],
    ['Where', subject.type === 'file' ? [subject.path, subject.cluster] : [subject.cluster, subject.stateStore ?? '']],
    ['With', [`kops-audit ${toolVersion}${kopsVersion === undefined ? '' : `, kops ${kopsVersion}`}`]],
    ['Outcome', [message === undefined ? outcome : `${outcome}: ${message}`]],
    ['Undoes', [...(undoes ?? [])]],
  ].map(([label, lines]) => [label as string, (lines as string[]).filter((line) => line !== '')]);
}
