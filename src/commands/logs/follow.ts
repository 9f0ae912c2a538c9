import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent, LogSource } from '../../events/event.ts';
import type { Engine } from '../../events/kernel.ts';
import type { ServerLog } from '../../events/log-set.ts';
import { readLog } from '../../events/read.ts';
import type { LogTally } from '../../events/tally.ts';
import { followFile } from '../../input/follow.ts';

/** How logs are followed. */
export interface FollowWanted {
  signal: AbortSignal;
  /** What is there already is wanted as well. */
  isFromStart: boolean;
  onGap: (text: string) => void;
}

/**
 * The same logs, of each server the file that is being written followed without end. What was rotated away before is left out unless
 * all is wanted; stdin stays as it is.
 */
export function followed(servers: readonly ServerLog[], wanted: FollowWanted): ServerLog[] {
  return servers.map(({ server, sources }) => {
    const earlier = wanted.isFromStart ? sources.slice(0, -1) : [];
    const current = sources.slice(-1).map((source) => followedSource(source, wanted));
    return { server, sources: [...earlier, ...current] };
  });
}

function followedSource(source: LogSource, wanted: FollowWanted): LogSource {
  return source.name === '-' ? source : { ...source, open: () => followFile(source.name, wanted) };
}

const TICK = 250;

/** What of a log that was opened is needed here. */
interface Followed {
  servers: readonly ServerLog[];
  tally: LogTally;
  engine: Engine;
}

/**
 * Reads logs that have no end side by side, and gives what came of all of them four times a second, also where that is nothing: an idle
 * server must not hold the others back. In time order within each piece.
 *
 * @throws what a source throws.
 */
export async function* readTogether(
  { servers, tally, engine }: Followed,
  take: (event: LoggedEvent) => LoggedEvent | undefined,
): AsyncGenerator<LoggedEvent[]> {
  const state: { came: LoggedEvent[]; open: number; failures: unknown[] } = {
    came: [],
    open: servers.length,
    failures: [],
  };
  const listen = async ({ sources }: ServerLog): Promise<void> => {
    for (const source of sources)
      for await (const events of readLog(source, take, tally, engine)) state.came.push(...events);
  };
  for (const server of servers)
    void listen(server)
      .catch((error: unknown) => state.failures.push(error))
      .finally(() => (state.open -= 1));
  for (let isOpen = true; isOpen;) {
    await sleep(TICK);
    isOpen = state.open > 0 && state.failures.length === 0;
    yield state.came.splice(0).toSorted((a, b) => a.at - b.at);
  }
  if (state.failures.length > 0) throw state.failures[0];
}
