import { setImmediate } from 'node:timers/promises';
import { commandLine, whyFailed } from '../../src/process/words.ts';
import type { Call, CallResult, Program } from '../../src/process/run.ts';
import { actFor, type Act } from './kops-acts.ts';
import { KILLED, KOPS_FAULTS, type Ending } from './kops-faults.ts';
import { cross, Killed, thisProcess, type Process } from './process.ts';

/** Stands for src/process/run.ts: kops as a process, on the state store of the running process' world. */
export async function runProgram(program: Program, call: Call): Promise<CallResult> {
  const process = thisProcess();
  if (!process) throw new Error('kops was called outside of a run');
  const command = commandLine(program.binary, call.args);
  if (program.signal?.aborted) return result(command, '', { interrupted: true, exitCode: undefined });
  program.onCommand?.(command);
  const act = actFor(call);
  const fault = crossed(process, act, call.input ?? '');
  if (fault === 'rival') await process.world.rival();
  const { stdout, ending } = run(
    process,
    { act, input: call.input ?? '' },
    fault,
    () => program.signal?.aborted ?? false,
  );
  await setImmediate();
  if (process.dead) throw new Killed();
  for (const line of stdout.split('\n')) call.onOutput?.(line, 'stdout');
  return result(command, stdout, ending);
}

/** kops is a process of its own: it finishes what it began when ours is killed. */
function crossed(process: Process, act: Act, input: string): string | undefined {
  try {
    return cross(process, 'kops', act.name);
  } catch (error) {
    if (error instanceof Killed && process.met?.edge === 'kops' && process.world.chance())
      act.changes(process.world, process, input);
    throw error;
  }
}

function run(
  process: Process,
  { act, input }: { act: Act; input: string },
  fault: string | undefined,
  stopped: () => boolean,
): { stdout: string; ending: Ending } {
  const { world } = process;
  const acts = KOPS_FAULTS[fault ?? ''] ?? {};
  const before = acts.before?.(world);
  if (before) return { stdout: '', ending: before };
  if (stopped() && act.name !== 'replace' && world.chance())
    return { stdout: '', ending: { ...KILLED, interrupted: true } };
  if (!acts.loses) act.changes(world, process, input);
  const printed = act.prints(world);
  const after = acts.after?.(world, process);
  return { stdout: acts.garbles?.(printed) ?? printed, ending: { interrupted: stopped(), ...after } };
}

function result(command: string, stdout: string, ending: Ending): CallResult {
  const { signal, stderr = '', timedOut = false, interrupted = false } = ending;
  const exitCode = 'exitCode' in ending ? ending.exitCode : 0;
  const failed = exitCode !== 0;
  const error = whyFailed({ failed, timedOut, interrupted, isMaxBuffer: false, exitCode, signal, stderr });
  const rest = { durationMs: 1, startError: undefined, waitedFor: '' };
  return { command, exitCode, failed, timedOut, interrupted, stdout, stderr, error, ...rest };
}
