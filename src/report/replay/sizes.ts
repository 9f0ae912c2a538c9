import { number } from '../text.ts';

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** The largest unit of which there is one in a size. */
export function unitOf(bytes: number): { name: string; bytes: number } {
  const unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return { name: UNITS[unit] ?? '', bytes: 1024 ** unit };
}

/** A size in that unit: `340.4 MiB`. */
export function byteText(bytes: number): string {
  const unit = unitOf(bytes);
  return `${(bytes / unit.bytes).toFixed(unit.bytes === 1 ? 0 : 1)} ${unit.name}`;
}

/** `97.7 %`; '' of nothing. */
export function shareText(part: number, whole: number): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`;
}

/** `1.8 ×`; '' of nothing. */
export function timesText(part: number, whole: number): string {
  if (whole === 0) return '';
  const times = part / whole;
  return `${times.toFixed(times >= 10 ? 0 : times >= 2 ? 1 : 2)} ×`;
}

/** `1.9 h`, `12 days`. */
export function hoursText(hours: number | null): string {
  if (hours === null) return '?';
  return hours < 72 ? `${hours} h` : `${number(Math.round(hours / 24))} days`;
}
