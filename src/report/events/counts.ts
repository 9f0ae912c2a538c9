import { AS, type CountedBy, type Counter, type Span, type SpanCount, SPANS } from '../../events/counting.ts';
import { nameOfUser } from '../../events/people.ts';
import type { JsonObject } from '../../json.ts';
import { type Column, tableLines } from '../table.ts';
import { isoTime } from '../../events/time.ts';
import { counted as countOf, number, safeLine, type Style } from '../text.ts';
import { csvLine } from './fields.ts';
import { cutMiddle } from '../fit.ts';
import { timeText } from './times.ts';

/** What was counted, and by what. */
export interface Counted {
  /** Empty: only how many. */
  by: readonly CountedBy[];
  /** By time as well; null: not. */
  span: Span | null;
  isUtc: boolean;
  unit: 'request' | 'event';
  total: Counter;
  /** How many of them are still open at the end of the log. */
  open: number;
  /** By time: spans that have any. */
  rows: readonly SpanCount[];
  /** Of each table at most so many lines. */
  limit: number;
  /** No request of the log ends in it. */
  isWithoutEnds: boolean;
}

interface TextOptions {
  style: Style;
  columns: number;
}

/** Counts for people: a table or a histogram, and below it how many there are. */
export function countsText(counted: Counted, options: TextOptions): string {
  const { by, span, total, open, unit } = counted;
  const sum = by.length === 0 && span === null ? number(total.requests) : countOf(total.requests, unit);
  const last = `${sum}${open === 0 ? '' : `, ${number(open)} of them still open at the end of the log`}`;
  if (total.requests === 0) return `${last}\n`;
  const above = span === null ? topLines(counted, options) : timeLines(counted, span, options);
  return [...above, ...(above.length === 0 ? [] : ['']), last, ''].join('\n');
}

function topLines({ by, total, limit, isUtc }: Counted, { style, columns }: TextOptions): string[] {
  if (by.length === 0) return [];
  const top = total.top(limit);
  const lines = tableLines(
    [
      { head: 'REQUESTS', cells: top.map(({ requests }) => number(requests).padStart(8)) },
      { head: 'SHARE', cells: top.map(({ requests }) => share(requests, total.requests).padStart(5)) },
      ...partColumns(
        by,
        top.map(({ parts }) => parts),
      ),
      { head: 'LAST', cells: top.map(({ last }) => timeText(last, isUtc)), dispensable: 1 },
    ],
    columns,
    style,
  );
  return [...lines, ...restLines(total, top.length)];
}

function restLines({ size, others, requests }: Counter, shown: number): string[] {
  const more = size > shown ? [`… ${number(size - shown)} more; --limit ${size} shows all`] : [];
  if (others === 0) return more;
  return [
    ...more,
    `There are at least ${number(size + 1)} different ones: ${number(others)} of ${number(requests)} are not told apart.`,
  ];
}

/** Where there is less room, the last loses its end, and those before it their middle: of long names they never show more. */
function partColumns(by: readonly CountedBy[], rows: readonly (readonly string[])[]): Column[] {
  return by.map((each, at): Column => {
    const isLast = at === by.length - 1;
    const cells = rows.map((parts) => shown(each, parts[at] ?? ''));
    return {
      head: each.toUpperCase(),
      cells: isLast ? cells : cells.map((cell) => cutMiddle(cell, 32)),
      cut: isLast ? 'end' : 'middle',
    };
  });
}

function shown(by: CountedBy, part: string): string {
  if (part === '' && by !== 'user') return '-';
  const text =
    by === 'user'
      ? part
          .split(AS)
          .map((username) => nameOfUser({ username }))
          .join(' as ')
      : part;
  return safeLine(text);
}

function share(part: number, whole: number): string {
  const percent = (100 * part) / whole;
  return percent >= 10 ? `${Math.round(percent)} %` : `${percent.toFixed(1)} %`;
}

function timeLines(counted: Counted, span: Span, options: TextOptions): string[] {
  return counted.by.length === 0 ? histogram(counted, span, options) : timeTable(counted, span, options);
}

/** So many empty spans in a row are shown, each on its line; more are one line. */
const EMPTY_SHOWN = 3;

function histogram({ rows, isUtc }: Counted, span: Span, { columns, style }: TextOptions): string[] {
  const most = Math.max(...rows.map(({ counter }) => counter.requests));
  const digits = number(most).length;
  const room = Math.max(10, columns - wallText(0, span, isUtc).length - digits - 4);
  const line = (start: number, requests: number): string => {
    const bar = '█'.repeat(Math.ceil((requests / most) * room));
    return `${wallText(start, span, isUtc)}  ${number(requests).padStart(digits)}  ${bar}`.trimEnd();
  };
  return rows.flatMap(({ start, counter }, at) => {
    const before = rows[at - 1]?.start ?? start - SPANS[span];
    return [...emptyLines(before, start, span, (empty) => line(empty, 0), style), line(start, counter.requests)];
  });
}

