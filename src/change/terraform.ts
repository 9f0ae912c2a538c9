import { commandLine } from '../process/words.ts';
import type { Run } from './live-run.ts';
import { leftAfterWrite, rollStep, terraformOptions } from './next-steps.ts';
import { declined, failed, finished, interrupted, stopped } from './outcome.ts';
import type { ChangeResult } from './steps.ts';
import { note } from './write-live.ts';

/**
 * Has kops write the Terraform files for the stored spec, whoever stored it. It never rolls.
 *
 * @throws AbortError where it was declined and this run wrote no spec, or the question was interrupted.
 */
export async function terraform(run: Run): Promise<ChangeResult> {
  const { steps, edges, plan, progress } = run;
  const options = terraformOptions(steps);
  const question = `Write the Terraform files to ${options.out} now? kops has no preview for this.`;
  if (!steps.yes && !(await edges.talk.confirm(question))) {
    if (plan.operations.length === 0) throw declined();
    return stopped(run, 'the Terraform files were declined', leftAfterWrite(run));
  }
  progress.now = 'updating';
  const done = await edges.talk.during('kops writes the Terraform files', () =>
    edges.kops.update(plan.cluster, options, edges.talk.relay),
  );
  if (done.interrupted) return interrupted(run, 'the new spec is stored');
  if (done.failed) return stopped(run, failed('kops update cluster --target=terraform', done), leftAfterWrite(run));
  progress.now = 'updated';
  if (run.entry) await note(run.entry, edges.talk, 'done');
  const next = [
    { why: 'Look at what Terraform would do, and do it', command: planAndApply(options.out) },
    rollStep(run),
  ];
  return finished({ ...run, updated: true }, `The Terraform files are in ${options.out}.`, next);
}

function planAndApply(out: string): string {
  return ['plan', 'apply'].map((verb) => commandLine('terraform', [`-chdir=${out}`, verb])).join(' && ');
}
