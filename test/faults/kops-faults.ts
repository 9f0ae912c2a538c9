import type { CallResult } from '../../src/process/run.ts';
import { bug, die, interrupt, type Process } from './process.ts';
import type { World } from './world.ts';

/** How a run of kops ends. */
export type Ending = Partial<Pick<CallResult, 'timedOut' | 'interrupted' | 'exitCode'>> & {
  signal?: string;
  stderr?: string;
};

/** It is ended by a signal. */
export const KILLED: Ending = { signal: 'SIGKILL', exitCode: undefined };
const NO_STORE: Ending = { exitCode: 1, stderr: 'Error: error reading state store: dial tcp: i/o timeout' };

/** What a fault does before, after and to the work of kops. */
export interface FaultActs {
  /** Ends kops before it did anything. */
  before?: (world: World) => Ending | void;
  /** It says that all is well and does nothing. */
  loses?: boolean;
  /** Ends it after it did all. */
  after?: (world: World, process: Process) => Ending | void;
  garbles?: (printed: string) => string;
}

/** What each fault does to one run of kops. What happens besides it (a signal to us, a second run) is not in here. */
export const KOPS_FAULTS: Readonly<Record<string, FaultActs>> = {
  'dies before': { before: () => KILLED },
  'dies during': { before: (world) => (world.chance() ? KILLED : undefined), after: () => KILLED },
  'dies after': { after: () => KILLED },
  fails: { before: () => ({ exitCode: 1, stderr: 'Error: out of quota' }) },
  'fails after': { after: () => ({ exitCode: 1, stderr: 'Error: writing the audit of it: broken pipe' }) },
  'store away': { before: () => NO_STORE },
  'store gone': { before: () => NO_STORE },
  'hangs before': { before: () => ({ ...KILLED, timedOut: true }) },
  'hangs after': { after: () => ({ ...KILLED, timedOut: true }) },
  'banner on stdout': { garbles: (printed) => `*** A new kops version is available: 1.37.0 ***\n\n${printed}` },
  'half printed': { garbles: (printed) => printed.slice(0, printed.length / 2) },
  'prints nothing': { garbles: () => '' },
  'says stored, is not': { loses: true },
  'drops a key': { after: ({ store }) => dropKey(store) },
  'other writes before': { before: ({ otherWrites }) => otherWrites() },
  'other writes after': { after: ({ otherWrites }) => otherWrites() },
  'interrupted after': { after: (_, process) => interrupt(process) },
  bug: { before: () => bug() },
  'bug after': { after: () => bug() },
  'killed after': { after: (_, process) => die(process) },
};

function dropKey(store: World['store']): void {
  store.stored = structuredClone(store.stored);
  delete store.stored.spec['kubernetesVersion'];
}

/** Whether a fault means something for this run of kops. */
export function fitsKops(kind: string, what: string): boolean {
  return what === 'replace' || !['says stored, is not', 'drops a key'].includes(kind);
}
