import { UserError } from '../errors.ts';
import { Structure } from './structure.ts';

/** Where something begins in a source. */
export interface Place {
  /** From 1. */
  line: number;
  /** In bytes, of what is decompressed. */
  offset: number;
}

/** Gets what stands in bytes; they are only good until it returns. */
export interface TakeValues {
  /**
   * A whole value by its brackets, which need not be valid; or an element of a list that is given one by one.
   * @param list which one: `items[]`; '' for a value that stands for itself.
   */
  value(bytes: Uint8Array, place: Place, list: string): void;
  /** What stood around the elements of a list, itself a value without them. */
  around(bytes: Uint8Array): void;
  /** A line, or its end, that is no value. */
  rest(bytes: Uint8Array, place: Place): void;
}

const LARGEST = 256 * 1024 * 1024;
const MOST_AROUND = 10_000;
const LF = 10;
const NOTHING = new Uint8Array();

/** What is to stay: `slice` of a Buffer is none. */
function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return Uint8Array.from(bytes.subarray(from, to));
}

/**
 * Splits bytes into JSON values by their brackets and not by lines: an export is one list, is printed on many lines, or has values
 * with nothing between them. What breaks off costs its first line only: the lines behind it are looked at again.
 */
export class ValueSplitter {
  readonly #take: TakeValues;
  #state: 'between' | 'value' | 'rest' = 'between';
  #json = new Structure();
  /** What was read of the value or element, or of the line that is none, and where that began. */
  #pieces: Uint8Array[] = [];
  #size = 0;
  #start: Place = { line: 1, offset: 0 };
  #around: Uint8Array[] = [];
  /** The line of the next byte, and the offset of the first one of the bytes that are read. */
  #line = 1;
  #base = 0;

  constructor(take: TakeValues) {
    this.#take = take;
  }

  /** Whether a value has begun that has not ended. */
  get isOpen(): boolean {
    return this.#state !== 'between';
  }

  /**
   * @param place where the bytes stand, for whom does not feed all of them.
   * @throws UserError for a value that is too large to be held.
   */
  feed(bytes: Uint8Array, place?: Place): void {
    if (place !== undefined) [this.#line, this.#base] = [place.line, place.offset];
    let from = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      if (this.#state === 'value') at = this.#json.skip(bytes, at);
      if (at === bytes.length) break;
      const byte = bytes[at] ?? 0;
      if (this.#state === 'between' && this.#begins(byte, at)) from = at;
      if (this.#state === 'value') from = this.#inValue(bytes, from, at);
      if (this.#state === 'rest' && byte === LF) this.#giveRest(bytes.subarray(from, at));
      if (byte === LF) this.#line += 1;
    }
    if (this.isOpen) this.#keep(copyOf(bytes, from, bytes.length));
    this.#base += bytes.length;
  }

  /** Nothing follows: a value that has not ended is none. */
  end(): void {
    while (this.isOpen) {
      if (this.#state === 'rest') this.#giveRest(NOTHING);
      else this.#breakOff(NOTHING);
      if (this.#state === 'rest') this.#giveRest(NOTHING);
    }
  }

  #begins(byte: number, at: number): boolean {
    if (BETWEEN.has(byte)) return false;
    const isValue = byte === 0x7b || byte === 0x5b;
    this.#state = isValue ? 'value' : 'rest';
    if (isValue) this.#json = new Structure();
    this.#start = { line: this.#line, offset: this.#base + at };
    return true;
  }

  /** Gives where what is not kept yet begins. */
  #inValue(bytes: Uint8Array, from: number, at: number): number {
    const signal = this.#json.step(bytes[at] ?? 0);
    if (signal === 'read') return from;
    if (signal === 'bad') return this.#isBad(bytes, from, at);
    if (signal === 'element') {
      this.#keepAround(this.#taken(copyOf(bytes, from, at)));
      this.#start = { line: this.#line, offset: this.#base + at };
      return at;
    }
    const whole = this.#taken(bytes.subarray(from, at + 1));
    if (signal === 'element-ends') this.#take.value(whole, this.#start, this.#json.list);
    else this.#ends(whole);
    this.#start = { line: this.#line, offset: this.#base + at + 1 };
    return at + 1;
  }

  /** Without what only separates elements: so it is valid without them, and does not grow with them. */
  #keepAround(piece: Uint8Array): void {
    const isFirst = this.#around.length === 0;
    if (isFirst || (this.#around.length < MOST_AROUND && piece.some((byte) => !BETWEEN.has(byte))))
      this.#around.push(piece);
  }

  #ends(last: Uint8Array): void {
    this.#state = 'between';
    if (this.#around.length === 0) return this.#take.value(last, this.#start, '');
    this.#take.around(Buffer.concat([...this.#around, last]));
    this.#around = [];
  }

  /** What was read is looked at again without its first line; then this byte. */
  #isBad(bytes: Uint8Array, from: number, at: number): number {
    const [base, line] = [this.#base, this.#line];
    this.#breakOff(copyOf(bytes, from, at));
    [this.#base, this.#line] = [base, line];
    if (this.#state === 'between') this.#begins(bytes[at] ?? 0, at);
    return this.#state === 'value' ? this.#inValue(bytes, at, at) : at;
  }

  #breakOff(last: Uint8Array): void {
    const text = this.#taken(last);
    const { line, offset } = this.#start;
    const end = text.indexOf(LF);
    this.#around = [];
    this.#state = end < 0 ? 'rest' : 'between';
    if (end < 0) return this.#keep(text);
    this.#take.rest(text.subarray(0, end), this.#start);
    this.feed(text.subarray(end + 1), { line: line + 1, offset: offset + end + 1 });
  }

  #giveRest(last: Uint8Array): void {
    this.#state = 'between';
    this.#take.rest(this.#taken(last), this.#start);
  }

  #keep(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#size += bytes.length;
    if (this.#size > LARGEST) throw tooLarge(this.#start);
  }

  #taken(last: Uint8Array): Uint8Array {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#size = 0;
    return pieces.length === 0 ? last : Buffer.concat([...pieces, last]);
  }
}

/** Blanks, a byte order mark, and what is left around the elements of a list that broke off. */
const BETWEEN: ReadonlySet<number> = new Set([0x20, 0x0a, 0x0d, 0x09, 0x2c, 0x5d, 0x7d, 0xef, 0xbb, 0xbf]);

function tooLarge({ line }: Place): UserError {
  return new UserError(`line ${line} begins a JSON value of more than 256 MiB, too large to be held in memory`, {
    hint: "If events are in a list inside of it, take them out first: jq -c '.path.to.list[]' FILE > events.jsonl",
  });
}
