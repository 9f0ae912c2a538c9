import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { replaceFile } from '../../input/write.ts';
import { entryFile, entryIds, prune } from './entry-files.ts';
import { newEntryId } from './entry-id.ts';
import { entryText } from './entry-text.ts';
import { closeFolder, defaultFolder, ensureFolder, subjectFolder } from './folder.ts';
import { journalError } from './journal-error.ts';
import { listEntries, readEntry } from './list-entries.ts';
import { takeLock } from './lock.ts';
import { thisProcess } from './process-alive.ts';
import type { Journal, JournalEntry, ListedEntry, Lock, NewEntry, OpenEntry, Subject } from './types.ts';
import { userName } from './user-name.ts';

export interface JournalOptions {
  /** `--journal DIR`; without it the folder is found in `env`. */
  dir?: string;
  env: Record<string, string | undefined>;
  now: () => Date;
  toolVersion: string;
}

/**
 * The journal in a folder. Nothing is made or read before it is asked for something.
 * The folder is 0700, the files in it 0600: they hold specs in clear.
 * @throws UserError where `env` names no folder.
 */
export function openJournal(options: JournalOptions): Journal {
  const dir = options.dir === undefined ? defaultFolder(options.env) : resolve(options.dir);
  const place: Place = { ...options, dir, isOurs: options.dir === undefined };
  return {
    dir,
    lock: async (subject) => lock(place, subject),
    begin: async (entry) => begin(place, entry),
    reopen: async (entry) => openEntry(place, entry),
    list: async (subject) => list(dir, subject),
    read: async (id) => read(dir, id),
  };
}

interface Place extends JournalOptions {
  dir: string;
  /** The folder is made by us and for nothing else, so its permissions are ours to set. */
  isOurs: boolean;
}

function lock(place: Place, subject: Subject): Lock {
  try {
    const path = join(makeFolder(place, subject), 'lock');
    const holder = { ...thisProcess(), host: hostname(), since: place.now().toISOString() };
    return takeLock(path, holder, nameOf(subject));
  } catch (error) {
    throw journalError(error, place.dir, 'written');
  }
}

function makeFolder({ dir, isOurs }: Place, subject: Subject): string {
  const folder = join(dir, subjectFolder(subject));
  ensureFolder(folder);
  if (isOurs) closeFolder(dir);
  return folder;
}

function nameOf(subject: Subject): string {
  return subject.type === 'cluster' ? `cluster ${subject.cluster}` : subject.path;
}

function begin(place: Place, entry: NewEntry): OpenEntry {
  try {
    const folder = makeFolder(place, entry.subject);
    const started = startedEntry(place, entry, entryIds(folder)[0]);
    replaceFile(entryFile(folder, started.id), entryText(started), { mode: 0o600 });
    prune(folder, place.now());
    return openEntry(place, started);
  } catch (error) {
    throw journalError(error, place.dir, 'written');
  }
}

function openEntry({ dir, now }: Place, entry: JournalEntry): OpenEntry {
  const { message: _before, ...rest } = entry;
  const file = entryFile(join(dir, subjectFolder(entry.subject)), entry.id);
  return {
    id: entry.id,
    file,
    finish: async (outcome, message) =>
      update(file, { ...rest, outcome, ...(message !== undefined && { message }) }, now),
  };
}

function startedEntry(place: Place, entry: NewEntry, newest: string | undefined): JournalEntry {
  const now = place.now();
  return {
    formatVersion: 1,
    id: newEntryId(now, newest),
    time: now.toISOString(),
    user: userName(place.env),
    host: hostname(),
    ...thisProcess(),
    toolVersion: place.toolVersion,
    ...entry,
    outcome: 'started',
  };
}

function update(file: string, entry: JournalEntry, now: () => Date): string | undefined {
  try {
    const outcomeTime = now().toISOString();
    replaceFile(file, entryText({ ...entry, outcomeTime }), { mode: 0o600 });
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `the outcome (${entry.outcome}) could not be recorded in the journal entry ${entry.id}: ${reason}`;
  }
}

function list(dir: string, subject: Subject | undefined): ListedEntry[] {
  try {
    return listEntries(dir, hostname(), subject);
  } catch (error) {
    throw journalError(error, dir, 'read');
  }
}

function read(dir: string, id: string): JournalEntry {
  try {
    return readEntry(dir, id);
  } catch (error) {
    throw journalError(error, dir, 'read');
  }
}
