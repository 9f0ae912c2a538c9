/** How one kind of command may be stopped. */
export interface Manners {
  /** It is stopped after this many milliseconds; Infinity: never. */
  capMs: number;
  /** How long after the abort signal it is left alone, in milliseconds. */
  graceMs: number;
  /** What it gets then: SIGTERM, and SIGKILL five seconds later; or one SIGINT and all the time it wants. */
  onAbort: 'end' | 'interrupt';
  /** What is said when the signal was aborted; '' for nothing. */
  onAbortSay: string;
  /** It is stopped after this many characters of output. */
  maxOutput: number;
}

export interface Watch {
  /** Call it when the process has ended. */
  end(): { timedOut: boolean; interrupted: boolean };
}

/** Who asks for the end, and who is told that it is waited for. */
interface Heard {
  signal?: AbortSignal;
  onWait?: (text: string) => void;
}

const KILL_AFTER_MS = 5000;
const MOST_OUTPUT = 100_000_000;

/** Reads and previews: stopped by the timeout and by the signal. Takes the timeout in milliseconds. */
export function readManners(timeoutMs: number): Manners {
  return { capMs: timeoutMs, graceMs: 0, onAbort: 'end', onAbortSay: '', maxOutput: MOST_OUTPUT };
}

/** What writes: let finish; stopped only when it hangs longer than `capMs`, or `graceMs` after the signal. */
export function writeManners(capMs: number, graceMs: number, onAbortSay: string): Manners {
  return { capMs, graceMs, onAbort: 'end', onAbortSay, maxOutput: MOST_OUTPUT };
}

/** What works on for long and in steps: never stopped by us, the signal is handed on once. */
export function patientManners(onAbortSay: string): Manners {
  return { capMs: Infinity, graceMs: 0, onAbort: 'interrupt', onAbortSay, maxOutput: Infinity };
}

/** The longest that a timer of Node waits; one set for longer goes off at once (Node.js documentation, `setTimeout`). */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Takes the id of a process that leads its own group, and how it may be stopped; watches the clock and the signal until `end` is called. */
export function supervise(pid: number | undefined, manners: Manners, { signal, onWait }: Heard): Watch {
  const timers: NodeJS.Timeout[] = [];
  const state = { timedOut: false, interrupted: false };
  const later = (ms: number, act: () => void): number => timers.push(setTimeout(act, Math.min(ms, LONGEST_TIMER_MS)));
  const stop = (): void => {
    signalGroup(pid, 'SIGTERM');
    later(KILL_AFTER_MS, () => signalGroup(pid, 'SIGKILL'));
  };
  const aborted = (): void => {
    state.interrupted = true;
    if (manners.onAbortSay !== '') onWait?.(manners.onAbortSay);
    if (manners.onAbort === 'interrupt') signalGroup(pid, 'SIGINT');
    else later(manners.graceMs, stop);
  };
  if (Number.isFinite(manners.capMs)) {
    later(manners.capMs, () => {
      state.timedOut = true;
      stop();
    });
  }
  signal?.addEventListener('abort', aborted, { once: true });
  return {
    end() {
      signal?.removeEventListener('abort', aborted);
      for (const timer of timers) clearTimeout(timer);
      return state;
    },
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group has ended already.
  }
}
