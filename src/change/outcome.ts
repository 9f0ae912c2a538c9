import type { SpecChange } from '../cluster/spec-change.ts';
import type { Kops, KopsRun } from '../kops/kops.ts';
import { commandLine } from '../process/words.ts';
import type { ChangeResult, LiveReading, LiveSteps, NextStep } from './change.ts';
import type { OpenEntry, Subject } from './journal/entry.ts';
import { note, type Edges } from './ports.ts';

interface LiveEdges extends Edges {
  kops: Kops;
  /** Flags of ours to give again in a command to paste: where the store and the journal are. */
  ownFlags: readonly string[];
}

/** One run of the pipeline for a cluster in a state store, from the confirm on. */
export interface Run {
  reading: LiveReading;
  plan: SpecChange;
  steps: LiveSteps;
  subject: Subject;
  edges: LiveEdges;
  /** Records how the change ended, and holds the spec before it: this run's, or that of an earlier one taken up. Null: there is none. */
  entry: OpenEntry | null;
  /** `kops update` is through, in this run or before it. */
  updated: boolean;
  /** Shared by all who have this run, and kept up to date before and after each call: any of them may throw. */
  progress: { now: Progress };
}

/** What this run itself has done; `updating` and `rolling`: kops was called, and has not said how it went. */
type Progress = 'nothing' | 'stored' | 'updating' | 'updated' | 'rolling' | 'rolled';

/** All that was asked for is done; `next` is what a person may do now. */
export function finished(run: Run, message: string, next: NextStep[]): ChangeResult {
  return { ...stopped(run, message, next), exitCode: 0 };
}

/** A later step failed or was declined; `next` is what is left. */
export function stopped(run: Run, message: string, next: NextStep[]): ChangeResult {
  return { exitCode: 5, spec: specOf(run), updated: run.updated, rolled: false, message, next };
}

/** Stopped by a signal. The journal is told as long as the update is not through: an entry that is done stays done. */
export async function interrupted(run: Run, state: string): Promise<ChangeResult> {
  if (run.entry && !run.updated) await note(run.entry, run.edges.talk, 'interrupted', state);
  const message = `interrupted: ${state}. Run it again, it is safe to repeat`;
  return { ...stopped(run, message, []), exitCode: 130 };
}

/** Stopped by an error in the middle of something: says how far it came, and what is left. */
export function cutShort(run: Run, progress: Exclude<Progress, 'nothing'>, reason: string): ChangeResult {
  const { done, left } = run.steps.target === 'terraform' ? (FOR_TERRAFORM[progress] ?? CUT[progress]) : CUT[progress];
  const updated = run.updated || ['updated', 'rolling', 'rolled'].includes(progress);
  return { ...stopped({ ...run, updated }, `${done}: ${reason}`, left(run)), rolled: progress === 'rolled' };
}

interface Cut {
  done: string;
  left: (run: Run) => NextStep[];
}

const CUT: Readonly<Record<Exclude<Progress, 'nothing'>, Cut>> = {
  stored: { done: 'the spec is stored, but the update was not run', left: leftAfterWrite },
  updating: { done: 'the spec is stored, but whether the update went through is not known', left: leftAfterWrite },
  updated: {
    done: 'the spec is stored and applied, and nothing was rolled',
    left: (run) => [rollStep(run), validateStep(run)],
  },
  rolling: { done: 'the spec is stored and applied, but whether the roll went through is not known', left: rollAgain },
  rolled: {
    done: 'the spec is stored and applied, and the control plane is rolled, but whether the cluster is healthy is not known',
    left: (run) => [validateStep(run), ...wayBack(run)],
  },
};

const FOR_TERRAFORM: Readonly<Partial<Record<Progress, Cut>>> = {
  updating: {
    done: 'the spec is stored, but whether the Terraform files were written is not known',
    left: leftAfterWrite,
  },
  updated: { done: 'the spec is stored, and its Terraform files are written', left: (run) => [rollStep(run)] },
};

