import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CLI, type CliOptions, type CliResult } from '../e2e/run-cli.ts';

const PROGRAM = fileURLToPath(new URL('warm-program.mjs', import.meta.url));

interface WarmOptions extends CliOptions {
  input?: string;
  /** A file that stdout goes to, e.g. `/dev/full`. */
  stdoutFile?: string;
  /** What goes to stderr goes to stdout, as with `2>&1`. */
  isMerged?: boolean;
}

interface Waiting {
  resolve: (result: CliResult) => void;
  reject: (error: Error) => void;
}

let child: ChildProcess | undefined;
let asked = 0;
const waiting = new Map<number, Waiting>();

/**
 * As `runCli`, the built program without a terminal, but in a process that was started before: for tests of what is read, written
 * and said. What is about processes (signals, pipes, how it starts) has to start one.
 */
export function runWarmCli(args: string[], options: WarmOptions): Promise<CliResult> {
  const { env, cwd = process.cwd(), input = '', ...more } = options;
  const id = asked++;
  const running = (child ??= start());
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    running.send({ id, args, env, cwd, input, ...more });
  });
}

function start(): ChildProcess {
  const started = fork(PROGRAM, [CLI], { serialization: 'advanced' });
  started.on('message', ({ id, ...result }: CliResult & { id: number }) => {
    waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  started.on('exit', () => {
    child = undefined;
    for (const { reject } of waiting.values()) reject(new Error(`the program ended the process of ${PROGRAM}`));
    waiting.clear();
  });
  return started;
}
