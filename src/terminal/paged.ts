import type { Io } from './io.ts';
import type { PagerOptions } from './pager.ts';

/** Where a long text goes while it is made: stdout, or a pager in front of it. */
export interface Out {
  write(text: string): Promise<void>;
  /** Nobody reads it any longer: the pager was left, or the reader of a pipe has gone away. */
  readonly isClosed: boolean;
  /** Waits until the person has left the pager. */
  end(): Promise<void>;
}

/** As git calls it (`pager.c`, 2.43): colours stay, what fits the screen is only printed, and what was read stays on the screen. */
const LESS = 'FRX';

/** Standard output as it is. */
export function plainOut(io: Pick<Io, 'stdout' | 'isStdoutClosed'>): Out {
  return {
    write: (text) => io.stdout(text),
    get isClosed() {
      return io.isStdoutClosed ?? false;
    },
    end: async () => {},
  };
}

/** Standard output in `$PAGER`, else in less, where a person sits at both ends; where that is empty, `cat` or not there, as it is. */
export async function pagedOut(io: Io, { env }: Pick<PagerOptions, 'env'>): Promise<Out> {
  const pager = (env['PAGER'] ?? 'less').trim();
  const isPaged = io.isTerminal.stdout && io.isInteractive && pager !== '' && pager !== 'cat' && env['TERM'] !== 'dumb';
  return isPaged ? inPager(pager, env) : plainOut(io);
}

async function inPager(pager: string, env: PagerOptions['env']): Promise<Out> {
  const { spawn } = await import('node:child_process'); // most who read a log read it in a pipe
  // A shell says 127 of what is not there; then nothing of the text was read.
  const script = `${pager}; status=$?; [ $status = 127 ] && exec cat; exit $status`;
  const child = spawn('sh', ['-c', script], { stdio: ['pipe', 'inherit', 'inherit'], env: { LESS, ...env } });
  const resume = leaveInterrupts();
  let isClosed = false;
  const closed = new Promise<void>((resolve) => child.on('error', () => resolve()).on('close', () => resolve()));
  void closed.then(() => (isClosed = true)).then(resume);
  const { stdin } = child;
  stdin.on('error', ignore);
  return {
    write: async (text) => {
      if (isClosed || stdin.write(text)) return;
      await Promise.race([closed, new Promise<void>((resolve) => stdin.once('drain', resolve))]);
    },
    get isClosed() {
      return isClosed || stdin.destroyed;
    },
    end: async () => {
      stdin.end();
      await closed;
    },
  };
}

/** Ctrl-C is meant for the pager while it runs: the terminal sends it to us too. Gives what undoes it. */
function leaveInterrupts(): () => void {
  const listeners = process.listeners('SIGINT');
  process.removeAllListeners('SIGINT').on('SIGINT', ignore);
  return () => {
    process.off('SIGINT', ignore);
    for (const listener of listeners) process.on('SIGINT', listener);
  };
}

function ignore(): void {}
