import type { LoggedEvent, LogSource } from '../event.ts';
import type { Engine } from '../kernel.ts';
import { rotationStem, type ServerLog } from '../log-set.ts';
import { readLog } from '../read.ts';
import type { LogTally } from '../tally.ts';
import { type LogCollector, logCollector, type ServerFacts } from './collect.ts';
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
  const facts: ServerFacts[] = [];
  for (const { server, sources } of servers) {
    const whole = logCollector(server);
    const parts = partsOf(server, sources);
    for (const source of sources) {
      const before = lostLines(tally);
      const part = parts.get(rotationStem(source.name));
      const add = (event: LoggedEvent): undefined => {
        whole.add(event);
        part?.add(event);
        take?.(event);
      };
      for await (const _ of readLog(source, add, tally, engine));
      for (const collector of [whole, part]) collector?.fileEnded(source, lostLines(tally) - before);
    }
    facts.push(...serversOf(whole, [...parts.values()]));
  }
  return judgeCompleteness(facts, masters);
}

/** So many logs are told apart that lie side by side. */
const MOST_PARTS = 64;

/** A collector for each file and what was rotated away from it; none where all are of one. */
function partsOf(server: string, sources: readonly LogSource[]): Map<string, LogCollector> {
  const stems = new Set(sources.map(({ name }) => rotationStem(name)));
  const areSeveral = stems.size > 1 && stems.size <= MOST_PARTS;
  return new Map(areSeveral ? [...stems].map((stem) => [stem, logCollector(server)]) : []);
}

/** Files side by side (`cp-1.log cp-2.log`) are logs of servers of their own where each tells of one lease, another one each. */
function serversOf(whole: LogCollector, parts: readonly LogCollector[]): ServerFacts[] {
  const facts = parts.map((part) => part.facts());
  const leases = new Set(facts.map((part) => part.leases[0]?.lease));
  const areServers =
    facts.length > 1 && leases.size === facts.length && facts.every((part) => part.leases.length === 1);
  return areServers ? facts : [whole.facts()];
}

/** Lines that were an event once; one that is still being written is not lost. */
function lostLines({ damaged: { cut, nul, corrupt } }: LogTally): number {
  return cut + nul + corrupt;
}
