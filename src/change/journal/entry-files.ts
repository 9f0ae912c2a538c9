import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../input/file-error.ts';
import { idTime, isEntryId } from './entry-id.ts';

const DAY = 24 * 3600 * 1000;
const ALWAYS_KEPT = 10;
const MOST_KEPT = 100;
const DAYS_KEPT = 90;

/** The ids of the entries in a subject's folder, newest first. A folder that is not there has none. */
export function entryIds(folder: string): string[] {
  return filesIn(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .filter(isEntryId)
    .toSorted()
    .toReversed();
}

/** The names of the subjects' folders in a journal. */
export function subjectFolders(dir: string): string[] {
  return filesIn(dir).filter((name) => /^(cluster|file)-/.test(name));
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** An entry's file in a subject's folder. */
export function entryFile(folder: string, id: string): string {
  return join(folder, `${id}.json`);
}

/** The text of an entry, or undefined where there is none. Throws what node:fs throws. */
export function readEntryText(folder: string, id: string): string | undefined {
  try {
    return readFileSync(entryFile(folder, id), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
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