/** What lies between two spans that have requests: a gap must show. */
function emptyLines(
  before: number,
  after: number,
  span: Span,
  line: (start: number) => string,
  style: Style,
): string[] {
  const count = Math.round((after - before) / SPANS[span]) - 1;
  if (count > EMPTY_SHOWN) return [style.dim(`… ${countOf(count, span)} without any`)];
  return Array.from({ length: Math.max(0, count) }, (_, at) => line(before + (at + 1) * SPANS[span]));
}

/** `11-23 05:55` of a time on the wall; of days only the day. */
function wallText(start: number, span: Span, isUtc: boolean): string {
  const text = new Date(start / 1000).toISOString();
  const time = span === 'day' ? text.slice(0, 10) : `${text.slice(5, 10)} ${text.slice(11, 16)}`;
  return `${time}${isUtc && span !== 'day' ? 'Z' : ''}`;
}

/** The most frequent ones of each span. */
function timeTable({ by, rows, limit, isUtc }: Counted, span: Span, { columns, style }: TextOptions): string[] {
  const lines = rows.flatMap(({ start, counter }) => {
    const top = counter.top(limit);
    return top.map(({ parts, requests }, at) => ({
      parts,
      requests: number(requests).padStart(8),
      share: share(requests, counter.requests).padStart(5),
      time: at === 0 ? wallText(start, span, isUtc) : '',
      more: at === top.length - 1 && counter.size > top.length ? `… ${number(counter.size - top.length)} more` : '',
    }));
  });
  const table = [
    { head: 'FROM', cells: lines.map(({ time }) => time) },
    { head: 'REQUESTS', cells: lines.map(({ requests }) => requests) },
    { head: 'SHARE', cells: lines.map((line) => line.share) },
    ...partColumns(
      by,
      lines.map(({ parts }) => parts),
    ),
    { head: '', cells: lines.map(({ more }) => more), dispensable: 1 },
  ];
  return tableLines(table, columns, style);
}

/** The same for a program: names in full, times in UTC; a day can begin at another hour there, `zone` says whose it is. */
export function countsJson({ by, span, unit, total, open, rows, limit, isUtc }: Counted): JsonObject {
  const top = (counter: Counter): JsonObject =>
    by.length === 0
      ? {}
      : {
          different: counter.size,
          notToldApart: counter.others,
          top: counter.top(limit).map(({ parts, requests, last }) => ({
            ...Object.fromEntries(partPairs(by, parts)),
            count: requests,
            last: isoTime(last),
          })),
        };
  return {
    kind: 'LogCounts',
    formatVersion: 1,
    unit,
    count: total.requests,
    stillOpen: open,
    ...top(total),
    ...(span === null
      ? {}
      : {
          span,
          zone: isUtc ? 'UTC' : 'local',
          spans: rows.map(({ start, counter }) => ({
            from: fromText(start, isUtc),
            count: counter.requests,
            ...top(counter),
          })),
        }),
  };
}

/** As whom somebody acted is a part of its own. */
function partPairs(by: readonly CountedBy[], parts: readonly string[]): [string, string][] {
  return by.flatMap((each, at): [string, string][] => {
    const part = parts[at] ?? '';
    if (each !== 'user') return [[each, part]];
    const [user = '', as = ''] = part.split(AS);
    return [
      ['user', user],
      ['as', as],
    ];
  });
}

/** The beginning of a span in UTC: what the clock of this machine shows is read as its own time. */
function fromText(start: number, isUtc: boolean): string {
  const wall = new Date(start / 1000).toISOString().slice(0, 19);
  return `${isUtc ? wall : new Date(wall).toISOString().slice(0, 19)}Z`;
}

/** One table of CSV, names in full. */
export function countsCsv(counted: Counted): string {
  const { by, span, total, rows, limit, isUtc } = counted;
  const heads = by.flatMap((each) => (each === 'user' ? ['user', 'as'] : [each]));
  const cells = (parts: readonly string[]): string[] => partPairs(by, parts).map(([, part]) => part);
  if (span === null) {
    if (by.length === 0) return csvLine(['requests']) + csvLine([String(total.requests)]);
    const lines = total
      .top(limit)
      .map(({ parts, requests, last }) => [...cells(parts), String(requests), isoTime(last) ?? '']);
    return [[...heads, 'requests', 'last'], ...lines].map(csvLine).join('');
  }
  const lines = rows.flatMap(({ start, counter }) =>
    by.length === 0
      ? [[fromText(start, isUtc), String(counter.requests)]]
      : counter.top(limit).map(({ parts, requests }) => [fromText(start, isUtc), ...cells(parts), String(requests)]),
  );
  return [['from', ...heads, 'requests'], ...lines].map(csvLine).join('');
}
