import type { JournalEntry, ListedEntry, Outcome } from './journal/types.ts';

/** After these the spec was, or may have been, written. */
const WRITTEN: ReadonlySet<Outcome> = new Set(['started', 'spec-written', 'done', 'interrupted', 'failed']);

/** The recorded changes that were, or may have been, written; those still under way and damaged ones left out. */
export function writtenEntries(listed: readonly ListedEntry[]): JournalEntry[] {
  return listed.flatMap((each) =>
    each.status !== 'damaged' && each.status !== 'running' && WRITTEN.has(each.entry.outcome) ? [each.entry] : [],
  );
}

/**
 * The ids of the changes that are taken back, by a rollback that is itself not taken back.
 *
 * @param listed newest first.
 */
export function undoneIds(listed: readonly ListedEntry[]): ReadonlySet<string> {
  const undone = new Set<string>();
  for (const { id, undoes } of writtenEntries(listed)) {
    if (!undone.has(id)) for (const other of undoes ?? []) undone.add(other);
  }
  return undone;
}
