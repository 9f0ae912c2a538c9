import { cutOffText, cutOffs, type CutOff } from '../../change/recorded.ts';
import type { JournalEntry, ListedEntry, Subject } from '../../change/journal/entry.ts';
import type { KopsObject } from '../../cluster/types.ts';
import type { OpenChange, UpdateStatus } from '../../report/status-types.ts';
import { journalFor } from '../change/change.ts';
import type { Context } from '../../context.ts';
import type { StatusFlags } from './flags.ts';

/**
 * The recorded changes of a spec that run now or were cut off. A journal that cannot be read has none: nothing depends on it here.
 *
 * @param update where nothing is pending, what was stored is applied.
 */
export async function openChanges(
  subject: Subject,
  cluster: KopsObject,
  update: UpdateStatus,
  { journal }: StatusFlags,
  context: Context,
): Promise<OpenChange[]> {
  const listed = await listOf(subject, journal, context);
  const running = listed.flatMap((each) => (each.status === 'running' ? [runningChange(each.entry)] : []));
  const stored = update.state === 'none' ? [] : storedOnly(listed);
  return [...running, ...[...cutOffs(listed, cluster), ...stored].map(cutOffChange)];
}

async function listOf(subject: Subject, journal: string | undefined, context: Context): Promise<ListedEntry[]> {
  try {
    return await journalFor(journal === undefined ? {} : { journal }, context).list(subject);
  } catch {
    return [];
  }
}

/** The newest, if its spec was stored before it was cut off and nothing is known of what came after: of older ones a later change is known. */
function storedOnly([newest]: readonly ListedEntry[]): CutOff[] {
  return newest?.status === 'unfinished' && newest.entry.outcome === 'spec-written'
    ? [{ entry: newest.entry, stored: 'new' }]
    : [];
}

function runningChange({ id, command, time, user }: JournalEntry): OpenChange {
  return { id, command, state: 'running', message: `${command} by ${user} runs since ${time} (${id})` };
}

function cutOffChange(found: CutOff): OpenChange {
  const { id, command } = found.entry;
  return { id, command, state: 'cut-off', message: cutOffText(found) };
}
