import { styleText } from 'node:util';
import { ExternalError } from '../errors.ts';
import { plainStyle, safeText, type Style } from '../report/text.ts';
import { type Output, type OutputStream, ownOutputs, streamOutput } from './output.ts';

type Input = NodeJS.ReadableStream & { isTTY?: boolean };

/** Where a command reads from and talks to. stdout carries data, stderr carries talk. */
export interface Io {
  /** Writes data; resolves once it is handed on. Where the reader of a pipe has gone away the data is dropped quietly. */
  stdout(data: string | Uint8Array): Promise<void>;
  /** The reader of stdout has gone away (`| head`): no more needs to be made. */
  readonly isStdoutClosed?: boolean;
  /** Writes talk: progress, warnings, diffs. Never fails. */
  stderr(text: string): void;
  readonly input: Input;
  /** Where prompts are shown: stderr. */
  readonly promptOutput: OutputStream;
  /** Whether a person can be asked: stdin and stderr are both terminals. */
  readonly isInteractive: boolean;
  /** Which of the two goes to a terminal. */
  isTerminal: { stdout: boolean; stderr: boolean };
  /** Width of the terminal on stderr; else what COLUMNS says, or 80. */
  readonly columns: number;
  /** Width of the terminal on stdout; Infinity where it is none: what reads a pipe wants whole lines. */
  readonly stdoutColumns: number;
  /** For what goes to stderr. */
  style: Style;
  /** For what goes to stdout. */
  stdoutStyle: Style;
  progress: Progress;
}

interface Streams {
  readonly stdin: Input;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/**
 * The Io of this process (or of the streams given).
 * @param options `color: false` for `--no-color`.
 */
export function processIo({ color }: { color: boolean }, streams?: Streams): Io {
  const { stdout, stderr } = streams
    ? { stdout: streamOutput(streams.stdout), stderr: streamOutput(streams.stderr) }
    : ownOutputs();
  const progress = createProgress(stderr);
  let isStdoutClosed = false;
  return {
    stdout: async (data) => {
      if (!isStdoutClosed) isStdoutClosed = !(await writeTo(stdout, data));
    },
    get isStdoutClosed() {
      return isStdoutClosed;
    },
    stderr: (text) => {
      progress.clear();
      stderr.write(text);
    },
    get input() {
      return stdinOf(streams ?? process);
    },
    get promptOutput() {
      return stderr.stream();
    },
    get isInteractive() {
      return Boolean(stderr.isTTY && stdinOf(streams ?? process).isTTY);
    },
    isTerminal: { stdout: stdout.isTTY, stderr: stderr.isTTY },
    get columns() {
      return stderr.columns || columnsIn(process.env);
    },
    get stdoutColumns() {
      return stdout.isTTY ? stdout.columns || 80 : Infinity;
    },
    style: outputStyle(stderr, color),
    stdoutStyle: outputStyle(stdout, color),
    progress,
  };
}

/** What a shell or a test says of the width where there is no terminal. */
function columnsIn({ COLUMNS: columns = '' }: NodeJS.ProcessEnv): number {
  return /^[1-9]\d{0,4}$/.test(columns) ? Number(columns) : 80;
}

/** Opened only here, as that takes a while and most commands leave it alone. */
function stdinOf({ stdin }: Pick<Streams, 'stdin'>): Input {
  return stdin.off('error', ignore).on('error', ignore);
}

/** Its errors are told to who reads it. */
function ignore(): void {}

/**
 * Writes data to a stream; resolves once it is handed on, with false where the reader of a pipe has gone away.
 *
 * @throws ExternalError where the stream does not take it, such as on a full disk.
 */
function writeTo(stream: Pick<Output, 'write'>, data: string | Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => {
      if (!error || isClosedPipe(error)) resolve(!error);
      else reject(notWritten(error));
    });
  });
}

function notWritten(error: Error): ExternalError {
  const hint =
    'code' in error && error.code === 'ENOSPC' ? { hint: 'Make room where the output goes, and run it again.' } : {};
  return new ExternalError(`stdout cannot be written: ${error.message}`, { ...hint, cause: error });
}

function isClosedPipe(error: Error): boolean {
  return (
    'code' in error && ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'].includes(String(error.code))
  );
}

/** What styleText would do, without the stream where that is sure to have no colour. */
function outputStyle(output: Output, color: boolean): Style {
  return output.isTTY || process.env['FORCE_COLOR'] !== undefined ? streamStyle(output.stream(), color) : plainStyle;
}

/**
 * The style for one stream. Colour where the stream is a terminal that has it; NO_COLOR and FORCE_COLOR count as
 * node:util's styleText reads them, and `color: false` (`--no-color`) outranks both.
 */
export function streamStyle(stream: NodeJS.WritableStream, color: boolean): Style {
  if (!color) return plainStyle;
  // It looks at stream and environment each time, which a million words of a log would wait for.
  const paint = (format: Parameters<typeof styleText>[0]) => {
    let around: string[] | undefined;
    return (text: string): string => {
      around ??= styleText(format, '\0', { stream }).split('\0');
      return around.join(text);
    };
  };
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  };
}

/** One line on stderr that says what is going on, for what takes longer than half a second. Only on a terminal. */
interface Progress {
  /** Shows `text` (asked for anew each time) and the seconds while `work` runs, and wipes them away after. Gives what `work` gives. */
  during<T>(text: string | (() => string), work: () => Promise<T>): Promise<T>;
  /** Wipes the line away for now, so that something else can be written. It comes back by itself. */
  clear(): void;
}

/** @param stream Where the line goes; nothing is ever written where it is not a terminal. */
export function createProgress(
  stream: Pick<Output, 'write'> & { isTTY?: boolean; columns?: number | undefined },
): Progress {
  let shown = 0;
  const clear = () => {
    if (shown > 0) stream.write(`\r${' '.repeat(shown)}\r`);
    shown = 0;
  };
  const show = (text: string) => {
    const line = Array.from(text).slice(0, (stream.columns ?? 80) - 1);
    clear();
    stream.write(`\r${line.join('')}`);
    shown = line.length;
  };
  return { during: (text, work) => (stream.isTTY ? withLine(text, work, { show, clear }) : work()), clear };
}

const DELAY = 500;

interface Line {
  show(text: string): void;
  clear(): void;
}

async function withLine<T>(text: string | (() => string), work: () => Promise<T>, line: Line): Promise<T> {
  const start = performance.now();
  const safe = (): string => safeText(typeof text === 'string' ? text : text()).replaceAll('\n', ' ');
  const timer = setInterval(() => line.show(`${safe()} … ${Math.floor((performance.now() - start) / 1000)} s`), DELAY);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    line.clear();
  }
}
