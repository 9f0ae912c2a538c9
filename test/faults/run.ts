import { PassThrough, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Context } from '../../src/context.ts';
import { formatError } from '../../src/report/errors.ts';
import { processIo } from '../../src/terminal/io.ts';
import { bug, cross, interrupt, Killed, thisProcess, within, type Process } from './process.ts';

/** A command as a person gave it, with all its flags. */
export type Command = (context: Context) => Promise<number>;

/** The kinds of fault at a question, and at stdout. */
export const QUESTION_FAULTS: readonly string[] = [
  'interrupted',
  'Ctrl-C',
  'killed',
  'other writes before',
  'rival',
  'terminal gone',
  'bug',
];
export const STDOUT_FAULTS: readonly string[] = [
  'interrupted',
  'killed',
  'closed stdout',
  'full stdout',
  'terminal gone',
  'bug',
];

/** Runs a command as a process, up to the exit status that src/cli.ts would give. `killed`: it had none. */
export function runProcess(process: Process, command: Command): Promise<number | 'killed'> {
  return within(process, async () => {
    const context = contextOf(process);
    process.world.alive.add(process.pid);
    const ended = await Promise.race([statusOf(command, context), process.died]);
    await setImmediate();
    process.world.alive.delete(process.pid);
    return process.dead ? 'killed' : ended;
  });
}

/** As main() in src/cli.ts does. */
async function statusOf(command: Command, context: Context): Promise<number | 'killed'> {
  const { io, interrupt: signal } = context;
  try {
    return await command(context);
  } catch (error) {
    if (error instanceof Killed) return 'killed';
    const { text, exitCode } = formatError(signal.aborted ? signal.reason : error, { style: io.style, version: '0' });
    io.stderr(text);
    return exitCode;
  }
}

function contextOf(process: Process): Context {
  const { world, stop } = process;
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stdout = stream((text) => toStdout(process, text));
  const stderr = Object.assign(talk(process), { isTTY: true, columns: 10_000 });
  const io = { ...processIo({ color: false }, { stdin, stdout, stderr }), columns: 10_000 };
  io.progress = { during: (_text, work) => work(), clear: () => {} };
  const env = { HOME: world.home, KOPS_STATE_STORE: 's3://store', USER: 'somebody' };
  return { io, env, now: () => now(process), interrupt: stop.signal };
}

/** stderr, at once: what it was told last must be there when the run ends. */
function talk(process: Process): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      process.err += String(chunk);
      done();
    },
  });
}

function stream(write: (text: string) => Error | void): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      const error = write(String(chunk));
      globalThis.setImmediate(() => done(error ?? null));
    },
  });
}

function toStdout(process: Process, text: string): Error | void {
  process.out += text;
  const fault = attempt(() => cross(process, 'stdout', 'stdout'));
  if (fault === 'terminal gone') interrupt(process);
  if (fault === 'closed stdout' || fault === 'terminal gone')
    return Object.assign(new Error('EPIPE'), { code: 'EPIPE' });
  if (fault === 'bug') return new TypeError('x is not a function');
  if (fault === 'full stdout') return Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
}

/** A stream calls back from nowhere: what is thrown there would be nobody's. */
function attempt(work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Killed) return undefined;
    throw error;
  }
}

function now(process: Process): Date {
  const { world, fault, met } = process;
  world.clock += 1000;
  const back = fault?.kind === 'clock back' && met ? 40 * 24 * 3600 * 1000 : 0;
  return new Date(world.clock - back);
}

/** Stands for src/terminal/confirm.ts: a person who answers as the scenario says. Throws as it does. */
export async function answer(question: string, stopped: () => Error): Promise<boolean> {
  const process = thisProcess();
  if (!process) throw new Error('a question outside of a run');
  const fault = cross(process, 'question', `question ${process.answers.length + 1}`);
  if (fault === 'bug') bug();
  if (fault === 'rival') await process.world.rival();
  if (fault === 'other writes before') process.world.otherWrites();
  if (fault === 'terminal gone') interrupt(process);
  await setImmediate();
  if (fault === 'Ctrl-C' || process.stop.signal.aborted) throw stopped();
  const given = process.wanted[process.answers.length] ?? false;
  process.answers.push({ question, answer: given });
  return given;
}
