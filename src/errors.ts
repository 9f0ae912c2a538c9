/** Where in somebody's input a problem is: a file's name (`-` is stdin), and a line and column counted from 1. */
export interface Place {
  file: string;
  line?: number;
  column?: number;
}

/** What an error says besides what went wrong. */
export interface ErrorDetails {
  /** What the person should do, in one or two sentences. */
  hint?: string;
  place?: Place;
  cause?: unknown;
}

/** The input, the arguments or the state of things does not allow what was asked. Nothing was written. Exit status 2. */
export class UserError extends Error {
  override name = 'UserError';
  readonly hint: string | undefined;
  readonly place: Place | undefined;

  constructor(message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.hint = details.hint;
    this.place = details.place;
  }
}

/** A person was asked and said no, or nobody could be asked. Nothing was written. Exit status 3. */
export class AbortError extends Error {
  override name = 'AbortError';
  readonly hint: string | undefined;

  constructor(message: string, details: Pick<ErrorDetails, 'hint'> = {}) {
    super(message);
    this.hint = details.hint;
  }
}

/** kops (or kubectl) failed, hung, or said what nobody can read. Nothing was written. Exit status 4. */
export class ExternalError extends Error {
  override name = 'ExternalError';
  readonly hint: string | undefined;

  constructor(message: string, details: Pick<ErrorDetails, 'hint' | 'cause'> = {}) {
    super(message, { cause: details.cause });
    this.hint = details.hint;
  }
}

/** The person or the system asked us to stop (Ctrl-C, SIGTERM). The message says what was written. Exit status 130. */
export class InterruptError extends AbortError {
  override name = 'InterruptError';
}

/** A bug of ours that came to light where it is known what was written by then. Exit status 70. */
export class BugError extends Error {
  override name = 'BugError';
  /** What was written, in a sentence. */
  readonly written: string;

  constructor(written: string, details: Required<Pick<ErrorDetails, 'cause'>>) {
    super(reasonOf(details.cause), details);
    this.written = written;
  }
}

/** Why something failed, in a sentence. What is none of the errors above is a bug of ours, and is called one. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return isExpected(error) ? message : `a bug of kops-audit: ${message}`;
}

/** Whether an error is one of those above. */
export function isExpected(error: unknown): error is UserError | AbortError | ExternalError {
  return error instanceof UserError || error instanceof AbortError || error instanceof ExternalError;
}
