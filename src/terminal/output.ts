import { fstatSync, writeSync } from 'node:fs';

/** A stream of Node's for output. A terminal has a size. */
export type OutputStream = NodeJS.WritableStream & { isTTY?: boolean; columns?: number; rows?: number };

/** Where output goes. */
export interface Output {
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): void;
  readonly isTTY: boolean;
  /** Of a terminal. */
  readonly columns: number | undefined;
  /** Node's stream of it, for who needs one: whatever is written from then on goes through it. */
  stream(): OutputStream;
}

interface Outputs {
  stdout: Output;
  stderr: Output;
}

/** Made once: what goes to one of them keeps its order. */
const OWN = new Map<Name, Output>();

type Name = 'stdout' | 'stderr';

/** stdout and stderr of this process. */
export function ownOutputs(): Outputs {
  return { stdout: ownOutput('stdout', 1), stderr: ownOutput('stderr', 2) };
}

function ownOutput(name: Name, fd: number): Output {
  // Node has a getter here; another stream was put in its place, as by a test, where there is a value.
  const property = Object.getOwnPropertyDescriptor(process, name);
  if (property?.get === undefined) return streamOutput(process[name]);
  const output = OWN.get(name) ?? directOutput(fd, () => process[name]);
  OWN.set(name, output);
  return output;
}

/** Output to a stream. Its errors are told to who writes, or to nobody. */
export function streamOutput(stream: OutputStream): Output {
  stream.off('error', ignore).on('error', ignore);
  return {
    write: (data, done) => void stream.write(data, done),
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns;
    },
    stream: () => stream,
  };
}

function ignore(): void {}

/** So much a pipe of Linux takes before anybody reads it. */
const MOST = 64 * 1024;

/**
 * stdout or stderr of this process, written to without Node's stream of it as long as it is a file, a pipe or a socket and not much goes
 * there: to open that stream takes longer than most of what a command does. All else is left to the stream: a terminal, what could have
 * to wait for a reader, and what cannot be written, so that it says why.
 *
 * @param open gives Node's stream; called once at most.
 */
export function directOutput(fd: number, open: () => OutputStream): Output {
  let opened: Output | undefined;
  let left = MOST;
  const through = (): Output => (opened ??= streamOutput(open()));
  if (!isPlain(fd)) return through();
  return {
    write: (data, done) => {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      left -= bytes.length;
      const rest = opened || left < 0 ? bytes : writeNow(fd, bytes);
      if (rest) through().write(rest, done);
      else done?.();
    },
    isTTY: false,
    columns: undefined,
    stream: () => through().stream(),
  };
}

function isPlain(fd: number): boolean {
  try {
    const stats = fstatSync(fd);
    return stats.isFile() || stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}

/** Gives what could not be written; undefined where that is nothing. */
function writeNow(fd: number, bytes: Uint8Array): Uint8Array | undefined {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
    return undefined;
  } catch {
    return bytes.subarray(written);
  }
}
