import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { checkedLog } from '../../events/complete/check.ts';
import { completenessJson, completenessText } from '../../report/completeness.ts';
import { safeJson } from '../../report/text.ts';
import type { LogsFlags } from './flags.ts';
import { openLog, sayWhatWasRead, statusOf } from './open.ts';

/**
 * `logs --check`: is the log complete? Gives 1 where there is a gap, else what reading the log gives.
 *
 * @throws UserError where a request is asked for as well.
 */
export async function check(
  words: readonly string[],
  request: readonly string[],
  flags: LogsFlags,
  context: Context,
): Promise<number> {
  const { io } = context;
  if (request.length > 0)
    throw new UserError('a request behind -- does not go with --check', { hint: 'The whole log is read.' });
  const opened = await openLog(words, flags, context, 'logs --check');
  const masters = flags.masters.flatMap((names) => names.split(',').map((name) => name.trim()));
  const found = await checkedLog(
    opened,
    masters.filter((name) => name !== ''),
  );
  const view = { style: io.style, columns: io.columns, isUtc: flags.utc ?? false };
  const text =
    flags.output === 'json'
      ? safeJson(completenessJson(found, opened.missing))
      : completenessText(found, view, opened.missing);
  await io.stdout(text);
  sayWhatWasRead(opened, flags, context);
  const status = statusOf(opened, flags);
  return found.verdict === 'gap' ? 1 : status;
}
