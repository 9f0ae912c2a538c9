import { closeSync, createReadStream, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { rotatedAt } from '../events/log-set.ts';
import { errorCode, fileError } from './file-error.ts';

/** How a file is followed. */
export interface FollowOptions {
  /** Aborted, it ends after what is there by then. */
  signal: AbortSignal;
  /** Begin with what is in it already; else with what comes. */
  isFromStart: boolean;
  /** Gets a sentence where something may be missing. */
  onGap: (text: string) => void;
  /** Called after each look, when all was given that was there by then. */
  onCaughtUp?: () => void;
  /** How long is waited before it is looked at again, in milliseconds: the first number while something comes, the second when nothing does. */
  pauses?: readonly [number, number];
}

const CHUNK = 1024 * 1024;

/**
 * Gives what is written to a log, as `tail -F` does, without end: across rotation (the file is renamed and a new one made, several times
 * between two looks, compressed or not), and where it is cut to nothing and written anew. A file that is not there is waited for. It is
 * opened at once, so that a rotation before the first byte is asked for loses nothing.
 *
 * @throws UserError where it is there and cannot be read.
 */
export function followFile(path: string, options: FollowOptions): AsyncGenerator<Uint8Array> {
  return bytesOf(new Followed(path, options), options);
}

async function* bytesOf(
  followed: Followed,
  { signal, onCaughtUp, pauses = [200, 1000] }: FollowOptions,
): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const isLast = signal.aborted;
      const before = followed.bytes;
      yield* followed.news();
      yield* followed.afterRotation();
      onCaughtUp?.();
      if (isLast) return;
      await pause(followed.bytes === before ? pauses[1] : pauses[0], signal);
    }
  } finally {
    followed.close();
  }
}

/** A file that is followed, open where it is there. */
class Followed {
  bytes = 0;
  readonly #path: string;
  readonly #onGap: (text: string) => void;
  readonly #seen: Set<string>;
  #file: number | null;
  #offset: number;

  constructor(path: string, { isFromStart, onGap }: FollowOptions) {
    this.#path = path;
    this.#onGap = onGap;
    this.#seen = new Set(rotatedFiles(path).map(withoutGz));
    this.#file = openFile(path);
    if (this.#file === null) onGap(`${path} is not there yet: it is waited for`);
    this.#offset = this.#file === null || isFromStart ? 0 : fstatSync(this.#file).size;
  }

  /** What was written since the last look to the file that is open, also where it was renamed since. */
  *news(): Generator<Uint8Array> {
    if (this.#file === null) return;
    if (fstatSync(this.#file).size < this.#offset) {
      this.#onGap(`${this.#path} was cut while it was followed: what was written before that may be missing`);
      this.#offset = 0;
    }
    for (let chunk = readAt(this.#file, this.#offset); chunk !== null; chunk = readAt(this.#file, this.#offset)) {
      this.#offset += chunk.length;
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  /** Where another file has taken its name: the rest of it, what was written and rotated away meanwhile, and then the new one. */
  async *afterRotation(): AsyncGenerator<Uint8Array> {
    if (this.#file !== null && inodeOf(this.#path) === fstatSync(this.#file).ino) return;
    const next = openFile(this.#path);
    if (next === null) return;
    yield* this.news();
    for (const name of this.#between(next)) {
      this.bytes += 1;
      yield* whole(join(dirname(this.#path), name));
    }
    this.close();
    this.#file = next;
    this.#offset = 0;
    yield* this.news();
  }

  /** The files that came and went between two looks. Of those that are open one may be compressed by now: it is the oldest of the new ones. */
  #between(next: number): string[] {
    const rotated = rotatedFiles(this.#path).filter((name) => !this.#seen.has(withoutGz(name)));
    for (const name of rotated) this.#seen.add(withoutGz(name));
    if (this.#file === null) return [];
    const inode = (name: string): number | undefined => inodeOf(join(dirname(this.#path), name));
    const { ino } = fstatSync(this.#file);
    const isThere = rotated.some((name) => inode(name) === ino);
    const others = rotated.filter((name) => ![ino, fstatSync(next).ino].includes(inode(name) ?? -1));
    return !isThere && others[0]?.endsWith('.gz') ? others.slice(1) : others;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

/** Wakes early when it is to end. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

function openFile(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw fileError(error, path, 'cannot be read');
  }
}

function readAt(file: number, offset: number): Uint8Array | null {
  const chunk = Buffer.allocUnsafe(CHUNK);
  const length = readSync(file, chunk, 0, CHUNK, offset);
  return length === 0 ? null : chunk.subarray(0, length);
}

async function* whole(path: string): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: CHUNK });
  try {
    yield* path.endsWith('.gz') ? file.pipe(createGunzip({ chunkSize: CHUNK })) : file;
  } catch (error) {
    throw fileError(error, path, 'cannot be read');
  }
}

/** The names of what was rotated away of a file, the oldest first; of one that is being compressed only the whole one. */
function rotatedFiles(path: string): string[] {
  const [stem = ''] = /^.*?(?=\.[^.]*$|$)/.exec(basename(path)) ?? [];
  const names = namesIn(dirname(path)).filter((name) => rotatedAt(name)?.stem === stem);
  const once = names.filter((name) => !name.endsWith('.gz') || !names.includes(withoutGz(name)));
  return once.toSorted();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw fileError(error, folder, 'cannot be read');
  }
}

function withoutGz(name: string): string {
  return name.replace(/\.gz$/, '');
}
