import type { SpecChange } from '../cluster/spec-change.ts';
import { AbortError, InterruptError, reasonOf, UserError } from '../errors.ts';
import type { Kops } from '../kops/kops.ts';
import { sameJson } from '../json.ts';
import { classifyChanges, type Preview } from '../kops/preview.ts';
import { commandLine } from '../process/words.ts';
import type { ChangeResult, LiveReading, LiveSteps } from './change.ts';
import type { JournalEntry, Subject } from './journal/entry.ts';
import {
  cutShort,
  failed,
  finished,
  interrupted,
  leftAfterWrite,
  readBackSteps,
  rollAgain,
  rollPreviewStep,
  rollStep,
  type Run,
  stopped,
  terraformOptions,
  validateStep,
  wayBack,
} from './outcome.ts';
import { note, type Edges, type Question } from './ports.ts';
import { earlierWrite, isAllThatIsPending, isUpdateLeft } from './recorded.ts';
import type { Made } from './target.ts';

export interface LiveRun extends Edges {
  made: Made<LiveReading>;
  steps: LiveSteps;
  subject: Subject;
  kops: Kops;
  ownFlags: readonly string[];
}

/**
 * What follows the write to a state store: `kops update`, the roll, and the check that the cluster is well. Where there was nothing to
 * write, what an earlier run has left of these.
 *
 * @throws AbortError, UserError, ExternalError while nothing is done; afterwards it always returns what came of it.
 */
export async function followLive({ made, steps, subject, ...edges }: LiveRun): Promise<ChangeResult> {
  const { reading, plan, entry, stored } = made;
  const run: Run = { reading, plan, steps, subject, edges, entry, updated: false, progress: { now: 'nothing' } };
  if (stored === null) return toldHowFar(run, withoutWrite);
  if (stored.state !== 'new') return { ...stopped(run, stored.message, readBackSteps(run)), spec: 'unknown' };
  run.progress.now = 'stored';
  return toldHowFar(run, afterWrite);
}

/** The spec is as it shall be: what is left of an earlier run is the update, and the roll if it was asked for. */
async function withoutWrite(run: Run): Promise<ChangeResult> {
  const { reading, steps, plan } = run;
  if (steps.target === 'terraform') return terraform(await takeUp(run));
  if (steps.update && reading.baseline && !reading.baseline.upToDate) return resume(run, reading.baseline);
  if (steps.rollingUpdate) return roll({ ...(await takeUp(run)), updated: true });
  return finished(run, `Nothing to do: ${plan.cluster} is already as requested.`, [rollPreviewStep(run)]);
}

const STORED = 'the new spec is stored but not yet applied: no instance has changed';

/** By an earlier run: this one has only asked. */
const STORED_BEFORE = 'the spec is stored but not yet applied: no instance has changed';

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
    if (error instanceof InterruptError && now === 'nothing') return interrupted(run, STORED_BEFORE);
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

/**
 * An update is pending although the spec is already as requested: left by an earlier run of ours, or by somebody else.
 *
 * @throws UserError with --yes, where it may be somebody else's.
 */
