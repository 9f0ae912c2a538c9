import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { UserError } from '../../errors.ts';
import { type DecodeText, decodeText, MAX_SPEC_BYTES, tooLarge } from './decode-text.ts';
import { errorCode, fileError } from './file-error.ts';
import type { SpecFile } from './types.ts';

/**
 * Reads a spec file, symbolic links followed.
 * @param path As the person gave it.
 * @param decode Gives the text of the bytes, or throws; left out: they must be UTF-8.
 * @throws UserError where it is not there, a directory, a pipe, a broken link, not readable, empty, above 64 MB, not UTF-8.
 */
export async function readSpecFile(path: string, decode?: DecodeText): Promise<SpecFile> {
  return readSpecFileSync(path, decode);
}

/** The same, without giving other code a turn: for the look right before the file is replaced. */
export function readSpecFileSync(path: string, decode: DecodeText = decodeText): SpecFile {
  const stats = statTarget(path);
  refuseOtherKinds(stats, path);
  try {
    const target = realpathSync(path);
    const bytes = readFileSync(target);
    const { uid, gid, nlink: links } = stats;
    return { path, target, text: decode(bytes, path), bytes, mode: stats.mode & 0o7777, uid, gid, links };
  } catch (error) {
    throw fileError(error, path, 'cannot be read');
  }
}

function statTarget(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && isLink(path)) throw brokenLink(path);
    throw fileError(error, path, 'cannot be read');
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function brokenLink(path: string): UserError {
  return new UserError('is a symbolic link to something that is not there', {
    place: { file: path },
    hint: 'Mend the link, or give the file itself.',
  });
}

function refuseOtherKinds(stats: Stats, path: string): void {
  const place = { file: path };
  if (stats.isDirectory()) throw new UserError('is a directory', { place, hint: 'Give the file itself.' });
  if (!stats.isFile()) {
    throw new UserError('is not a regular file', {
      place,
      hint: 'To read from a pipe give - as the file: `-f -`.',
    });
  }
  if (stats.size > MAX_SPEC_BYTES) throw tooLarge(path);
}
