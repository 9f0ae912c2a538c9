// AssemblyScript; see kernel/scan.ts.
import { ROOM } from './walk';

const MINUTE: usize = 256;

/** There is no time; or one of another form, or no day of a calendar. */
export const NONE: i64 = i64.MIN_VALUE;
export const OTHER: i64 = i64.MIN_VALUE + 1;

let minute: i64 = 0; // of the time at MINUTE

/** A time as Go writes it, in microseconds since 1970. The last minute is known. */
export function timeOf(span: usize): i64 {
  if (load<u32>(span) === 0) return NONE;
  const at = ROOM + <usize>load<u32>(span);
  if (load<u32>(span, 4) - load<u32>(span) !== 29) return OTHER;
  if (load<u8>(at) !== 0x22 || load<u8>(at, 17) !== 0x3a || load<u8>(at, 20) !== 0x2e || load<u8>(at, 27) !== 0x5a)
    return OTHER;
  const seconds = digits(at + 18, 2);
  const micro = digits(at + 21, 6);
  if (seconds < 0 || seconds > 59 || micro < 0) return OTHER;
  if (load<u64>(MINUTE) !== load<u64>(at, 1) || load<u64>(MINUTE, 8) !== load<u64>(at, 9)) {
    const found = minuteOf(at + 1);
    if (found < 0) return OTHER;
    minute = found;
    v128.store(MINUTE, v128.load(at, 1));
  }
  return minute + seconds * 1000000 + micro;
}

/** 2026-11-23T05:55 in microseconds; -1 for what is none, or before 1970. */
function minuteOf(at: usize): i64 {
  if (load<u8>(at, 4) !== 0x2d || load<u8>(at, 7) !== 0x2d || load<u8>(at, 10) !== 0x54 || load<u8>(at, 13) !== 0x3a)
    return -1;
  const year = digits(at, 4);
  const month = digits(at + 5, 2);
  const day = digits(at + 8, 2);
  const hour = digits(at + 11, 2);
  const past = digits(at + 14, 2);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 28) {
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31) return -1;
    if (month === 2 || (day === 31 && (month === 4 || month === 6 || month === 9 || month === 11))) return -1;
  }
  if (hour < 0 || hour > 23 || past < 0 || past > 59) return -1;
  // Years are taken to begin with March, so that the day of a leap year is their last.
  const shifted = month <= 2 ? year - 1 : year;
  const era = shifted / 400;
  const ofEra = shifted - era * 400;
  const ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const days = era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
  return ((days * 24 + hour) * 60 + past) * 60000000;
}

function digits(at: usize, count: usize): i64 {
  let value: i64 = 0;
  for (let each = at; each < at + count; each++) {
    const digit = load<u8>(each) - 0x30;
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
