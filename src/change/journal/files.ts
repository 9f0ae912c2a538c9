import { chmodSync, existsSync, mkdirSync, statSync, readdirSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { errorCode } from '../../input/file-error.ts';
import { namesIn, readIfThere } from '../../input/read.ts';
import { syncDirectory } from '../../input/write.ts';
import { isAlive } from '../../process/alive.ts';
import { sha256 } from '../../sha256.ts';
import { parseEntry, type Subject, type JournalEntry, type ListedEntry } from './entry.ts';
import { idNamed, idTime, isEntryId } from './ids.ts';

/**
 * The journal's folder: `$XDG_STATE_HOME/kops-audit`, by default `~/.local/state/kops-audit` (XDG Base Directory
 * Specification 0.8, where a relative XDG_STATE_HOME does not count).
 * @throws UserError where the environment names no home.
 */
export function defaultFolder(env: Record<string, string | undefined>): string {
  const state = env['XDG_STATE_HOME'];
  if (state !== undefined && isAbsolute(state)) return join(state, 'kops-audit');
  const home = env['HOME'] || env['USERPROFILE'];
  if (home) return join(home, '.local', 'state', 'kops-audit');
  throw new UserError('there is no folder for the journal: HOME is not set', {
    hint: 'Name one with --journal DIR, or give --no-journal: then nothing is recorded, and rollback cannot undo it.',
  });
}

/**
 * The name of a subject's folder: something to recognise it by, and a hash that tells it from all others. It holds only
 * a-z, 0-9, `-` and `_`, so no cluster name leads out of the journal. Clusters of one name in two state stores share it.
 */
export function subjectFolder(subject: Subject): string {
  return `${readablePart(subject)}${sha256(keyOf(subject)).slice(0, 16)}`;
}

function readablePart(subject: Subject): string {
  const readable = keyOf(subject)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(-60);
  return `${subject.type}-${readable}-`;
}

function keyOf(subject: Subject): string {
  return subject.type === 'cluster' ? subject.cluster : subject.path;
}

/**
 * Makes a folder for the user alone, and those above it. One by one: node's own `recursive` never comes back where a file
 * system takes no new folders and says ENOENT (automounted homes, /proc). Throws what node:fs throws.
 */
export function ensureFolder(path: string): void {
  if (existsSync(path)) return;
  ensureFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || !existsSync(path)) throw error;
  }
  syncDirectory(dirname(path));
}

/** Takes a folder that is ours away from the eyes of others. Throws what node:fs throws. */
export function closeFolder(path: string): void {
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
}

const DAY = 24 * 3600 * 1000;
const ALWAYS_KEPT = 10;
const MOST_KEPT = 100;
const DAYS_KEPT = 90;

/** The ids of the entries in a subject's folder, newest first. A folder that is not there has none. */
export function entryIds(folder: string): string[] {
  return namesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter(isEntryId)
    .toSorted()
    .toReversed();
}

/** The names of the subjects' folders in a journal. */
function subjectFolders(dir: string): string[] {
  return namesIn(dir).filter((name) => /^(cluster|file)-/.test(name));
}

/** An entry's file in a subject's folder. */
export function entryFile(folder: string, id: string): string {
  return join(folder, `${id}.json`);
}

/**
 * Removes old entries of a subject: those after the newest 100, and those older than 90 days. The newest 10 stay
 * whatever their age, as they are the way back. Also what a killed process left half-written a day ago. Never throws.
 */
export function prune(folder: string, now: Date): void {
  try {
    const old = entryIds(folder)
      .slice(ALWAYS_KEPT)
      .filter((id, index) => isOld(id, index + ALWAYS_KEPT, now));
    for (const id of old) rmSync(entryFile(folder, id), { force: true });
    const left = readdirSync(folder).filter((name) => name.startsWith('.') && name.endsWith('.tmp'));
    for (const name of left) removeIfOld(join(folder, name), now);
  } catch {
    // The next change tries again.
  }
}

function isOld(id: string, rank: number, now: Date): boolean {
  return rank >= MOST_KEPT || now.getTime() - idTime(id).getTime() > DAYS_KEPT * DAY;
}

function removeIfOld(path: string, now: Date): void {
  if (now.getTime() - statSync(path).mtimeMs > DAY) rmSync(path, { force: true });
}

/**
 * The entries of one subject or of all, newest first.
 * @param host This machine; whether a process of another one lives is not known, so its entry counts as unfinished.
 * @throws What node:fs throws where the journal cannot be read.
 */
export function listEntries(dir: string, host: string, subject?: Subject): ListedEntry[] {
  const folders = subject === undefined ? subjectFolders(dir) : folderOf(dir, subject);
  return folders
    .flatMap((folder) => entryIds(join(dir, folder)).map((id) => listed(join(dir, folder), id, host)))
    .filter((found) => subject === undefined || concerns(found, subject))
    .toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** Its hash is made only where there may be such a folder: before the first change it would be most of the work. */
function folderOf(dir: string, subject: Subject): string[] {
  return mayHold(dir, readablePart(subject)) ? [subjectFolder(subject)] : [];
}

function mayHold(dir: string, start: string): boolean {
  try {
    return namesIn(dir).some((name) => name.startsWith(start));
  } catch {
    return true; // to look into the folder itself says what is wrong, if anything is
  }
}

/** One entry, wherever it is, by its id or a part of it. Throws a UserError where there is none, or several, or where it is damaged. */
export function readEntry(dir: string, word: string): JournalEntry {
  const files = new Map(
    subjectFolders(dir).flatMap((folder) => entryIds(join(dir, folder)).map((id) => [id, join(dir, folder)] as const)),
  );
  const id = idNamed(word, [...files.keys()]);
  const folder = id === undefined ? undefined : files.get(id);
  if (id === undefined || folder === undefined)
    throw new UserError(`the journal has no entry ${word}`, {
      hint: `List what is recorded with: kops-audit history\nThe journal is in ${dir}.`,
    });
  const entry = readListed(folder, id);
  if (!('problem' in entry)) return entry;
  throw new UserError(`the journal entry ${id} is damaged: ${entry.problem}`, {
    hint: `Its file is ${entryFile(folder, id)}.`,
  });
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
    return parseEntry(readIfThere(entryFile(folder, id)) ?? '', id);
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
