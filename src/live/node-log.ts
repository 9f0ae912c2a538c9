import { setTimeout as sleep } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ExternalError } from '../errors.ts';
import { rotatedAt } from '../events/log-set.ts';
import type { NodeClient } from './node-client.ts';
import { missingError } from './node-failures.ts';

/** A log on a node: the file that is written to, and beside it what was rotated away. */
export interface NodeFile {
  node: string;
  /** Below `/var/log`. */
  folder: string;
  name: string;
}

/** So many of the last known bytes are read again each time: they tell whether it is still the same file. */
const TAIL = 512;
/** A connection may break in the middle so often without anything having come. */
const TRIES = 3;

/** Gets a sentence where something is missing. */
export type OnGap = (text: string) => void;

/**
 * Reads a log on a node as it is written, each byte once, across rotations: also several between two looks, and those that happen while it
 * is read. All throw what the client throws.
 */
export class NodeLog {
  readonly #client: NodeClient;
  readonly #file: NodeFile;
  readonly #onGap: OnGap;
  /** The time in the name of the last file that was rotated away and is read. */
  #rotated: string = '';
  /** Where the file that is written to is read up to, and the bytes before that. */
  #offset: number = 0;
  #tail: Buffer = Buffer.alloc(0);
  /** How far the file that was rotated away last is read: where that breaks off it is gone on with. */
  #partial: { name: string; offset: number } = { name: '', offset: 0 };

  constructor(client: NodeClient, file: NodeFile, onGap: OnGap) {
    this.#client = client;
    this.#file = file;
    this.#onGap = onGap;
  }

