// AssemblyScript; see kernel/scan.ts. Counts rows as `addRow` of src/replay/replay.ts does, which gets those that are not clear here. What is
// known of policies and combinations is put here by src/replay/row-counts.ts, which also takes from here what was counted.
import { COMES_AGAIN, HAS_PATCH, IS_BY_GO, ROW, ROWS } from './rows';
import { USERS_END } from './who';

const REQUEST: i32 = 2;
const RESPONSE: i32 = 3;

const MOST_POLICIES: i32 = 7;
/** So many rules of all policies, in each of which there is one more: none. */
const MOST_RULES: i32 = 256;
const COMBINATIONS: usize = 0x4000;
const STEPS: usize = 1024;

/** Of each rule its rank, a bit for each stage that it leaves out, and whether managed fields go: a byte each. */
export const RULES: usize = USERS_END;
/** Of each combination 1 where it is known, 2 more where who sends it has a name; and the rule of each policy. */
export const KNOWN: usize = RULES + 4 * <usize>MOST_RULES;
/** The smallest size of each step, and the step of a size by the 8 bits behind its first. */
export const LIMITS: usize = KNOWN + 16 * COMBINATIONS;
export const FIRSTS: usize = LIMITS + 4 * STEPS;
/** How wide spans of time are in microseconds, and how many of them are between 1970 and the first that is counted here. */
export const WIDTH: usize = FIRSTS + 256;
/** Of each span the events and bytes of the log, and of what each policy keeps. */
export const SPANS_OF_TIME: usize = WIDTH + 16;
const MOST_SPANS: f64 = 128;
const SPAN: usize = 16 * (1 + <usize>MOST_POLICIES);
/** Of each rule, without and with a name, at each level and stage: how many events it decides, and the bytes of those that are kept. */
export const CELLS: usize = SPANS_OF_TIME + SPAN * <usize>MOST_SPANS;
/** The longest line of each rule, and how many are too long. */
export const LARGEST: usize = CELLS + 16 * 32 * <usize>MOST_RULES;
export const SIZES: usize = LARGEST + 8 * <usize>MOST_RULES;
/** What is kept of each combination, for each policy: events and bytes. */
export const TALKERS: usize = SIZES + 4 * STEPS * <usize>MOST_RULES;

/** Where the size of the line under each policy is noted; 0 where it is not kept. */
const SIZED: usize = 384;

/**
 * Counts rows from one to before another, under so many policies; gives the first that is not counted, as it has to be looked at by others.
 *
 * @param most a longer line is too long.
 */
export function count(from: i32, to: i32, policies: i32, most: u32): i32 {
  for (let at = from; at < to; at++) {
    const row = ROWS + ROW * <usize>at;
    if ((load<u32>(row, 8) & COMES_AGAIN) !== 0) continue;
    const known = KNOWN + 16 * <usize>load<u32>(row, 20);
    const place = floor(load<f64>(row, 48) / load<f64>(WIDTH)) - load<f64>(WIDTH, 8);
    if (load<u16>(known) === 0 || !(place >= 0 && place < MOST_SPANS)) return at;
    if (!sizeAll(row, known, policies)) return at;
    const span = SPANS_OF_TIME + SPAN * <usize>place;
    add(span, <f64>lengthOf(row));
    addAll(row, known, policies, span, most);
  }
  return to;
}

function lengthOf(row: usize): u32 {
  return load<u32>(row, 4) - load<u32>(row) + 1;
}

/** Notes the size of a line under each policy; false where one is not clear. */
function sizeAll(row: usize, known: usize, policies: i32): bool {
  const stage = load<u32>(row, 16);
  for (let policy = 0; policy < policies; policy++) {
    const rule = load<u32>(RULES + 4 * <usize>load<u16>(known + 2 * <usize>policy, 2));
    const isKept = (rule & 0xff) !== 0 && (((rule >> 8) >> stage) & 1) === 0;
    const size = isKept ? sizeUnder(row, rule) : 0;
    if (size < 0) return false;
    store<i32>(SIZED + 4 * <usize>policy, size);
  }
  return true;
}

/** As `rowSizes` of src/replay/sizes.ts; -1 where the event has to be read for it. */
function sizeUnder(row: usize, rule: u32): i32 {
  const says = load<u32>(row, 8);
  const level = load<i32>(row, 12);
  const rank = min(<i32>(rule & 0xff), level);
  const request = load<i32>(row, 28) - load<i32>(row, 24);
  const response = load<i32>(row, 36) - load<i32>(row, 32);
  const staying = (rank >= REQUEST ? request : 0) + (rank >= RESPONSE ? response : 0);
  if ((says & IS_BY_GO) === 0 || (rank < REQUEST && (says & HAS_PATCH) !== 0)) return -1;
  if (rule >> 16 !== 0 && staying > 0) return -1;
  let size = <i32>lengthOf(row) + nameLength(rank) - nameLength(level);
  if (rank < REQUEST && request > 0) size -= request + 17; // "requestObject":,
  if (rank < RESPONSE && response > 0) size -= response + 18; // "responseObject":,
  return size;
}

/** Of None, Metadata, Request, RequestResponse. */
function nameLength(level: i32): i32 {
  return level === 1 ? 8 : level === 2 ? 7 : level === 3 ? 15 : 4;
}

function addAll(row: usize, known: usize, policies: i32, span: usize, most: u32): void {
  const hasName = <usize>(load<u16>(known) >> 1);
  const kind = (hasName << 4) | ((<usize>load<u32>(row, 12)) << 2) | <usize>load<u32>(row, 16);
  const talker = TALKERS + 16 * <usize>policies * <usize>load<u32>(row, 20);
  for (let policy = 0; policy < policies; policy++) {
    const rule = <usize>load<u16>(known + 2 * <usize>policy, 2);
    const size = load<u32>(SIZED + 4 * <usize>policy);
    add(CELLS + 16 * (32 * rule + kind), <f64>size);
    if (size === 0) continue;
    add(span + 16 + 16 * <usize>policy, <f64>size);
    add(talker + 16 * <usize>policy, <f64>size);
    const largest = LARGEST + 8 * rule;
    if (size > load<u32>(largest)) store<u32>(largest, size);
    if (size > most) store<u32>(largest, load<u32>(largest, 4) + 1, 4);
    const step = SIZES + 4 * (STEPS * rule + stepOf(size));
    store<u32>(step, load<u32>(step) + 1);
  }
}

/** One event, and its bytes. */
function add(pair: usize, bytes: f64): void {
  store<f64>(pair, load<f64>(pair) + 1);
  store<f64>(pair, load<f64>(pair, 8) + bytes, 8);
}

function stepOf(size: u32): usize {
  const zeros = clz(size);
  const step = 32 * <usize>(31 - zeros) + <usize>load<u8>(FIRSTS + <usize>(((size << zeros) >> 23) & 0xff));
  return size >= load<u32>(LIMITS + 4 * step, 4) ? step + 1 : step;
}
