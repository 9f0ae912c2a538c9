// AssemblyScript; see kernel/scan.ts. A line is taken some blocks of 64 bytes at a time, and in steps: each is a short loop over the blocks,
// so that a processor works on several at once. What is known of a block is a bit for each of its bytes.
import { KEYS, ROOM, skipEscape, skipPlain, slotOf, SPANS } from './walk';

export let isSure: bool = false;
export let hasRaw: bool = false;

/** What is known of the blocks that are looked at: masks of 64 bits. What a step does not need any longer the next writes over. */
const BLOCKS: usize = 9216;
const MOST_BLOCKS = 64;
const BLOCK: usize = 8;
/** So much is between what is known of a kind and of the next: one block more, as some steps take two at once. */
const KIND: usize = BLOCK * (MOST_BLOCKS + 2);
// Found by the bytes.
const QUOTE: usize = 0;
const SLASH: usize = KIND;
const MARK: usize = 2 * KIND; // one of { } [ ] : ,
const BIT_6: usize = 3 * KIND;
const BIT_5: usize = 4 * KIND;
const BIT_1: usize = 5 * KIND;
// Found by quotes and backslashes.
const STRING: usize = 0; // with the quote before it, without the one behind
const STARTS: usize = KIND; // quotes before strings
const ENDS: usize = 6 * KIND; // quotes behind them
const OUTSIDE: usize = 7 * KIND;
const ESCAPED: usize = 8 * KIND; // but quotes and backslashes
// Found by what is outside of strings.
const LEFT: usize = 2 * KIND; // brackets but for {} and []
const COLON: usize = 3 * KIND;
const COMMA: usize = 4 * KIND;
const FIRST: usize = 5 * KIND; // strings that begin behind {
const PLAIN: usize = 8 * KIND; // numbers and words begin
const OPEN: usize = 9 * KIND; // of LEFT
const CURLY: usize = 10 * KIND; // of LEFT
// Found by the brackets.
const IN_MAP: usize = 7 * KIND;
const AROUND: usize = 8 * KIND; // `stack` before the block, 0 where nothing in it is at the top

const ODD: u64 = 0xaaaaaaaaaaaaaaaa;

// Of the last block: the highest bit counts.
let wasSeparator: i64 = 0;
let wasOpen: i64 = 0;
let wasCurly: i64 = 0;
let wasBehind: i64 = 0;
let wasPlain: i64 = 0;
// What is known from the blocks before: 1 for the last byte being so, or all bits.
let inside: u64 = 0;
let escapedBefore: u64 = 0;
let wasMapComma: u64 = 0;
let wasKeyEnd: u64 = 0;
let carryKey: u64 = 0;
/** A bit for each container around what comes next, 1 for a map; above them a 1. */
let stack: u64 = 0;
let ended: i32 = 0;
let last: usize = 0;
/** The line is no JSON without blanks, or cannot be told from it here. */
let isWrong: bool = false;
/** The end of the line, once it is found, and the bits of its block that are before it. */
let lineEnds: usize = 0;
let before: u64 = 0;

/** Finds the end of a line and its top-level values, and tells by `isSure` whether it is an object in JSON without blanks. */
export function line(start: usize): usize {
  begin(start);
  let at = start;
  do {
    const count = planes(at);
    if (!isWrong) strings(at, count);
    if (!isWrong) {
      marks(count);
      values(at, count);
      nesting(count);
      keys(count);
      members(at, count);
    }
    if (isWrong && !isWhole()) {
      isSure = false;
      return lineEnd(at + 64 * <usize>(count - 1));
    }
    at += 64 * <usize>count;
  } while (!isWhole());
  const end = lineEnds;
  if (hasRaw) hasRaw = holdsRaw(start, end); // the last bytes that were looked at are of the next line
  isSure = !isWrong && stack === 1 && ended === 1 && last === end - 1 && load<u8>(start) === 0x7b && !isTwice;
  return end;
}

