import { UserError } from '../errors.ts';
import { sameJson } from '../json.ts';
import { isUpdateLeft, madeChange } from './recorded.ts';
import type { JournalEntry, ListedEntry, Outcome } from './journal/entry.ts';
import { idNamed, minuteText, shortId } from './journal/ids.ts';
import type { LiveReading, Reading } from './change.ts';

/** Which recorded changes a rollback takes back: one by its id or a part of it, all since a time, or the newest one. */
export type Wanted = { id: string } | { since: Date } | 'newest';

/**
 * The recorded changes to take back, newest first. The newest one is the newest that is not taken back already; a rollback is
 * itself taken back only by its id, or with all since a time. Since a time there may be none.
 *
 * @param listed the entries of the subject, newest first.
 * @throws UserError where the one that is meant is not there, with what there is; where a damaged one may be among them.
 */
export function chosenEntries(listed: readonly ListedEntry[], wanted: Wanted, subject: string): JournalEntry[] {
  if (wanted === 'newest') return [newest(listed, subject)];
  return 'id' in wanted ? [withId(listed, wanted.id, subject)] : since(listed, wanted.since, subject);
}

const SEE_HISTORY = 'List what is recorded on this machine with: kops-audit history';

function newest(listed: readonly ListedEntry[], subject: string): JournalEntry {
  const undone = undoneIds(listed);
  const written = writtenEntries(listed);
  const found = written.find(({ id, undoes }) => !undoes && !undone.has(id));
  refuseDamaged(listed, found?.id ?? '', subject);
  if (found) return found;
  const why = written.length === 0 ? 'no change is recorded' : 'every recorded change is already taken back';
  throw new UserError(`there is nothing to take back for ${subject}: ${why}`, { hint: SEE_HISTORY });
}

function since(listed: readonly ListedEntry[], time: Date, subject: string): JournalEntry[] {
  const found = writtenEntries(listed).filter((entry) => Date.parse(entry.time) > time.getTime());
  refuseDamaged(listed, found.at(-1)?.id ?? '', subject);
  return found;
}

/**
 * What is to be said of a rollback to a time: to which, and where less is known than was asked for.
 *
 * @param listed the entries of the subject, newest first.
 */
export function sinceNotes(listed: readonly ListedEntry[], wanted: Wanted, entries: readonly JournalEntry[]): string[] {
  if (wanted === 'newest' || 'id' in wanted) return [];
  const then = minuteText(wanted.since);
  if (entries.length === 0) return [`No recorded change was made since ${then}.`];
  const oldest = listed.flatMap((each) => (each.status === 'damaged' ? [] : [each.entry.time])).at(-1);
  const begins = oldest === undefined ? undefined : new Date(oldest);
  if (begins === undefined || begins <= wanted.since) return [`Back to what the spec was at ${then}.`];
  return [`Back to what the spec was at ${minuteText(begins)}, where the journal begins.`];
}

/** What a damaged entry changed is not known, so nothing that may lie before it is taken back as if it were not there. */
function refuseDamaged(listed: readonly ListedEntry[], oldest: string, subject: string): void {
  const damaged = listed.find((each) => each.status === 'damaged' && each.id > oldest);
  if (damaged?.status !== 'damaged') return;
  throw new UserError(`a journal entry of ${subject} is damaged: ${shortId(damaged.id)} (${damaged.problem})`, {
    hint: `What it changed is not known. Name the change to take back: kops-audit rollback ID. The damaged file is ${damaged.file}.`,
  });
}

function withId(listed: readonly ListedEntry[], word: string, subject: string): JournalEntry {
  const ids = listed.map(({ id }) => id);
  const id = idNamed(word, ids) ?? word;
  const found = writtenEntries(listed).find((entry) => entry.id === id);
  if (found && !undoneIds(listed).has(id)) return found;
  throw notThere(
    listed.find((each) => each.id === id),
    shortId(id),
    subject,
  );
}

function notThere(other: ListedEntry | undefined, id: string, subject: string): UserError {
  if (other === undefined) return new UserError(`the journal has no change ${id} of ${subject}`, { hint: SEE_HISTORY });
  if (other.status === 'damaged')
    return new UserError(`the journal entry ${id} is damaged: ${other.problem}`, {
      hint: `Its file is ${other.file}.`,
    });
  if (other.status === 'running') return new UserError(`the change ${id} is still being made`, { hint: SEE_HISTORY });
  if (other.entry.outcome === 'not-written')
    return new UserError(`the change ${id} wrote nothing: there is nothing to take back`, { hint: SEE_HISTORY });
  return new UserError(`the change ${id} is already taken back`, { hint: SEE_HISTORY });
}

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
  if ('id' in wanted) return undone.includes(idNamed(wanted.id, undone) ?? '');
  const [, ...before] = writtenEntries(earlier);
  const since = before.filter(({ time }) => Date.parse(time) > wanted.since.getTime());
  return since.length > 0 && since.every(({ id }) => undone.includes(id));
}

/** After these the spec was, or may have been, written. */
const WRITTEN: ReadonlySet<Outcome> = new Set(['started', 'spec-written', 'done', 'interrupted', 'failed']);

/** The recorded changes that were, or may have been, written; those still under way and damaged ones left out. */
function writtenEntries(listed: readonly ListedEntry[]): JournalEntry[] {
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
