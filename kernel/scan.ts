// AssemblyScript, compiled by scripts/build-kernel.mjs: `Scanner` of src/events/scan.ts. The structure of a line is held against the grammar
// of JSON 64 bytes at a time, a bit for each (structure.ts); what a row says of a line is worked out here. It knows only JSON without blanks
// between values, which is what Go writes: all else it leaves to others.
import { forget, isFull, numberOfPair } from './known';
import { HAS_ID, HAS_PATCH, IMPERSONATES, IS_BY_GO, IS_EVENT, MOST_ROWS, ROW, ROWS, ROWS_END } from './rows';
import { hasRaw, isSure, line } from './structure';
import { NONE, OTHER, timeOf } from './time';
import { ROOM, SPANS, walkBytes } from './walk';
import { forgetUsers, noteRequest, PENDING_SIZE, targetNoted, tellApart, touchRequest, userNoted } from './who';

export { CELLS, count, FIRSTS, KNOWN, LARGEST, LIMITS, RULES, SIZES, SPANS_OF_TIME, TALKERS, WIDTH } from './count';
export { ROWS } from './rows';
export { NAME_SIZE, NAMES, ROOM, ROOM_SIZE, SLOTS, SPANS } from './walk';

/** So many lines are looked at before what they are about is numbered. */
const STRETCH: i32 = 64;
/** What is noted of them until then. */
const PENDING: usize = ROWS_END;

const LEVEL: usize = SPANS;
const AUDIT_ID: usize = SPANS + 8;
const STAGE: usize = SPANS + 16;
const REQUEST_URI: usize = SPANS + 24;
const VERB: usize = SPANS + 32;
const USER: usize = SPANS + 40;
const IMPERSONATED_USER: usize = SPANS + 48;
const SOURCE_IPS: usize = SPANS + 56;
const USER_AGENT: usize = SPANS + 64;
const RESPONSE_STATUS: usize = SPANS + 80;
const REQUEST_OBJECT: usize = SPANS + 88;
const RESPONSE_OBJECT: usize = SPANS + 96;
const RECEIVED: usize = SPANS + 104;
const STAMP: usize = SPANS + 112;
const ANNOTATIONS: usize = SPANS + 120;

let keepsNames: bool = false;

/** Walks the line at `room[from..to)`, behind which stands a line feed. */
export function walk(from: usize, to: usize): bool {
  line(ROOM + from);
  return isSure || walkBytes(from, to);
}

/** Forgets what is known; `names` says whether the names of objects matter, `objects` whether objectRef tells what is asked for. */
export function reset(names: bool, objects: bool): void {
  forget();
  forgetUsers();
  tellApart(objects);
  keepsNames = names;
}

/** Fills a row for each line in `room[from..to)`, which must end with a line feed; ends early where there is no more room for what is new. */
export function scan(from: usize, to: usize): i32 {
  let at = ROOM + from;
  const stop = ROOM + to;
  let rows: i32 = 0;
  while (at < stop && rows < MOST_ROWS && !isFull()) {
    const begun = rows;
    const most = min(MOST_ROWS, begun + STRETCH);
    for (let pending = PENDING; at < stop && rows < most; pending += PENDING_SIZE) {
      const row = ROWS + ROW * <usize>rows;
      const end = line(at);
      store<u32>(row, <u32>(at - ROOM));
      store<u32>(row, <u32>(end - ROOM), 4);
      store<u32>(row, isSure ? rowOf(row, at, pending) : 0, 8);
      at = end + 1;
      rows++;
    }
    rows = begun + numbered(ROWS + ROW * <usize>begun, rows - begun);
  }
  return rows;
}

/**
 * Numbers what a stretch of rows is about; gives how many rows are whole. It goes over them in short steps, so that a processor waits for
 * what is known of several at once: that is scattered, and takes long to come.
 */
