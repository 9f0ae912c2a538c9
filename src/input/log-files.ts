import { closeSync, openSync, read, readdirSync, readSync, realpathSync, statSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, gunzipSync } from 'node:zlib';
import { UserError } from '../errors.ts';
import type { ByteRange, DirectBytes, LogSource } from '../events/event.ts';
import { isLogName, type ServerLog, serverLogs } from '../events/log-set.ts';
import { microseconds } from '../events/time.ts';
import { decompressed, isCompressed, isGzip, refuseOtherFormats } from './decompress.ts';
import { errorCode, fileError } from './file-error.ts';
import { refuseTerminal, refuseUrl, type Stdin, type UrlHint } from './read.ts';

/** What is known besides the words. */
export interface LogOptions {
  stdin: Stdin;
  /** The command that reads these logs, up to where it names one: `policy replay`. Undefined where it could read no stdin. */
  reader?: string;
  /** Where in a wrapper the events are (`--path`). */
  path?: readonly string[];
  /** A file that is named need not be there yet, as it is followed. */
  isFollowed?: boolean;
  /** Gets a sentence for what should be there and could not be read: in a folder, or further. */
  onMissing: (text: string) => void;
}

/**
 * The logs that the words of a command line name, by server: files, folders with all that lies in them, pipes, `-` for stdin. What is
 * named twice is read once.
 *
 * @throws UserError for what is not there, cannot be read, or is known not to be a log; for a folder without one.
 */
export function openLogs(words: readonly string[], options: LogOptions): ServerLog[] {
  const found = words.flatMap((word) => (word === '-' ? ['-'] : filesOf(word, options)));
  return serverLogs(
    once(found).map((path) => sourceOf(path, options)),
    ({ name }) => firstTime(name),
  );
}

function sourceOf(name: string, options: LogOptions): LogSource {
  const { stdin, path } = options;
  if (name === '-') refuseTerminal(stdin, 'an audit log');
  if (name !== '-') return fileSource(name, options);
  return { name, server: '', ...(path && { path }), open: () => fromStdin(stdin, options) };
}

/** A file or a pipe as a log of its own. */
export function fileSource(name: string, options: Pick<LogOptions, 'path' | 'reader' | 'onMissing'>): LogSource {
  const { path, onMissing } = options;
  const isFile = statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;
  return {
    name,
    server: '',
    ...(path && { path }),
    ...(isFile && { isFile }),
    ...(isTurned(name) && { isNewestFirst: true }),
    open: (range) => fromFile(name, options, range),
    ...(isFile && { direct: (range) => directFrom(name, onMissing, range) }),
  };
}

const LARGEST_TURNED = 64 * 1024 * 1024;
/** Events of a server are written a moment after the time in them, in microseconds: what is less is no order. */
const LATE = 2_000_000;

/** Whether the last event of a small file is older than its first. A compressed one is not looked at. */
function isTurned(path: string): boolean {
  try {
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > LARGEST_TURNED || isGzip(headOf(path))) return false;
    const times = [
      ...Buffer.from(headOf(path, Math.max(0, stats.size - HEAD)))
        .toString()
        .matchAll(TIME),
    ];
    return microseconds(times.at(-1)?.[1]) < firstTime(path) - LATE;
  } catch {
    return false;
  }
}

function filesOf(word: string, options: LogOptions): string[] {
  const { reader, onMissing } = options;
  const stats = statsOf(word, options);
  if (!stats?.isDirectory()) {
    if (stats?.isFile()) look(word, reader);
    return [word];
  }
  const files = [...filesBelow(word, onMissing)];
  if (files.length === 0) throw noLog(word);
  return files;
}

function statsOf(path: string, { isFollowed, reader }: LogOptions): Stats | undefined {
  refuseUrl(path, (...url) => hintForLog(url, reader));
  try {
    return statSync(path);
  } catch (error) {
    if (isFollowed && errorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, path, 'cannot be read');
  }
}

/** How programs print what is at a URL. */
const PRINTING: Readonly<Record<string, (url: string) => string>> = {
  http: (url) => `curl -fL ${url}`,
  https: (url) => `curl -fL ${url}`,
  s3: (url) => `aws s3 cp ${url} -`,
  gs: (url) => `gcloud storage cat ${url}`,
};

