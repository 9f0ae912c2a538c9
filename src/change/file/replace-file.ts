import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface ReplaceOptions {
  /** Permission bits of the new file; the umask does not count. */
  mode: number;
  /** Owner and group of the new file; left out: those of this process. */
  owner?: { uid: number; gid: number };
  /** A last look, after everything is on disk and before the rename. What it throws stops the replacing. */
  beforeRename?: () => void;
}

/**
 * Puts a file in the place of another (or of none) in one step: temporary file in the same directory, fsync, rename.
 * Whatever happens, the path holds the old bytes or the new ones; after an error the old ones, and no temporary file.
 * Synchronous on purpose: no signal handler of ours can run in between and end the process with the temporary file left.
 * Access lists and extended attributes of the old file are not carried over.
 * @throws What node:fs throws, and what `beforeRename` throws.
 */
export function replaceFile(path: string, content: string | Uint8Array, options: ReplaceOptions): void {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeNew(temporary, content, options);
    options.beforeRename?.();
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

function writeNew(path: string, content: string | Uint8Array, { mode, owner }: ReplaceOptions): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(fd, content);
    if (owner !== undefined) keepOwner(fd, owner);
    fchmodSync(fd, mode);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function keepOwner(fd: number, { uid, gid }: { uid: number; gid: number }): void {
  const now = fstatSync(fd);
  if (now.uid !== uid || now.gid !== gid) fchownSync(fd, uid, gid);
}

/** Makes a rename in a directory last through a power cut. Not every file system can; the file is whole either way. */
export function syncDirectory(path: string): void {
  try {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // The rename is done: there is no way back, and nothing that a person could do.
  }
}
