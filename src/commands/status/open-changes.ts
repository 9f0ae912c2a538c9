import { cutOffs, cutOffText, type CutOff } from '../../change/cut-off.ts';
import type { JournalEntry, ListedEntry, Subject } from '../../change/journal/types.ts';
import type { KopsObject } from '../../cluster/types.ts';
import type { OpenChange } from '../../report/status-types.ts';
import { journalFor } from '../change/change.ts';
import type { Context } from '../context.ts';
import type { StatusFlags } from './flags.ts';

/** The recorded changes of a spec that run now or were cut off. A journal that cannot be read has none: nothing depends on it here. */
export async function openChanges(
  subject: Subject,
  cluster: KopsObject,
  { journal }: StatusFlags,
  context: Context,
): Promise<OpenChange[]> {
  const listed = await listOf(subject, journal, context);
  const running = listed.flatMap((each) => (each.status === 'running' ? [runningChange(each.entry)] : []));
  return [...running, ...[...cutOffs(listed, cluster), ...storedOnly(listed)].map(cutOffChange)];
}

async function listOf(subject: Subject, journal: string | undefined, context: Context): Promise<ListedEntry[]> {
  try {
    return await journalFor(journal === undefined ? {} : { journal }, context).list(subject);
  } catch {
    return [];
  }
}

/** Those whose spec was stored before they were cut off, and nothing is known of what came after. */
function storedOnly(listed: readonly ListedEntry[]): CutOff[] {
  return listed.flatMap((each) =>
    each.status === 'unfinished' && each.entry.outcome === 'spec-written'
      ? [{ entry: each.entry, stored: 'new' as const }]
      : [],
  );
}

function runningChange({ id, command, time, user }: JournalEntry): OpenChange {
  return { id, command, state: 'running', message: `${command} by ${user} runs since ${time} (${id})` };
}

function cutOffChange(found: CutOff): OpenChange {
  const { id, command } = found.entry;
  return { id, command, state: 'cut-off', message: cutOffText(found) };
}
