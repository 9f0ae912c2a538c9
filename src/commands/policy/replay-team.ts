import type { Part } from './replay-parts.ts';
import type { Done, Job, Reader } from './replay-reader.ts';

/** So many parts are read ahead of the one that is waited for, besides those that are being read: what came of them takes memory. */
const AHEAD = 2;

/** Readers that read the parts of a log side by side. */
export class Team {
  readonly #parts: readonly Part[];
  readonly #readers: readonly Reader[];
  readonly #work: readonly Promise<void>[];
  readonly #bytes: Map<number, number> = new Map();
  readonly #found: Map<number, Done | null> = new Map();
  readonly #readerOf: WeakMap<Done, Reader> = new WeakMap();
  #idle: (() => void)[] = [];
  #next = 0;
  #waitedFor = 0;
  #wake: (() => void) | undefined;
  #failure: unknown;
  #isEnded = false;

  constructor(parts: readonly Part[], readers: readonly Reader[]) {
    this.#parts = parts;
    this.#readers = readers;
    this.#work = readers.map((reader) => this.#reads(reader));
  }

  /** How much they have read of parts that were not asked for yet. */
  get bytes(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * What came of a part; null where it could not be read to its end. Parts are asked for in their order, and some may be left out.
   *
   * @throws ExternalError where a thread ended before its work; the reason of the signal.
   */
  async result(at: number, signal: AbortSignal): Promise<Done | null> {
    this.leaveOut(at);
    const wake = (): void => this.#wake?.();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        signal.throwIfAborted();
        const found = this.#found.get(at);
        if (found !== undefined) return found;
        if (this.#failure) throw this.#failure;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#bytes.delete(at);
    }
  }

  /** Whoever read a part may use the memory of what came of it. */
  reuse(done: Done): void {
    this.#readerOf.get(done)?.reuse(done);
  }

  /** Parts before this one are not asked for any longer. */
  leaveOut(before: number): void {
    this.#waitedFor = before;
    this.#next = Math.max(this.#next, before);
    for (const each of [this.#found, this.#bytes]) for (const at of each.keys()) if (at < before) each.delete(at);
    this.#callIdle();
  }

  /** Ends all of them. */
  async end(): Promise<void> {
    this.#isEnded = true;
    this.#callIdle();
    await Promise.all(this.#readers.map((reader) => reader.end()));
    await Promise.all(this.#work);
  }

  async #reads(reader: Reader): Promise<void> {
    try {
      for (let at = await this.#turn(); at !== undefined; at = await this.#turn()) {
        const [part, place] = [this.#parts[at], at];
        const done = part ? await reader.read(jobOf(part), (bytes) => this.#hears(place, bytes)) : null;
        if (done) this.#readerOf.set(done, reader);
        if (at >= this.#waitedFor) this.#keep(at, done);
      }
    } catch (failure) {
      this.#failure ??= failure;
      this.#wake?.();
    }
  }

  /** The place of the next part to be read; undefined where there is none. */
  async #turn(): Promise<number | undefined> {
    const isAhead = (): boolean => this.#next > this.#waitedFor + this.#readers.length + AHEAD;
    while (!this.#isDone && isAhead()) await new Promise<void>((resolve) => this.#idle.push(resolve));
    return this.#isDone ? undefined : this.#next++;
  }

  get #isDone(): boolean {
    return this.#isEnded || this.#next >= this.#parts.length;
  }

  #hears(at: number, bytes: number): void {
    if (this.#isEnded || at < this.#waitedFor) throw new Error('nobody waits for it');
    this.#bytes.set(at, bytes);
  }

  #keep(at: number, done: Done | null): void {
    this.#bytes.set(at, done?.tally.bytes ?? 0);
    this.#found.set(at, done);
    this.#wake?.();
  }

  #callIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function jobOf({ source: { name, path }, range }: Part): Job {
  return { name, ...(path && { path }), ...(range && { piece: { ...range, line: 0 } }) };
}
