import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

/** A server that runs. */
export interface ServerProcess {
  /** Undefined where it could not be started. */
  pid: number | undefined;
  /** What it wrote to stdout and stderr until now. */
  output(): string;
  isRunning(): boolean;
  /** Its exit status, when it has ended; null where a signal ended it. */
  ended: Promise<number | null>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

/**
 * Starts a server in `cwd` with its output in a file. It ends with this process, whatever ends that; then the folder `leftOver` is
 * removed, which nobody else is there to do.
 */
export function startProcess(
  file: string,
  args: readonly string[],
  options: { cwd: string; output: string; leftOver?: string; env?: Readonly<Record<string, string>> },
): ServerProcess {
  const output = openSync(options.output, 'w');
  const env = { ...process.env, ...options.env };
  const child = spawn(file, args, { cwd: options.cwd, env, stdio: ['ignore', output, output] });
  const guard = startGuard(child, options.leftOver);
  closeSync(output);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  }).finally(() => guard.kill('SIGKILL'));
  ended.catch(() => undefined);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    pid: child.pid,
    output: () => readFileSync(options.output, 'utf8'),
    isRunning: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    ended,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

// The pipe closes when this process (or Vitest's thread) is gone, however it went; a killed one could not clean up by itself.
// In a session of its own, so that what ends our whole process group leaves it time to act.
function startGuard({ pid }: ChildProcess, leftOver = ''): ChildProcess {
  const script = 'cat >/dev/null; kill -KILL "$1"; [ -z "$2" ] || rm -rf "$2"';
  const args = ['-c', script, 'guard', String(pid), leftOver];
  return spawn('sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
}
