import type { Style } from '../report/style.ts';
import { UserError } from '../errors.ts';
import type { Progress } from './progress.ts';
import { createProgress } from './progress.ts';
import { streamStyle } from './style.ts';

type Input = NodeJS.ReadableStream & { isTTY?: boolean };
type Output = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

/** Where a command reads from and talks to. stdout carries data, stderr carries talk. */
export interface Io {
  /** Writes data; resolves once it is handed on. Where the reader of a pipe has gone away the data is dropped quietly. */
  stdout(text: string): Promise<void>;
  /** Writes talk: progress, warnings, diffs. Never fails. */
  stderr(text: string): void;
  input: Input;
  /** Where prompts are shown: stderr. */
  promptOutput: Output;
  /** Whether a person can be asked: stdin and stderr are both terminals. */
  isInteractive: boolean;
  /** Width of the terminal on stderr, or 80. */
  readonly columns: number;
  /** For what goes to stderr. */
  style: Style;
  /** For what goes to stdout. */
  stdoutStyle: Style;
  progress: Progress;
}

export interface Streams {
  stdin: Input;
  stdout: Output;
  stderr: Output;
}

/**
 * The Io of this process (or of the streams given).
 * @param options `color: false` for `--no-color`.
 */
export function processIo({ color }: { color: boolean }, { stdin, stdout, stderr }: Streams = process): Io {
  for (const stream of [stdin, stdout, stderr]) stream.off('error', ignore).on('error', ignore);
  const progress = createProgress(stderr);
  return {
    stdout: (text) => write(stdout, text),
    stderr: (text) => {
      progress.clear();
      stderr.write(text);
    },
    input: stdin,
    promptOutput: stderr,
    isInteractive: Boolean(stdin.isTTY && stderr.isTTY),
    get columns() {
      return stderr.columns || 80;
    },
    style: streamStyle(stderr, color),
    stdoutStyle: streamStyle(stdout, color),
    progress,
  };
}

/** Errors of stdin and stdout are told to who reads or writes; those of stderr nobody could be told of. */
function ignore(): void {}

function write(stream: Output, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error || isClosedPipe(error)) resolve();
      else reject(new UserError(`stdout cannot be written: ${error.message}`, { cause: error }));
    });
  });
}

function isClosedPipe(error: Error): boolean {
  return (
    'code' in error && ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes(String(error.code))
  );
}
