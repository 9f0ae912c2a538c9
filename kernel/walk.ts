// AssemblyScript, compiled by scripts/build-kernel.mjs into src/events/kernel-bytes.ts: `walk` of src/events/walk.ts, instruction by
// instruction the same, but that a string is skipped 16 bytes at a time. Where the two differ this one is wrong.

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const COLON: u8 = 0x3a;
const COMMA: u8 = 0x2c;
const OPEN_MAP: u8 = 0x7b;
const CLOSE_MAP: u8 = 0x7d;
const OPEN_LIST: u8 = 0x5b;

// What lies where in the memory below `ROOM`, which src/events/kernel.ts fills and reads.
export const SPANS: usize = 1024;
export const SLOTS: usize = 2048;
export const NAMES: usize = 6144;
export const NAME_SIZE: usize = 32;
const STACK: usize = 8192;
const LONGEST: usize = 24;
const DEEPEST: usize = 512;
export const KEYS: usize = 16;
/** Where lines may lie; what is behind is only looked at. */
export const ROOM: usize = 16384;
export const ROOM_SIZE: usize = 0xc00000;

let hasEscape: bool = false;

/** Walks any line at `room[from..to)`, behind which stands a line feed. */
export function walkBytes(from: usize, to: usize): bool {
  const end = ROOM + to;
  memory.fill(SPANS, 0, 8 * KEYS);
  let at = blanks(ROOM + from);
  if (load<u8>(at) !== OPEN_MAP) return false;
  at = blanks(at + 1);
  if (load<u8>(at) === CLOSE_MAP) return blanks(at + 1) === end;
  while (true) {
    const key = at + 1;
    if (load<u8>(at) !== QUOTE) return false;
    hasEscape = false;
    at = skipString(at);
    if (at === 0 || hasEscape) return false;
    const slot = slotOf(key, at - 1);
    at = blanks(at);
    if (load<u8>(at) !== COLON) return false;
    const value = blanks(at + 1);
    at = skipValue(value);
    if (at === 0) return false;
    if (slot !== 0) {
      const span = SPANS + 8 * (slot - 1);
      if (load<u32>(span, 4) !== 0) return false;
      store<u32>(span, <u32>(value - ROOM));
      store<u32>(span, <u32>(at - ROOM), 4);
    }
    at = blanks(at);
    const mark = load<u8>(at);
    if (mark === CLOSE_MAP) return blanks(at + 1) === end;
    if (mark !== COMMA) return false;
    at = blanks(at + 1);
  }
}

export function slotOf(start: usize, end: usize): usize {
  const length = end - start;
  if (length > LONGEST || length === 0) return 0;
  const last = load<u8>(end - 1);
  if (last > 0x7f) return 0;
  const slot = <usize>load<u8>(SLOTS + ((length << 7) | last));
  if (slot === 0) return 0;
  return isSame(NAMES + NAME_SIZE * (slot - 1), start, length) ? slot : 0;
}

/** Whether so many bytes are the same in two places, behind each of which 16 more may be looked at. */
export function isSame(one: usize, other: usize, length: usize): bool {
  let at: usize = 0;
  for (; at + 16 <= length; at += 16)
    if (v128.any_true(v128.xor(v128.load(one + at), v128.load(other + at)))) return false;
  if (at === length) return true;
  const left = (1 << (<i32>(length - at))) - 1;
  return (i8x16.bitmask(i8x16.eq(v128.load(one + at), v128.load(other + at))) & left) === left;
}

function blanks(start: usize): usize {
  return load<u8>(start) > 0x20 ? start : skipBlanks(start);
}

function skipBlanks(start: usize): usize {
  let at = start;
  for (let byte = load<u8>(at); byte === 0x20 || byte === 0x09 || byte === 0x0d; byte = load<u8>(at)) at++;
  return at;
}

/** From the quote that opens a string to behind the one that closes it; 0 for what is no string. */
export function skipString(start: usize): usize {
  let at = start + 1;
  while (true) {
    let mask = ends(at);
    while (mask === 0) {
      at += 16;
      mask = ends(at);
    }
    at += ctz(mask);
    const byte = load<u8>(at);
    if (byte === QUOTE) return at + 1;
    if (byte !== BACKSLASH) return 0; // a control character, or the end of the line
    hasEscape = true;
    at = skipEscape(at + 1);
    if (at === 0) return 0;
  }
}

