// AssemblyScript; see kernel/scan.ts.
import {
  hashed,
  hashOf,
  KNOWN_END,
  numberBy,
  numberOf,
  OF_TARGET,
  OF_TYPE,
  OF_USER,
  OF_VERB,
  placeOf,
  upTo,
} from './known';
import { isSame, ROOM, skipString, skipValue, SPANS } from './walk';

const REQUEST_URI: usize = SPANS + 24;
const VERB: usize = SPANS + 32;
const USER: usize = SPANS + 40;
const OBJECT_REF: usize = SPANS + 72;

// The users seen last, with all that is said of them, so that most need not be taken apart: length, number and bytes.
const USERS: usize = KNOWN_END;
const PLACES: u64 = 256;
const PLACE: usize = 1024;
export const USERS_END: usize = USERS + PLACE * <usize>PLACES;
const LONGEST: usize = PLACE - 8;

/** Forgets which users were seen. */
export function forgetUsers(): void {
  for (let place: usize = 0; place < <usize>PLACES; place++) store<u32>(USERS + PLACE * place, 0);
}

/** The number of who sent it, by name and groups; -1 where the keys are not plain. */
function numberOfUser(from: usize, length: usize): i32 {
  if (length > LONGEST) return numberIn(from);
  const place = USERS + PLACE * <usize>(sampled(from, length) & (PLACES - 1));
  if (<usize>load<u32>(place) === length && isSame(place + 8, from, length)) return load<i32>(place, 4);
  const number = numberIn(from);
  if (number < 0) return number;
  store<u32>(place, <u32>length);
  store<i32>(place, number, 4);
  memory.copy(place + 8, from, length);
  return number;
}

/** A hash of the bytes in which users differ: in their name, and at the end. */
function sampled(from: usize, length: usize): u64 {
  return length < 72 ? hashed(0, from, length) : hashed(hashed(<u64>length, from + 24, 32), from + length - 32, 32);
}

function numberIn(from: usize): i32 {
  let at = from + 1;
  let name: usize = 0;
  let nameEnd: usize = 0;
  let groups: usize = 0;
  let groupsEnd: usize = 0;
  while (load<u8>(at) === 0x22) {
    const value = skipString(at) + 1;
    const end = skipValue(value);
    const length = value - at - 3;
    if (length === 8 && load<u64>(at, 1) === 0x656d616e72657375) {
      if (name !== 0) return -1;
      name = value;
      nameEnd = end;
    } else if (length === 6 && load<u64>(at) === 0x227370756f726722) {
      if (groups !== 0) return -1;
      groups = value;
      groupsEnd = end;
    } else for (let each = at; each < value; each++) if (load<u8>(each) === 0x5c) return -1;
    at = load<u8>(end) === 0x2c ? end + 1 : end;
  }
  return numberOf(OF_USER, name, nameEnd, groups, groupsEnd);
}

// What is pending of a line: the user by place and length; the target by hash, kind, and two pieces of bytes; where that is looked for.
const HASH: usize = 0;
const KIND: usize = 8;
const A: usize = 16;
const LENGTH_A: usize = 20;
const B: usize = 24;
const LENGTH_B: usize = 28;
const WHO: usize = 32;
const LENGTH_WHO: usize = 36;
const ENTRY: usize = 40;
export const PENDING_SIZE: usize = 48;

/** Notes who does what to what, as the members of a line say it; false where that is not clear. */
export function noteRequest(pending: usize, keepsNames: bool): bool {
  const from = load<u32>(USER);
  store<u32>(pending, from, WHO);
  store<u32>(pending, load<u32>(USER, 4) - from, LENGTH_WHO);
  return noteTarget(pending, keepsNames);
}

/** Begins to look for what was noted: what is known is scattered, and takes long to come. */
export function touchRequest(pending: usize): u64 {
  return load<u64>(<usize>load<u32>(pending, ENTRY));
}

/** The number of who sent what was noted; -1 where it is not clear. */
export function userNoted(pending: usize): i32 {
  return numberOfUser(ROOM + <usize>load<u32>(pending, WHO), <usize>load<u32>(pending, LENGTH_WHO));
}

