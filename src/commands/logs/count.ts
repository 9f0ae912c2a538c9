import type { Context } from '../../context.ts';
import { COUNTED_BY, type CountedBy, TimeCounter } from '../../events/counting.ts';
import type { Test } from '../../events/filter.ts';
import { RequestCounts } from '../../events/request-counts.ts';
import { checkChoice, readCount } from '../../flags/check.ts';
import { type Counted, countsCsv, countsJson, countsText } from '../../report/events/counts.ts';
import { safeJson, wrap } from '../../report/text.ts';
import { type OpenedLog, readAll } from './open.ts';
import { scanAll } from './scan.ts';
import type { LogsFlags } from './flags.ts';

/** `logs --count`, `--top` and `--by`: how many requests, by whom or when. Nothing that matches is left out as noise. */
export async function count(opened: OpenedLog, isWanted: Test, flags: LogsFlags, context: Context): Promise<void> {
  const { io } = context;
  const counted = await countAll(opened, isWanted, flags, context);
  if (flags.output === 'json') return io.stdout(safeJson(countsJson(counted)));
  if (flags.output === 'csv') return io.stdout(countsCsv(counted));
  await io.stdout(countsText(counted, { style: io.stdoutStyle, columns: Math.min(io.stdoutColumns, 120) }));
  if (counted.isWithoutEnds) io.stderr(`${io.style.yellow('warning:')} ${wrap(WITHOUT_ENDS, io.columns - 9)}\n`);
}

const WITHOUT_ENDS =
  'The log tells of no request how it ended (its policy omits the stage ResponseComplete), so none is counted. Fix: count the events of another stage, with --stage RequestReceived.';

async function countAll(opened: OpenedLog, isWanted: Test, flags: LogsFlags, { interrupt }: Context): Promise<Counted> {
  const by = readTop(flags.top);
  const times = flags.by === undefined ? null : new TimeCounter(flags.by, flags.utc ? () => 0 : zoneOffset());
  const isByStage = flags.stage.length > 0;
  const counts = new RequestCounts(by, { times, isWanted, isByStage });
  if (counts.takesRows) await scanAll(opened, counts, interrupt);
  else for await (const _ of readAll(opened, (event) => void counts.add(event)));
  return {
    by,
    span: flags.by ?? null,
    isUtc: flags.utc ?? false,
    unit: isByStage ? 'event' : 'request',
    total: counts.total,
    open: counts.countOpen(),
    rows: times?.rows() ?? [],
    limit: readCount('--limit', flags.limit, 'lines') ?? (times === null ? 10 : 3),
    isWithoutEnds: !isByStage && opened.tally.events > 0 && counts.ended === 0,
  };
}

/** Reads `user,verb`. Throws UserError for what nothing is counted by. */
function readTop(top: string | undefined): CountedBy[] {
  const words = top === undefined ? [] : top.split(',');
  for (const word of words) checkChoice('--top', word, COUNTED_BY);
  return COUNTED_BY.filter((each) => words.includes(each)).toSorted((a, b) => words.indexOf(a) - words.indexOf(b));
}

const QUARTER = 900_000_000;

/** How much the clock of this machine is ahead of UTC at a time, in microseconds; it changes at quarters of an hour only. */
function zoneOffset(): (at: number) => number {
  let [from, offset] = [NaN, 0];
  return (at) => {
    if (at >= from && at < from + QUARTER) return offset;
    from = Math.floor(at / QUARTER) * QUARTER;
    offset = -new Date(from / 1000).getTimezoneOffset() * 60_000_000;
    return offset;
  };
}
