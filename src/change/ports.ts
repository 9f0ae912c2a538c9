import { AbortError, reasonOf, type UserError } from '../errors.ts';
import type { Preview } from '../kops/preview.ts';
import type { Finding } from '../lint/rule.ts';
import type { OnOutput } from '../process/run.ts';
import type { SpecChange } from '../cluster/spec-change.ts';
import type { Journal, OpenEntry } from './journal/entry.ts';
import type { Planned, Reading } from './change.ts';

/** A question that can be answered with yes or no. */
export interface Question {
  text: string;
  /** What it asks to do, which tells what can be looked at before the answer: the spec's diff, kops' preview. */
  about: 'spec' | 'update' | 'terraform' | 'roll';
  /** What each answer does, in a sentence. */
  yes: string;
  no: string;
}

/** How the pipeline speaks with whoever runs it. It never prints and never asks by itself. */
export interface Talk {
  /**
   * Asks a question; no is the default.
   * Throws AbortError where there is nobody to ask, or the question was interrupted.
   */
  confirm(question: Question): Promise<boolean>;
  /** Tells how things go: a sentence, or several lines. */
  say(text: string): void;
  /** Tells something that deserves attention. */
  warn(text: string): void;
  /** Passes on what kops prints while it works. */
  relay: OnOutput;
  /** Shows what `kops update` would do. */
  showPreview(preview: Preview): void;
  /** Shows that something is under way while `work` runs. */
  during<T>(text: string, work: () => Promise<T>): Promise<T>;
}

/** The same, before anything is written: what is planned, and why it stops here. */
export interface PlanTalk<P extends SpecChange> extends Talk {
  /** Shows a plan: what differs, what that means, what was found; as data, where data is asked for and nothing blocks. */
  show(planned: Planned<Reading, P>): Promise<void>;
  /** The error for a plan that findings stop, after it was shown. */
  refusal(blocking: readonly Finding[]): UserError;
  /** Throws AbortError where a question will come and nobody can answer it: a script shall learn at once what it lacks. */
  refuseUnanswerable(): void;
}

/** What making a change takes from outside. */
export interface Edges {
  talk: Talk;
  journal: Journal;
  /** Aborted once the person or the system asked us to stop. */
  interrupt: AbortSignal;
}

/** What planning and making one takes. */
export interface Ports<P extends SpecChange = SpecChange> extends Edges {
  talk: PlanTalk<P>;
  env: Readonly<Record<string, string | undefined>>;
  now: () => Date;
}

/** The error for a no while nothing is written. */
export function declined(): AbortError {
  return new AbortError('Declined. Nothing was written.');
}

/** Records an outcome. It never throws: a journal that cannot take it is a warning, as the change itself is made. */
export async function note(
  entry: OpenEntry | null,
  talk: Talk,
  outcome: Parameters<OpenEntry['finish']>[0],
  message?: string,
): Promise<void> {
  try {
    const warning = await entry?.finish(outcome, message);
    if (warning) talk.warn(warning);
  } catch (error) {
    warnIfPossible(talk, `the outcome (${outcome}) could not be recorded: ${reasonOf(error)}`);
  }
}

/** Once something is written, who cannot be warned must still be told how the change itself ended. */
export function warnIfPossible(talk: Talk, text: string): void {
  try {
    talk.warn(text);
  } catch {
    // The terminal is gone.
  }
}