/** Whether the end of the line is found. */
function isWhole(): bool {
  return lineEnds !== 0;
}

function begin(start: usize): void {
  inside = escapedBefore = wasMapComma = wasKeyEnd = carryKey = 0;
  wasCurly = wasOpen = wasBehind = wasPlain = 0;
  wasSeparator = -1; // so that a value must follow
  stack = 1;
  ended = 0;
  last = lineEnds = 0;
  key = start + 2;
  span = 0;
  isTwice = hasRaw = isWrong = false;
  for (let at = SPANS; at < SPANS + 8 * KEYS; at += 16) v128.store(at, i8x16.splat(0));
}

/** Looks at blocks up to the end of the line, or as many as there is room for; gives how many. */
function planes(start: usize): i32 {
  const ops = i8x16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x3a, 0x7b, 0x2c, 0x7d, 0, 0);
  const raws = i8x16(-1, 0, 0, 0, 0, 0, 0x26, 0, 0, 0, 0, 0, 0x3c, 0, 0x3e, 0); // what Go escapes, by its last four bits
  const low = i8x16.splat(0x0f);
  const bit5 = i8x16.splat(0x20);
  const quote = i8x16.splat(0x22);
  const backslash = i8x16.splat(0x5c);
  let raw = i8x16.splat(0);
  let block = BLOCKS;
  let at = start;
  let count = 0;
  while (true) {
    count++;
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    const lowA = v128.and(a, low);
    const lowB = v128.and(b, low);
    const lowC = v128.and(c, low);
    const lowD = v128.and(d, low);
    raw = v128.or(
      raw,
      v128.or(
        v128.or(i8x16.eq(i8x16.swizzle(raws, lowA), a), i8x16.eq(i8x16.swizzle(raws, lowB), b)),
        v128.or(i8x16.eq(i8x16.swizzle(raws, lowC), c), i8x16.eq(i8x16.swizzle(raws, lowD), d)),
      ),
    );
    plane(block + QUOTE, i8x16.eq(a, quote), i8x16.eq(b, quote), i8x16.eq(c, quote), i8x16.eq(d, quote));
    plane(
      block + SLASH,
      i8x16.eq(a, backslash),
      i8x16.eq(b, backslash),
      i8x16.eq(c, backslash),
      i8x16.eq(d, backslash),
    );
    plane(
      block + MARK,
      i8x16.eq(i8x16.swizzle(ops, lowA), v128.or(a, bit5)),
      i8x16.eq(i8x16.swizzle(ops, lowB), v128.or(b, bit5)),
      i8x16.eq(i8x16.swizzle(ops, lowC), v128.or(c, bit5)),
      i8x16.eq(i8x16.swizzle(ops, lowD), v128.or(d, bit5)),
    );
    plane(block + BIT_6, i16x8.shl(a, 1), i16x8.shl(b, 1), i16x8.shl(c, 1), i16x8.shl(d, 1));
    plane(block + BIT_5, i16x8.shl(a, 2), i16x8.shl(b, 2), i16x8.shl(c, 2), i16x8.shl(d, 2));
    plane(block + BIT_1, i16x8.shl(a, 6), i16x8.shl(b, 6), i16x8.shl(c, 6), i16x8.shl(d, 6));
    if (v128.any_true(i8x16.lt_u(i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d)), bit5))) {
      endAt(block, at, a, b, c, d);
      break;
    }
    if (count === MOST_BLOCKS) break;
    at += 64;
    block += BLOCK;
  }
  if (v128.any_true(raw)) hasRaw = true;
  return count;
}

/** Stores a bit for each of 64 bytes, the highest of it. */
function plane(place: usize, a: v128, b: v128, c: v128, d: v128): void {
  store<u16>(place, <u16>i8x16.bitmask(a));
  store<u16>(place, <u16>i8x16.bitmask(b), 2);
  store<u16>(place, <u16>i8x16.bitmask(c), 4);
  store<u16>(place, <u16>i8x16.bitmask(d), 6);
}

