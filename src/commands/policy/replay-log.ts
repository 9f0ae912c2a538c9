import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import type { LogSource } from '../../events/event.ts';
import type { RowTaker } from '../../events/read.ts';
import type { Policy } from '../../policy/types.ts';
import { Replay, type ReplayOptions } from '../../replay/replay.ts';
import type { OpenedLog } from '../logs/open.ts';
import { scanAll, turns } from '../logs/scan.ts';
import { type Part, partsOf } from './replay-parts.ts';
import { PartReader, type Task } from './replay-reader.ts';
import { replayParts } from './replay-together.ts';
import { Team } from './replay-team.ts';
import { ThreadReader } from './replay-thread.ts';

/**
 * Replays a log against policies, and shows on a terminal how far it is. What was read of the log is in its tally then. A large one is read
 * by several threads; the answer is the same.
 *
 * @throws UserError for an event that a log store changed; ExternalError where a thread ended; what reading throws, and the reason of an
 *   interrupt.
 */
export async function replayLog(
  opened: OpenedLog,
  policies: readonly Policy[],
  context: Context,
  options: ReplayOptions = {},
): Promise<Replay> {
  const replay = new Replay(policies, options);
  const sources = opened.servers.flatMap((server) => server.sources);
  const parts = partsOf(sources, existsSync(WORKER) ? threads() : 1);
  const task = { policies, options, module: opened.engine.module };
  const team = parts.length > 0 ? teamOf(parts, task, context.interrupt) : undefined;
  const read = async (): Promise<void> => {
    if (team)
      await replayParts({ replay, opened, parts, team, signal: context.interrupt, step: turns(context.interrupt) });
    else await scanAll(opened, replay, context.interrupt);
  };
  try {
    await context.io.progress.during(progressOf(opened, team), read);
  } finally {
    await team?.end();
  }
  return replay;
}

/** As the build calls it; where the sources are run there is none. */
const WORKER: string = join(import.meta.dirname, 'replay-worker.cjs');
/** More are not faster than a disk. */
const MOST_THREADS = 8;

function threads(): number {
  return Math.min(availableParallelism(), MOST_THREADS);
}

/** Reads in this thread, and in others beside it. */
function teamOf(parts: readonly Part[], task: Task, signal: AbortSignal): Team {
  const others = Math.min(threads(), parts.length) - 1;
  const here = new PartReader(task, turns(signal, BETWEEN_TURNS_OF_TEAM));
  return new Team(parts, [here, ...Array.from({ length: others }, () => new ThreadReader(WORKER, task))]);
}

/** As others wait for what this thread says. */
const BETWEEN_TURNS_OF_TEAM = 2;

/** Counts a log with a taker, in one thread, and shows on a terminal how far it is. Throws as `replayLog`. */
export async function scanWithProgress(opened: OpenedLog, taker: RowTaker, { io, interrupt }: Context): Promise<void> {
  await io.progress.during(progressOf(opened), () => scanAll(opened, taker, interrupt));
}

const MIB = 1024 * 1024;

/** How far it is, how fast, and where that can be known how long it takes. */
function progressOf({ servers, tally }: OpenedLog, team?: Team): () => string {
  const start = performance.now();
  const total = totalOf(servers.flatMap(({ sources }) => sources));
  return () => {
    const bytes = tally.bytes + (team?.bytes ?? 0);
    const rate = bytes / ((performance.now() - start) / 1000);
    const left = total !== undefined && rate > 0 ? `, ${Math.ceil((total - bytes) / rate)} s left` : '';
    return `replaying: ${(bytes / MIB).toFixed(0)} MiB, ${(rate / MIB).toFixed(0)} MiB/s${left}`;
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
