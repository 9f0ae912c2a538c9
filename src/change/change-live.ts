import type { SpecChange } from '../cluster/spec-change.ts';
import { AbortError, reasonOf } from '../errors.ts';
import type { Subject } from './journal/entry.ts';
import type { Run } from './live-run.ts';
import { leftAfterWrite, readBackSteps, rollPreviewStep } from './next-steps.ts';
import { cutShort, declined, finished, interrupted, stopped } from './outcome.ts';
import type { LiveReading } from './reading.ts';
import { resume, takeUp } from './resume.ts';
import { roll } from './roll.ts';
import type { ChangeResult, LiveSteps } from './steps.ts';
import { terraform } from './terraform.ts';
import { update } from './update.ts';
import { note, storedMessage, type WriteEdges, writeLive } from './write-live.ts';

/**
 * Makes a planned change of a live cluster: asks, writes the spec, updates the cluster, rolls the control plane.
 *
 * @param reading and `plan` as they were shown; nothing blocks them any more.
 * @throws AbortError, UserError, ExternalError while nothing is written; afterwards it always returns what came of it.
 */
export async function changeLive(
  reading: LiveReading,
  plan: SpecChange,
  subject: Subject,
  steps: LiveSteps,
  edges: WriteEdges,
): Promise<ChangeResult> {
  const run: Run = { reading, plan, steps, subject, edges, entry: null, updated: false, progress: { now: 'nothing' } };
  if (plan.operations.length === 0) return toldHowFar(run, withoutWrite);
  if (!steps.yes && !(await edges.talk.confirm(`Store this spec of ${plan.cluster}?`))) throw declined();
  const { stored, entry } = await writeLive(reading, plan, subject, edges);
  if (stored.state !== 'new') return { ...stopped(run, storedMessage(stored), readBackSteps(run)), spec: 'unknown' };
  run.progress.now = 'stored';
  return toldHowFar({ ...run, entry }, afterWrite);
}

/** The spec is as it shall be: what is left of an earlier run is the update, and the roll if it was asked for. */
async function withoutWrite(run: Run): Promise<ChangeResult> {
  const { reading, steps, plan } = run;
  if (steps.target === 'terraform') return terraform(await takeUp(run));
  if (steps.update && reading.baseline && !reading.baseline.upToDate) return resume(run, reading.baseline);
  if (steps.rollingUpdate) return roll({ ...(await takeUp(run)), updated: true });
  return finished(run, `Nothing to do: ${plan.cluster} is as asked for.`, [rollPreviewStep(run)]);
}

const STORED = 'the new spec is stored and not yet applied: no instance runs differently';

async function afterWrite(run: Run): Promise<ChangeResult> {
  const { edges, plan, steps } = run;
  edges.talk.say(`The spec of ${plan.cluster} is stored and reads back as planned.`);
  if (edges.interrupt.aborted) return interrupted(run, STORED);
  if (!steps.update) return withoutUpdate(run);
  return steps.target === 'terraform' ? terraform(run) : previewAndUpdate(run);
}

/** Once this run did something, what is thrown must not leave as it is, a bug of ours included: it would say that nothing was written. */
async function toldHowFar(run: Run, work: (run: Run) => Promise<ChangeResult>): Promise<ChangeResult> {
  try {
    const result = await work(run);
    await recordStop(run, result);
    return result;
  } catch (error) {
    const { now } = run.progress;
    if (now === 'nothing') throw error;
    if (error instanceof AbortError && now === 'stored') return interrupted(run, STORED);
    return cutShort(run, now, reasonOf(error));
  }
}

/** A run that ends by itself before the update is through says so in the journal: without that it would look as if it was cut off. */
async function recordStop({ entry, edges }: Run, { exitCode, updated, message }: ChangeResult): Promise<void> {
  if (entry && exitCode === 5 && !updated) await note(entry, edges.talk, 'spec-written', message);
}

async function withoutUpdate(run: Run): Promise<ChangeResult> {
  if (run.entry) await note(run.entry, run.edges.talk, 'spec-written', 'stored with --no-update');
  return finished(run, 'The spec is stored; the cluster itself is unchanged.', leftAfterWrite(run));
}

async function previewAndUpdate(run: Run): Promise<ChangeResult> {
  const { edges, plan } = run;
  const preview = await edges.talk.during('asking kops what the update would do', () =>
    edges.kops.previewUpdate(plan.cluster),
  );
  return update(run, preview);
}
