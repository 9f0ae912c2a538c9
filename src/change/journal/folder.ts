import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { errorCode } from '../../input/file-error.ts';
import { syncDirectory } from '../../input/write.ts';
import type { Subject } from './types.ts';

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
    hint: 'Name one with --journal DIR, or go without a record and a way back with --no-journal.',
  });
}

/**
 * The name of a subject's folder: something to recognise it by, and a hash that tells it from all others. It holds only
 * a-z, 0-9, `-` and `_`, so no cluster name leads out of the journal. Clusters of one name in two state stores share it.
 */
export function subjectFolder(subject: Subject): string {
  const key = subject.type === 'cluster' ? subject.cluster : subject.path;
  const readable = key
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(-60);
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return `${subject.type}-${readable}-${hash}`;
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