/** The line ends in a block, or has a control character there: of what is behind nothing is known. */
function endAt(block: usize, at: usize, a: v128, b: v128, c: v128, d: v128): void {
  const bit5 = i8x16.splat(0x20);
  plane(block + OUTSIDE, i8x16.lt_u(a, bit5), i8x16.lt_u(b, bit5), i8x16.lt_u(c, bit5), i8x16.lt_u(d, bit5));
  const controls = load<u64>(block, OUTSIDE);
  const place = at + <usize>ctz(controls);
  if (load<u8>(place) !== 0x0a) isWrong = true;
  else lineEnds = place;
  before = (controls & (0 - controls)) - 1;
  store<u64>(block, load<u64>(block, QUOTE) & before, QUOTE);
  store<u64>(block, load<u64>(block, SLASH) & before, SLASH);
}

/** Finds where strings are. */
function strings(start: usize, count: i32): void {
  let open = inside;
  let escapedNext = escapedBefore;
  let someEscaped: u64 = 0;
  let block = BLOCKS;
  for (let left = count; left > 0; left--) {
    let real = load<u64>(block, QUOTE);
    const slashes = load<u64>(block, SLASH);
    if ((slashes | escapedNext) !== 0) {
      const begun = slashes & ~escapedNext;
      const series = (((begun << 1) | ODD) - begun) ^ ODD;
      const escaped = series ^ (slashes | escapedNext);
      const odd = escaped & ~(real | slashes);
      store<u64>(block, odd, ESCAPED);
      someEscaped |= odd;
      escapedNext = (series & slashes) >> 63;
      real &= ~escaped;
    } else store<u64>(block, 0, ESCAPED);
    let string = real ^ (real << 1);
    string ^= string << 2;
    string ^= string << 4;
    string ^= string << 8;
    string ^= string << 16;
    string ^= string << 32;
    string ^= open;
    open = <u64>(<i64>string >> 63);
    const starts = real & string;
    store<u64>(block, string, STRING);
    store<u64>(block, starts, STARTS);
    store<u64>(block, real ^ starts, ENDS);
    store<u64>(block, ~(string | real), OUTSIDE);
    block += BLOCK;
  }
  inside = open;
  escapedBefore = escapedNext;
  if (someEscaped !== 0) escapes(start, count);
  if (lineEnds === 0) return;
  block -= BLOCK;
  store<u64>(block, load<u64>(block, OUTSIDE) & before, OUTSIDE);
  // There is none behind it.
  store<u64>(block, 0, OUTSIDE + BLOCK);
  store<u64>(block, 0, STARTS + BLOCK);
  store<u64>(block, 0, ENDS + BLOCK);
}

/** Holds what stands behind backslashes, but quotes and backslashes, against the grammar. */
function escapes(start: usize, count: i32): void {
  let block = BLOCKS;
  let at = start;
  for (let left = count; left > 0; left--) {
    for (let escaped = load<u64>(block, ESCAPED); escaped !== 0; escaped &= escaped - 1)
      if (skipEscape(at + <usize>ctz(escaped)) === 0) isWrong = true;
    block += BLOCK;
    at += 64;
  }
}

