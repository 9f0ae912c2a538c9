// AssemblyScript; see kernel/scan.ts.
import { ROOM, ROOM_SIZE } from './walk';

/** The table of what is known, and what it is made of: each entry has its hash, kind, lengths, number and bytes. */
const TABLE: usize = ROOM + ROOM_SIZE + 0x22000;
const PLACES: usize = 0x8000;
const MOST_KNOWN: u32 = 0x4000;
const ENTRIES: usize = TABLE + 4 * PLACES;
const ENTRIES_END: usize = ENTRIES + 0x100000; // and 64 KiB for what one line brings
const HEAD: usize = 24;

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

export const OF_VERB: u32 = 8;
export const OF_USER: u32 = 16;
export const OF_TARGET: u32 = 32;
export const OF_ALL: u32 = 64;
const LONGEST: usize = 4096;
const PROBES: i32 = 256;

/** The number of two pieces of bytes, a new one where they are new; combinations are numbered on their own. -1 where they are too long. */
export function numberOf(kind: u32, a: usize, aEnd: usize, b: usize, bEnd: usize): i32 {
  const lengthA = aEnd - a;
  const lengthB = bEnd - b;
  if (lengthA + lengthB > LONGEST) return -1;
  const hash = hashed(hashed(<u64>kind + 0x9e3779b97f4a7c15, a, lengthA), b, lengthB);
  let place = <usize>(hash >> 32) & (PLACES - 1);
  for (let probe = 0; probe < PROBES; probe++) {
    const entry = <usize>load<u32>(TABLE + 4 * place);
    if (entry === 0) return added(TABLE + 4 * place, hash, kind, a, lengthA, b, lengthB);
    if (
      load<u64>(entry) === hash &&
      load<u32>(entry, 8) === kind &&
      <usize>load<u32>(entry, 12) === lengthA &&
      <usize>load<u32>(entry, 16) === lengthB
    )
      if (isSame(entry + HEAD, a, lengthA) && isSame(entry + HEAD + lengthA, b, lengthB)) return load<i32>(entry, 20);
    place = (place + 1) & (PLACES - 1);
  }
  known = MOST_KNOWN; // too many that look alike: forget them
  return -1;
}

function hashed(seed: u64, from: usize, length: usize): u64 {
  let hash = seed ^ <u64>length;
  let at = from;
  for (let left = length; left > 0; left = left > 8 ? left - 8 : 0) {
    const word = left >= 8 ? load<u64>(at) : load<u64>(at) & (((<u64>1) << ((<u64>left) << 3)) - 1);
    hash = (hash ^ word) * 0x9fb21c651e98df25;
    hash ^= hash >> 32;
    at += 8;
  }
  return hash;
}

function isSame(known: usize, at: usize, length: usize): bool {
  let left = length;
  let one = known;
  let other = at;
  for (; left >= 8; left -= 8) {
    if (load<u64>(one) !== load<u64>(other)) return false;
    one += 8;
    other += 8;
  }
  return left === 0 || (load<u64>(one) ^ load<u64>(other)) << (64 - ((<u64>left) << 3)) === 0;
}

function added(place: usize, hash: u64, kind: u32, a: usize, lengthA: usize, b: usize, lengthB: usize): i32 {
  const entry = entriesEnd;
  const number = kind === OF_ALL ? combinations++ : known;
  known++;
  store<u32>(place, <u32>entry);
  store<u64>(entry, hash);
  store<u32>(entry, kind, 8);
  store<u32>(entry, <u32>lengthA, 12);
  store<u32>(entry, <u32>lengthB, 16);
  store<u32>(entry, number, 20);
  memory.copy(entry + HEAD, a, lengthA);
  memory.copy(entry + HEAD + lengthA, b, lengthB);
  entriesEnd = (entry + HEAD + lengthA + lengthB + 7) & ~7;
  return number;
}
