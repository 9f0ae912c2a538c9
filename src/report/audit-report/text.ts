import type { AuditReport, EvidenceFile } from '../../events/report/data.ts';
import { type Column, tableLines } from '../table.ts';
import { cutMiddle } from '../fit.ts';
import { counted, number, indented, type Style, wrap } from '../text.ts';
import { headRows, incompleteText } from './head.ts';
import { LAST_WORD, oneLine, TOPS, type ToldRow, type ToldSection, toldSections, toldTops } from './told.ts';

/** How a report is shown as text. */
export interface TextOptions {
  style: Style;
  /** Infinity where no row is to be cut. */
  columns: number;
  /** So many rows of each section. */
  rows: number;
  files: ReadonlyMap<string, EvidenceFile>;
  /** Secrets in paths and commands are shown, not masked. */
  isRevealed?: boolean;
  /** The folder of the evidence as it was given; '' for none. */
  evidence: string;
}

/** Prose is never wider than this. */
const PROSE = 100;
const LABEL = 12;
/** With less room less is told of each request. */
const WIDE = 110;

/** A report for a terminal: what was found first, section by section; then what was not found, and the busiest. */
export function reportText(report: AuditReport, options: TextOptions): string {
  const sections = toldSections(report, { ...options, isShort: options.columns < WIDE });
  const found = sections.filter(({ verdict }) => verdict === 'found');
  const parts = [
    head(report, options),
    incompleteText(report, { style: options.style, columns: widthOf(options) }),
    ...found.map((section) => sectionText(section, options)),
    emptyText(
      sections.filter(({ verdict }) => verdict !== 'found'),
      options,
    ),
    busiestText(report, options),
    wrap(LAST_WORD, widthOf(options)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function widthOf({ columns }: TextOptions): number {
  return Math.min(columns, Number.isFinite(columns) ? PROSE : 80);
}

function head(report: AuditReport, options: TextOptions): string {
  const { style } = options;
  const rows = headRows(report).flatMap(([label, text]) =>
    wrap(text, widthOf(options) - LABEL)
      .split('\n')
      .map((line, at) => `${style.bold((at === 0 ? label : '').padEnd(LABEL))}${line}`),
  );
  return [style.bold('Audit report'), '', ...rows].join('\n');
}

function sectionText(section: ToldSection, options: TextOptions): string {
  const { style } = options;
  const { title, id, asks, figure } = section;
  return [
    `${style.bold(title)}  ${style.dim(id)}`,
    ...prose(asks, options),
    ...prose(figure, options),
    '',
    ...rowLines(section.rows, options),
    ...footLines(section, options),
  ].join('\n');
}

function prose(text: string, options: TextOptions): string[] {
  return indented(text, '  ', widthOf(options));
}

function rowLines(rows: readonly ToldRow[], { columns, style }: TextOptions): string[] {
  const of = (head: string, cell: (row: ToldRow) => string, more: Partial<Column> = {}): Column[] => {
    const cells = rows.map(cell);
    return cells.every((text) => text === '') ? [] : [{ head, cells, ...more }];
  };
  const paint = (cell: string, row: number): string => (rows[row]?.isDenied ? style.red(cell) : cell);
  const table = [
    ...of(isNarrow(columns) ? 'DAY, UTC' : 'TIME', ({ time }) => shortTime(time, columns)),
    ...of('×', ({ requests }) => (requests === 1 ? '' : number(requests)), { dispensable: 3 }),
    ...of('WHO', ({ who }) => cutMiddle(who, isNarrow(columns) ? 14 : 22)),
    ...of('WHAT', ({ what }) => what, { cut: 'end' }),
    ...of('OUTCOME', ({ outcome }) => (columns < WIDE ? (outcome.split(' ')[0] ?? '') : outcome), { paint }),
    ...(columns < WIDE ? [] : of('FROM', ({ from }) => from)),
  ];
  return tableLines(table, columns - 2, style).map((line) => `  ${line}`);
}

function isNarrow(columns: number): boolean {
  return columns < 76;
}

/** On a terminal the year is in the head; where that is narrow, the seconds are in `-o json`. */
function shortTime(time: string, columns: number): string {
  if (!Number.isFinite(columns)) return time;
  return isNarrow(columns) ? time.slice(5, 16) : time.slice(5);
}

function footLines(section: ToldSection, options: TextOptions): string[] {
  const { more, untold, blind, evidenceFor, file } = section;
  const lines = [
    ...(more > 0 ? [`and ${counted(more, 'more row')}: --rows ${more + section.rows.length} shows them`] : []),
    ...(untold > 0 ? [`and ${counted(untold, 'request')} of too many different kinds for rows of their own`] : []),
    ...blind.map((text) => `Could not be seen: ${text}`),
    ...(file === null ? [] : [`Events: ${options.evidence}/${file.name} (${counted(file.lines, 'line')})`]),
  ].flatMap((line) => prose(line, options));
  return [...lines, ...prose(`Evidence for: ${evidenceFor.join(', ')}`, options).map(options.style.dim)];
}

/** What was not found, each with whether it could have been. */
function emptyText(sections: readonly ToldSection[], options: TextOptions): string {
  if (sections.length === 0) return '';
  const lines = sections.flatMap(({ title, id, verdict, blind, figure }) => {
    const note = verdict === 'not known' && figure !== 'none' ? `: ${figure}` : '';
    return [
      ...prose(`${title}${note}  ${options.style.dim(id)}`, options),
      ...blind.flatMap((text) => indented(`Could not be seen: ${text}`, '    ', widthOf(options))),
    ];
  });
  return [options.style.bold('Nothing in the log'), ...lines].join('\n');
}

function busiestText(report: AuditReport, { columns, style, ...telling }: TextOptions): string {
  const tops = toldTops(report, telling);
  const tables = TOPS.map(([kind, head]) => {
    const counts = tops[kind];
    const table: Column[] = [
      { head: 'REQUESTS', cells: counts.map(({ requests }) => number(requests).padStart(8)) },
      { head: 'DENIED', cells: counts.map(({ denied }) => (denied === 0 ? '' : number(denied)).padStart(6)) },
      { head: head.toUpperCase(), cells: counts.map(({ name }) => oneLine(name)), cut: 'end' },
    ];
    return counts.length === 0
      ? ''
      : tableLines(table, columns - 2, style)
          .map((line) => `  ${line}`)
          .join('\n');
  }).filter((table) => table !== '');
  return tables.length === 0 ? '' : [`${style.bold('The busiest')}`, tables.join('\n\n')].join('\n');
}
