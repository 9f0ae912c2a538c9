import { parentPort, workerData } from 'node:worker_threads';
import type { LogSource } from '../../events/event.ts';
import { engineNamed } from '../../events/kernel.ts';
import { type Piece, scanLog } from '../../events/read.ts';
import { LogTally, type TallyCounts } from '../../events/tally.ts';
import { fileSource } from '../../input/log-files.ts';
import type { Policy } from '../../policy/types.ts';
import { Replay, type ReplayCounts, type ReplayOptions } from '../../replay/replay.ts';

/** What a worker is for. */
export interface Task {
  policies: readonly Policy[];
  options: ReplayOptions;
  /** Of the way in which lines are looked at. */
  engine: string;
}

/** Which part a worker reads. */
export interface Job {
  at: number;
  name: string;
  path?: readonly string[];
  piece?: Piece;
}

/** What came of a part. */
export interface Done {
  replay: ReplayCounts;
  tally: TallyCounts;
  missing: string[];
  /** What comes behind it can be read for itself. */
  isFresh: boolean;
}

/** What a worker says: how many bytes it has read of a part, and at last what came of it; null where that could not be read to its end. */
export interface Said {
  at: number;
  bytes: number;
  done?: Done | null;
}

/** Reads a part of a log by itself. */
export async function replayPart(task: Task, job: Job, onBytes: (bytes: number) => void): Promise<Done | null> {
  const replay = new Replay(task.policies, task.options);
  const tally = new LogTally(true);
  const missing: string[] = [];
  const { path, piece } = job;
  const source: LogSource = fileSource(job.name, { ...(path && { path }), onMissing: (text) => missing.push(text) });
  const step = (): void => onBytes(tally.bytes);
  try {
    const isFresh = await scanLog(source, replay, tally, {
      engine: engineNamed(task.engine),
      step,
      ...(piece && { piece }),
    });
    return { replay: replay.counted(), tally: tally.counted(), missing, isFresh };
  } catch {
    return null; // whoever reads it once more finds out what it was, and on which line
  }
}

const BETWEEN_SAYINGS = 32 * 1024 * 1024;

parentPort?.on('message', (job: Job) => {
  let said = 0;
  const onBytes = (bytes: number): void => {
    if (bytes - said < BETWEEN_SAYINGS) return;
    said = bytes;
    parentPort?.postMessage({ at: job.at, bytes } satisfies Said);
  };
  void replayPart(workerData, job, onBytes).then((done) => {
    parentPort?.postMessage({ at: job.at, bytes: 0, done } satisfies Said);
  });
});
