import { type Manners, supervise } from './supervise.ts';
import { commandLine, logText, startFailure, whyFailed, withoutControls, withoutLogging } from './words.ts';

/** Which program is run, in what surroundings, and who listens. */
export interface Program {
  /** A name on PATH or a path. */
  binary: string;
  /** All of the environment it gets. */
  env: Readonly<Record<string, string | undefined>>;
  /** Aborting it stops the program, in the manners of the call. */
  signal?: AbortSignal;
  /** Gets each command line before it runs, quoted for a shell. Must not throw. */
  onCommand?: (line: string) => void;
  /** Gets a sentence when we wait for the program to end, or the program for something else (said once a call). Must not throw. */
  onWait?: (text: string) => void;
  /** Takes a line of the program's logging; gives what it is waiting for as a sentence, undefined for nothing. */
  waitsFor?: (log: string) => string | undefined;
}

export interface Call {
  args: readonly string[];
  manners: Manners;
  /** Given on stdin. Left out: stdin is empty. */
  input?: string;
  onOutput?: OnOutput | undefined;
}

/** Where a line of output came from: `log` is the program's own logging on stderr, its prefix (`I0102 15:04:05.6 7 file.go:8] `) taken off. */
type OutputStream = 'stdout' | 'stderr' | 'log';

/** Gets each line while a program runs: no line end, no control characters. Must not throw. */
export type OnOutput = (line: string, from: OutputStream) => void;

/** One run of a program, good or bad: the same shape either way. */
export interface ProgramRun {
  /** The command line, quoted for a shell. */
  command: string;
  /** Left undefined where the program did not start, or a signal ended it. */
  exitCode: number | undefined;
  failed: boolean;
  /** It took longer than it may and was stopped. */
  timedOut: boolean;
  /** Our signal was aborted before it ended. It may have done all, some or nothing of its work. */
  interrupted: boolean;
  /** As printed; may hold control characters and secrets. */
  stdout: string;
  /** Without logging lines, without control characters. */
  stderr: string;
  /** One sentence on why it failed, free of control characters; empty where it did not fail. */
  error: string;
  durationMs: number;
}

/** A run, and what only the adapter of the program needs to know of it. */
export interface CallResult extends ProgramRun {
  /** Where the program could not be started: the system's code, e.g. `ENOENT`. */
  startError: string | undefined;
  /** What it was seen waiting for; '' if nothing. */
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
 * Takes a program and one call; runs it in its own process group, where a terminal's Ctrl-C does not reach it and a
 * wrapper script's children can be stopped with it. Gives how it went, and never throws.
 */
export async function runProgram(program: Program, call: Call): Promise<CallResult> {
  const command = commandLine(program.binary, call.args);
  if (program.signal?.aborted) return neverStarted(command);
  program.onCommand?.(command);
  const ears = listen(program, call.onOutput);
  const started = performance.now();
  const { result, pid, state } = await execute(program, call, ears);
  const startError = pid === undefined ? (result.code ?? 'unknown') : undefined;
  const stderr = withoutLogging(result.stderr);
  return {
    command,
    ...state,
    exitCode: result.exitCode,
    failed: result.failed,
    stdout: result.stdout,
    stderr,
    error: startFailure(program.binary, startError) ?? whyFailed({ ...result, ...state, stderr }),
    durationMs: Math.round(performance.now() - started),
    startError,
    waitedFor: ears.waitedFor,
  };
}

async function execute(
  program: Program,
  call: Call,
  ears: Ears,
): Promise<{ result: Ended; pid: number | undefined; state: { timedOut: boolean; interrupted: boolean } }> {
  const { execa } = await import('execa');
  const child = execa(program.binary, call.args, {
    ...(call.input === undefined ? { stdin: 'ignore' as const } : { input: call.input }),
    stdout: tap(ears.stdout),
    stderr: tap(ears.stderr),
    env: defined(program.env),
    extendEnv: false,
    detached: true,
    reject: false,
    stripFinalNewline: false,
    maxBuffer: call.manners.maxOutput,
  });
  const watch = supervise(child.pid, call.manners, program);
  const ended = await child;
  const result = { ...ended, stdout: String(ended.stdout ?? ''), stderr: String(ended.stderr ?? '') };
  return { result, pid: child.pid, state: watch.end() };
}

/** Without what is undefined: that would be handed on as a word. */
function defined(env: Program['env']): Record<string, string> {
  const there = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return Object.fromEntries(there);
}

function tap(hear: (line: string) => void): (line: unknown) => Generator<unknown, void, void> {
  return function* (line) {
    hear(String(line));
    yield line;
  };
}

function listen({ onWait, waitsFor }: Program, onOutput: OnOutput | undefined): Ears {
  const ears: Ears = {
    waitedFor: '',
    stdout: (line) => onOutput?.(withoutControls(line), 'stdout'),
    stderr(line) {
      const log = logText(line);
      const waiting = log === undefined ? undefined : waitsFor?.(log);
      if (waiting !== undefined && ears.waitedFor === '') onWait?.(waiting);
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