/** Holds what is outside of strings against what may stand behind what, but for whether it is in a map or in a list. Two blocks at once. */
function marks(count: i32): void {
  const none = i64x2.splat(0);
  let separatorsBefore = i64x2.replace_lane(none, 1, wasSeparator);
  let openBefore = i64x2.replace_lane(none, 1, wasOpen);
  let curlyBefore = i64x2.replace_lane(none, 1, wasCurly);
  let behindBefore = i64x2.replace_lane(none, 1, wasBehind);
  let plainBefore = i64x2.replace_lane(none, 1, wasPlain);
  let wrong = none;
  let block = BLOCKS;
  for (let left = count; left > 0; left -= 2) {
    const outside = v128.load(block, OUTSIDE);
    const starts = v128.load(block, STARTS);
    const op = v128.and(v128.load(block, MARK), outside);
    const plain = v128.xor(op, outside);
    const brackets = v128.and(op, v128.load(block, BIT_6));
    const separators = v128.xor(op, brackets);
    const first = v128.load(block, BIT_1);
    const open = v128.and(brackets, first);
    const close = v128.xor(brackets, open);
    const curly = v128.and(brackets, v128.load(block, BIT_5));
    const colon = v128.and(separators, first);
    const openCurly = v128.and(open, curly);
    const behind = v128.or(v128.load(block, ENDS), close);
    const afterSeparator = after(separators, separatorsBefore);
    const afterOpen = after(open, openBefore);
    const afterCurly = after(openCurly, curlyBefore);
    const afterBehind = after(behind, behindBefore);
    const afterPlain = after(plain, plainBefore);
    separatorsBefore = separators;
    openBefore = open;
    curlyBefore = openCurly;
    behindBefore = behind;
    plainBefore = plain;
    const openOrPlain = v128.or(open, plain);
    wrong = v128.or(wrong, v128.and(separators, v128.or(afterSeparator, afterOpen)));
    wrong = v128.or(wrong, v128.and(close, afterSeparator));
    wrong = v128.or(wrong, v128.and(v128.or(openOrPlain, starts), afterBehind));
    wrong = v128.or(wrong, v128.and(openOrPlain, afterCurly));
    // Pairs such as {} change nothing.
    const empty = v128.and(open, i64x2.shr_u(close, 1));
    const emptyEnds = i64x2.shl(empty, 1);
    const unlike = v128.xor(i64x2.shl(v128.and(curly, empty), 1), v128.and(curly, emptyEnds));
    wrong = v128.or(wrong, unlike);
    const bracketsLeft = v128.xor(brackets, v128.or(empty, emptyEnds));
    v128.store(block, bracketsLeft, LEFT);
    v128.store(block, v128.xor(open, empty), OPEN);
    v128.store(block, v128.and(curly, bracketsLeft), CURLY);
    v128.store(block, colon, COLON);
    v128.store(block, v128.xor(separators, colon), COMMA);
    v128.store(block, v128.and(starts, afterCurly), FIRST);
    v128.store(block, v128.andnot(plain, afterPlain), PLAIN);
    block += 2 * BLOCK;
  }
  wasSeparator = i64x2.extract_lane(separatorsBefore, 1);
  wasOpen = i64x2.extract_lane(openBefore, 1);
  wasCurly = i64x2.extract_lane(curlyBefore, 1);
  wasBehind = i64x2.extract_lane(behindBefore, 1);
  wasPlain = i64x2.extract_lane(plainBefore, 1);
  if (v128.any_true(wrong)) isWrong = true;
}

/** The bits behind those of two blocks, of which others come before. */
function after(bits: v128, before: v128): v128 {
  const shifted = v128.shuffle<u64>(before, bits, 1, 2);
  return v128.or(i64x2.shl(bits, 1), i64x2.shr_u(shifted, 63));
}

/** Holds numbers and words against the grammar. */
function values(start: usize, count: i32): void {
  let block = BLOCKS;
  let at = start;
  for (let left = count; left > 0; left--) {
    for (let begins = load<u64>(block, PLAIN); begins !== 0; begins &= begins - 1) {
      const behindIt = skipPlain(at + <usize>ctz(begins));
      const mark = load<u8>(behindIt);
      if (behindIt === 0 || (mark !== 0x2c && mark !== 0x7d && mark !== 0x5d)) isWrong = true;
    }
    block += BLOCK;
    at += 64;
  }
}

