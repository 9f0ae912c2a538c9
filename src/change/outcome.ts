import { AbortError } from '../errors.ts';
import type { KopsRun } from '../kops/kops.ts';
import type { Progress, Run } from './live-run.ts';
import { leftAfterWrite, rollAgain, rollStep, validateStep, wayBack } from './next-steps.ts';
import type { ChangeResult, NextStep } from './steps.ts';
import { note } from './write-live.ts';

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
    done: 'the spec is stored and applied, and the control plane is rolled, but whether the cluster is well is not known',
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

/** The error for a no while nothing is written. */
export function declined(): AbortError {
  return new AbortError('Declined. Nothing was written.');
}

/** A step of kops that failed, and why, in a sentence. */
export function failed(what: string, run: KopsRun): string {
  return `${what} failed: ${run.error}`;
}

function specOf({ plan }: Run): ChangeResult['spec'] {
  return plan.operations.length === 0 ? 'unchanged' : 'new';
}
