// AssemblyScript; see kernel/scan.ts.
import { numberOf, OF_TARGET, OF_USER } from './known';
import { ROOM, skipString, skipValue, SPANS } from './walk';

const REQUEST_URI: usize = SPANS + 24;
const USER: usize = SPANS + 40;
const OBJECT_REF: usize = SPANS + 72;

/** The number of who sent it, by name and groups; -1 where the keys are not plain. */
export function numberOfUser(): i32 {
  let at = ROOM + <usize>load<u32>(USER) + 1;
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

const IS_OBJECT: u32 = 1;
const IS_CUT: u32 = 2;
const IS_WHOLE: u32 = 4;

/** The number of what it is about: the path, without the name of an object where names do not matter. */
export function numberOfTarget(keepsNames: bool): i32 {
  const from = ROOM + <usize>load<u32>(REQUEST_URI) + 1;
  const to = ROOM + <usize>load<u32>(REQUEST_URI, 4) - 1;
  const isObject = load<u32>(OBJECT_REF) !== 0 && load<u8>(ROOM + <usize>load<u32>(OBJECT_REF)) === 0x7b;
  const kind = OF_TARGET | (isObject ? IS_OBJECT : 0);
  let end = from;
  for (let byte = load<u8>(end); byte !== 0x3f && end < to; byte = load<u8>(++end))
    if (byte === 0x5c || byte === 0x25) return isObject ? -1 : numberOf(kind | IS_WHOLE, from, to, 0, 0);
  if (!isObject) return numberOf(kind, from, end, 0, 0);
  const isCore = load<u32>(from) === 0x6970612f && load<u8>(from, 4) === 0x2f;
  if (!isCore && (load<u32>(from) !== 0x6970612f || load<u16>(from, 4) !== 0x2f73)) return -1;
  let rest = behindSlash(from + (isCore ? 5 : 6), end);
  if (!isCore) rest = behindSlash(rest, end);
  if (rest >= end) return -1; // then objectRef tells what it is
  if (keepsNames)
    return end < to && mayNameObject(end + 1, to)
      ? numberOf(kind | IS_WHOLE, from, to, 0, 0)
      : numberOf(kind, from, end, 0, 0);
  const name = nameIn(rest, end);
  if (name >= end) return numberOf(kind, from, end, 0, 0);
  let nameEnd = name;
  while (nameEnd < end && load<u8>(nameEnd) !== 0x2f) nameEnd++;
  return numberOf(kind | IS_CUT, from, name, nameEnd, end);
}

/** Behind the next slash; the end where there is none. */
function behindSlash(from: usize, end: usize): usize {
  for (let at = from; at < end; at++) if (load<u8>(at) === 0x2f) return at + 1;
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
