import { type RowTaker, scanLog } from '../../events/read.ts';
import type { OpenedLog } from './open.ts';

/**
 * Reads all servers as `readAll`, in rows of a scanner where that can be: for what needs little of most events.
 *
 * @throws what reading and the taker throw, and the reason of an interrupt.
 */
export async function scanAll(
  { servers, tally, engine }: OpenedLog,
  taker: RowTaker,
  interrupt: AbortSignal,
): Promise<void> {
  const step = turns(interrupt);
  for (const { sources } of servers)
    for (const source of sources) await scanLog(source, taker, tally, { engine, step });
}

/** So many milliseconds may go by before a signal is heard, or a terminal drawn on. */
const BETWEEN_TURNS = 50;

/** A step of reading that lets all else have its turn now and then, and ends the reading where that is asked for. */
export function turns(signal: AbortSignal, milliseconds: number = BETWEEN_TURNS): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    signal.throwIfAborted();
    if (performance.now() - last < milliseconds) return undefined;
    return turn(signal).finally(() => (last = performance.now()));
  };
}

async function turn(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}
