import { existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import type { LogSource } from '../../events/event.ts';
import { type RowTaker, scanLog } from '../../events/read.ts';
import type { Policy } from '../../policy/types.ts';
import { Replay, type ReplayOptions } from '../../replay/replay.ts';
import type { OpenedLog } from '../logs/open.ts';
import { type Part, partsOf } from './replay-parts.ts';
import { Team } from './replay-team.ts';

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
  const { servers, engine } = opened;
  const sources = servers.flatMap((server) => server.sources);
  const file = join(import.meta.dirname, WORKER);
  const workers = Math.min(availableParallelism(), MOST_WORKERS);
  const parts = existsSync(file) ? partsOf(sources, workers) : [];
  const team =
    parts.length > 0 ? new Team(file, { policies, options, engine: engine.name }, parts, workers) : undefined;
  const read = async (): Promise<void> => {
    if (team) await replayParts(replay, opened, { parts, team, signal: context.interrupt });
    else await scanWhole(replay, opened, sources, context.interrupt);
  };
  try {
    await context.io.progress.during(progressOf(opened, team), read);
  } finally {
    await team?.end();
  }
  return replay;
}

/** As the build calls it; where the sources are run there is none. */
const WORKER = 'replay-worker.cjs';
/** More are not faster than a disk. */
const MOST_WORKERS = 8;

async function scanWhole(
  taker: RowTaker,
  { tally, engine }: OpenedLog,
  sources: readonly LogSource[],
  signal: AbortSignal,
): Promise<void> {
  const step = turns(signal);
  for (const source of sources) await scanLog(source, taker, tally, { engine, step });
}

/** So many milliseconds may go by before a signal is heard, or a terminal drawn on. */
const BETWEEN_TURNS = 50;

/** A step of reading that lets all else have its turn now and then, and ends the reading where that is asked for. */
function turns(signal: AbortSignal): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    signal.throwIfAborted();
    if (performance.now() - last < BETWEEN_TURNS) return undefined;
    return turn(signal).finally(() => (last = performance.now()));
  };
}

async function turn(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

interface Teamwork {
  parts: readonly Part[];
  team: Pick<Team, 'result' | 'leaveOut'>;
  signal: AbortSignal;
}

/**
 * Puts together what came of the parts of a log, in its order. Where a part cannot be counted for itself (what is in it depends on what was
 * before, or was there before), it is read again, and all of its file that comes behind it.
 */
export async function replayParts(
  replay: Replay,
  { tally, engine, missing }: Pick<OpenedLog, 'tally' | 'engine' | 'missing'>,
  { parts, team, signal }: Teamwork,
): Promise<void> {
  let line = 0;
  let again: LogSource | undefined;
  for (const [at, { source, range }] of parts.entries()) {
    if (source === again) continue;
    if (source !== parts[at - 1]?.source) line = 0;
    const done = await team.result(at, signal);
    const isWhole = range?.isLast !== false;
    if (done && (done.isFresh || isWhole) && replay.canMerge(done.replay) && tally.merge(done.tally, source, line)) {
      replay.merge(done.replay);
      missing.push(...done.missing.filter((text) => !missing.includes(text)));
      line += done.tally.lines;
      continue;
    }
    again = source;
    const last = parts.findLastIndex((part) => part.source === source);
    team.leaveOut(last + 1);
    const piece = range && { from: range.from, to: parts[last]?.range?.to ?? 0, line, isLast: true };
    await scanLog(source, replay, tally, { engine, step: turns(signal), ...(piece && { piece }) });
  }
}

/** Counts a log with a taker, in one thread, and shows on a terminal how far it is. Throws as `replayLog`. */
export async function scanWithProgress(opened: OpenedLog, taker: RowTaker, { io, interrupt }: Context): Promise<void> {
  const sources = opened.servers.flatMap((server) => server.sources);
  await io.progress.during(progressOf(opened), () => scanWhole(taker, opened, sources, interrupt));
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