/** A step of kops that failed, and why, in a sentence. */
export function failed(what: string, run: KopsRun): string {
  return `${what} failed: ${run.error}`;
}

function specOf({ plan }: Run): ChangeResult['spec'] {
  return plan.operations.length === 0 ? 'unchanged' : 'new';
}

/** What is left once the spec is stored: look, apply, roll, see. */
export function leftAfterWrite(run: Run): NextStep[] {
  const { edges, plan, steps } = run;
  const { commandLine } = edges.kops;
  const rest = [rollStep(run), validateStep(run)];
  if (steps.target === 'terraform')
    return [
      { why: 'Apply the stored spec', command: commandLine.update(plan.cluster, terraformOptions(steps)) },
      ...rest,
    ];
  return [
    { why: 'Look at what the update would do', command: commandLine.previewUpdate(plan.cluster) },
    { why: 'Apply the stored spec', command: commandLine.update(plan.cluster) },
    ...rest,
  ];
}

/** What kops is told for `--target terraform`; without `--out` its own default is spelled out. */
export function terraformOptions({ out }: LiveSteps): { target: 'terraform'; out: string } {
  return { target: 'terraform', out: out ?? 'out/terraform' };
}

/** What to look at where the stored spec is not what was sent. */
export function readBackSteps({ edges, plan }: Run): NextStep[] {
  return [{ why: 'Look at what is stored', command: edges.kops.commandLine.get(plan.cluster) }];
}

/** The rolling update of the control plane and the API servers. */
export function rollStep({ edges, plan }: Run): NextStep {
  return {
    why: 'Replace the instances of the control plane',
    command: edges.kops.commandLine.rollingUpdate(plan.cluster, { yes: true }),
  };
}

/** Whether instances are still to be replaced: kops-audit does not ask the cloud. */
export function rollPreviewStep({ edges, plan }: Run): NextStep {
  return {
    why: 'See whether instances still have to be replaced',
    command: edges.kops.commandLine.rollingUpdate(plan.cluster, { yes: false }),
  };
}

/** The check that the cluster is well. */
export function validateStep({ edges, plan }: Run): NextStep {
  return { why: 'Check that the cluster is healthy', command: edges.kops.commandLine.validate(plan.cluster, '10m') };
}

/**
 * The way back when the roll went wrong: the old values, applied, and the broken instances replaced without asking the API.
 * Without a record a person must bring the old spec.
 */
export function wayBack(run: Run): NextStep[] {
  const { edges, plan } = run;
  const { commandLine } = edges.kops;
  const groups = plan.groups
    .filter(({ role }) => role === 'ControlPlane' || role === 'APIServer')
    .map(({ name }) => name);
  return [
    { why: 'See on the instance why the API server does not start', command: LOGS_OF_API_SERVER },
    putBack(run),
    {
      why: 'Then replace the instances without asking the API',
      command: commandLine.rollGroupsCloudOnly(plan.cluster, groups),
    },
  ];
}

/** After a roll that did not come through. */
export function rollAgain(run: Run): NextStep[] {
  return [{ ...rollStep(run), why: 'Either try the roll again, if nothing was replaced yet' }, ...wayBack(run)];
}

function putBack({ edges, plan, entry }: Run): NextStep {
  if (!entry?.file)
    return {
      why: 'The journal has no old spec: fix the stored one by hand (kops edit cluster), then apply it',
      command: edges.kops.commandLine.update(plan.cluster),
    };
  const args = ['rollback', entry.id, `--cluster=${plan.cluster}`, ...edges.ownFlags];
  return { why: 'Or go back: undo the change, and apply that', command: commandLine('kops-audit', args) };
}

const LOGS_OF_API_SERVER = 'sudo crictl logs --tail 50 "$(sudo crictl ps -a --name kube-apiserver -q | head -n 1)"';
