import { indented } from './indented.ts';
import type { ViewOptions } from './rows-view.ts';
import { diskCell, findingsCell, isLive, LIVE_CELL, policyCell, STATE_PAINT, UPDATE_CELL } from './status-words.ts';
import type { ClusterStatus, StatusRow } from './status-types.ts';
import type { Style } from './style.ts';

interface Column {
  head: string;
  cell: (status: ClusterStatus) => string;
  /** Left out where this is false. */
  shown?: (rows: readonly StatusRow[]) => boolean;
}

/** The names come last: they may be long. */
const COLUMNS: readonly Column[] = [
  { head: 'POLICY', cell: ({ policy }) => policyCell(policy) },
  { head: 'DISK', cell: ({ log, webhook }) => diskCell(log, webhook) },
  { head: 'FINDINGS', cell: findingsCell },
  { head: 'UPDATE', cell: ({ update }) => UPDATE_CELL[update.state], shown: (rows) => !rows.some(isNotAsked) },
  {
    head: 'LIVE',
    cell: ({ live }) => (live === null ? '-' : LIVE_CELL[live.state]),
    shown: (rows) => rows.some(isLive),
  },
];

/** A row for each cluster; where the longest does not fit, each name has a line of its own. Then why clusters failed. */
export function statusTable(rows: readonly StatusRow[], { style, columns, clean }: ViewOptions): string {
  const shown = COLUMNS.filter((column) => column.shown?.(rows) ?? true);
  const lines = [
    ['STATE', ...shown.map(({ head }) => head), 'CLUSTER'],
    ...rows.map((row) => [
      row.state,
      ...shown.map(({ cell }) => (row.state === 'failed' ? '' : cell(row))),
      row.cluster,
    ]),
  ].map((line) => line.map((cell) => clean(cell).replaceAll('\n', ' ')));
  const widths = widthsOf(lines.map((line) => line.slice(0, -1)));
  const total = widths.reduce((sum, width) => sum + width + 2, 0);
  const isWide = lines.some((line) => total + line.at(-1)!.length > columns);
  const text = lines.map((line, at) => lineText(line, widths, isWide, at === 0 ? null : rows[at - 1]!, style));
  return [...text, ...failures(rows, { style, columns, clean })].map((line) => `${line}\n`).join('');
}

function isNotAsked(row: StatusRow): boolean {
  return row.state !== 'failed' && row.update.state === 'not-asked';
}

function widthsOf(lines: readonly string[][]): number[] {
  return (lines[0] ?? []).map((_head, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
}

function lineText(line: string[], widths: number[], isWide: boolean, row: StatusRow | null, style: Style): string {
  const name = line.at(-1)!;
  const cells = line.slice(0, -1).map((cell, at) => cell.padEnd(widths[at] ?? 0));
  const painted = cells.map((cell, at) => (row !== null && at === 0 ? style[STATE_PAINT[row.state]](cell) : cell));
  const text = (isWide ? [...painted] : [...painted, name]).join('  ').trimEnd();
  if (row === null) return style.bold(text);
  return isWide ? `${name}\n${text}` : text;
}

function failures(rows: readonly StatusRow[], { style, columns, clean }: ViewOptions): string[] {
  return rows.flatMap((row) => {
    if (row.state !== 'failed') return [];
    const [first = '', ...rest] = indented(clean(`${row.cluster}: ${row.error}`), '', columns);
    const hint = row.hint === null ? [] : indented(clean(`hint: ${row.hint}`), '  ', columns);
    return ['', style.red(first), ...rest, ...hint];
  });
}