/** The number of what is done to what by what was noted; -1 where it is too long. */
export function targetNoted(pending: usize): i32 {
  return numberBy(
    load<u64>(pending, HASH),
    load<u64>(pending, KIND),
    <usize>load<u32>(pending, A),
    <usize>load<u32>(pending, LENGTH_A),
    <usize>load<u32>(pending, B),
    <usize>load<u32>(pending, LENGTH_B),
  );
}

function note(pending: usize, kind: u64, a: usize, aEnd: usize, b: usize, bEnd: usize): bool {
  const hash = hashOf(kind, a, aEnd - a, b, bEnd - b);
  store<u64>(pending, hash, HASH);
  store<u64>(pending, kind, KIND);
  store<u32>(pending, <u32>a, A);
  store<u32>(pending, <u32>(aEnd - a), LENGTH_A);
  store<u32>(pending, <u32>b, B);
  store<u32>(pending, <u32>(bEnd - b), LENGTH_B);
  store<u32>(pending, load<u32>(placeOf(hash)), ENTRY);
  return true;
}

let byObject: bool = false;

/** Whether what is done to an object is told apart by its objectRef instead of by the path. */
export function tellApart(objects: bool): void {
  byObject = objects;
}

const IS_OBJECT: u64 = 1;
const IS_CUT: u64 = 2;
const IS_WHOLE: u64 = 4;
const IS_LONG: u64 = 128;

const LONGEST_VERB: usize = 64;

/** The verb, above the bits of a kind: itself where it is short, else its number; all bits where it has none. */
function verbBits(): u64 {
  const from = ROOM + <usize>load<u32>(VERB) + 1;
  const length = ROOM + <usize>load<u32>(VERB, 4) - 1 - from;
  if (length < 8) return upTo(load<u64>(from), length) << 8;
  const number = length > LONGEST_VERB ? -1 : numberOf(OF_VERB, from, from + length, 0, 0);
  return number < 0 ? u64.MAX_VALUE : ((<u64>number) << 8) | IS_LONG;
}

/** Notes what is done to what: the verb and the path, without the name of an object where names do not matter; false where it is not clear. */
function noteTarget(pending: usize, keepsNames: bool): bool {
  const verb = verbBits();
  if (verb === u64.MAX_VALUE) return false;
  const from = ROOM + <usize>load<u32>(REQUEST_URI) + 1;
  const to = ROOM + <usize>load<u32>(REQUEST_URI, 4) - 1;
  const isObject = load<u32>(OBJECT_REF) !== 0 && load<u8>(ROOM + <usize>load<u32>(OBJECT_REF)) === 0x7b;
  const kind = verb | OF_TARGET | (isObject ? IS_OBJECT : 0);
  if (isObject && byObject) return noteObject(pending, verb);
  const end = pathEnd(from, to);
  if (end < to && load<u8>(end) !== 0x3f) return isObject ? false : note(pending, kind | IS_WHOLE, from, to, 0, 0);
  if (!isObject) return note(pending, kind, from, end, 0, 0);
  const isCore = load<u32>(from) === 0x6970612f && load<u8>(from, 4) === 0x2f;
  if (!isCore && (load<u32>(from) !== 0x6970612f || load<u16>(from, 4) !== 0x2f73)) return false;
  let rest = behindSlash(from + (isCore ? 5 : 6), end);
  if (!isCore) rest = behindSlash(rest, end);
  if (rest >= end) return false; // then objectRef tells what it is
  if (keepsNames)
    return end < to && mayNameObject(end + 1, to)
      ? note(pending, kind | IS_WHOLE, from, to, 0, 0)
      : note(pending, kind, from, end, 0, 0);
  const name = nameIn(rest, end);
  if (name >= end) return note(pending, kind, from, end, 0, 0);
  const behind = behindSlash(name, end);
  const nameEnd = load<u8>(behind - 1) === 0x2f ? behind - 1 : end;
  return note(pending, kind | IS_CUT, from, name, nameEnd, end);
}

// Of an objectRef what it says besides names: a span each.
const RESOURCE: usize = 320;
const GROUP: usize = 328;
const NAMESPACE: usize = 336;
const SUBRESOURCE: usize = 344;

/** Longer ones together are none of Kubernetes, and a stretch of lines may bring only so much. */
const LONGEST_TYPE: usize = 512;

