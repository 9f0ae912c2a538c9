import { rollingBack } from '../change/request.ts';
import { minuteText } from '../change/journal/ids.ts';
import type { Wanted } from '../change/rollback.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { changeSpec, journalFor } from './change/change.ts';
import { checkFlags, type ChangeFlags } from './change/flags.ts';
import { CHANGE_WORDS } from './change/show.ts';

/** The flags of `rollback` as the command line gives them. */
export interface RollbackFlags extends ChangeFlags {
  to?: string;
  force: string[];
}

/**
 * `rollback [ID]`: takes recorded changes back through the same pipeline, where no cluster and no file is given those of the change with
 * that ID. Gives the exit status.
 */
export async function rollback(id: string | undefined, given: RollbackFlags, context: Context): Promise<number> {
  checkFlags('rollback', given); // what is wrong with a flag is told before the journal is read
  const flags = refuseUnrecorded(given);
  if (id !== undefined) refuseName(id);
  const wanted = readWanted(id, flags.to, context.now());
  const aimed = id === undefined ? flags : await withSubject(id, flags, context);
  return changeSpec(checkFlags('rollback', aimed), rollingBack(wanted, aimed), CHANGE_WORDS, context);
}

/** Other commands take a cluster there; no ID has a dot or a slash. */
function refuseName(word: string): void {
  if (!/[./]/.test(word)) return;
  const flag = /\/|\.(?:ya?ml|json)$/i.test(word) ? '-f' : '--cluster';
  throw new UserError(`${word} is not the ID of a change`, { hint: `Write it as kops-audit rollback ${flag} ${word}` });
}

function refuseUnrecorded(flags: RollbackFlags): RollbackFlags {
  if (flags.file === '-')
    throw new UserError('rollback does not work on a stream: its changes are not recorded', { hint: 'Give -f FILE.' });
  if (flags.journal === false)
    throw new UserError('rollback needs the journal', {
      hint: 'Leave out --no-journal, or name it with --journal DIR.',
    });
  return flags;
}

/** The flags with the cluster and its store, or the file, of a recorded change, where they name none. */
async function withSubject(id: string, flags: RollbackFlags, context: Context): Promise<RollbackFlags> {
  const { cluster, file, state = context.env['KOPS_STATE_STORE'], journal } = flags;
  if (cluster !== undefined || file !== undefined) return flags;
  const { subject } = await journalFor(typeof journal === 'string' ? { journal } : {}, context).read(id);
  if (subject.type === 'file') return { ...flags, cluster: subject.cluster, file: subject.path };
  const { stateStore } = subject;
  return { ...flags, cluster: subject.cluster, ...(!state && stateStore !== undefined && { state: stateStore }) };
}

function readWanted(id: string | undefined, to: string | undefined, now: Date): Wanted {
  if (id !== undefined && to !== undefined)
    throw new UserError('give an ID or --to, not both', { hint: 'An ID takes back one change, --to all since.' });
  if (id !== undefined) return { id };
  return to === undefined ? 'newest' : { since: readTime(to, now) };
}

/**
 * The time that `--to` names: how long ago it was, the day (its beginning) or the time.
 *
 * @throws UserError for what is no time, and for one that is in the future.
 */
export function readTime(text: string, now: Date): Date {
  const since = [agoTime, dayTime, writtenTime].map((read) => read(text.trim().toLowerCase(), now)).find(isTime);
  if (since === undefined)
    throw new UserError(`--to ${text} is not a time`, {
      hint: 'Write how long ago it was (90m, 2h, 3d, 2w), a day (today, yesterday, 2026-11-24) or a time (2026-11-24T09:30). Without a zone it is UTC, as in `kops-audit history`; a day is its beginning.',
    });
  if (since <= now) return since;
  throw new UserError(`--to ${text} is in the future`, { hint: `Now it is ${minuteText(now)}.` });
}

function isTime(time: Date | undefined): time is Date {
  return time !== undefined && !Number.isNaN(time.getTime());
}

/** By their first letter; the age in `history` is written so, too. */
const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

const AGO = /^(\d{1,6}) ?(s|m|min|h|d|days?|w|weeks?)( ago)?$/;

function agoTime(text: string, now: Date): Date | undefined {
  const [, count, unit = ''] = AGO.exec(text) ?? [];
  const seconds = UNIT_SECONDS[unit.charAt(0)];
  return seconds === undefined ? undefined : new Date(now.getTime() - Number(count) * seconds * 1000);
}

const DAYS: Readonly<Record<string, number>> = { today: 0, yesterday: 1 };

/** Midnight before it, in UTC. */
function dayTime(text: string, now: Date): Date | undefined {
  const back = Object.hasOwn(DAYS, text) ? DAYS[text] : undefined;
  if (back === undefined) return undefined;
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - back));
}

/** RFC 3339, of which the seconds, the time and the zone may be left out, with a blank for the T. */
const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(z|utc|[+-]\d\d:\d\d)?)?$/;

function writtenTime(text: string): Date | undefined {
  const [found, day, time, zone = 'z'] = WRITTEN.exec(text) ?? [];
  if (found === undefined) return undefined;
  return new Date(time === undefined ? `${day}` : `${day}T${time}${zone === 'utc' ? 'Z' : zone.toUpperCase()}`);
}
