import { AsyncLocalStorage } from 'node:async_hooks';
import { InterruptError } from '../../src/errors.ts';
import type { World } from './world.ts';

/** Where a run touches what is not its own: each crossing is a point at which something can go wrong. */
export type Edge = 'kops' | 'files' | 'question' | 'stdout';

/** One crossing of an edge, such as `kops replace` or `files renameSync`. */
export interface Point {
  edge: Edge;
  what: string;
}

/** What goes wrong, and at which point of the run (counted from 0). */
export interface Fault {
  kind: string;
  at: number;
}

/** One run of the program in a world; a world may see several, one after the other or side by side. */
export interface Process {
  pid: number;
  world: World;
  fault: Fault | null;
  /** All points so far, in order. */
  points: Point[];
  /** The point at which the fault was met; undefined: it was not. */
  met: Point | undefined;
  stop: AbortController;
  /** Killed: nothing it does counts any more. */
  dead: boolean;
  died: Promise<'killed'>;
  kill: () => void;
  out: string;
  err: string;
  /** What a person will answer, in the order of the questions; no after that. */
  wanted: readonly boolean[];
  /** Questions it asked, each with the answer it got. */
  answers: { question: string; answer: boolean }[];
}

/** Stands for the end of a killed process: it unwinds the stack, and every further edge throws it again. */
export class Killed extends Error {}

const running: AsyncLocalStorage<Process> = new AsyncLocalStorage();

/** A process that has not begun. */
export function newProcess(world: World, fault: Fault | null, wanted: readonly boolean[]): Process {
  let kill = (): void => {};
  const died = new Promise<'killed'>((resolve) => (kill = () => resolve('killed')));
  const state = { points: [], met: undefined, dead: false, out: '', err: '', answers: [] };
  world.lastPid += 1;
  return { ...state, pid: world.lastPid, world, fault, stop: new AbortController(), died, kill, wanted };
}

/** Runs `work` as this process: the edges know it from then on. */
export function within<T>(process: Process, work: () => Promise<T>): Promise<T> {
  return running.run(process, work);
}

/** Runs `work` as nobody: what other people do, and what the harness looks at, is no point of a run. */
export function outside<T>(work: () => T): T {
  return running.exit(work);
}

/** The process that is running; undefined where none is, as while a world is made or looked at. */
export function thisProcess(): Process | undefined {
  return running.getStore();
}

/** Crosses an edge. Gives the kind of fault to act out here, if any; a killed process gets no further. */
export function cross(process: Process, edge: Edge, what: string): string | undefined {
  if (process.dead) throw new Killed();
  const at = process.points.push({ edge, what }) - 1;
  const { fault } = process;
  if (fault === null || at < fault.at) return undefined;
  if (at > fault.at) return STAYING.has(fault.kind) ? fault.kind : undefined;
  process.met = { edge, what };
  if (fault.kind === 'interrupted') interrupt(process);
  if (fault.kind === 'killed') return die(process);
  return fault.kind;
}

/** These stay as they are from their point on. */
const STAYING: ReadonlySet<string> = new Set([
  'store gone',
  'banner on stdout',
  'disk full',
  'read-only',
  'clock back',
]);

/** A signal arrives, as src/cli.ts takes it. */
export function interrupt({ stop }: Process): void {
  stop.abort(new InterruptError('Interrupted. Nothing was written.'));
}

/** An error that nobody expects: a bug of ours, or of a library. */
export function bug(): never {
  throw new TypeError('x is not a function');
}

/** The process is killed (SIGKILL, power cut): it ends here, whoever waits for it. */
export function die(process: Process): never {
  process.dead = true;
  process.kill();
  throw new Killed();
}
