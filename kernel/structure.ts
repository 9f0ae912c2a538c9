// AssemblyScript; see kernel/scan.ts.
import { KEYS, ROOM, skipEscape, skipPlain, slotOf, SPANS } from './walk';

export let isSure: bool = false;
export let hasRaw: bool = false;

const ODD: u64 = 0xaaaaaaaaaaaaaaaa;

/** Finds the end of a line and its top-level values, and tells by `isSure` whether it is an object in JSON without blanks. */
export function line(start: usize): usize {
  memory.fill(SPANS, 0, 8 * KEYS);
  const ops = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x3a, 0x7b, 0x2c, 0x7d, 0, 0);
  const low = i8x16.splat(0x0f);
  const bit5 = i8x16.splat(0x20);
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(0x5c);
  const two = i8x16.splat(2);
  const greater = i8x16.splat(0x3e);
  const ampersand = i8x16.splat(0x26);
  let raw = i8x16.splat(0);
  let at = start;
  let error: u64 = 0;
  let inside: u64 = 0; // all ones where the block before ended in a string
  let escapedBefore: u64 = 0;
  let stack: u64 = 0;
  let depth: i32 = 0;
  let ended: i32 = 0;
  let last: usize = 0;
  // Of the byte before, a bit each.
  let wasComma: u64 = 0;
  let wasColon: u64 = 1;
  let wasCurly: u64 = 0;
  let wasSquare: u64 = 0;
  let wasClose: u64 = 0;
  let wasPlain: u64 = 0;
  let wasEnd: u64 = 0;
  let wasEndOfNext: u64 = 0; // ends of strings behind a comma
  let wasEndOfFirst: u64 = 0; // behind {
  let carryNext: u64 = 0;
  let carryFirst: u64 = 0;
  key = start + 2;
  span = 0;
  isTwice = false;
  while (true) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    raw = v128.or(
      raw,
      v128.or(
        v128.or(i8x16.eq(v128.or(a, two), greater), i8x16.eq(a, ampersand)),
        v128.or(i8x16.eq(v128.or(b, two), greater), i8x16.eq(b, ampersand)),
      ),
    );
    raw = v128.or(
      raw,
      v128.or(
        v128.or(i8x16.eq(v128.or(c, two), greater), i8x16.eq(c, ampersand)),
        v128.or(i8x16.eq(v128.or(d, two), greater), i8x16.eq(d, ampersand)),
      ),
    );
    const quotes = bits(i8x16.eq(a, quote), i8x16.eq(b, quote), i8x16.eq(c, quote), i8x16.eq(d, quote));
    const slashes = bits(
      i8x16.eq(a, backslash),
      i8x16.eq(b, backslash),
      i8x16.eq(c, backslash),
      i8x16.eq(d, backslash),
    );
    const controls = bits(i8x16.lt_u(a, bit5), i8x16.lt_u(b, bit5), i8x16.lt_u(c, bit5), i8x16.lt_u(d, bit5));
    const marks = bits(
      i8x16.eq(i8x16.swizzle(ops, v128.and(a, low)), v128.or(a, bit5)),
      i8x16.eq(i8x16.swizzle(ops, v128.and(b, low)), v128.or(b, bit5)),
      i8x16.eq(i8x16.swizzle(ops, v128.and(c, low)), v128.or(c, bit5)),
      i8x16.eq(i8x16.swizzle(ops, v128.and(d, low)), v128.or(d, bit5)),
    );
    const sixth = bits(i16x8.shl(a, 1), i16x8.shl(b, 1), i16x8.shl(c, 1), i16x8.shl(d, 1));
    const fifth = bits(i16x8.shl(a, 2), i16x8.shl(b, 2), i16x8.shl(c, 2), i16x8.shl(d, 2));
    const first = bits(i16x8.shl(a, 6), i16x8.shl(b, 6), i16x8.shl(c, 6), i16x8.shl(d, 6));

    let escaped = escapedBefore;
    if (slashes !== 0) {
      const begun = slashes & ~escapedBefore;
      const series = (((begun << 1) | ODD) - begun) ^ ODD;
      escaped = series ^ (slashes | escapedBefore);
      escapedBefore = (series & slashes) >> 63;
    } else escapedBefore = 0;
    const real = quotes & ~escaped;
    let string = real ^ (real << 1);
    string ^= string << 2;
    string ^= string << 4;
    string ^= string << 8;
    string ^= string << 16;
    string ^= string << 32;
    string ^= inside;

    let valid: u64 = -1;
    let end: usize = 0;
    if (controls !== 0) {
      const lowest = controls & (0 - controls);
      valid = lowest - 1;
      end = at + <usize>ctz(controls);
      if (load<u8>(end) !== 0x0a || (string & lowest) !== 0) {
        isSure = false;
        return lineEnd(end);
      }
    }
    inside = <u64>(<i64>string >> 63);
    escaped &= valid;
    if (escaped !== 0) {
      let odd = escaped & ~(quotes | slashes);
      while (odd !== 0) {
        if (skipEscape(at + <usize>ctz(odd)) === 0) error = -1;
        odd &= odd - 1;
      }
    }
    const starts = real & string & valid;
    const ends = real & ~string & valid;
    const outside = ~string & ~real & valid;
    const op = marks & outside;
    const plain = outside & ~op;
    const brackets = op & sixth;
    const open = brackets & first;
    const close = brackets & ~first;
    const curly = brackets & fifth;
    const colon = op & ~sixth & first;
    const comma = op & ~sixth & ~first;

    const afterComma = (comma << 1) | wasComma;
    const afterColon = (colon << 1) | wasColon;
    const afterCurly = ((open & curly) << 1) | wasCurly;
    const afterSquare = ((open & ~curly) << 1) | wasSquare;
    const afterClose = (close << 1) | wasClose;
    const afterPlain = (plain << 1) | wasPlain;
    const afterEnd = (ends << 1) | wasEnd;
    const before = afterComma | afterColon | afterSquare;
    const value = starts | open | plain;
    const behind = afterEnd | afterClose | afterPlain;
    let wrong = starts & ~(before | afterCurly);
    wrong |= afterEnd & ~(comma | colon | close);
    wrong |= colon & ~afterEnd;
    wrong |= (afterColon | afterComma) & ~value;
    wrong |= comma & ~behind;
    wrong |= afterCurly & ~(starts | (close & curly));
    wrong |= afterSquare & ~(value | (close & ~curly));
    wrong |= open & ~before;
    wrong |= close & ~(behind | afterCurly | afterSquare);
    const plainStarts = plain & ~afterPlain;
    wrong |= plainStarts & ~before;

    // Which strings stand behind a comma, and which are the first in a map: a bit that is added where one begins comes out where it ends.
    const masked = string & valid;
    const next = masked + (starts & afterComma) + carryNext;
    carryNext = u64(next < masked);
    const firsts = masked + (starts & afterCurly) + carryFirst;
    carryFirst = u64(firsts < masked);
    const endsOfNext = next & ends;
    const endsOfFirst = firsts & ends;
    const afterNext = (endsOfNext << 1) | wasEndOfNext;
    const afterFirst = (endsOfFirst << 1) | wasEndOfFirst;
    wrong |= afterFirst & ~colon;
    wrong |= afterEnd & ~afterNext & ~afterFirst & colon;
    const ofMap = afterNext & colon;
    const ofList = ((afterNext & ~colon) | (afterComma & ~starts)) & valid;
    error |= wrong & valid;

    let values = plainStarts;
    while (values !== 0) {
      const behindIt = skipPlain(at + <usize>ctz(values));
      const mark = load<u8>(behindIt);
      if (behindIt === 0 || (mark !== 0x2c && mark !== 0x7d && mark !== 0x5d)) error = -1;
      values &= values - 1;
    }

    // Pairs such as {} change nothing.
    const empty = open & (close >> 1);
    error |= ((curly & empty) << 1) ^ (curly & (empty << 1));
    let left = brackets & ~(empty | (empty << 1));
    let done: u64 = 0;
    while (left !== 0) {
      const bit = left & (0 - left);
      const upTo = bit | (bit - 1);
      const segment = upTo & ~done;
      done = upTo;
      const top: u64 = 0 - (stack & 1);
      error |= segment & ((ofMap & top) | (ofList & ~top));
      const isOpen: u64 = u64((bit & open) !== 0);
      const isSquare: u64 = u64((bit & curly) === 0);
      if (depth === 1) {
        members(at, segment & colon, segment & comma);
        if (isOpen === 0) {
          last = at + <usize>ctz(bit);
          if (span !== 0) store<u32>(span, <u32>(last - ROOM), 4);
          ended++;
        }
      }
      const mask: u64 = 0 - isOpen;
      error |= (stack ^ isSquare) & ~mask & 1;
      stack = (((stack << 1) | isSquare) & mask) | ((stack >> 1) & ~mask);
      depth += <i32>(isOpen << 1) - 1;
      left &= left - 1;
    }
    const rest = valid & ~done;
    const top: u64 = 0 - (stack & 1);
    error |= rest & ((ofMap & top) | (ofList & ~top));
    if (depth === 1) members(at, rest & colon, rest & comma);
    if (end !== 0) {
      isSure = error === 0 && depth === 0 && ended === 1 && last === end - 1 && load<u8>(start) === 0x7b && !isTwice;
      hasRaw = v128.any_true(raw) && holdsRaw(start, end); // the last bytes that were looked at are of the next line
      return end;
    }
    if (depth > 30) error = -1;
    if (error !== 0) {
      isSure = false;
      return lineEnd(at + 64);
    }
    wasComma = comma >> 63;
    wasColon = colon >> 63;
    wasCurly = (open & curly) >> 63;
    wasSquare = (open & ~curly) >> 63;
    wasClose = close >> 63;
    wasPlain = plain >> 63;
    wasEnd = ends >> 63;
    wasEndOfNext = endsOfNext >> 63;
    wasEndOfFirst = endsOfFirst >> 63;
    at += 64;
  }
}