function hintForLog([url, scheme, rest]: Parameters<UrlHint>, reader: string | undefined): string {
  if (scheme === 'file') return `Give its path: ${rest}`;
  const printing = PRINTING[scheme]?.(`'${url}'`);
  if (printing === undefined || reader === undefined) return 'Copy it to this machine, and name the file.';
  return `Copy it to this machine, or pipe it in, .gz too: ${printing} | kops-audit ${reader} -`;
}

/** Refuses what is named and cannot be read, before anything is printed. */
function look(path: string, reader: string | undefined): void {
  try {
    refuseOtherFormats(headOf(path), path, reader);
  } catch (error) {
    throw fileError(error, path, 'cannot be read');
  }
}

function noLog(folder: string): UserError {
  return new UserError('holds no audit log', {
    place: { file: folder },
    hint: 'Logs are taken by their names: *.log, *.json, *.jsonl, *.gz, audit.log.1. Name a file itself to read it whatever its name.',
  });
}

/** The logs in a folder and those in it, by their names. Links are followed, but nothing is looked into twice. */
function* filesBelow(folder: string, onMissing: (text: string) => void, seen = new Set<string>()): Generator<string> {
  let entries: string[] = [];
  try {
    const real = realpathSync(folder);
    if (!seen.has(real)) entries = readdirSync(folder).toSorted();
    seen.add(real);
  } catch (error) {
    onMissing(reasonOf(error, folder));
  }
  for (const name of entries.filter((entry) => !entry.startsWith('.'))) {
    const path = join(folder, name);
    const stats = statsIn(path, isLogName(name) ? onMissing : () => undefined);
    if (stats?.isDirectory()) yield* filesBelow(path, onMissing, seen);
    else if (stats?.isFile() && isLogName(name)) yield path;
  }
}

/** undefined for a link that leads nowhere or in a circle, and for what is there no longer. */
function statsIn(path: string, onMissing: (text: string) => void): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    onMissing(reasonOf(error, path));
    return undefined;
  }
}

/** The same file under another name is one. */
function once(paths: readonly string[]): string[] {
  const seen = new Set<string>();
  return paths.filter((path) => {
    const stats = path === '-' ? undefined : statSync(path, { throwIfNoEntry: false });
    const id = stats?.isFile() ? `${stats.dev}:${stats.ino}` : path;
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
}

const HEAD = 64 * 1024;

/** Some bytes of a file, as they are. Throws what node:fs throws. */
function headOf(path: string, from = 0): Uint8Array {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD);
    return head.subarray(0, readSync(file, head, 0, HEAD, from));
  } finally {
    closeSync(file);
  }
}

const TIME = /"stageTimestamp\\*":\s*\\*"([^"\\]+)/g;

/** The time of the first event in a file, in microseconds; NaN where that cannot be told. */
function firstTime(path: string): number {
  try {
    if (!statSync(path).isFile()) return NaN;
    const head = headOf(path);
    const text = Buffer.from(
      isGzip(head) ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head,
    ).toString();
    const [, time] = new RegExp(TIME, 'u').exec(text) ?? [];
    return microseconds(time);
  } catch {
    return NaN;
  }
}

// Measured: Node's gunzip is three times as fast with pieces of 1 MiB as with its own 16 KiB; with 2 MiB it waits less for this thread.
const CHUNK = 2 * 1024 * 1024;

/** Up to what was there when it was opened: a file that is written faster than it is read has no end. */
async function* fromFile(
  path: string,
  { reader, onMissing }: Pick<LogOptions, 'reader' | 'onMissing'>,
  range?: ByteRange,
): AsyncGenerator<Uint8Array> {
  try {
    const stats = statSync(path);
    if (stats.isFile()) refuseOtherFormats(headOf(path), path, reader);
    const end = stats.isFile() && stats.size > 0 ? stats.size : Infinity;
    if (range) yield* piecesOf(path, range, onMissing);
    else yield* decompressed(piecesOf(path, { from: 0, to: end }, onMissing), path, onMissing);
  } catch (error) {
    onMissing(reasonOf(error, path));
  }
}

