import { rollingBack } from '../change/request.ts';
import type { Wanted } from '../change/rollback.ts';
import type { Context } from '../context.ts';
import { UserError } from '../errors.ts';
import { changeSpec } from './change/change.ts';
import { checkFlags, type ChangeFlags } from './change/flags.ts';
import { CHANGE_WORDS } from './change/show.ts';

/** The flags of `rollback` as the command line gives them. */
export interface RollbackFlags extends ChangeFlags {
  to?: string;
}

/** `rollback [ID]`: takes recorded changes back through the same pipeline. Gives the exit status. */
export async function rollback(id: string | undefined, flags: RollbackFlags, context: Context): Promise<number> {
  const checked = checkFlags('rollback', flags);
  if (flags.file === '-')
    throw new UserError('rollback does not work on a stream: nothing is recorded of one', { hint: 'Give -f FILE.' });
  if (flags.journal === false)
    throw new UserError('rollback needs the journal', {
      hint: 'Leave out --no-journal, or name it with --journal DIR.',
    });
  const wanted = readWanted(id, flags.to);
  return changeSpec(checked, rollingBack(wanted, flags.allow), CHANGE_WORDS, context);
}

function readWanted(id: string | undefined, to: string | undefined): Wanted {
  if (id !== undefined && to !== undefined)
    throw new UserError('give an ID or --to, not both', { hint: 'An ID takes back one change, --to all since.' });
  if (id !== undefined) return { id };
  if (to === undefined) return 'newest';
  const since = new Date(TIME.test(to) ? withZone(to) : Number.NaN);
  if (!Number.isNaN(since.getTime())) return { since };
  throw new UserError(`--to ${to} is not a time`, { hint: 'Write it like 2026-11-24T09:30:00Z or 2026-11-24.' });
}

/** RFC 3339, of which the seconds, the time and the zone may be left out. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/i;

/** Without a zone it is UTC, as `history` shows the times. */
function withZone(time: string): string {
  return time.includes('T') && !/(Z|[+-]\d\d:\d\d)$/i.test(time) ? `${time}Z` : time;
}
