import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent, LogSource } from '../../events/event.ts';
import type { ServerLog } from '../../events/log-set.ts';
import { followFile } from '../../input/follow.ts';

/** How logs are followed. */
export interface FollowWanted {
  signal: AbortSignal;
  /** What is there already is wanted as well. */
  isFromStart: boolean;
  onGap: (text: string) => void;
}

/** The log of a server; where it is followed, `turn` settles when all was given that was there. */
export interface FollowedLog extends ServerLog {
  turn?: Promise<void>;
}

/** Whether what is there by now is wanted as well: with `--since`, and with `--tail` unless that is 0. */
export function isFromStart({ since, tail }: { since?: string; tail?: string }): boolean {
  return tail === undefined ? since !== undefined : Number(tail) > 0;
}

/** A promise, and what settles it. */
export function caughtUp(): { turn: Promise<void>; onCaughtUp: () => void } {
  let onCaughtUp = (): void => {};
  const turn = new Promise<void>((resolve) => (onCaughtUp = resolve));
  return { turn, onCaughtUp };
}

/**
 * The same logs, of each server the file that is being written followed without end. What was rotated away before is left out unless
 * all is wanted; stdin stays as it is, and all of it is new.
 */
export function followed(servers: readonly ServerLog[], wanted: FollowWanted): FollowedLog[] {
  return servers.map(({ server, sources }) => {
    const earlier = wanted.isFromStart ? sources.slice(0, -1) : [];
    const { turn, onCaughtUp } = caughtUp();
    const current = sources.slice(-1).map((source) => followedSource(source, { ...wanted, onCaughtUp }));
    return { server, sources: [...earlier, ...current], turn };
  });
}

function followedSource(source: LogSource, wanted: FollowWanted & { onCaughtUp: () => void }): LogSource {
  if (source.name === '-') {
    wanted.onCaughtUp();
    return source;
  }
  const bytes = followFile(source.name, wanted);
  return { ...source, open: () => bytes };
}

/**
 * Parts what is read of a log into what was there and what came. What is being read as the turn comes is the first of the news: nothing
 * is lost and nothing given twice. Without a turn all is there.
 */
export function parted<Batch>(
  batches: AsyncGenerator<Batch>,
  turn?: Promise<void>,
): { there: AsyncGenerator<Batch>; news: AsyncGenerator<Batch> } {
  let begun: Promise<IteratorResult<Batch>> | undefined;
  async function* there(): AsyncGenerator<Batch> {
    for (;;) {
      const next = batches.next();
      const result = await (turn ? Promise.race([next, turn]) : next);
      if (!result) {
        next.catch(() => {}); // thrown where the news are read, which may be later
        begun = next;
        return;
      }
      if (result.done) return;
      yield result.value;
    }
  }
  async function* news(): AsyncGenerator<Batch> {
    const first = await begun;
    if (!first || first.done) return;
    yield first.value;
    yield* batches;
  }
  return { there: there(), news: news() };
}

const TICK = 250;

/**
 * Reads logs that have no end side by side, and gives what came of all of them four times a second, also where that is nothing: an idle
 * server must not hold the others back. In time order within each piece; a single log keeps the order it has.
 *
 * @throws what a log throws.
 */
export async function* readTogether(logs: readonly AsyncIterable<LoggedEvent[]>[]): AsyncGenerator<LoggedEvent[]> {
  const state: { came: LoggedEvent[]; open: number; failures: unknown[] } = {
    came: [],
    open: logs.length,
    failures: [],
  };
  const listen = async (log: AsyncIterable<LoggedEvent[]>): Promise<void> => {
    for await (const events of log) state.came.push(...events);
  };
  for (const log of logs)
    void listen(log)
      .catch((error: unknown) => state.failures.push(error))
      .finally(() => (state.open -= 1));
  for (let isOpen = true; isOpen;) {
    await sleep(TICK);
    isOpen = state.open > 0 && state.failures.length === 0;
    const came = state.came.splice(0);
    yield logs.length === 1 ? came : came.toSorted((a, b) => a.at - b.at);
  }
  if (state.failures.length > 0) throw state.failures[0];
}
