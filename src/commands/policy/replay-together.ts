import { isDeepStrictEqual } from 'node:util';
import { ToldDuplicates } from '../../events/duplicates.ts';
import type { LogSource } from '../../events/event.ts';
import { scanLog } from '../../events/read.ts';
import { LogTally } from '../../events/tally.ts';
import type { Replay } from '../../replay/replay.ts';
import type { OpenedLog } from '../logs/open.ts';
import type { Part } from './replay-parts.ts';
import type { Done } from './replay-reader.ts';
import type { Team } from './replay-team.ts';

/** Who reads the parts of a log, and where all that came of them is counted. */
interface Teamwork {
  replay: Replay;
  opened: Pick<OpenedLog, 'tally' | 'engine' | 'missing'>;
  parts: readonly Part[];
  team: Pick<Team, 'result' | 'leaveOut' | 'reuse'>;
  signal: AbortSignal;
  step: () => Promise<void> | undefined;
}

/**
 * Puts together what came of the parts of a log, in its order: the same comes out as if one had been read after the other. Where a part
 * cannot be counted for itself, as what is in it depends on what was before, it is read behind that, and so is the rest of its file.
 *
 * @throws what reading throws, and `result` of the team.
 */
export async function replayParts(teamwork: Teamwork): Promise<void> {
  const { replay, parts, team, signal } = teamwork;
  let line = 0;
  let behind: LogSource | undefined;
  for (const [at, part] of parts.entries()) {
    if (part.source === behind) continue;
    if (part.source !== parts[at - 1]?.source) line = 0;
    const done = await team.result(at, signal);
    if (done && (done.isFresh || part.range?.isLast !== false) && replay.canMerge(done.replay)) {
      await merge(teamwork, part, done, line);
      line += done.tally.lines;
      team.reuse(done);
    } else {
      behind = part.source;
      await readRest(teamwork, at, line);
    }
  }
}

/** Where other events came again than it seemed without what was before, the part is read once more, now that they are known. */
async function merge(teamwork: Teamwork, { source, range }: Part, done: Done, line: number): Promise<void> {
  const { replay, opened, step } = teamwork;
  const { tally, missing, engine } = opened;
  const known = tally.knownOf(done.events);
  if (isDeepStrictEqual(known, done.events.known)) {
    replay.merge(done.replay);
    tally.merge(done.tally, source, line);
  } else {
    const told = new LogTally(new ToldDuplicates(known));
    await scanLog(source, replay, told, { engine, step, ...(range && { piece: { ...range, line } }) });
    tally.merge(told.counted(), source, 0);
  }
  missing.push(...done.missing.filter((text) => !missing.includes(text)));
}

async function readRest(teamwork: Teamwork, at: number, line: number): Promise<void> {
  const { replay, opened, parts, team, step } = teamwork;
  const { source, range } = parts[at] ?? {};
  if (!source) return;
  const last = parts.findLastIndex((part) => part.source === source);
  team.leaveOut(last + 1);
  const piece = range && { from: range.from, to: parts[last]?.range?.to ?? range.to, line, isLast: true };
  await scanLog(source, replay, opened.tally, { engine: opened.engine, step, ...(piece && { piece }) });
}
