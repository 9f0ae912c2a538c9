// AssemblyScript; see kernel/scan.ts.
import { isSame, ROOM, ROOM_SIZE } from './walk';

/** The table of what is known, behind the rows, and what it is made of: each entry has its hash, kind, lengths, number and bytes. */
const TABLE: usize = ROOM + ROOM_SIZE + 0x3a000;
const PLACES: usize = 0x8000;
/** A stretch of lines may bring some more. */
const MOST_KNOWN: u32 = 0x3f00;
const ENTRIES: usize = TABLE + 4 * PLACES;
const ENTRIES_END: usize = ENTRIES + 0x100000;
/** So much more is for what verbs and types a stretch of lines brings, and one line besides. */
const MORE: usize = 0x10000;
/** Each has a user, a target and the number of their combination, in 64 bits. */
const PAIRS: usize = ENTRIES_END + MORE;
export const KNOWN_END: usize = PAIRS + 8 * PLACES;
const HEAD: usize = 32;

let entriesEnd: usize = ENTRIES;
let known: u32 = 0;
let combinations: u32 = 0;

/** Whether there is no room for what one more line may bring. */
export function isFull(): bool {
  return known >= MOST_KNOWN || entriesEnd >= ENTRIES_END;
}

/** Forgets all. */
export function forget(): void {
  memory.fill(TABLE, 0, 4 * PLACES);
  memory.fill(PAIRS, 0, 8 * PLACES);
  entriesEnd = ENTRIES;
  known = 0;
  combinations = 0;
}

/** What kinds of things are known; above these bits of a kind there may be more that makes a difference. */
export const OF_VERB: u64 = 8;
export const OF_USER: u64 = 16;
export const OF_TYPE: u64 = 24;
export const OF_TARGET: u64 = 32;
const LONGEST: usize = 4096;
const PROBES: i32 = 256;

/** The number of two pieces of bytes, a new one where they are new; -1 where they are too long. */
export function numberOf(kind: u64, a: usize, aEnd: usize, b: usize, bEnd: usize): i32 {
  return numberBy(hashOf(kind, a, aEnd - a, b, bEnd - b), kind, a, aEnd - a, b, bEnd - b);
}

export function hashOf(kind: u64, a: usize, lengthA: usize, b: usize, lengthB: usize): u64 {
  return hashed(hashed(kind + 0x9e3779b97f4a7c15, a, lengthA), b, lengthB);
}

/** Where it is looked for first. */
export function placeOf(hash: u64): usize {
  return TABLE + 4 * (<usize>(hash >> 32) & (PLACES - 1));
}

/** The same as `numberOf`, by their hash. */
export function numberBy(hash: u64, kind: u64, a: usize, lengthA: usize, b: usize, lengthB: usize): i32 {
  if (lengthA + lengthB > LONGEST) return -1;
  let place = placeOf(hash);
  for (let probe = 0; probe < PROBES; probe++) {
    const entry = <usize>load<u32>(place);
    if (entry === 0) return added(place, hash, kind, a, lengthA, b, lengthB);
    if (
      load<u64>(entry) === hash &&
      load<u64>(entry, 8) === kind &&
      <usize>load<u32>(entry, 16) === lengthA &&
      <usize>load<u32>(entry, 20) === lengthB
    )
      if (isSame(entry + HEAD, a, lengthA) && isSame(entry + HEAD + lengthA, b, lengthB)) return load<i32>(entry, 24);
    place = place + 4 === ENTRIES ? TABLE : place + 4;
  }
  known = MOST_KNOWN; // too many that look alike: forget them
  return -1;
}

/** The number of a combination, of which there are never too many. */
export function numberOfPair(user: i32, target: i32): i32 {
  const key = ((<u64>user) << 32) | ((<u64>target) << 16) | 0x8000;
  let place = <usize>((key * 0x9e3779b97f4a7c15) >> 49);
  while (true) {
    const pair = load<u64>(PAIRS + 8 * place);
    if ((pair & ~0x7fff) === key) return <i32>(pair & 0x7fff);
    if (pair === 0) break;
    place = (place + 1) & (PLACES - 1);
  }
  store<u64>(PAIRS + 8 * place, key | combinations);
  known++;
  return combinations++;
}

/** Mixes bytes into a seed, 16 at a time. */
export function hashed(seed: u64, from: usize, length: usize): u64 {
  let one = seed ^ <u64>length;
  let other = seed;
  let at = from;
  for (const end = from + (length & ~15); at < end; at += 16) {
    one = rotl(one ^ load<u64>(at), 29) * 0x9fb21c651e98df25;
    other = rotl(other ^ load<u64>(at, 8), 31) * 0x9e3779b97f4a7c15;
  }
  const left = length & 15;
  const low = left < 8 ? upTo(load<u64>(at), left) : load<u64>(at);
  const high = left > 8 ? upTo(load<u64>(at, 8), left - 8) : 0;
  const hash = (rotl(one ^ low, 29) * 0x9fb21c651e98df25) ^ rotl(rotl(other ^ high, 31) * 0x9e3779b97f4a7c15, 32);
  return hash ^ (hash >> 32);
}

/** The first bytes of a word, fewer than 8. */
export function upTo(word: u64, bytes: usize): u64 {
  return word & (((<u64>1) << ((<u64>bytes) << 3)) - 1);
}

function added(place: usize, hash: u64, kind: u64, a: usize, lengthA: usize, b: usize, lengthB: usize): i32 {
  const entry = entriesEnd;
  const number = known++;
  store<u32>(place, <u32>entry);
  store<u64>(entry, hash);
  store<u64>(entry, kind, 8);
  store<u32>(entry, <u32>lengthA, 16);
  store<u32>(entry, <u32>lengthB, 20);
  store<u32>(entry, number, 24);
  memory.copy(entry + HEAD, a, lengthA);
  memory.copy(entry + HEAD + lengthA, b, lengthB);
  entriesEnd = (entry + HEAD + lengthA + lengthB + 7) & ~7;
  return number;
}
