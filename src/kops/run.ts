import { performance } from 'node:perf_hooks';
import { commandLine, withState } from './command-line.ts';
import { logText, retryText, withoutControls, withoutLogging } from './output.ts';
import { startFailure, whyFailed } from './why-failed.ts';
import { type Manners, supervise } from './supervise.ts';
import type { KopsOptions, KopsRun, OnOutput } from './types.ts';

export interface Call {
  args: readonly string[];
  manners: Manners;
  input?: string;
  onOutput?: OnOutput | undefined;
}

/** A run, and what only this room needs to know of it. */
export interface CallResult extends KopsRun {
  /** Where the program could not be started: the system's code, e.g. `ENOENT`. */
  startError: string | undefined;
  /** What kops was seen waiting for; '' if nothing. */
  waitedFor: string;
}

interface Ears {
  stdout: (line: string) => void;
  stderr: (line: string) => void;
  waitedFor: string;
}

interface Ended {
  exitCode?: number | undefined;
  signal?: string | undefined;
  code?: string | undefined;
  failed: boolean;
  isMaxBuffer: boolean;
  stdout: string;
  stderr: string;
}

/**
 * Takes the adapter's options and one call; runs kops in its own process group, where a terminal's Ctrl-C does not reach it and a
 * wrapper script's children can be stopped with it. Gives how it went, and never throws.
 */
export async function runKops(options: KopsOptions, call: Call): Promise<CallResult> {
  const binary = options.binary ?? 'kops';
  const args = withState(call.args, options.state);
  const command = commandLine(binary, args);
  if (options.signal?.aborted) return neverStarted(command);
  options.onCommand?.(command);
  const ears = listen(options, call.onOutput);
  const started = performance.now();
  const { result, pid, state } = await execute(options, { ...call, args }, ears);
  const startError = pid === undefined ? (result.code ?? 'unknown') : undefined;
  const stderr = withoutLogging(result.stderr);
  return {
    command,
    ...state,
    exitCode: result.exitCode,
    failed: result.failed,
    stdout: result.stdout,
    stderr,
    error: startFailure(binary, startError) ?? whyFailed({ ...result, ...state, stderr }),
    durationMs: Math.round(performance.now() - started),
    startError,
    waitedFor: ears.waitedFor,
  };
}

async function execute(
  options: KopsOptions,
  call: Call,
  ears: Ears,
): Promise<{ result: Ended; pid: number | undefined; state: { timedOut: boolean; interrupted: boolean } }> {
  const { execa } = await import('execa');
  const child = execa(options.binary ?? 'kops', call.args, {
    ...(call.input === undefined ? { stdin: 'ignore' as const } : { input: call.input }),
    stdout: tap(ears.stdout),
    stderr: tap(ears.stderr),
    env: childEnvironment(options.env ?? process.env),
    extendEnv: false,
    detached: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: call.manners.maxOutput,
  });
  const watch = supervise(child.pid, call.manners, options);
  const ended = await child;
  const result = { ...ended, stdout: String(ended.stdout ?? ''), stderr: String(ended.stderr ?? '') };
  return { result, pid: child.pid, state: watch.end() };
}

/** KOPS_CLUSTER_NAME is the default of `--name`, and would narrow `get clusters` to one. */
function childEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(env).filter(([name, value]) => name !== 'KOPS_CLUSTER_NAME' && value !== undefined);
  return Object.fromEntries(entries) as Record<string, string>;
}

function tap(hear: (line: string) => void): (line: unknown) => Generator<unknown, void, void> {
  return function* (line) {
    hear(String(line));
    yield line;
  };
}

function listen(options: KopsOptions, onOutput: OnOutput | undefined): Ears {
  const ears: Ears = {
    waitedFor: '',
    stdout: (line) => onOutput?.(withoutControls(line), 'stdout'),
    stderr(line) {
      const log = logText(line);
      const waiting = log === undefined ? undefined : retryText(log);
      if (waiting !== undefined && ears.waitedFor === '') options.onWait?.(waiting);
      ears.waitedFor = waiting ?? ears.waitedFor;
      onOutput?.(withoutControls(log ?? line), log === undefined ? 'stderr' : 'log');
    },
  };
  return ears;
}

function neverStarted(command: string): CallResult {
  const nothing = { exitCode: undefined, startError: undefined, stdout: '', stderr: '', waitedFor: '', durationMs: 0 };
  return {
    command,
    failed: true,
    timedOut: false,
    interrupted: true,
    error: 'it was interrupted before it started',
    ...nothing,
  };
}
