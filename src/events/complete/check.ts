import type { LoggedEvent } from '../event.ts';
import type { Engine } from '../kernel.ts';
import type { ServerLog } from '../log-set.ts';
import { readLog } from '../read.ts';
import type { LogTally } from '../tally.ts';
import { type LogCollector, logCollector } from './collect.ts';
import { type Completeness, judgeCompleteness } from './verdict.ts';

interface WholeLog {
  servers: readonly ServerLog[];
  tally: LogTally;
  engine?: Engine;
}

/**
 * Reads the logs of all API servers, one after the other, and judges whether they are complete.
 *
 * @param tally counts what was read, and what could not be.
 * @param masters the names of the nodes whose logs should be here.
 * @param take gets each event as well, which is only good until it returns.
 * @throws what a source throws.
 */
export async function checkedLog(
  { servers, tally, engine }: WholeLog,
  masters: readonly string[],
  take?: (event: LoggedEvent) => void,
): Promise<Completeness> {
  const collectors: LogCollector[] = [];
  for (const { server, sources } of servers) {
    const collector = logCollector(server);
    collectors.push(collector);
    for (const source of sources) {
      const before = lostLines(tally);
      const add = (event: LoggedEvent): undefined => {
        collector.add(event);
        take?.(event);
      };
      for await (const _ of readLog(source, add, tally, engine));
      collector.fileEnded(source, lostLines(tally) - before);
    }
  }
  return judgeCompleteness(
    collectors.map((collector) => collector.facts()),
    masters,
  );
}

/** Lines that were an event once; one that is still being written is not lost. */
function lostLines({ damaged: { cut, nul, corrupt } }: LogTally): number {
  return cut + nul + corrupt;
}
