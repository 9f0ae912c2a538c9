import { lastError } from './output.ts';

interface Outcome {
  failed: boolean;
  timedOut: boolean;
  interrupted: boolean;
  isMaxBuffer: boolean;
  exitCode?: number | undefined;
  signal?: string | undefined;
  /** Without logging lines and control characters. */
  stderr: string;
}

const START_FAILURES: Record<string, (binary: string) => string> = {
  ENOENT: (binary) => (binary.includes('/') ? `there is no program ${binary}` : `${binary} was not found on PATH`),
  EACCES: (binary) => `${binary} may not be run`,
};

/** Takes the program and the system's code for why it did not start; gives that as words, or undefined if it did start. */
export function startFailure(binary: string, code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  return START_FAILURES[code]?.(binary) ?? `${binary} could not be started (${code})`;
}

/** Takes how a run ended; gives why it failed in one sentence without a full stop, kops' own words where it has some. '' if it did not fail. */
export function whyFailed(outcome: Outcome): string {
  if (!outcome.failed) return '';
  if (outcome.timedOut) return 'it took too long and was stopped';
  if (outcome.interrupted && outcome.signal !== undefined) return 'it was interrupted';
  if (outcome.isMaxBuffer) return 'it printed more than can be real';
  if (outcome.signal !== undefined) return `it was ended by ${outcome.signal}`;
  return lastError(outcome.stderr) || `it ended with exit status ${outcome.exitCode ?? 'unknown'} and said nothing`;
}
