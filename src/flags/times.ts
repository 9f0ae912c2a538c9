import { UserError } from '../errors.ts';

/** Whether a time without a zone is that of this machine, or UTC. */
export type Zone = 'local' | 'utc';

/**
 * The time that a flag names: how long ago it was, the day (its beginning) or the time.
 *
 * @throws UserError for what is no time.
 */
export function readTime(flag: string, text: string, now: Date, zone: Zone = 'utc'): Date {
  const typed = text.trim().toLowerCase();
  const time = [agoTime, dayTime, writtenTime].map((read) => read(typed, now, zone)).find(isTime);
  if (time !== undefined) return time;
  const assumed = zone === 'utc' ? 'Without a zone it is UTC' : 'Without a zone it is that of this machine';
  throw new UserError(`${flag} ${text} is not a time`, {
    hint: `Write how long ago it was (90m, 2h, 3d, 2w), a day (today, yesterday, 2026-11-24) or a time (2026-11-24T09:30). ${assumed}; a day is its beginning.`,
  });
}

function isTime(time: Date | undefined): time is Date {
  return time !== undefined && !Number.isNaN(time.getTime());
}

/** By their first letter; the age in `history` is written so, too. */
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `2h`, and as Go writes it and kubectl takes it: `1h30m`, `1.5h`. */
const AGO = /^(?:\d{1,6}(?:\.\d{1,6})? ?(?:s|min|m|h|days?|d|weeks?|w) ?)+(?:ago)?$/;
const PART = /(\d+(?:\.\d+)?) ?([smhdw])/g;

function agoTime(text: string, now: Date): Date | undefined {
  if (!AGO.test(text)) return undefined;
  const parts = [...text.matchAll(PART)].map(([, count, unit = '']) => Number(count) * (UNIT_SECONDS[unit] ?? 0));
  return new Date(now.getTime() - parts.reduce((sum, part) => sum + part, 0) * 1000);
}

const DAYS: Readonly<Record<string, number>> = { today: 0, yesterday: 1 };

/** Midnight before it. */
function dayTime(text: string, now: Date, zone: Zone): Date | undefined {
  const back = Object.hasOwn(DAYS, text) ? DAYS[text] : undefined;
  if (back === undefined) return undefined;
  return zone === 'local'
    ? new Date(now.getFullYear(), now.getMonth(), now.getDate() - back)
    : new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - back));
}

/** RFC 3339, of which the seconds, the time and the zone may be left out, with a blank for the T. */
const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(z|utc|[+-]\d\d:\d\d)?)?$/;

function writtenTime(text: string, _now: Date, zone: Zone): Date | undefined {
  const [found, day, time = '00:00', named] = WRITTEN.exec(text) ?? [];
  if (found === undefined) return undefined;
  const offset = named === undefined ? { local: '', utc: 'Z' }[zone] : named.replace('utc', 'z').toUpperCase();
  return new Date(`${day}T${time}${offset}`);
}
