import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from '../../crypto.ts';
import { UserError } from '../../errors.ts';
import { errorCode } from '../../input/file-error.ts';
import { readIfThere } from '../../input/read.ts';
import { isAlive, type ProcessMark } from '../../process/alive.ts';
import type { Lock } from './entry.ts';

const FOREIGN_LOCK_LASTS = 24 * 3600 * 1000;
const TRIES = 5;

/** Who holds a lock. */
export interface LockHolder extends ProcessMark {
  host: string;
  /** RFC 3339. */
  since: string;
}

/**
 * Makes a lock file. One whose process is dead is taken over. A process of another machine (a home on a network, a
 * container) cannot be looked at: its lock counts for 24 hours.
 * @param subject For the message, such as "cluster x".
 * @throws UserError that names the holder; and what node:fs throws.
 */
export function takeLock(path: string, holder: LockHolder, subject: string): Lock {
  const text = `${JSON.stringify({ ...holder, nonce: randomHex(8) })}\n`;
  for (let tries = 0; tries < TRIES; tries += 1) {
    if (createWhole(path, text)) return { release: async () => remove(path, text) };
    const found = readIfThere(path);
    if (found === undefined) continue;
    const other = parseHolder(found);
    if (other !== undefined && isHeld(other, holder)) throw lockedError(other, { path, subject, here: holder.host });
    remove(path, found);
  }
  throw new UserError(`${subject}: other runs of kops-audit keep taking the lock ${path}`, { hint: 'Run it again.' });
}

/** Makes a file with all its content at once, unless there is one. */
function createWhole(path: string, text: string): boolean {
  const temporary = besides(path);
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function besides(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomHex(6)}.tmp`);
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<LockHolder> | null;
    const isWhole =
      typeof holder?.pid === 'number' && typeof holder.host === 'string' && typeof holder.since === 'string';
    return isWhole ? (holder as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}

function isHeld(other: LockHolder, here: LockHolder): boolean {
  if (other.host === here.host) return isAlive(other);
  return Date.parse(here.since) - Date.parse(other.since) < FOREIGN_LOCK_LASTS;
}

/**
 * Removes a lock with this very content. It is moved aside first, and looked at there: between looking and removing,
 * another process may have put its own in the place.
 */
function remove(path: string, text: string): void {
  const aside = besides(path);
  try {
    if (readIfThere(path) !== text) return;
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, path);
  } catch {
    // Somebody else was faster; who wants the lock looks again.
  } finally {
    removeIfPossible(aside);
  }
}

/** A disk that became read-only keeps the file; by then it is nobody's lock. */
function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What was asked for is done, and nothing waits for this file.
  }
}

function lockedError(
  other: LockHolder,
  { path, subject, here }: { path: string; subject: string; here: string },
): UserError {
  const where = other.host === here ? '' : ` on ${other.host}`;
  return new UserError(
    `${subject} is being changed by another kops-audit: process ${other.pid}${where}, since ${other.since}`,
    {
      hint:
        where === ''
          ? 'Wait until it is done.'
          : `Wait until it is done. If that process is gone, remove ${path} and run this again.`,
    },
  );
}
