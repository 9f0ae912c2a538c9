import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { entryFile, entryIds, readEntryText, subjectFolders } from './entry-files.ts';
import { isEntryId } from './entry-id.ts';
import { parseEntry } from './entry-text.ts';
import { subjectFolder } from './folder.ts';
import { isAlive } from './process-alive.ts';
import type { JournalEntry, ListedEntry, Subject } from './types.ts';

/**
 * The entries of one subject or of all, newest first.
 * @param host This machine; whether a process of another one lives is not known, so its entry counts as unfinished.
 * @throws What node:fs throws where the journal cannot be read.
 */
export function listEntries(dir: string, host: string, subject?: Subject): ListedEntry[] {
  const folders = subject === undefined ? subjectFolders(dir) : [subjectFolder(subject)];
  return folders
    .flatMap((folder) => entryIds(join(dir, folder)).map((id) => listed(join(dir, folder), id, host)))
    .filter((found) => subject === undefined || concerns(found, subject))
    .toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** One entry, wherever it is. Throws a UserError where there is none, or where it is damaged. */
export function readEntry(dir: string, id: string): JournalEntry {
  for (const folder of isEntryId(id) ? subjectFolders(dir) : []) {
    const text = readEntryText(join(dir, folder), id);
    if (text === undefined) continue;
    const entry = parseEntry(text, id);
    if (!('problem' in entry)) return entry;
    throw new UserError(`the journal entry ${id} is damaged: ${entry.problem}`, {
      hint: `Its file is ${entryFile(join(dir, folder), id)}.`,
    });
  }
  throw new UserError(`the journal has no entry ${id}`, { hint: `Its entries are in ${dir}.` });
}

function listed(folder: string, id: string, host: string): ListedEntry {
  const entry = readListed(folder, id);
  if ('problem' in entry) return { status: 'damaged', id, file: entryFile(folder, id), problem: entry.problem };
  const isOpen = entry.outcome === 'started' || (entry.outcome === 'spec-written' && entry.message === undefined);
  if (!isOpen) return { status: 'finished', id, entry };
  return { status: entry.host === host && isAlive(entry) ? 'running' : 'unfinished', id, entry };
}

function readListed(folder: string, id: string): JournalEntry | { problem: string } {
  try {
    return parseEntry(readEntryText(folder, id) ?? '', id);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** A state store that is not known on one side (kops finds it by itself) does not tell two clusters apart. */
function concerns(found: ListedEntry, subject: Subject): boolean {
  if (found.status === 'damaged') return true;
  const other = found.entry.subject;
  if (other.cluster !== subject.cluster) return false;
  if (other.type === 'file' || subject.type === 'file') return other.type === subject.type;
  return !other.stateStore || !subject.stateStore || trimmed(other.stateStore) === trimmed(subject.stateStore);
}

function trimmed(stateStore: string): string {
  return stateStore.replace(/\/+$/, '');
}
