import { cutEnd, cutStart, widthOf } from './fit.ts';
import type { Style } from './text.ts';

/** A column of a table, its cells from top to bottom. */
export interface Column {
  head: string;
  cells: readonly string[];
  /** Where not all have room: the highest goes first, of several the last; left out: it stays. */
  dispensable?: number;
  /** What of a cell that has no room is replaced by `…`; left out: it is never cut. */
  cut?: 'start' | 'end';
  /** How a cell is coloured. */
  paint?: (cell: string, row: number) => string;
}

const GAP = '  ';
/** Before less than this is left of a cell that is cut, a column goes that may. */
const LEAST = 32;

/** Those columns that have room, side by side; what may go goes first, then what may be cut is cut. */
function columnsFor(columns: readonly Column[], width: number): readonly Column[] {
  const first = columns
    .filter(isDispensable)
    .toSorted((a, b) => (a.dispensable ?? 0) - (b.dispensable ?? 0))
    .at(-1);
  if (leastOf(columns) <= width || first === undefined) return columns;
  return columnsFor(
    columns.filter((column) => column !== first),
    width,
  );
}

/** Whether a table can be made no wider than `width`. */
export function fits(columns: readonly Column[], width: number): boolean {
  return leastOf(columnsFor(columns, width)) <= width;
}

function leastOf(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + leastWidth(column), (columns.length - 1) * GAP.length);
}

function isDispensable({ dispensable }: Column): boolean {
  return dispensable !== undefined;
}

function leastWidth(column: Column): number {
  return column.cut === undefined
    ? columnWidth(column)
    : Math.min(columnWidth(column), Math.max(LEAST, column.head.length));
}

/** How much room the widest cell takes. */
function columnWidth({ head, cells }: Column): number {
  return cells.reduce((most, cell) => Math.max(most, widthOf(cell)), head.length);
}

/** The lines of a table that is no wider than `width`, where that is possible; the head comes first. */
export function tableLines(all: readonly Column[], width: number, style: Style): string[] {
  const columns = columnsFor(all, width);
  const total = columns.reduce((sum, column) => sum + columnWidth(column), (columns.length - 1) * GAP.length);
  const tooWide = Math.max(0, total - width);
  const widths = columns.map((column) =>
    column.cut === undefined ? columnWidth(column) : columnWidth(column) - tooWide,
  );
  const line = (cellOf: (column: Column, at: number) => string): string => columns.map(cellOf).join(GAP).trimEnd();
  const rows = [...(columns[0]?.cells ?? []).keys()];
  return [
    style.bold(line(({ head }, at) => head.padEnd(widths[at] ?? 0))),
    ...rows.map((row) =>
      line(({ cells, cut, paint = same }, at) => {
        const cell = fitted(cells[row] ?? '', cut, widths[at] ?? 0);
        return `${paint(cell, row)}${' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell)))}`;
      }),
    ),
  ];
}

function same(cell: string): string {
  return cell;
}

/** A text in so much room: what is too long loses its start or its end. */
function fitted(text: string, cut: Column['cut'], width: number): string {
  if (cut === undefined) return text;
  return cut === 'start' ? cutStart(text, width) : cutEnd(text, width);
}
