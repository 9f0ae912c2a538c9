import { EVENT_KEYS } from './event.ts';

/** Where the value of each of `EVENT_KEYS` begins and ends in the bytes: two numbers each, both 0 where there is none. */
export type Spans = Int32Array;

/** Spans for one line, to be used again for the next. */
export function newSpans(): Spans {
  return new Int32Array(2 * EVENT_KEYS.length);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;
const OPEN_LIST = 0x5b;

/** Which slot a key may be, by its length and last byte, which no two share; from 1, 0 for none. */
const LONGEST = 24;
const BY_LENGTH_AND_END: Uint8Array = slotTable();

function slotTable(): Uint8Array {
  const table = new Uint8Array((LONGEST + 1) << 7);
  for (const [at, name] of EVENT_KEYS.entries()) table[(name.length << 7) | name.charCodeAt(name.length - 1)] = at + 1;
  return table;
}

const NAMES: readonly Uint8Array[] = EVENT_KEYS.map((name) => Uint8Array.from(name, (char) => char.charCodeAt(0)));

/** No deeper than this; `JSON.parse` has a look at what is. */
const DEEPEST = 512;
const stack: Uint8Array = new Uint8Array(DEEPEST);
/** The last string that was skipped has a backslash in it. */
let hasEscape = false;

/**
 * Finds the top-level values of a line without building objects, and checks every byte of it: what it takes, `JSON.parse` takes too.
 *
 * @param bytes `bytes[end]` must be a line feed: it ends every loop.
 * @param spans is filled.
 * @returns false where it is no JSON object, or not sure: a key that is escaped or there twice, one that is nested too deep. Then the
 *   line is to be read by `JSON.parse`.
 */
export function walk(bytes: Uint8Array, start: number, end: number, spans: Spans): boolean {
  spans.fill(0);
  let at = blanks(bytes, start);
  if (bytes[at] !== OPEN_MAP) return false;
  at = blanks(bytes, at + 1);
  if (bytes[at] === CLOSE_MAP) return blanks(bytes, at + 1) === end;
  for (;;) {
    const key = at + 1;
    if (bytes[at] !== QUOTE) return false;
    hasEscape = false;
    at = skipString(bytes, at);
    if (at < 0 || hasEscape) return false;
    const slot = slotOf(bytes, key, at - 1);
    at = blanks(bytes, at);
    if (bytes[at] !== COLON) return false;
    const from = blanks(bytes, at + 1);
    at = skipValue(bytes, from);
    if (at < 0) return false;
    if (slot > 0) {
      if (spans[2 * slot - 1] !== 0) return false;
      spans[2 * slot - 2] = from;
      spans[2 * slot - 1] = at;
    }
    at = blanks(bytes, at);
    const mark = bytes[at];
    if (mark === CLOSE_MAP) return blanks(bytes, at + 1) === end;
    if (mark !== COMMA) return false;
    at = blanks(bytes, at + 1);
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length > LONGEST || length === 0) return 0;
  const last = bytes[end - 1] ?? 0;
  const slot = last > 0x7f ? 0 : (BY_LENGTH_AND_END[(length << 7) | last] ?? 0);
  const name = NAMES[slot - 1];
  if (name === undefined) return 0;
  for (let at = 0; at < length; at++) if (name[at] !== bytes[start + at]) return 0;
  return slot;
}

function blanks(bytes: Uint8Array, start: number): number {
  const first = bytes[start] ?? 0;
  if (first > 0x20) return start;
  let at = start;
  for (let byte = first; byte === 0x20 || byte === 0x09 || byte === 0x0d; byte = bytes[at] ?? 0) at += 1;
  return at;
}

/** From the quote that opens a string to behind the one that closes it; -1 for what is no string. */
function skipString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (;;) {
    let byte = bytes[at] ?? 0;
    while (byte > QUOTE ? byte !== BACKSLASH : byte === 0x20 || byte === 0x21) byte = bytes[++at] ?? 0;
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) return -1; // a control character, or the end of the line
    hasEscape = true;
    at = skipEscape(bytes, at + 1);
    if (at < 0) return -1;
  }
}

const ESCAPES: ReadonlySet<number | undefined> = new Set([...'"\\/bfnrt'].map((char) => char.charCodeAt(0)));

function skipEscape(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== 0x75) return ESCAPES.has(bytes[at]) ? at + 1 : -1;
  for (let digit = at + 1; digit < at + 5; digit++) if (!isHex(bytes[digit] ?? 0)) return -1;
  return at + 5;
}

function isHex(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** From the first byte of a value to behind its last; -1 for what is no value, or too deep. */
function skipValue(bytes: Uint8Array, start: number): number {
  let at = start;
  let depth = 0;
  for (;;) {
    const first = bytes[at];
    if (first === QUOTE) at = skipString(bytes, at);
    else if (first === OPEN_MAP || first === OPEN_LIST) {
      const inside = blanks(bytes, at + 1);
      if (bytes[inside] === first + 2) at = inside + 1;
      else {
        if (depth === DEEPEST) return -1;
        stack[depth++] = first;
        at = first === OPEN_MAP ? skipKey(bytes, inside) : inside;
        if (at < 0) return -1;
        continue;
      }
    } else at = skipPlain(bytes, at);
    if (at < 0) return -1;
    for (;;) {
      if (depth === 0) return at;
      at = blanks(bytes, at);
      const opened = stack[depth - 1] ?? 0;
      const mark = bytes[at];
      if (mark === COMMA) {
        at = blanks(bytes, at + 1);
        if (opened === OPEN_MAP) at = skipKey(bytes, at);
        if (at < 0) return -1;
        break;
      }
      if (mark !== opened + 2) return -1; // } is { + 2, ] is [ + 2
      depth -= 1;
      at += 1;
    }
  }
}

/** A key and its colon, to the value. */
function skipKey(bytes: Uint8Array, start: number): number {
  if (bytes[start] !== QUOTE) return -1;
  const behind = skipString(bytes, start);
  if (behind < 0) return -1;
  const colon = blanks(bytes, behind);
  return bytes[colon] === COLON ? blanks(bytes, colon + 1) : -1;
}

const WORDS: Readonly<Record<number, readonly number[]>> = Object.fromEntries(
  ['true', 'false', 'null'].map((word) => [word.charCodeAt(0), [...word].map((char) => char.charCodeAt(0))]),
);

/** true, false, null, or a number. */
function skipPlain(bytes: Uint8Array, start: number): number {
  const first = bytes[start] ?? 0;
  if (first === 0x2d || isDigit(first)) return skipNumber(bytes, start);
  const word = WORDS[first];
  return word?.every((byte, at) => bytes[start + at] === byte) ? start + word.length : -1;
}

function skipNumber(bytes: Uint8Array, start: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  const first = bytes[at] ?? 0;
  if (!isDigit(first)) return -1;
  at = first === 0x30 ? at + 1 : skipDigits(bytes, at);
  if (bytes[at] === 0x2e) {
    if (!isDigit(bytes[at + 1] ?? 0)) return -1;
    at = skipDigits(bytes, at + 1);
  }
  if (((bytes[at] ?? 0) | 0x20) !== 0x65) return at;
  const sign = bytes[at + 1];
  const digits = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
  return isDigit(bytes[digits] ?? 0) ? skipDigits(bytes, digits) : -1;
}

function skipDigits(bytes: Uint8Array, start: number): number {
  let at = start;
  while (isDigit(bytes[at] ?? 0)) at += 1;
  return at;
}