/** A bit for each of 16 bytes that ends a run of plain text: a quote, a backslash, a control character. */
function ends(at: usize): i32 {
  const bytes = v128.load(at);
  const quotes = i8x16.eq(bytes, i8x16.splat(QUOTE));
  const backslashes = i8x16.eq(bytes, i8x16.splat(BACKSLASH));
  const controls = i8x16.lt_u(bytes, i8x16.splat(0x20));
  return i8x16.bitmask(v128.or(v128.or(quotes, backslashes), controls));
}

export function skipEscape(at: usize): usize {
  const byte = load<u8>(at);
  if (byte !== 0x75) return isEscape(byte) ? at + 1 : 0;
  for (let digit = at + 1; digit < at + 5; digit++) if (!isHex(load<u8>(digit))) return 0;
  return at + 5;
}

/** One of `"\/bfnrt`. */
function isEscape(byte: u8): bool {
  if (byte === QUOTE || byte === BACKSLASH || byte === 0x2f || byte === 0x62) return true;
  return byte === 0x66 || byte === 0x6e || byte === 0x72 || byte === 0x74;
}

function isHex(byte: u8): bool {
  return isDigit(byte) || <u8>((byte | 0x20) - 0x61) <= 5;
}

function isDigit(byte: u8): bool {
  return <u8>(byte - 0x30) <= 9;
}

/** From the first byte of a value to behind its last; 0 for what is no value, or too deep. */
export function skipValue(start: usize): usize {
  let at = start;
  let depth: usize = 0;
  while (true) {
    const first = load<u8>(at);
    if (first === QUOTE) at = skipString(at);
    else if (first === OPEN_MAP || first === OPEN_LIST) {
      const inside = blanks(at + 1);
      if (load<u8>(inside) === first + 2) at = inside + 1;
      else {
        if (depth === DEEPEST) return 0;
        store<u8>(STACK + depth++, first);
        at = first === OPEN_MAP ? skipKey(inside) : inside;
        if (at === 0) return 0;
        continue;
      }
    } else at = skipPlain(at);
    if (at === 0) return 0;
    while (true) {
      if (depth === 0) return at;
      at = blanks(at);
      const opened = load<u8>(STACK + depth - 1);
      const mark = load<u8>(at);
      if (mark === COMMA) {
        at = blanks(at + 1);
        if (opened === OPEN_MAP) at = skipKey(at);
        if (at === 0) return 0;
        break;
      }
      if (mark !== opened + 2) return 0; // } is { + 2, ] is [ + 2
      depth--;
      at++;
    }
  }
}

/** A key and its colon, to the value. */
function skipKey(start: usize): usize {
  if (load<u8>(start) !== QUOTE) return 0;
  const behind = skipString(start);
  if (behind === 0) return 0;
  const colon = blanks(behind);
  return load<u8>(colon) === COLON ? blanks(colon + 1) : 0;
}

/** true, false, null, or a number. */
export function skipPlain(start: usize): usize {
  const first = load<u8>(start);
  if (first === 0x2d || isDigit(first)) return skipNumber(start);
  const word = load<u32>(start);
  if (word === 0x65757274 || word === 0x6c6c756e) return start + 4;
  return word === 0x736c6166 && load<u8>(start + 4) === 0x65 ? start + 5 : 0;
}

function skipNumber(start: usize): usize {
  let at = load<u8>(start) === 0x2d ? start + 1 : start;
  const first = load<u8>(at);
  if (!isDigit(first)) return 0;
  at = first === 0x30 ? at + 1 : skipDigits(at);
  if (load<u8>(at) === 0x2e) {
    if (!isDigit(load<u8>(at + 1))) return 0;
    at = skipDigits(at + 1);
  }
  if ((load<u8>(at) | 0x20) !== 0x65) return at;
  const sign = load<u8>(at + 1);
  const digits = sign === 0x2b || sign === 0x2d ? at + 2 : at + 1;
  return isDigit(load<u8>(digits)) ? skipDigits(digits) : 0;
}

function skipDigits(start: usize): usize {
  let at = start;
  while (isDigit(load<u8>(at))) at++;
  return at;
}
