import { statSync } from 'node:fs';
import type { Context } from '../../context.ts';
import type { LoggedEvent, LogSource } from '../../events/event.ts';
import { scanLog } from '../../events/read.ts';
import type { Policy } from '../../policy/types.ts';
import { Replay, type ReplayOptions } from '../../replay/replay.ts';
import { type OpenedLog, readAll } from '../logs/open.ts';

/**
 * Replays a log against policies, and shows on a terminal how far it is. What was read of the log is in its tally then. `policy replay`,
 * `policy suggest` and `enable --replay` all call it.
 *
 * @throws UserError for an event that a log store changed; what reading throws, and the reason of an interrupt.
 */
export async function replayLog(
  opened: OpenedLog,
  policies: readonly Policy[],
  { io, interrupt }: Context,
  options: ReplayOptions = {},
): Promise<Replay> {
  const replay = new Replay(policies, options);
  const { servers, tally, engine } = opened;
  const step = (): void => interrupt.throwIfAborted();
  const read = async (): Promise<void> => {
    for (const { sources } of servers)
      for (const source of sources) await scanLog(source, replay, tally, { engine, step });
  };
  await io.progress.during(progressOf(opened), read);
  return replay;
}

/** Hands each event of a log on, and shows on a terminal how far it is. Throws as `replayLog`. */
export async function readWithProgress(
  opened: OpenedLog,
  take: (event: LoggedEvent) => void,
  { io, interrupt }: Context,
): Promise<void> {
  let events = 0;
  const each = (event: LoggedEvent): undefined => {
    take(event);
    events += 1;
    if (events % BETWEEN_LOOKS === 0) interrupt.throwIfAborted();
  };
  const read = async (): Promise<void> => {
    for await (const _ of readAll(opened, each));
  };
  await io.progress.during(progressOf(opened), read);
}

const BETWEEN_LOOKS = 256;
const MIB = 1024 * 1024;

/** How far it is, how fast, and where that can be known how long it takes. */
function progressOf({ servers, tally }: OpenedLog): () => string {
  const start = performance.now();
  const total = totalOf(servers.flatMap(({ sources }) => sources));
  return () => {
    const rate = tally.bytes / ((performance.now() - start) / 1000);
    const left = total !== undefined && rate > 0 ? `, ${Math.ceil((total - tally.bytes) / rate)} s left` : '';
    return `replaying: ${(tally.bytes / MIB).toFixed(0)} MiB, ${(rate / MIB).toFixed(0)} MiB/s${left}`;
  };
}

/** undefined where one is no plain file. */
function totalOf(sources: readonly LogSource[]): number | undefined {
  let total = 0;
  for (const { name } of sources) {
    const stats = statSync(name, { throwIfNoEntry: false });
    if (!stats?.isFile() || /\.(gz|zst)$/.test(name)) return undefined;
    total += stats.size;
  }
  return total;
}