function bits(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u64>(<u32>i8x16.bitmask(a) | ((<u32>i8x16.bitmask(b)) << 16));
  const high = <u64>(<u32>i8x16.bitmask(c) | ((<u32>i8x16.bitmask(d)) << 16));
  return low | (high << 32);
}

function holdsRaw(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) {
    const byte = load<u8>(at);
    if ((byte | 2) === 0x3e || byte === 0x26) return true;
  }
  return false;
}

/** The line feed from here on. */
function lineEnd(from: usize): usize {
  let at = from;
  while (true) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x0a)));
    if (mask !== 0) return at + <usize>ctz(mask);
    at += 16;
  }
}

// Of the member at the top that is read: where its key begins, and where its span is to be stored.
let key: usize = 0;
let span: usize = 0;
/** Whether a key of the line is there twice, or escaped. */
let isTwice: bool = false;

/** Notes where members at the top begin and end, by the colons and commas between them in a block. */
function members(at: usize, colons: u64, commas: u64): void {
  for (let points = colons | commas; points !== 0; points &= points - 1) {
    const point = at + <usize>ctz(points);
    if (points & (0 - points) & colons) span = spanOf(key, point - 1, point + 1);
    else {
      if (span !== 0) store<u32>(span, <u32>(point - ROOM), 4);
      key = point + 2;
      span = 0;
    }
  }
}

/** Where the span of a member is to be stored, the beginning of which is stored; 0 where none is wanted of it. */
function spanOf(from: usize, to: usize, value: usize): usize {
  const slot = slotOf(from, to);
  if (slot === 0) {
    for (let at = from; at < to; at++) if (load<u8>(at) === 0x5c) isTwice = true;
    return 0;
  }
  const span = SPANS + 8 * (slot - 1);
  if (load<u32>(span) !== 0) isTwice = true;
  store<u32>(span, <u32>(value - ROOM));
  return span;
}
