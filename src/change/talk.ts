import type { OnOutput } from '../process/run.ts';
import type { Preview } from '../kops/preview.ts';

/** How the pipeline speaks with whoever runs it. It never prints and never asks by itself. */
export interface Talk {
  /**
   * Asks a question that can be answered with yes or no; no is the default.
   * Throws AbortError where there is nobody to ask, or the question was interrupted.
   */
  confirm(question: string): Promise<boolean>;
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