function numbered(rows: usize, count: i32): i32 {
  touch(rows, count);
  const whole = numberParts(rows, count);
  let row = rows;
  for (let left = whole; left > 0; left--) {
    if (load<u32>(row, 8) !== 0) store<i32>(row, numberOfPair(load<i32>(row, 56), load<i32>(row, 60)), 20);
    row += ROW;
  }
  return whole;
}

let touched: u64 = 0;

function touch(rows: usize, count: i32): void {
  let row = rows;
  let pending = PENDING;
  for (let left = count; left > 0; left--) {
    if (load<u32>(row, 8) !== 0) touched ^= touchRequest(pending);
    row += ROW;
    pending += PENDING_SIZE;
  }
}

/** Numbers users and targets, as long as there is room for new ones. */
function numberParts(rows: usize, count: i32): i32 {
  let row = rows;
  let pending = PENDING;
  let whole: i32 = 0;
  for (; whole < count && !isFull(); whole++) {
    if (load<u32>(row, 8) !== 0) {
      const user = userNoted(pending);
      const target = targetNoted(pending);
      if (user < 0 || target < 0) store<u32>(row, 0, 8);
      store<i32>(row, user, 56);
      store<i32>(row, target, 60);
    }
    row += ROW;
    pending += PENDING_SIZE;
  }
  return whole;
}

/** Fills a row but for the place of the line and all numbers; gives what it says of it, 0 where the line has to be looked at by others. */
function rowOf(row: usize, start: usize, pending: usize): u32 {
  const level = levelOf();
  const stage = stageOf();
  if (level < 0 || stage < 0 || load<u32>(USER) === 0 || first(USER) !== 0x7b) return 0;
  if (!isText(AUDIT_ID) || !isText(VERB) || !isText(REQUEST_URI)) return 0;
  const stamp = timeOf(STAMP);
  const received = timeOf(RECEIVED);
  if (stamp === OTHER || received === OTHER) return 0;
  if (!noteRequest(pending, keepsNames)) return 0;
  let says = IS_EVENT;
  if (!hasRaw && isGo(start)) says |= IS_BY_GO;
  if (hasPatch()) says |= HAS_PATCH;
  if (received !== NONE && load<u32>(AUDIT_ID, 4) - load<u32>(AUDIT_ID) > 2) {
    if (!hashId(row, received, stage)) return 0;
    says |= HAS_ID;
  }
  store<i32>(row, level, 12);
  store<i32>(row, stage, 16);
  store<u64>(row, load<u64>(REQUEST_OBJECT), 24);
  store<u64>(row, load<u64>(RESPONSE_OBJECT), 32);
  store<f64>(row, stamp === NONE ? NaN : <f64>stamp, 48);
  store<u64>(row, load<u64>(SOURCE_IPS), 64);
  store<u64>(row, load<u64>(USER_AGENT), 72);
  store<u64>(row, load<u64>(RESPONSE_STATUS), 80);
  store<u64>(row, load<u64>(AUDIT_ID), 88);
  store<u64>(row, load<u64>(RECEIVED), 96);
  store<i32>(row, received === NONE ? 0 : <i32>received, 104);
  if (load<u32>(IMPERSONATED_USER) !== 0) says |= IMPERSONATES;
  return says;
}

function first(span: usize): u8 {
  return load<u8>(ROOM + <usize>load<u32>(span));
}

function isText(span: usize): bool {
  return load<u32>(span) !== 0 && first(span) === 0x22;
}

/** None, Metadata, Request, RequestResponse: 0 to 3; -1 for another. */
function levelOf(): i32 {
  const at = ROOM + <usize>load<u32>(LEVEL) + 1;
  const length = load<u32>(LEVEL, 4) - load<u32>(LEVEL);
  const word = load<u64>(at);
  if (length === 10) return word === 0x617461646174654d && load<u8>(at - 1) === 0x22 ? 1 : -1; // Metadata
  if (load<u32>(LEVEL) === 0 || load<u8>(at - 1) !== 0x22) return -1;
  if (length === 9) return word === 0x2274736575716552 ? 2 : -1; // Request"
  if (length === 17) return word === 0x5274736575716552 && load<u64>(at, 8) === 0x2265736e6f707365 ? 3 : -1; // RequestR esponse"
  return length === 6 && load<u32>(at) === 0x656e6f4e ? 0 : -1; // None
}

