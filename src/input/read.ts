import { isUtf8 } from 'node:buffer';
import { createReadStream, lstatSync, readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { type Place, UserError } from '../errors.ts';
import { errorCode, fileError } from './file-error.ts';

/** A spec file as it was read. Everything that writing it back safely depends on is in here. */
export interface SpecFile {
  /** The path as the person gave it; for messages. */
  path: string;
  /** The file itself, every symbolic link followed. */
  target: string;
  /** The content. A byte order mark stays in it as U+FEFF, so that the text gives the same bytes again. */
  text: string;
  bytes: Uint8Array;
  /** Permission bits, 0o7777 at most. */
  mode: number;
  uid: number;
  gid: number;
  /** How many names (hard links) the file has. */
  links: number;
}

/**
 * Reads a spec file, symbolic links followed.
 * @param path As the person gave it.
 * @param decode Gives the text of the bytes, or throws; left out: they must be UTF-8.
 * @throws UserError where it is not there, a directory, a pipe, a broken link, not readable, empty, above 64 MiB, not UTF-8.
 */
export async function readSpecFile(path: string, decode?: DecodeText): Promise<SpecFile> {
  return readSpecFileSync(path, decode);
}

/** The same, without giving other code a turn: for the look right before the file is replaced. */
export function readSpecFileSync(path: string, decode: DecodeText = decodeText): SpecFile {
  const stats = statTarget(path);
  refuseOtherKinds(stats, path);
  if (stats.size > MAX_SPEC_BYTES) throw tooLarge(path);
  try {
    const target = realpathSync(path);
    const bytes = readFileSync(target);
    const { uid, gid, nlink: links } = stats;
    return { path, target, text: decode(bytes, path), bytes, mode: stats.mode & 0o7777, uid, gid, links };
  } catch (error) {
    throw fileError(error, path, 'cannot be read');
  }
}

/** A small file of our own as text; undefined where it is not there. Throws what node:fs throws. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The names in a folder; none where it is not there. Throws what node:fs throws. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

function statTarget(path: string): Stats {
  refuseUrl(path);
  try {
    return statSync(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && isLink(path)) throw brokenLink(path);
    throw fileError(error, path, 'cannot be read');
  }
}

/** What to do about a URL, by its scheme in lower case; `rest` is what stands behind `://`. */
/** What to do instead of naming a URL. */
export type UrlHint = (url: string, scheme: string, rest: string) => string;

/**
 * Nothing is fetched: what turns auditing on is looked at first, and a state store is read by kops.
 *
 * @param hintFor what to do where it is no spec and no policy.
 * @throws UserError for a URL.
 */
export function refuseUrl(path: string, hintFor: UrlHint = hintForSpec): void {
  const [, scheme = '', rest = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(path) ?? [];
  if (scheme === '') return;
  const hint = hintFor(path, scheme.toLowerCase(), rest);
  throw new UserError('is a URL, not a file', { place: { file: path }, hint });
}

function hintForSpec(url: string, scheme: string, rest: string): string {
  if (scheme === 'http' || scheme === 'https') return download(url);
  if (scheme === 'file') return `Give its path: ${rest}`;
  return 'For a cluster in a state store give --cluster NAME --state URL. Files are read from this machine only.';
}

function download(url: string): string {
  return `Download it, look at it, and give the file: curl -fLo downloaded.yaml '${url}'`;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function brokenLink(path: string): UserError {
  return new UserError('is a broken symbolic link: its target does not exist', {
    place: { file: path },
    hint: 'Fix the link, or give the file itself.',
  });
}

const FROM_A_PIPE = 'Save its output to a file first; where a command takes -f, `-f -` reads stdin.';

function refuseOtherKinds(stats: Stats, path: string, hint: string = FROM_A_PIPE): void {
  const place = { file: path };
  if (stats.isDirectory()) throw new UserError('is a directory', { place, hint: 'Give the file itself.' });
  if (!stats.isFile()) throw new UserError('is not a regular file', { place, hint });
}

/**
 * Opens a file of any size, to be read piece by piece.
 * @param fromAPipe What to do with a pipe or a device: opening one can wait without end.
 * @throws UserError where it is not there, a directory, a pipe, a device, a broken link. What goes wrong later fails the stream.
 */
export function openFile(path: string, fromAPipe: string): NodeJS.ReadableStream {
  refuseOtherKinds(statTarget(path), path, fromAPipe);
  return createReadStream(path);
}

/** stdin, as a process has it. */
export type Stdin = NodeJS.ReadableStream & { isTTY?: boolean };

/**
 * Reads all of stdin as text; `decode` as for `readSpecFile`.
 * @param what is awaited there: a person at a terminal is told, and not left waiting.
 * @throws UserError where stdin is a terminal, empty, above 64 MiB, not UTF-8, or cannot be read.
 */
export async function readStdin(
  stream: Stdin,
  decode: DecodeText = decodeText,
  what = 'a cluster spec',
): Promise<string> {
  refuseTerminal(stream, what);
  return decode(await readAll(stream), '-');
}

async function readAll(stream: NodeJS.ReadableStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      size += chunk.length;
      if (size > MAX_SPEC_BYTES) throw tooLarge('-');
    }
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(error);
  }
  return Buffer.concat(chunks);
}

/** Refuses to wait at a terminal for what nobody would type. Throws UserError. */
export function refuseTerminal({ isTTY }: { isTTY?: boolean }, what: string): void {
  if (!isTTY) return;
  throw new UserError(`\`-\` reads ${what} from stdin, but stdin is a terminal`, {
    hint: 'Pipe it in, or redirect a file with <, or name the file.',
  });
}

function unreadable(error: unknown): UserError {
  const reason = error instanceof Error ? error.message : String(error);
  return new UserError(`stdin cannot be read: ${reason}`, { cause: error });
}

/** Larger than any state store holds; a bigger file is not a spec. */
export const MAX_SPEC_BYTES: number = 64 * 1024 * 1024;

/** What gives the text of the bytes of a file; throws UserError where they have none. */
export type DecodeText = (bytes: Uint8Array, file: string) => string;

/**
 * Bytes of a spec as text. A byte order mark is kept as U+FEFF, so that `Buffer.from(text)` gives the same bytes again.
 * @param file The name for messages; `-` is stdin.
 * @throws UserError where there is nothing but blanks, more than MAX_SPEC_BYTES, or not UTF-8 (with line and column).
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  if (bytes.length > MAX_SPEC_BYTES) throw tooLarge(file);
  if (!isUtf8(bytes)) throw notUtf8(bytes, file);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (text.trim() === '') throw emptyInput(file);
  return text;
}

/** The error for a spec above MAX_SPEC_BYTES. */
function tooLarge(file: string): UserError {
  return new UserError(`is larger than ${MAX_SPEC_BYTES / 1024 / 1024} MiB, too large for a cluster spec`, {
    place: { file },
    hint: 'Give a file with kOps objects, such as the output of `kops get all -o yaml`.',
  });
}

function emptyInput(file: string): UserError {
  if (file !== '-') return new UserError('is empty', { place: { file }, hint: 'Is it the right file?' });
  return new UserError('stdin is empty', {
    hint: 'The command before the pipe printed nothing. It may have failed: run it alone, and use `set -o pipefail`.',
  });
}

function notUtf8(bytes: Uint8Array, file: string): UserError {
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const place = wide ? { file } : firstBadPlace(bytes, file);
  const value = wide ? '' : `: byte 0x${bytes[place.offset ?? 0]?.toString(16)} at offset ${place.offset}`;
  return new UserError(`is not UTF-8${value}`, {
    place,
    hint: wide ? 'It looks like UTF-16. Save it as UTF-8.' : 'Save the file as UTF-8.',
  });
}

/** Line and column of the first byte that no UTF-8 text can have there. */
function firstBadPlace(bytes: Uint8Array, file: string): Place & { offset?: number } {
  let offset = 0;
  let line = 1;
  let column = 1;
  for (const char of Buffer.from(bytes).toString('utf8')) {
    const width = Buffer.byteLength(char);
    if (char === '\ufffd' && !isUtf8(bytes.subarray(offset, offset + width))) break;
    offset += width;
    column = char === '\n' ? 1 : column + 1;
    if (char === '\n') line += 1;
  }
  return { file, line, column, offset };
}
