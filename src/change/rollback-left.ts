import { sameJson } from '../json.ts';
import type { Wanted } from './chosen-entries.ts';
import { isUpdateLeft } from './earlier-write.ts';
import type { JournalEntry, ListedEntry } from './journal/types.ts';
import { madeChange } from './made-changes.ts';
import type { LiveReading, Reading } from './reading.ts';
import { writtenEntries } from './undone.ts';

/**
 * A rollback that stored its spec, whose update is still to come, and that is what is asked for once more: the command
 * that was stopped half way is run again. Null where there is none: then a change is to be taken back.
 *
 * @param earlier newest first.
 */
export function rollbackLeft(
  { cluster, baseline }: Reading & Pick<Partial<LiveReading>, 'baseline'>,
  earlier: readonly ListedEntry[],
  wanted: Wanted,
): JournalEntry | null {
  const [last] = writtenEntries(earlier);
  if (!last?.undoes || !isUpdateLeft(last) || baseline?.upToDate !== false) return null;
  if (!isAskedFor(last.undoes, wanted, earlier) || !sameJson(madeChange(last).after.spec, cluster.spec)) return null;
  return last;
}

function isAskedFor(undone: readonly string[], wanted: Wanted, earlier: readonly ListedEntry[]): boolean {
  if (wanted === 'newest') return true;
  if ('id' in wanted) return undone.includes(wanted.id);
  const [, ...before] = writtenEntries(earlier);
  const since = before.filter(({ time }) => Date.parse(time) > wanted.since.getTime());
  return since.length > 0 && since.every(({ id }) => undone.includes(id));
}
