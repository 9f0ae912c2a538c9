import { Memo } from './memo.ts';

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Writes microseconds since 1970 in UTC, to the millisecond as a Date has it; null for what is no time. */
export function isoTime(microseconds: number): string | null {
  const date = new Date(microseconds / 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Reads an RFC 3339 time, as Go writes it; gives microseconds since 1970, or NaN for what is none. */
export function microseconds(text: string | undefined): number {
  const [, whole = '', fraction = '', zone = ''] = FORM.exec(text ?? '') ?? [];
  return Date.parse(`${whole}${zone}`) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

/** How Go writes a `metav1.MicroTime`: always so many digits, always in UTC. */
const TIME = '"2026-11-23T05:55:18.123456Z"';
/** How much of it is the same for all times of a minute. */
const MINUTE = '"2026-11-23T05:55:'.length;

/**
 * A reader of such times, as they lie in bytes with their quotes; it gives undefined for one that is of another form. Most times of a log
 * are of the minute of the one before, so that of them only the seconds are read.
 */
export function goTimes(): (bytes: Buffer, start: number, end: number) => number | undefined {
  const minutes = new Memo((bytes, start, end) => microseconds(`${bytes.toString('latin1', start, end)}00Z`));
  const known = Buffer.alloc(MINUTE);
  let minute = NaN;
  return (bytes, start, end) => {
    if (end - start !== TIME.length) return undefined;
    for (let at = 0; at < MINUTE; at++)
      if (bytes[start + at] !== known[at]) {
        minute = minutes.get(bytes, start + 1, start + MINUTE);
        bytes.copy(known, 0, start, start + MINUTE);
        break;
      }
    const second = digits(bytes, start + MINUTE, 2);
    const micro = digits(bytes, start + MINUTE + 3, 6);
    const isOne = second < 60 && bytes[start + MINUTE + 2] === POINT && bytes[end - 2] === ZULU;
    const time = minute + second * 1_000_000 + micro;
    return isOne && !Number.isNaN(time) ? time : undefined;
  };
}

const POINT = 0x2e;
const ZULU = 0x5a;

/** So many decimal digits; NaN where one is none. */
function digits(bytes: Uint8Array, from: number, length: number): number {
  let value = 0;
  for (let at = from; at < from + length; at++) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
