import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { errorCode, fileError } from '../../input/file-error.ts';
import { replaceFile } from '../../input/write.ts';
import { thisProcess } from '../../process/alive.ts';
import {
  entryFile,
  entryIds,
  prune,
  closeFolder,
  defaultFolder,
  ensureFolder,
  subjectFolder,
  listEntries,
  readEntry,
} from './files.ts';
import {
  entryText,
  type Journal,
  type JournalEntry,
  type ListedEntry,
  type Lock,
  type NewEntry,
  type OpenEntry,
  type Subject,
} from './entry.ts';
import { newEntryId } from './ids.ts';
import { takeLock } from './lock.ts';

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

/** For `--no-journal`: records nothing, holds no lock, has no entries. */
export function noJournal(): Journal {
  return {
    dir: undefined,
    lock: async () => ({ release: async () => {} }),
    begin: async () => ({ id: '', file: undefined, finish: async () => undefined }),
    reopen: async () => ({ id: '', file: undefined, finish: async () => undefined }),
    list: async () => [],
    read: async (id) => {
      throw new UserError(`there is no journal entry ${id}: --no-journal was given`);
    },
  };
}

/**
 * The error for a journal that the system lets nobody write (or read). Nothing is changed without it.
 * @param error What node:fs threw; what is not a system error is given back as it is.
 * @param what "written" or "read".
 */
function journalError(error: unknown, dir: string, what: 'read' | 'written'): unknown {
  if (errorCode(error) === undefined) return error;
  const reason = fileError(error, dir, `the journal in ${dir} cannot be ${what}`);
  if (!(reason instanceof UserError)) return error;
  const hint =
    what === 'written'
      ? 'Nothing was changed. Name another folder with --journal DIR, or give --no-journal: then nothing is recorded, and rollback cannot undo it.'
      : 'Name the right folder with --journal DIR.';
  return new UserError(reason.message, { hint, cause: error });
}

/** Who runs this, as the system names them. A container's user often has no name: then what USER says, or the number. */
export function userName(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().username;
  } catch {
    return env['USER'] ?? `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
