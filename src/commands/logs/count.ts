import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { type Count, type CountedBy, Counter, isCounted, TimeCounter } from '../../events/counting.ts';
import type { Test } from '../../events/filter.ts';
import { checkChoice, readCount } from '../../flags/check.ts';
import { csvLine } from '../../report/events/fields.ts';
import { timeText } from '../../report/events/line.ts';
import { tableLines } from '../../report/table.ts';
import { safeJson, safeText } from '../../report/text.ts';
import { type OpenedLog, readAll } from './open.ts';
import type { LogsFlags } from './flags.ts';

const BY: readonly CountedBy[] = ['user', 'verb', 'resource', 'namespace', 'ip', 'agent', 'status'];
const LIMIT = 10;

/** `logs --count`, `--top` and `--by`: how many requests, by whom or when. */
export async function count(opened: OpenedLog, isWanted: Test, flags: LogsFlags, context: Context): Promise<void> {
  const by = readTop(flags.top);
  const counter = new Counter(by);
  const times = flags.by === undefined ? null : new TimeCounter(flags.by);
  const isOne = flags.stage.length > 0 ? () => true : isCounted;
  const take: (event: Parameters<Test>[0]) => undefined = (event) => {
    if (!isOne(event) || !isWanted(event)) return undefined;
    counter.add(event);
    times?.add(event);
    return undefined;
  };
  for await (const _ of readAll(opened, take));
  const top = counter.top(limitOf(flags));
  await context.io.stdout(shown({ by, counter, top, times }, flags, context));
}

/** Reads `user,verb`. Throws UserError for what nothing is counted by. */
function readTop(top: string | undefined): CountedBy[] {
  const words = top === undefined ? [] : top.split(',');
  for (const word of words) checkChoice('--top', word, BY);
  return BY.filter((each) => words.includes(each)).toSorted((a, b) => words.indexOf(a) - words.indexOf(b));
}

function limitOf({ limit }: LogsFlags): number {
  return limit === undefined ? LIMIT : (readCount('--limit', limit, 'lines') ?? LIMIT);
}

interface Counted {
  by: readonly CountedBy[];
  counter: Counter;
  top: readonly Count[];
  times: TimeCounter | null;
}

function shown({ by, counter, top, times }: Counted, flags: LogsFlags, { io }: Context): string {
  const rows = times?.rows() ?? [];
  if (flags.output === 'json') {
    const counts = top.map(({ parts, requests, last }) => ({ ...partsJson(by, parts), requests, last: isoTime(last) }));
    const over = times === null ? {} : { by: rows.map(({ start, requests }) => ({ from: isoTime(start), requests })) };
    const { requests, others } = counter;
    return safeJson({
      kind: 'LogCounts',
      formatVersion: 1,
      requests,
      others,
      ...(by.length > 0 ? { top: counts } : {}),
      ...over,
    });
  }
  if (flags.output === 'csv') {
    if (by.length > 0 && times !== null) throw twoTables();
    if (times !== null)
      return [['from', 'requests'], ...rows.map((row) => [isoTime(row.start), String(row.requests)])]
        .map(csvLine)
        .join('');
    return [[...by, 'requests'], ...top.map(({ parts, requests }) => [...parts, String(requests)])]
      .map(csvLine)
      .join('');
  }
  const isUtc = flags.utc ?? false;
  const width = Math.min(io.stdoutColumns, 120);
  const total = `${counter.requests.toLocaleString('en-US')}${by.length > 0 || times !== null ? ' requests' : ''}\n`;
  const tables = [
    ...(by.length === 0 ? [] : [topTable(by, counter, top, { isUtc, width, style: io.stdoutStyle })]),
    ...(times === null ? [] : [histogram(rows, { isUtc, width })]),
  ];
  return [...tables, total].join('\n');
}

function twoTables(): UserError {
  return new UserError('-o csv is one table, and --top and --by are two', { hint: 'Ask one of them, or -o json.' });
}

function partsJson(by: readonly CountedBy[], parts: readonly string[]): Record<string, string> {
  return Object.fromEntries(by.map((each, at) => [each, parts[at] ?? '']));
}

function isoTime(microseconds: number): string {
  return new Date(microseconds / 1000).toISOString();
}

interface TableOptions {
  isUtc: boolean;
  width: number;
}

function topTable(
  by: readonly CountedBy[],
  { requests, size, others }: Counter,
  top: readonly Count[],
  { isUtc, width, style }: TableOptions & { style: Context['io']['style'] },
): string {
  const columns = [
    { head: 'REQUESTS', cells: top.map((row) => row.requests.toLocaleString('en-US').padStart(8)) },
    { head: 'SHARE', cells: top.map((row) => shareText(row.requests, requests).padStart(5)) },
    ...by.map((each, at) => ({
      head: each.toUpperCase(),
      cells: top.map(({ parts }) => (parts[at] === '' ? '-' : safeText(parts[at] ?? '').replaceAll(/[\t\n]/g, ' '))),
      ...(at === by.length - 1 ? { cut: 'end' as const } : {}),
    })),
    { head: 'LAST', cells: top.map(({ last }) => timeText(last, isUtc)), dispensable: 1 },
  ];
  const more = size > top.length ? [`… ${(size - top.length).toLocaleString('en-US')} more; --limit N shows more`] : [];
  const rest =
    others > 0 ? [`${others.toLocaleString('en-US')} requests of others: there are too many to tell them apart`] : [];
  return [...tableLines(columns, width, style), ...more, ...rest, ''].join('\n');
}

function shareText(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return percent >= 10 ? `${Math.round(percent)} %` : `${percent.toFixed(1)} %`;
}

function histogram(rows: readonly { start: number; requests: number }[], { isUtc, width }: TableOptions): string {
  const most = Math.max(...rows.map(({ requests }) => requests), 1);
  const digits = most.toLocaleString('en-US').length;
  const room = Math.max(10, width - 16 - digits - 4);
  const line = ({ start, requests }: { start: number; requests: number }): string => {
    const bar = '█'.repeat(Math.ceil((requests / most) * room));
    return `${timeText(start, isUtc).slice(0, 11)}  ${requests.toLocaleString('en-US').padStart(digits)}  ${bar}`.trimEnd();
  };
  return [...rows.map(line), ''].join('\n');
}
