import { counted } from '../text.ts';

// How the times of events are shown; all are microseconds since 1970.

/** A time as this machine or UTC has it: `2026-11-23T05:55:18.123`; dashes for none. */
export function wallTime(microseconds: number, isUtc: boolean): string {
  const date = new Date(microseconds / 1000);
  if (Number.isNaN(date.getTime())) return '----------T--:--:--.---';
  return new Date(date.getTime() - (isUtc ? 0 : date.getTimezoneOffset() * 60_000)).toISOString().slice(0, 23);
}

function zone(microseconds: number, isUtc: boolean): string {
  const minutes = isUtc ? 0 : -new Date(microseconds / 1000).getTimezoneOffset();
  if (!minutes) return 'Z';
  const part = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${part(Math.abs(minutes) / 60)}:${part(Math.abs(minutes) % 60)}`;
}

/** RFC 3339, as a pipe gets it. */
export function fullTime(microseconds: number, isUtc: boolean): string {
  const text = wallTime(microseconds, isUtc);
  return text.startsWith('-') ? text : `${text}${zone(microseconds, isUtc)}`;
}

/** `11-23 05:55:18.123`. */
export function milliTime(microseconds: number, isUtc: boolean): string {
  return `${wallTime(microseconds, isUtc).slice(5).replace('T', ' ')}${isUtc ? 'Z' : ''}`;
}

/** `11-23 05:55:18`, in UTC with a Z; what has no time has dashes. */
export function timeText(microseconds: number, isUtc: boolean): string {
  return `${wallTime(microseconds, isUtc).slice(5, 19).replace('T', ' ')}${isUtc ? 'Z' : ''}`;
}

/** From when to when: `2026-11-27 01:18:09 to 01:18:59`; of two days both. */
export function spanText(from: number, to: number, isUtc: boolean): string {
  const [start, end] = [from, to].map((each) => wallTime(each, isUtc).slice(0, 19).replace('T', ' '));
  const zoneText = isUtc ? 'Z' : '';
  const rest = start?.slice(0, 10) === end?.slice(0, 10) ? end?.slice(11) : end;
  return `${start}${zoneText} to ${rest}${zoneText}`;
}

/** `05:55:18`. */
export function clockTime(microseconds: number, isUtc: boolean): string {
  return wallTime(microseconds, isUtc).slice(11, 19);
}

/** `2026-11-23`. */
export function dayText(microseconds: number, isUtc: boolean): string {
  return `${wallTime(microseconds, isUtc).slice(0, 10)}${isUtc ? ' UTC' : ''}`;
}

/** How long something took: `40 seconds`, `12 minutes`, `3 hours`, `2 days`. */
export function durationText(seconds: number): string {
  const [unit, size] = UNITS.find(([, least]) => seconds >= 2 * least) ?? ['second', 1];
  return counted(Math.round(seconds / size), unit);
}

const UNITS: readonly [string, number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