async function resume(run: Run, baseline: Preview): Promise<ChangeResult> {
  const { steps, edges, reading, subject, plan } = run;
  edges.talk.say(
    `The spec of ${plan.cluster} is already as requested, but \`kops update\` has not been run since something changed.`,
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
async function takeUp(run: Run): Promise<Run> {
  return withEntry(run, await earlierWrite(run.edges.journal, run.subject));
}

async function withEntry(run: Run, earlier: JournalEntry | null): Promise<Run> {
  if (earlier === null) return run;
  const entry = await run.edges.journal.reopen(earlier);
  return { ...run, entry: isUpdateLeft(earlier) ? entry : { ...entry, finish: async () => undefined } };
}

function notOurs({ edges, plan }: Run): UserError {
  return new UserError('what is pending may not be a change of kops-audit alone', {
    hint: `Look at it with: ${edges.kops.commandLine.previewUpdate(plan.cluster)}\nInclude it with --include-pending.`,
  });
}

/**
 * Shows what `kops update cluster` would do, asks, runs it, and goes on to the roll.
 * With --yes a change that is not about auditing stops it, unless it was to be taken along.
 *
 * @throws AbortError where the question was interrupted.
 */
async function update(run: Run, preview: Preview): Promise<ChangeResult> {
  const { steps, edges, plan, reading } = run;
  const { other } = classifyChanges(preview, reading.groups, plan.cluster, changesAddons(plan));
  edges.talk.showPreview(preview);
  const surprise = surpriseIn(plan, preview, other.length);
  if (surprise) edges.talk.warn(surprise);
  const expected = preview.understood && explainsNodes(plan);
  if (steps.yes && surprise && !steps.includePending && !expected)
    return stopped(run, 'the spec is stored, but the update would change more than auditing', leftAfterWrite(run));
  if (!steps.yes && !(await edges.talk.confirm(UPDATE_QUESTION)))
    return stopped(run, `the spec is stored, but ${DECLINED_UPDATE}`, leftAfterWrite(run));
  return apply(run);
}

const UPDATE_QUESTION: Question = {
  text: 'Run `kops update cluster --yes` now?',
  about: 'update',
  yes: 'What kops showed above is applied. Running instances keep their old settings until they are replaced.',
  no: 'The spec stays stored but is not applied. The commands for that are printed, and the exit status is 5.',
};

const DECLINED_UPDATE = 'its update was declined: no instance has changed';

async function apply(run: Run): Promise<ChangeResult> {
  const { edges, plan, progress } = run;
  progress.now = 'updating';
  const done = await edges.talk.during('kops updates the cluster', () =>
    edges.kops.update(plan.cluster, {}, edges.talk.relay),
  );
  if (done.interrupted) return interrupted(run, 'the new spec is stored, and `kops update` was stopped halfway');
  if (done.failed) return stopped(run, failed('kops update cluster', done), leftAfterWrite(run));
  progress.now = 'updated';
  if (run.entry) await note(run.entry, edges.talk, 'done');
  edges.talk.say(`\`kops update\` is finished. Running instances keep their old settings until they are replaced.`);
  return roll({ ...run, updated: true });
}

function changesAddons({ before, after }: SpecChange): boolean {
  return !sameJson(before.spec['addons'] ?? null, after.spec['addons'] ?? null);
}

/** Whether the plan itself makes groups outdated that run no API server: their part of the preview is then expected. */
function explainsNodes(plan: SpecChange): boolean {
  return plan.groups.some(({ outdated, rolled }) => outdated && !rolled);
}

/** What of a preview is not about auditing, in a sentence; null where nothing is. */
function surpriseIn(plan: SpecChange, { understood }: Preview, count: number): string | null {
  if (count === 0)
    return understood ? null : 'not all of this preview could be read: some other change may be pending.';
  const what = `${count} of these ${count === 1 ? 'changes is' : 'changes are'} not about the control plane or the files of the cluster`;
  return explainsNodes(plan)
    ? `${what}; the policy reaches other groups too, as said above.`
    : `${what}: some other change is pending and would be applied too.`;
}

/**
 * Has kops write the Terraform files for the stored spec, whoever stored it. It never rolls.
 *
 * @throws AbortError where the question was interrupted.
 */
async function terraform(run: Run): Promise<ChangeResult> {
  const { steps, edges, plan, progress } = run;
  const options = terraformOptions(steps);
  if (!steps.yes && !(await edges.talk.confirm(terraformQuestion(options.out))))
    return stopped(run, 'the spec is stored, but its Terraform files were declined', leftAfterWrite(run));
  progress.now = 'updating';
  const done = await edges.talk.during('kops writes the Terraform files', () =>
    edges.kops.update(plan.cluster, options, edges.talk.relay),
  );
  if (done.interrupted) return interrupted(run, 'the new spec is stored');
  if (done.failed) return stopped(run, failed('kops update cluster --target=terraform', done), leftAfterWrite(run));
  progress.now = 'updated';
  if (run.entry) await note(run.entry, edges.talk, 'done');
  const next = [{ why: 'See what Terraform would do, then do it', command: planAndApply(options.out) }, rollStep(run)];
  return finished({ ...run, updated: true }, `The Terraform files are in ${options.out}.`, next);
}

function terraformQuestion(out: string): Question {
  return {
    text: `Write the Terraform files to ${out} now? kops has no preview for this.`,
    about: 'terraform',
    yes: 'kops writes the files from the stored spec. Nothing runs differently until `terraform apply`.',
    no: 'The stored spec stays, without its Terraform files. The command that writes them is printed, and the exit status is 5.',
  };
}

function planAndApply(out: string): string {
  return ['plan', 'apply'].map((verb) => commandLine('terraform', [`-chdir=${out}`, verb])).join(' && ');
}

/**
 * Once `kops update` is through: names the roll, or asks, rolls the control plane and the API servers, and validates.
 * It never throws for an interrupt: by then it would be untrue that nothing was written.
 */
async function roll(run: Run): Promise<ChangeResult> {
  const { steps, edges, plan } = run;
  const next = [rollStep(run), validateStep(run)];
  if (!steps.rollingUpdate) return finished(run, 'It takes effect when the control plane is rolled.', next);
  const answer = steps.yes ? 'yes' : await confirmRoll(run);
  if (answer === 'interrupted') return interrupted(run, 'the spec is stored and applied, and nothing was rolled');
  if (answer === 'no') return stopped(run, 'the spec is stored and applied, but the roll was declined', next);
  run.progress.now = 'rolling';
  const rolled = await edges.talk.during('kops rolls the control plane', () =>
    edges.kops.rollingUpdate(plan.cluster, { yes: true }, edges.talk.relay),
  );
  if (rolled.interrupted) return interrupted(run, 'the spec is stored and applied, and the roll was stopped halfway');
  if (rolled.failed) return stopped(run, failed('kops rolling-update', rolled), rollAgain(run));
  run.progress.now = 'rolled';
  return validate(run);
}

const ROLL_ANSWERS: Omit<Question, 'text'> = {
  about: 'roll',
  yes: 'kops replaces the control-plane instances, one after the other, a few minutes each. Then the cluster is validated.',
  no: 'Nothing is rolled: auditing starts when the instances are replaced. The command is printed, and the exit status is 5.',
};

async function validate(run: Run): Promise<ChangeResult> {
  const { edges, plan } = run;
  const valid = await edges.talk.during('kops validates the cluster', () =>
    edges.kops.validate(plan.cluster, '10m', edges.talk.relay),
  );
  if (valid.interrupted) return interrupted(run, 'everything is applied and rolled; only the validation was stopped');
  if (valid.failed) return { ...stopped(run, failed('kops validate cluster', valid), wayBack(run)), rolled: true };
  const message = `The control plane of ${plan.cluster} is rolled, and the cluster is valid.`;
  return { ...finished(run, message, []), rolled: true };
}

/** An interrupt is an answer here: by now it would be untrue that nothing was written. */
async function confirmRoll({ edges, plan }: Run): Promise<'yes' | 'no' | 'interrupted'> {
  const one =
    plan.controlPlaneInstances === 1 ? ' The control plane has one instance: the API is down during the roll.' : '';
  try {
    return (await edges.talk.confirm({ ...ROLL_ANSWERS, text: `Roll the control plane of ${plan.cluster} now?${one}` }))
      ? 'yes'
      : 'no';
  } catch (error) {
    if (error instanceof AbortError) return 'interrupted';
    throw error;
  }
}
