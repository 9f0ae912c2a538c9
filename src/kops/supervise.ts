import type { KopsOptions } from './types.ts';

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

const KILL_AFTER_MS = 5000;
const REPLACE_GRACE_MS = 30_000;
const MOST_OUTPUT = 100_000_000;

/** Reads and previews: stopped by the timeout and by the signal. Takes the timeout in milliseconds. */
export function readManners(timeoutMs: number): Manners {
  return { capMs: timeoutMs, graceMs: 0, onAbort: 'end', onAbortSay: '', maxOutput: MOST_OUTPUT };
}

/** `replace`: let finish; stopped only when it hangs. kOps writes with a rename, so the stored spec is whole at any moment. */
export function replaceManners(timeoutMs: number): Manners {
  const onAbortSay = 'kops is storing the spec; it gets 30 seconds to finish.';
  return { capMs: 5 * timeoutMs, graceMs: REPLACE_GRACE_MS, onAbort: 'end', onAbortSay, maxOutput: MOST_OUTPUT };
}

/** `update`, `rolling-update`, `validate`: never stopped by us, the signal is handed on once. */
export function applyManners(): Manners {
  const onAbortSay = 'kops was asked to stop; waiting for it to end.';
  return { capMs: Infinity, graceMs: 0, onAbort: 'interrupt', onAbortSay, maxOutput: Infinity };
}

/** The longest that a timer of Node waits; one set for longer goes off at once (Node.js documentation, `setTimeout`). */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Takes the id of a process that leads its own group, and how it may be stopped; watches the clock and the signal until `end` is called. */
export function supervise(pid: number | undefined, manners: Manners, options: KopsOptions): Watch {
  const timers: NodeJS.Timeout[] = [];
  const state = { timedOut: false, interrupted: false };
  const later = (ms: number, act: () => void): number => timers.push(setTimeout(act, Math.min(ms, LONGEST_TIMER_MS)));
  const stop = (): void => {
    signalGroup(pid, 'SIGTERM');
    later(KILL_AFTER_MS, () => signalGroup(pid, 'SIGKILL'));
  };
  const aborted = (): void => {
    state.interrupted = true;
    if (manners.onAbortSay !== '') options.onWait?.(manners.onAbortSay);
    if (manners.onAbort === 'interrupt') signalGroup(pid, 'SIGINT');
    else later(manners.graceMs, stop);
  };
  if (Number.isFinite(manners.capMs)) {
    later(manners.capMs, () => {
      state.timedOut = true;
      stop();
    });
  }
  options.signal?.addEventListener('abort', aborted, { once: true });
  return {
    end() {
      options.signal?.removeEventListener('abort', aborted);
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
