import { UserError } from '../errors.ts';
import type { Preview } from '../kops/preview.ts';
import { earlierWrite, isAllThatIsPending, isUpdateLeft } from './recorded.ts';
import type { JournalEntry } from './journal/entry.ts';
import type { Run } from './live-run.ts';
import type { ChangeResult } from './steps.ts';
import { update } from './update.ts';

/**
 * An update is pending although the spec is as asked for: left by an earlier run of ours, or by somebody else.
 *
 * @throws UserError with --yes, where it may be somebody else's; AbortError where it was declined.
 */
export async function resume(run: Run, baseline: Preview): Promise<ChangeResult> {
  const { steps, edges, reading, subject, plan } = run;
  edges.talk.say(
    `The spec of ${plan.cluster} is as asked for, but \`kops update\` has not been run since something changed.`,
  );
  const earlier = await earlierWrite(edges.journal, subject);
  const ours = earlier !== null && isAllThatIsPending(earlier, reading);
  if (steps.yes && !ours && !steps.includePending) {
    edges.talk.showPreview(baseline);
    throw notOurs(run);
  }
  return update(await withEntry(run, earlier), baseline);
}

/** The run with the entry of the newest change that wrote this spec: to finish it, and for the way back. */
export async function takeUp(run: Run): Promise<Run> {
  return withEntry(run, await earlierWrite(run.edges.journal, run.subject));
}

async function withEntry(run: Run, earlier: JournalEntry | null): Promise<Run> {
  if (earlier === null) return run;
  const entry = await run.edges.journal.reopen(earlier);
  return { ...run, entry: isUpdateLeft(earlier) ? entry : { ...entry, finish: async () => undefined } };
}

function notOurs({ edges, plan }: Run): UserError {
  return new UserError('what is pending may not be a change of kops-audit alone', {
    hint: `Look at it with: ${edges.kops.commandLine.previewUpdate(plan.cluster)}\nTake it along with --include-pending.`,
  });
}
