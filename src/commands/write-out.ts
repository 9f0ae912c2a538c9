import { realpathSync, statSync, writeFileSync } from 'node:fs';
import type { Context } from '../context.ts';
import { ExternalError, UserError } from '../errors.ts';
import { errorCode, fileError } from '../input/file-error.ts';
import { replaceFile } from '../input/write.ts';

/** The flags that say where a result goes. */
interface OutFlags {
  output: string;
  out?: string;
}

/** A page of HTML is for a browser. */
export function refuseUnseenPage({ output, out }: OutFlags, { io }: Context): void {
  if (output !== 'html' || out !== undefined || !io.isTerminal.stdout) return;
  throw new UserError('a page of HTML is not for a terminal', {
    hint: 'Write it to a file, and open that in a browser: --out report.html.',
  });
}

/**
 * Writes a result to stdout or to the file of `--out`: all of it, or the file stays as it was. A new one only its owner can read.
 *
 * @throws UserError where the file cannot be written; ExternalError where there is no room.
 */
export async function writeOut(text: string, { out }: OutFlags, { io }: Context): Promise<void> {
  if (out === undefined) return io.stdout(text);
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
