import type { LoggedEvent } from './event.ts';

/** So many events are known again: 8 MiB for hashes of 62 bits. */
const MOST = 2 ** 20;
/** Events that come again in one part are mostly near each other. */
const MOST_OF_PART = 2 ** 16;
/** For a small log little memory is touched. */
const LEAST = 2 ** 12;
/** By how much that grows: what was there before is needed no longer, and lies about for long. */
const GROWTH = 16;
/** An event may lie in one of so many places, which are in one or two lines of the processor's cache: where memory begins V8 does not say. */
const BUCKET = 8;

/**
 * Knows events that were there before: webhooks send again what was not confirmed, and exports overlap. One is the same by its audit ID,
 * stage and the microsecond at which its request came, which no client can choose. It is forgotten when another takes its place, so memory
 * does not grow with the log.
 */
export class Duplicates {
  readonly #most: number;
  #table = new Int32Array(2 * LEAST);
  #held = 0;
  /** Means nothing: it is kept so that looking is not left out as in vain. */
  touched = 0;

  /** @param most how many it knows. */
  constructor(most: number = MOST) {
    this.#most = most;
  }

  /** Whether an event was given before; remembers it. One without an ID or a time is always new. */
  has(event: Identified): boolean {
    return idOf(event, HASH) && this.hasId(HASH[0] ?? 0, HASH[1] ?? 0);
  }

  /** The same by what `idOf` gives. */
  hasId(first: number, second: number): boolean {
    if (!isNew(this.#table, first, second)) return true;
    this.#held += 1;
    if (this.#held * 16 > this.#table.length && this.#table.length < 2 * this.#most) this.#grow();
    return false;
  }

  /**
   * Looks at the places of many events that it will be asked for: they are scattered in memory, and a processor waits for several at once
   * where it has nothing to decide in between.
   *
   * @param firsts holds the first number of each, from `from` on, in steps.
   */
  touch(firsts: Int32Array, from: number, to: number, step: number): void {
    const table = this.#table;
    const places = table.length / (2 * BUCKET) - 1;
    let touched = 0;
    for (let at = from; at < to; at += step) {
      const start = ((firsts[at] ?? 0) & places) * 2 * BUCKET;
      touched ^= (table[start] ?? 0) ^ (table[start + 2 * BUCKET - 1] ?? 0);
    }
    this.touched = touched;
  }

  /** Forgets all of them. */
  clear(): void {
    this.#table.fill(0);
    this.#held = 0;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Int32Array(GROWTH * old.length);
    for (let at = 0; at < old.length; at += 2)
      if (old[at] !== 0 || old[at + 1] !== 0) isNew(this.#table, old[at] ?? 0, old[at + 1] ?? 0);
  }
}

const HASH = new Int32Array(2);

/** What the events of a part of a log are known by, in their order. */
export interface PartIDs {
  /** Two numbers each; behind them there is room. */
  ids: Int32Array<ArrayBuffer>;
  count: number;
  /** The places of those that came again. */
  known: readonly number[];
}

/** Knows of the events of one part which came again in it: a guess, as it knows nothing of what was before. Keeps what they are known by. */
export class PartDuplicates {
  readonly #duplicates = new Duplicates(MOST_OF_PART);
  #ids: Int32Array<ArrayBuffer> = new Int32Array(LEAST);
  #count = 0;
  #known: number[] = [];

  /** As `Duplicates` has it. */
  hasId(first: number, second: number): boolean {
    if (2 * this.#count === this.#ids.length) this.#makeRoom();
    this.#ids[2 * this.#count] = first;
    this.#ids[2 * this.#count + 1] = second;
    const isKnown = this.#duplicates.hasId(first, second);
    if (isKnown) this.#known.push(this.#count);
    this.#count += 1;
    return isKnown;
  }

  /** As `Duplicates` has it. */
  touch(firsts: Int32Array, from: number, to: number, step: number): void {
    this.#duplicates.touch(firsts, from, to, step);
  }

  counted(): PartIDs {
    return { ids: this.#ids, count: this.#count, known: this.#known };
  }

  /** Begins a part, in the memory of what is needed no longer. */
  renew(spare?: PartIDs): void {
    this.#duplicates.clear();
    this.#ids = spare?.ids ?? new Int32Array(LEAST);
    this.#count = 0;
    this.#known = [];
  }

  #makeRoom(): void {
    const more = new Int32Array(2 * this.#ids.length);
    more.set(this.#ids);
    this.#ids = more;
  }
}

/** Says of the events of a part, in their order, which came again, as it was found out before. */
export class ToldDuplicates {
  readonly #known: readonly number[];
  #asked = 0;
  #found = 0;

  /** @param known the places of those that did. */
  constructor(known: readonly number[]) {
    this.#known = known;
  }

  /** As `Duplicates` has it. */
  hasId(): boolean {
    const isKnown = this.#known[this.#found] === this.#asked;
    if (isKnown) this.#found += 1;
    this.#asked += 1;
    return isKnown;
  }
}

type Identified = Pick<LoggedEvent, 'received' | 'stage' | 'hashID'>;

/** What an event is known by, in two numbers, as kernel/scan.ts works it out too; gives false without an ID or a time. */
export function idOf(event: Identified, id: Int32Array): boolean {
  const { received, stage } = event;
  id[0] = 0x811c9dc5;
  id[1] = 0x9747b28c;
  if (!event.hashID(id) || Number.isNaN(received)) return false;
  const [low, high] = [(received % 2 ** 32) | 0, Math.floor(received / 2 ** 32)];
  id[0] = mixed((id[0] ?? 0) ^ low, stage.charCodeAt(8));
  id[1] = mixed((id[1] ?? 0) ^ high, low ^ stage.length);
  return true;
}

/** Puts it into an empty place of its bucket, else into that of another, unless it is there. */
function isNew(table: Int32Array, first: number, second: number): boolean {
  const start = (first & (table.length / (2 * BUCKET) - 1)) * 2 * BUCKET;
  let place = start + 2 * (second & (BUCKET - 1));
  for (let at = start; at < start + 2 * BUCKET; at += 2) {
    if (table[at] === first && table[at + 1] === second) return false;
    if (table[at] !== 0 || table[at + 1] !== 0) continue;
    place = at;
    break; // behind an empty one there is none
  }
  table[place] = first;
  table[place + 1] = second;
  return true;
}

/** Mixes a text into two states of FNV-1a, so that equal texts change them equally. */
export function hashText(text: string, state: Int32Array): void {
  let [one = 0, other = 0] = state;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x01000193);
  }
  state[0] = one;
  state[1] = other;
}

/** The same for the text of a JSON string, `bytes[start..end)` between its quotes; gives false, and mixes nothing, where it must be decoded. */
export function hashBytes(bytes: Uint8Array, start: number, end: number, state: Int32Array): boolean {
  let [one = 0, other = 0] = state;
  for (let at = start; at < end; at++) {
    const unit = bytes[at] ?? 0;
    if (unit >= 0x80 || unit === BACKSLASH) return false;
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x01000193);
  }
  state[0] = one;
  state[1] = other;
  return true;
}

const BACKSLASH = 0x5c;

/** The last steps of MurmurHash3. */
function mixed(a: number, b: number): number {
  let state = Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return state ^ (state >>> 16);
}
