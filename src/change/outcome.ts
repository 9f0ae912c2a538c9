import { AbortError } from '../errors.ts';
import type { KopsRun } from '../kops/types.ts';
import type { Run } from './live-run.ts';
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