/** Follows the brackets, and finds what is in a map, and what at the top. */
function nesting(count: i32): void {
  let around = stack;
  let deepest: u64 = 0;
  let wrong: u64 = 0;
  let block = BLOCKS;
  for (let rest = count; rest > 0; rest--) {
    const open = load<u64>(block, OPEN);
    const curly = load<u64>(block, CURLY);
    const brackets = load<u64>(block, LEFT);
    const entered = around;
    const close = brackets ^ open;
    const closes = popcnt(close);
    const opens = popcnt(open);
    const maps = ((<u64>2) << closes) - 1;
    let inMap: u64 = -1;
    if (brackets === curly && closes < 32 && (around & maps) === maps) {
      around = (((around >> closes) + 1) << opens) - 1; // of maps alone it does not matter which end before others begin
    } else {
      inMap = 0 - (around & 1);
      for (let left = brackets; left !== 0; left &= left - 1) {
        const place = ctz(left);
        const was = around;
        around = ((open >> place) & 1) !== 0 ? (was << 1) | ((curly >> place) & 1) : was >> 1;
        inMap ^= 0 - ((((was ^ around) & 1) << 1) << place); // all that is behind
      }
    }
    wrong |= close & (curly ^ inMap);
    deepest |= around | ((opens >> 5) << 40);
    const lowest = entered >> closes; // or higher
    store<u64>(block, inMap, IN_MAP);
    store<u64>(block, lowest < 4 ? entered : 0, AROUND);
    block += BLOCK;
  }
  if (wrong !== 0 || deepest >> 31 !== 0) isWrong = true; // or too deep
  stack = around;
}

/** Holds commas and colons against what they are in: in a map each string behind { or a comma is a key, no other. */
function keys(count: i32): void {
  let commaBefore = wasMapComma;
  let keyBefore = wasKeyEnd;
  let carry = carryKey;
  let wrong: u64 = 0;
  let block = BLOCKS;
  for (let rest = count; rest > 0; rest--) {
    const string = load<u64>(block, STRING);
    const mapComma = load<u64>(block, COMMA) & load<u64>(block, IN_MAP);
    const afterMapComma = (mapComma << 1) | commaBefore;
    const next = load<u64>(block, STARTS) & afterMapComma;
    const run = string + (load<u64>(block, FIRST) | next) + carry; // carries on to the end of each key
    const keyEnds = run & load<u64>(block, ENDS);
    commaBefore = mapComma >> 63;
    carry = (string & ~run) >> 63;
    wrong |= next ^ afterMapComma;
    wrong |= ((keyEnds << 1) | keyBefore) ^ load<u64>(block, COLON);
    keyBefore = keyEnds >> 63;
    block += BLOCK;
  }
  if (wrong !== 0) isWrong = true;
  wasMapComma = commaBefore;
  wasKeyEnd = keyBefore;
  carryKey = carry;
}

/** Notes where members at the top begin and end, and where the line should. */
function members(start: usize, count: i32): void {
  let block = BLOCKS;
  let at = start;
  for (let rest = count; rest > 0; rest--) {
    const entered = load<u64>(block, AROUND);
    if (entered !== 0) membersIn(block, at, entered);
    block += BLOCK;
    at += 64;
  }
}

/** The same for a block in which the top is. */
function membersIn(block: usize, at: usize, entered: u64): void {
  let depth = 63 - <i32>clz(entered);
  let isTop: u64 = depth === 1 ? -1 : 0;
  for (let left = load<u64>(block, LEFT); left !== 0; left &= left - 1) {
    const place = at + <usize>ctz(left);
    const behind = ~(left ^ (left - 1));
    const was = depth;
    depth += load<u8>(place) & 2 ? 1 : -1;
    if (was === 1 || depth === 1) isTop ^= behind;
    if (depth > 0) continue;
    last = place;
    ended++;
  }
  const colons = load<u64>(block, COLON);
  for (let points = (colons | load<u64>(block, COMMA)) & isTop; points !== 0; points &= points - 1) {
    const point = at + <usize>ctz(points);
    if (points & (0 - points) & colons) span = spanOf(key, point - 1, point + 1);
    else {
      if (span !== 0) store<u32>(span, <u32>(point - ROOM), 4);
      key = point + 2;
      span = 0;
    }
  }
  if (ended !== 0 && span !== 0) store<u32>(span, <u32>(last - ROOM), 4);
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
