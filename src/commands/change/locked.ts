import type { Journal, Subject } from '../../change/journal/entry.ts';
import { AbortError } from '../../errors.ts';
import type { Context } from '../../context.ts';

/** Runs `work` while this machine's lock on the subject is held; a dry run needs none. */
export async function locked(
  journal: Journal,
  subject: Subject,
  dryRun: boolean,
  work: () => Promise<number>,
): Promise<number> {
  if (dryRun) return work();
  const lock = await journal.lock(subject);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** Refuses where a question will come and nobody can answer it; told early, so that a script learns at once what it lacks. */
export function refuseWithoutTerminal(willAsk: boolean, { io }: Context): void {
  if (!willAsk || io.isInteractive) return;
  throw new AbortError('A terminal is needed to ask whether to go on, and there is none. Nothing was written.', {
    hint: 'Give --yes to answer the questions beforehand, or --dry-run to only look.',
  });
}