/** As `fromFile`, of what is not compressed: whoever wants a range knows that. */
function directFrom(path: string, onMissing: (text: string) => void, range?: ByteRange): DirectBytes | undefined {
  const { head, size } = range ? NOTHING : beginningOf(path);
  if (!range && (size === 0 || isCompressed(head) || isOther(head, path))) return undefined;
  const file = openedOrNot(path);
  if (file === undefined) return undefined;
  let { from, to } = range ?? { from: 0, to: size };
  const most = (into: Uint8Array): number => Math.min(into.length, to - from);
  const taken = (count: number): number => {
    if (count === 0 && from < to) onMissing(shortened(path));
    from += count;
    return count;
  };
  const failed = (error: unknown): number => {
    onMissing(reasonOf(error, path));
    to = from;
    return 0;
  };
  return {
    head,
    read: (into) => {
      try {
        return taken(readSync(file, into, 0, most(into), from));
      } catch (error) {
        return failed(error);
      }
    },
    readAhead: async (into) => {
      try {
        return taken((await readAsync(file, into, 0, most(into), from)).bytesRead);
      } catch (error) {
        return failed(error);
      }
    },
    close: () => closeSync(file),
  };
}

const NOTHING = { head: new Uint8Array(), size: 0 };
const readAsync = promisify(read);

function openedOrNot(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}

function isOther(head: Uint8Array, path: string): boolean {
  try {
    refuseOtherFormats(head, path);
    return false;
  } catch {
    return true;
  }
}

function shortened(path: string): string {
  return `${path} was made shorter while it was read: its end is missing`;
}

/** The next piece is read while two are worked on. Three buffers are all the memory that takes, as one is good until the next but one is asked for. */
async function* piecesOf(
  path: string,
  { from: start, to: end }: ByteRange,
  onMissing: (text: string) => void,
): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  const read = async (into: Buffer, from: number): Promise<Uint8Array> => {
    const { bytesRead } = await file.read(into, 0, Math.min(CHUNK, end - from), end < Infinity ? from : null);
    return into.subarray(0, bytesRead);
  };
  const room = (): Buffer => Buffer.allocUnsafeSlow(CHUNK);
  let [buffer, next, last] = [room(), room(), room()];
  let reading = read(buffer, start);
  try {
    for (let from = start; ;) {
      const piece = await reading;
      if (piece.length === 0) {
        if (from < end && end < Infinity) onMissing(shortened(path));
        return;
      }
      from += piece.length;
      [buffer, next, last] = [next, last, buffer];
      reading = read(buffer, from);
      yield piece;
    }
  } finally {
    await reading.catch(() => undefined);
    await file.close();
  }
}

/** In words why something cannot be read; what is no fault of the file is thrown on. */
function reasonOf(error: unknown, path: string): string {
  const said = fileError(error, path, 'cannot be read');
  if (!(said instanceof UserError) || said === error) throw said;
  return `${path} ${said.message}`;
}

function fromStdin(stdin: Stdin, { onMissing }: LogOptions): AsyncIterable<Uint8Array> {
  return decompressed(stdin, '-', onMissing);
}

/** The first bytes of a file, and how many it has; none of one that cannot be read, which is told when it is read. */
export function beginningOf(path: string): { head: Uint8Array; size: number } {
  const head = readableOf(path);
  return { head, size: head.length > 0 ? statSync(path).size : 0 };
}

/** Lines are mostly shorter. */
const LINE = 8 * 1024;

/** Where in a file of so many bytes the next line begins at each place or behind it; its end where none does, or it cannot be read. */
export function nextLines(path: string, places: readonly number[], size: number): number[] {
  const file = openedOrNot(path);
  if (file === undefined) return places.map(() => size);
  const piece = Buffer.allocUnsafe(LINE);
  const nextLine = (place: number): number => {
    for (let from = place - 1; from < size; from += LINE) {
      const at = piece.subarray(0, readSync(file, piece, 0, LINE, from)).indexOf(10);
      if (at >= 0) return Math.min(from + at + 1, size);
    }
    return size;
  };
  try {
    return places.map(nextLine);
  } catch {
    return places.map(() => size);
  } finally {
    closeSync(file);
  }
}

function readableOf(path: string): Uint8Array {
  try {
    return headOf(path);
  } catch {
    return new Uint8Array();
  }
}
