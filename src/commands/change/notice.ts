import { cutOffText, cutOffs, settleCutOffs, withFound } from '../../change/recorded.ts';
import type { ListedEntry } from '../../change/journal/entry.ts';
import type { KopsObject } from '../../cluster/types.ts';
import { safeText, wrap } from '../../report/text.ts';
import type { Context } from '../../context.ts';
import type { ChangeRequest } from './request.ts';

/**
 * Tells of earlier changes of this spec that were cut off; a run that may write records that it told.
 * Gives the entries with what was found.
 */
export async function noticeCutOffs(
  earlier: readonly ListedEntry[],
  now: KopsObject,
  { flags, journal }: ChangeRequest,
  { io }: Context,
): Promise<readonly ListedEntry[]> {
  const found = cutOffs(earlier, now);
  for (const each of found) {
    const text = wrap(`warning: ${safeText(cutOffText(each))}`, io.columns);
    io.stderr(`${text.replace('warning:', io.style.yellow('warning:'))}\n`);
  }
  if (!flags.dryRun) await settleCutOffs(found, journal);
  return withFound(earlier, found);
}
