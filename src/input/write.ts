import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomHex } from '../crypto.ts';
import { isExpected, UserError } from '../errors.ts';
import { fileError } from './file-error.ts';
import { readSpecFileSync, type SpecFile } from './read.ts';

/**
 * Replaces a spec file by a new text, in one step, with mode and owner kept. A symbolic link stays, its target is replaced.
 * The file is read again first, and right before the rename. At any moment the file is the old one or the new one.
 * @param file As readSpecFile gave it.
 * @throws UserError where checkWritable does, where the file is not as it was read, or where the system refuses (disk
 *   full); then the file is untouched and no temporary file is left.
 */
export async function writeSpecFile(file: SpecFile, text: string): Promise<void> {
  refuseIfChanged(file);
  checkWritableSync(file);
  try {
    replaceFile(file.target, text, {
      mode: file.mode,
      owner: { uid: file.uid, gid: file.gid },
      beforeRename: () => refuseIfChanged(file),
    });
  } catch (error) {
    throw fileError(error, file.path, 'was not written');
  }
}

function refuseIfChanged(file: SpecFile): void {
  const now = lookAgain(file);
  const same =
    now.target === file.target &&
    now.mode === file.mode &&
    now.uid === file.uid &&
    now.gid === file.gid &&
    now.links === file.links &&
    Buffer.compare(now.bytes, file.bytes) === 0;
  if (!same) throw changedMeanwhile(file.path);
}

function lookAgain(file: SpecFile): SpecFile {
  try {
    return readSpecFileSync(file.path);
  } catch (error) {
    throw isExpected(error) ? changedMeanwhile(file.path, error) : error;
  }
}

function changedMeanwhile(path: string, cause?: unknown): UserError {
  return new UserError('was not written: the file changed in the meantime', {
    place: { file: path },
    hint: 'Somebody else wrote to it after it was read. Run the command again: it starts from the new content.',
    cause,
  });
}

/**
 * Makes sure that a spec file can be replaced, before anybody is asked. Root is held to the permission bits as well:
 * who takes the write bit away means it.
 * @throws UserError for hard links, a file or directory without write permission, an owner that cannot be kept.
 */
export async function checkWritable(file: SpecFile): Promise<void> {
  checkWritableSync(file);
}

/** The same, without giving other code a turn. */
function checkWritableSync(file: SpecFile): void {
  refuseHardLinks(file);
  refuseReadOnlyFile(file);
  refuseReadOnlyDirectory(file);
  refuseForeignOwner(file);
}

function refuseHardLinks(file: SpecFile): void {
  if (file.links <= 1) return;
  throw new UserError(
    `cannot be replaced: it has ${file.links} names (hard links), and the others would keep the old spec`,
    {
      place: { file: file.path },
      hint: 'Give a copy of it. `find -samefile` shows the other names.',
    },
  );
}

function refuseReadOnlyFile(file: SpecFile): void {
  const hint = 'If it should be changed all the same, run `chmod u+w` on it first.';
  requireWrite(file.target, { shown: file.path, what: 'cannot be written', hint });
}

function refuseReadOnlyDirectory(file: SpecFile): void {
  const directory = dirname(file.target);
  const what = `cannot be replaced: its directory ${directory} cannot be written`;
  const hint = 'Make the directory writable first: a new file is made beside it and then takes its place in one step.';
  requireWrite(directory, { shown: file.path, what, hint });
}

function requireWrite(path: string, { shown, what, hint }: { shown: string; what: string; hint: string }): void {
  try {
    accessSync(path, constants.W_OK);
    if ((statSync(path).mode & 0o222) !== 0) return;
  } catch (error) {
    throw fileError(error, shown, what);
  }
  throw new UserError(`${what}: it is read-only`, { place: { file: shown }, hint });
}

function refuseForeignOwner(file: SpecFile): void {
  const user = process.geteuid?.();
  if (user === undefined || user === 0) return;
  const groups = [process.getegid?.(), ...(process.getgroups?.() ?? [])];
  if (user === file.uid && groups.includes(file.gid)) return;
  throw new UserError(`cannot be replaced: user ${user} cannot keep its owner (${file.uid}:${file.gid})`, {
    place: { file: file.path },
    hint: 'Run it as the owner of the file, or work on a copy.',
  });
}

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
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomHex(6)}.tmp`);
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
