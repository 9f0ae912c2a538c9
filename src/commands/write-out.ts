import { accessSync, constants, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Context } from '../context.ts';
import { ExternalError, UserError } from '../errors.ts';
import { errorCode, fileError } from '../input/file-error.ts';
import { beginningOf } from '../input/log-files.ts';

/** The flags that say where a result goes. */
interface OutFlags {
  output: string;
  out?: string;
}

/**
 * To be asked before a log is read, which may take long: whether the result can be written where it shall go.
 *
 * @throws UserError where it cannot, and for a page of HTML on a terminal: that is for a browser.
 */
export function checkOut({ output, out }: OutFlags, { io }: Context): void {
  if (out === undefined && output === 'html' && io.isTerminal.stdout)
    throw new UserError('a page of HTML is not for a terminal', {
      hint: 'Write it to a file, and open that in a browser: --out report.html.',
    });
  if (out === undefined) return;
  const folder = dirname(out);
  try {
    if (statSync(out, { throwIfNoEntry: false })?.isDirectory()) throw isFolder(out);
    if (holdsEvents(out)) throw isInput(out, 'an audit log is there');
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) throw noFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw fileError(error, folder, 'nothing can be written there');
  }
}

function noFolder(folder: string): UserError {
  return new UserError('there is no such folder', { place: { file: folder }, hint: 'Make it first, or name another.' });
}

function isFolder(out: string): UserError {
  return new UserError('is a folder', {
    place: { file: out },
    hint: `Name the file: --out ${join(out, 'report.html')}.`,
  });
}

/**
 * Refuses to write a result over what it is made of: no log comes back.
 *
 * @param read the files that are read, as far as they have names; what is none is passed over.
 * @throws UserError where one of them is the file of `--out`, under whatever name.
 */
export function refuseInputs({ out }: Pick<OutFlags, 'out'>, read: readonly (string | undefined)[]): void {
  if (out === undefined) return;
  const idOf = (path: string): string | undefined => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? `${stats.dev} ${stats.ino}` : undefined;
  };
  const id = idOf(out);
  if (id !== undefined && read.some((path) => path !== undefined && idOf(path) === id))
    throw isInput(out, 'it is read');
}

function isInput(out: string, why: string): UserError {
  return new UserError(`is not written over: ${why}`, { place: { file: out }, hint: 'Give --out another name.' });
}

/** So far a log of any form says of itself what it is. */
const HEAD = 2048;

/** Whether a file is a log, which may be read through a pipe. One that may not be read is not known to be one. */
function holdsEvents(path: string): boolean {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  return Buffer.from(beginningOf(path).head.subarray(0, HEAD)).includes('auditID');
}

/**
 * Writes a result to stdout or to the file of `--out`: all of it, or the file stays as it was. A new one only its owner can read.
 *
 * @throws UserError where the file cannot be written; ExternalError where there is no room.
 */
export async function writeOut(text: string, { out }: OutFlags, { io }: Context): Promise<void> {
  if (out === undefined) return io.stdout(text);
  const { replaceFile } = await import('../input/write.ts');
  try {
    const known = statSync(out, { throwIfNoEntry: false });
    if (known === undefined) replaceFile(out, text, { mode: 0o600 });
    else if (known.isFile()) replaceFile(realpathSync(out), text, { mode: known.mode & 0o777 });
    else writeFileSync(out, text); // a pipe, a device
  } catch (error) {
    throw isFull(error) ? noRoom(out, error) : fileError(error, out, 'was not written');
  }
}

function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errorCode(error) ?? '');
}

function noRoom(out: string, cause: unknown): ExternalError {
  return new ExternalError(`${out} was not written: the disk is full`, { hint: 'Make room and run it again.', cause });
}