/** RequestReceived, ResponseStarted, ResponseComplete, Panic: 0 to 3; -1 for another. */
function stageOf(): i32 {
  if (!isText(STAGE)) return -1;
  const at = ROOM + <usize>load<u32>(STAGE) + 1;
  const length = load<u32>(STAGE, 4) - load<u32>(STAGE);
  const word = load<u64>(at);
  const next = load<u64>(at, 8);
  if (length === 18) return word === 0x65736e6f70736552 && next === 0x6574656c706d6f43 ? 2 : -1; // Response Complete
  if (length === 7) return load<u32>(at) === 0x696e6150 && load<u8>(at, 4) === 0x63 ? 3 : -1; // Pani c
  if (length !== 17) return -1;
  if (word === 0x65736e6f70736552) return next === 0x2264657472617453 ? 1 : -1; // Response Started"
  return word === 0x5274736575716552 && next === 0x2264657669656365 ? 0 : -1; // RequestR eceived"
}

/** How kube-apiserver begins a line: {"kind":"Event","apiVersion":"audit.k8s.io/v1 */
function isGo(at: usize): bool {
  if (load<u64>(at) !== 0x3a22646e696b227b || load<u64>(at, 8) !== 0x2c22746e65764522) return false;
  if (load<u64>(at, 16) !== 0x7372655669706122 || load<u64>(at, 24) !== 0x7561223a226e6f69) return false;
  return load<u64>(at, 32) === 0x2e73386b2e746964 && load<u64>(at, 37) === 0x31762f6f692e7338;
}

/** Whether a key of an annotation may be that of a patch of a webhook: "patch.w */
function hasPatch(): bool {
  const end = ROOM + <usize>load<u32>(ANNOTATIONS, 4);
  for (let at = ROOM + <usize>load<u32>(ANNOTATIONS); at < end; at += 16) {
    const quotes = i8x16.eq(v128.load(at), i8x16.splat(0x22));
    let found = i8x16.bitmask(v128.and(quotes, i8x16.eq(v128.load(at, 1), i8x16.splat(0x70))));
    for (; found !== 0; found &= found - 1) if (load<u64>(at + <usize>ctz(found)) === 0x772e686374617022) return true;
  }
  return false;
}

/** As src/events/duplicates.ts knows an event again; false for an ID that is not plain. */
function hashId(row: usize, received: i64, stage: i32): bool {
  const low = <i32>received;
  const high = <i32>(received >> 32);
  const end = ROOM + <usize>load<u32>(AUDIT_ID, 4) - 1;
  let one: i32 = 0x811c9dc5;
  let other: i32 = 0x9747b28c;
  let all: u8 = 0;
  for (let at = ROOM + <usize>load<u32>(AUDIT_ID) + 1; at < end; at++) {
    const byte = load<u8>(at);
    if (byte === 0x5c) return false;
    all |= byte;
    one = (one ^ byte) * 0x01000193;
    other = (other ^ byte) * 0x01000193;
  }
  if (all > 0x7f) return false;
  const ninth = stage === 0 ? 0x65 : stage === 1 ? 0x53 : stage === 2 ? 0x43 : 0; // of its name
  const length = stage === 2 ? 16 : stage === 3 ? 5 : 15;
  store<i32>(row, mixed(one ^ low, ninth), 40);
  store<i32>(row, mixed(other ^ high, low ^ length), 44);
  return true;
}

function mixed(a: i32, b: i32): i32 {
  let state: i32 = (a ^ (b * 0x9e3779b1)) * 0x85ebca6b;
  state = (state ^ (state >>> 13)) * 0xc2b2ae35;
  return state ^ (state >>> 16);
}
