import { UserError } from '../../errors.ts';
import { errorCode, fileError } from '../../input/file-error.ts';

/**
 * The error for a journal that the system lets nobody write (or read). Nothing is changed without it.
 * @param error What node:fs threw; what is not a system error is given back as it is.
 * @param what "written" or "read".
 */
export function journalError(error: unknown, dir: string, what: 'read' | 'written'): unknown {
  if (errorCode(error) === undefined) return error;
  const reason = fileError(error, dir, `the journal in ${dir} cannot be ${what}`);
  if (!(reason instanceof UserError)) return error;
  const hint =
    what === 'written'
      ? 'Nothing was changed. Name another folder with --journal DIR, or go without a record and a way back with --no-journal.'
      : 'Name the right folder with --journal DIR.';
  return new UserError(reason.message, { hint, cause: error });
}