  /** Leaves out what is there by now. */
  async skip(): Promise<void> {
    const { node, name } = this.#file;
    for (let isSame = false; !isSame;) {
      this.markRead(await this.#rotatedFiles());
      this.#offset = 0;
      const end = await this.#client.open(node, this.#path(name), `-${TAIL}`);
      for await (const bytes of end?.bytes ?? []) this.#took(bytes);
      this.#offset = end?.size ?? 0;
      isSame = (await this.rotatedFiles()).length === 0;
    }
  }

  /**
   * What was rotated away up to now, the oldest first.
   *
   * @throws ExternalError where nothing of the log is there.
   */
  async find(): Promise<string[]> {
    const { node, folder, name } = this.#file;
    const names = await this.#client.list(node, folder);
    const rotated = this.#rotatedOf(names);
    if (names.includes(name) || rotated.length > 0) return rotated;
    throw missingError({ node, path: this.#path(name) });
  }

  /** What was rotated away up to now and was not read, the oldest first. */
  async rotatedFiles(): Promise<string[]> {
    return (await this.#rotatedFiles()).filter((name) => timeOf(name) > this.#rotated);
  }

  /** Takes files that were rotated away for read: somebody else does that, with `whole`. */
  markRead(names: readonly string[]): void {
    for (const name of names) if (timeOf(name) > this.#rotated) this.#rotated = timeOf(name);
  }

  /** A file that was rotated away, whole and decompressed, as long as it is there in one of both forms. */
  async *whole(name: string, from = 0): AsyncGenerator<Uint8Array> {
    const plain = withoutGz(name);
    if (this.#partial.name !== plain) this.#partial = { name: plain, offset: from };
    const partial = this.#partial;
    let isThere = false;
    for (const form of [name, name === plain ? `${plain}.gz` : plain]) {
      if (isThere) break;
      const read = form.endsWith('.gz') ? this.#decompressed(form, partial.offset) : this.#from(form, partial.offset);
      for await (const piece of read) {
        isThere = true;
        partial.offset += piece?.length ?? 0;
        if (piece !== null) yield piece;
      }
    }
    this.markRead([name]);
    if (!isThere) this.#onGap(`${this.#file.node}: ${plain} was removed before it was read`);
  }

  /** All that was written since the last call; the first gives all that is there. */
  async *news(): AsyncGenerator<Uint8Array> {
    for (let tries = 0; ;) {
      const before = this.#offset;
      try {
        if (before === 0 ? yield* this.#begin() : yield* this.#goOn()) return;
        tries = 0;
      } catch (error) {
        tries = this.#offset === before ? tries + 1 : 0;
        if (!(error instanceof ExternalError) || this.#offset === 0 || tries === TRIES) throw error;
      }
    }
  }

  /** Reads the file from its beginning. Gives whether that was all; else it was rotated meanwhile. */
  async *#begin(): AsyncGenerator<Uint8Array, boolean> {
    for (const name of await this.rotatedFiles()) yield* this.whole(name);
    const opened = await this.#client.open(this.#file.node, this.#path(this.#file.name), null);
    const rotated = await this.rotatedFiles();
    if (rotated.length > 0) {
      opened?.close(); // it may be one of those
      return false;
    }
    if (opened === null) return true; // between the two steps of a rotation
    for await (const bytes of opened.bytes) yield this.#took(bytes);
    return true;
  }

  /** Reads on where it was left. Gives whether that was all. */
  async *#goOn(): AsyncGenerator<Uint8Array, boolean> {
    const { node, name } = this.#file;
    const known = this.#tail;
    const opened = await this.#client.open(node, this.#path(name), `${this.#offset - known.length}-`);
    const isSame = opened !== null && opened.isPart && (yield* this.#after(opened.bytes, known));
    if (isSame) return true;
    opened?.close();
    const [rotated] = await this.rotatedFiles();
    if (rotated === undefined && opened === null && !(await this.#isThere())) return true;
    const from = this.#offset;
    const isNext = rotated !== undefined && (await this.#continues(rotated));
    if (!isNext) this.#onGap(`${node}: ${name} was replaced; what came after its byte ${from} may be missing`);
    this.#offset = 0;
    this.#tail = Buffer.alloc(0);
    if (isNext) yield* this.whole(rotated, from);
    return false;
  }

  /** Whether a file that was rotated away is the one that was being read; of a compressed one nobody can tell, and the oldest is it. */
  async #continues(rotated: string): Promise<boolean> {
    const [first, last] = [this.#offset - this.#tail.length, this.#offset - 1];
    const opened = await this.#client.open(this.#file.node, this.#path(withoutGz(rotated)), `${first}-${last}`);
    if (opened === null) return rotated.endsWith('.gz');
    const chunks: Uint8Array[] = [];
    for await (const bytes of opened.bytes) chunks.push(bytes);
    return Buffer.concat(chunks).equals(this.#tail);
  }

  /** Takes bytes that should begin with what is known, and gives what follows; whether they do. */
  async *#after(bytes: AsyncIterable<Uint8Array>, known: Buffer): AsyncGenerator<Uint8Array, boolean> {
    let checked = 0;
    for await (const chunk of bytes) {
      const part = chunk.subarray(0, known.length - checked);
      if (!known.subarray(checked, checked + part.length).equals(part)) return false;
      checked += part.length;
      if (chunk.length > part.length) yield this.#took(chunk.subarray(part.length));
    }
    return checked === known.length;
  }

  async #isThere(): Promise<boolean> {
    const opened = await this.#client.open(this.#file.node, this.#path(this.#file.name), '-1');
    opened?.close();
    return opened !== null;
  }

  /** A file that changes no more. A connection that breaks is gone on with. Null first, where it is there. */
  async *#from(name: string, from: number): AsyncGenerator<Uint8Array | null> {
    let offset = from;
    for (let tries = 0; tries < TRIES;) {
      const opened = await this.#client.open(this.#file.node, this.#path(name), offset === 0 ? null : `${offset - 1}-`);
      if (opened === null) return;
      yield null;
      let skipped = offset === 0 ? 0 : 1; // the last known byte, so that the end of a file is no range that is not there
      try {
        for await (const bytes of opened.bytes) {
          const fresh = bytes.subarray(skipped);
          skipped = 0;
          offset += fresh.length;
          tries = 0;
          if (fresh.length > 0) yield fresh;
        }
        return;
      } catch (error) {
        tries += 1;
        if (!(error instanceof ExternalError) || tries === TRIES) throw error;
      }
    }
  }

  async *#decompressed(name: string, from: number): AsyncGenerator<Uint8Array | null> {
    const pieces = this.#from(name, 0);
    const { done } = await pieces.next();
    if (done) return;
    yield null;
    const unzipped = Readable.from(withoutNull(pieces)).pipe(createGunzip({ chunkSize: 1024 * 1024 }));
    let skip = from;
    for await (const chunk of unzipped) {
      const bytes: Uint8Array = chunk;
      const fresh = bytes.subarray(skip);
      skip = Math.max(0, skip - bytes.length);
      if (fresh.length > 0) yield fresh;
    }
  }

  #took(bytes: Uint8Array): Uint8Array {
    this.#offset += bytes.length;
    this.#tail = Buffer.from(Buffer.concat([this.#tail, bytes.subarray(-TAIL)]).subarray(-TAIL));
    return bytes;
  }

  async #rotatedFiles(): Promise<string[]> {
    return this.#rotatedOf(await this.#client.list(this.#file.node, this.#file.folder));
  }

  /** Of one that is being compressed, only the whole one. */
  #rotatedOf(names: readonly string[]): string[] {
    const [stem = ''] = /^.*?(?=\.[^.]*$|$)/.exec(this.#file.name) ?? [];
    const rotated = names.filter((each) => rotatedAt(each)?.stem === stem);
    return rotated.filter((each) => !each.endsWith('.gz') || !names.includes(withoutGz(each))).toSorted();
  }

  #path(name: string): string {
    return this.#file.folder === '' ? name : `${this.#file.folder}/${name}`;
  }
}

async function* withoutNull(pieces: AsyncIterable<Uint8Array | null>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) if (piece !== null) yield piece;
}

function timeOf(name: string): string {
  return rotatedAt(name)?.time ?? '';
}

function withoutGz(name: string): string {
  return name.replace(/\.gz$/, '');
}

/** How a log on a node is followed. */
export interface NodeFollowing {
  signal: AbortSignal;
  isFromStart: boolean;
  onGap: OnGap;
  /** Called after each look, when all was given that could be read by then. */
  onCaughtUp?: () => void;
  /** Least and longest time between two looks, in milliseconds. */
  pauses?: readonly [number, number];
}

/** Whether there are more lines than looks at logs in it: an event of one of ours is no reason to look again soon. */
function hasOthers(bytes: Buffer): boolean {
  return countOf(bytes, '\n') > countOf(bytes, '"requestURI":"/api/v1/nodes/');
}

function countOf(bytes: Buffer, text: string): number {
  let count = 0;
  for (let found = bytes.indexOf(text); found >= 0; found = bytes.indexOf(text, found + 1)) count += 1;
  return count;
}

/**
 * Gives what is written to a log on a node, without end: across rotation, and where the node or the API server is away for a while, which
 * is said. Where nothing comes but traces of our own looks it is looked at ever less often.
 *
 * @throws what the client throws at the first look.
 */
export async function* followNode(log: NodeLog, node: string, following: NodeFollowing): AsyncGenerator<Uint8Array> {
  const { signal, isFromStart, onGap, onCaughtUp, pauses = [1000, 5000] } = following;
  let pause = pauses[0];
  let isAway = false;
  if (!isFromStart) await log.skip();
  for (let looks = 0; !signal.aborted; looks += 1) {
    let isBusy = false;
    try {
      for await (const bytes of log.news()) {
        isBusy ||= hasOthers(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
        yield bytes;
      }
      if (isAway) onGap(`${node}: can be read again`);
      isAway = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ExternalError) || (looks === 0 && isFromStart)) throw error;
      if (!isAway) onGap(`${node}: ${error.message}; trying again`);
      isAway = true;
    }
    onCaughtUp?.();
    pause = isBusy ? pauses[0] : Math.min(pauses[1], pause * 1.5);
    await sleep(pause, undefined, { signal }).catch(() => {});
  }
}