/** The same by objectRef, without the name of the object; false where a key of it is escaped. Of a key that is there twice the last counts. */
function noteObject(pending: usize, verb: u64): bool {
  v128.store(RESOURCE, i8x16.splat(0));
  v128.store(NAMESPACE, i8x16.splat(0));
  let at = ROOM + <usize>load<u32>(OBJECT_REF) + 1;
  while (load<u8>(at) === 0x22) {
    const value = skipString(at) + 1;
    const end = load<u8>(value) === 0x22 ? skipString(value) : skipValue(value);
    const span = memberOf(at + 1, value - at - 3);
    if (span !== 0) {
      store<u32>(span, <u32>value);
      store<u32>(span, <u32>end, 4);
    } else if (hasEscape(at + 1, value - 2)) return false;
    at = load<u8>(end) === 0x2c ? end + 1 : end;
  }
  if (toOf(RESOURCE) - fromOf(RESOURCE) + toOf(GROUP) - fromOf(GROUP) > LONGEST_TYPE) return false;
  const type = numberOf(verb | OF_TYPE, fromOf(RESOURCE), toOf(RESOURCE), fromOf(GROUP), toOf(GROUP));
  if (type < 0) return false;
  const kind = ((<u64>type) << 8) | OF_TARGET | IS_OBJECT;
  return note(pending, kind, fromOf(NAMESPACE), toOf(NAMESPACE), fromOf(SUBRESOURCE), toOf(SUBRESOURCE));
}

function fromOf(span: usize): usize {
  return <usize>load<u32>(span);
}

function toOf(span: usize): usize {
  return <usize>load<u32>(span, 4);
}

/** Where the span of a member of an objectRef is kept, by its key; 0 where it is not. */
function memberOf(key: usize, length: usize): usize {
  const word = load<u64>(key);
  if (length === 8) return word === 0x656372756f736572 ? RESOURCE : word === 0x70756f7247697061 ? GROUP : 0;
  if (length === 9) return word === 0x63617073656d616e && load<u8>(key, 8) === 0x65 ? NAMESPACE : 0;
  return length === 11 && word === 0x756f736572627573 && load<u32>(key, 8) === 0x22656372 ? SUBRESOURCE : 0;
}

/** Whether there is a backslash among some bytes. */
function hasEscape(from: usize, end: usize): bool {
  for (let at = from; at < end; at += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x5c)));
    if (mask !== 0) return at + <usize>ctz(mask) < end;
  }
  return false;
}

/** The first of ? \\ % in a path, or its end. */
function pathEnd(from: usize, to: usize): usize {
  for (let at = from; at < to; at += 16) {
    const bytes = v128.load(at);
    const ends = v128.or(
      i8x16.eq(bytes, i8x16.splat(0x3f)),
      v128.or(i8x16.eq(bytes, i8x16.splat(0x5c)), i8x16.eq(bytes, i8x16.splat(0x25))),
    );
    const mask = i8x16.bitmask(ends);
    if (mask !== 0) return min(to, at + <usize>ctz(mask));
  }
  return to;
}

/** Behind the next slash; the end where there is none. */
function behindSlash(from: usize, end: usize): usize {
  for (let at = from; at < end; at += 16) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(0x2f)));
    if (mask !== 0) return min(end, at + <usize>ctz(mask) + 1);
  }
  return end;
}

/** Where the name of an object begins in what follows the version; the end where there is none, or where it is not clear. */
function nameIn(rest: usize, end: usize): usize {
  const second = behindSlash(rest, end);
  if (second - rest === 6 && (load<u32>(rest) === 0x63746177 || load<u32>(rest) === 0x786f7270)) return end;
  if (second - rest !== 11 || load<u64>(rest) !== 0x63617073656d616e) return second;
  const resource = behindSlash(second, end);
  const name = behindSlash(resource, end);
  const length = name - resource;
  return length === 7 || length === 9 ? end : name; // status, finalize
}

/** Whether a query may hold a selector with the name of an object. */
function mayNameObject(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) {
    const byte = load<u8>(at);
    if (byte === 0x25 || (byte === 0x5c && (load<u32>(at, 1) !== 0x32303075 || load<u8>(at, 5) !== 0x36))) return true; // \u0026 is &
    if (byte === 0x66 && load<u64>(at) === 0x6c6553646c656966) return true;
  }
  return false;
}
