import type { SpecChange } from '../cluster/spec-change.ts';
import { classifyChanges, type Preview } from '../kops/preview.ts';
import type { Run } from './live-run.ts';
import { leftAfterWrite } from './next-steps.ts';
import { declined, failed, interrupted, stopped } from './outcome.ts';
import { roll } from './roll.ts';
import type { ChangeResult } from './steps.ts';
import { note } from './write-live.ts';

/**
 * Shows what `kops update cluster` would do, asks, runs it, and goes on to the roll.
 * With --yes a change that is not about auditing stops it, unless it was to be taken along.
 *
 * @throws AbortError where it was declined and this run wrote no spec, or the question was interrupted.
 */
export async function update(run: Run, preview: Preview): Promise<ChangeResult> {
  const { steps, edges, plan, reading } = run;
  const { other } = classifyChanges(preview, reading.groups, plan.cluster);
  edges.talk.showPreview(preview);
  const surprise = surpriseIn(plan, preview, other.length);
  if (surprise) edges.talk.warn(surprise);
  const expected = preview.understood && explainsNodes(plan);
  if (steps.yes && surprise && !steps.includePending && !expected)
    return stopped(run, 'the spec is stored, but the update would change more than auditing', leftAfterWrite(run));
  if (!steps.yes && !(await edges.talk.confirm('Run `kops update cluster --yes` now?'))) {
    if (plan.operations.length === 0) throw declined();
    return stopped(run, 'the update was declined', leftAfterWrite(run));
  }
  return apply(run);
}

async function apply(run: Run): Promise<ChangeResult> {
  const { edges, plan, progress } = run;
  progress.now = 'updating';
  const done = await edges.talk.during('kops updates the cluster', () =>
    edges.kops.update(plan.cluster, {}, edges.talk.relay),
  );
  if (done.interrupted) return interrupted(run, 'the new spec is stored, and `kops update` was stopped on its way');
  if (done.failed) return stopped(run, failed('kops update cluster', done), leftAfterWrite(run));
  progress.now = 'updated';
  if (run.entry) await note(run.entry, edges.talk, 'done');
  edges.talk.say(`\`kops update\` is through. Running instances keep their old settings until they are replaced.`);
  return roll({ ...run, updated: true });
}

/** Whether the plan itself makes groups outdated that run no API server: their part of the preview is then expected. */
function explainsNodes(plan: SpecChange): boolean {
  return plan.groups.some(({ outdated, rolled }) => outdated && !rolled);
}

/** What of a preview is not about auditing, in a sentence; null where nothing is. */
function surpriseIn(plan: SpecChange, { understood }: Preview, count: number): string | null {
  if (count === 0) return understood ? null : 'this preview could not be read whole: some other change may be pending.';
  const what = `${count} of these ${count === 1 ? 'changes is' : 'changes are'} not about the control plane or the files of the cluster`;
  return explainsNodes(plan)
    ? `${what}; the policy reaches other groups too, as said above.`
    : `${what}: some other change is pending and would be applied too.`;
}
