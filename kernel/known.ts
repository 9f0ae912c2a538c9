// AssemblyScript; see kernel/scan.ts.
import { isSame, ROOM, ROOM_SIZE } from './walk';

/** The table of what is known, and what it is made of: each entry has its hash, kind, lengths, number and bytes. */
const TABLE: usize = ROOM + ROOM_SIZE + 0x22000;
const PLACES: usize = 0x8000;
const MOST_KNOWN: u32 = 0x4000;
const ENTRIES: usize = TABLE + 4 * PLACES;
const ENTRIES_END: usize = ENTRIES + 0x100000;
/** Behind it: 64 KiB more are for what one line brings. */
export const KNOWN_END: usize = ENTRIES_END + 0x10000;
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
  entriesEnd = ENTRIES;
  known = 0;
  combinations = 0;
}

/** What kinds of things are known; above these bits of a kind there may be more that makes a difference. */
export const OF_VERB: u64 = 8;
export const OF_USER: u64 = 16;
export const OF_TARGET: u64 = 32;
export const OF_ALL: u64 = 64;
const LONGEST: usize = 4096;
const PROBES: i32 = 256;

/** The number of two pieces of bytes, a new one where they are new; combinations are numbered on their own. -1 where they are too long. */
export function numberOf(kind: u64, a: usize, aEnd: usize, b: usize, bEnd: usize): i32 {
  const lengthA = aEnd - a;
  const lengthB = bEnd - b;
  if (lengthA + lengthB > LONGEST) return -1;
  const hash = hashed(hashed(kind + 0x9e3779b97f4a7c15, a, lengthA), b, lengthB);
  let place = <usize>(hash >> 32) & (PLACES - 1);
  for (let probe = 0; probe < PROBES; probe++) {
    const entry = <usize>load<u32>(TABLE + 4 * place);
    if (entry === 0) return added(TABLE + 4 * place, hash, kind, a, lengthA, b, lengthB);
    if (
      load<u64>(entry) === hash &&
      load<u64>(entry, 8) === kind &&
      <usize>load<u32>(entry, 16) === lengthA &&
      <usize>load<u32>(entry, 20) === lengthB
    )
      if (isSame(entry + HEAD, a, lengthA) && isSame(entry + HEAD + lengthA, b, lengthB)) return load<i32>(entry, 24);
    place = (place + 1) & (PLACES - 1);
  }
  known = MOST_KNOWN; // too many that look alike: forget them
  return -1;
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
  const number = kind === OF_ALL ? combinations++ : known;
  known++;
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
