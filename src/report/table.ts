import { cutEnd, cutMiddle, cutStart, widthOf } from './fit.ts';
import type { Style } from './text.ts';

/** A column of a table, its cells from top to bottom. */
export interface Column {
  head: string;
  cells: readonly string[];
  /** Where not all have room: the highest goes first, of several the last; left out: it stays. */
  dispensable?: number;
  /** What of a cell that has no room is replaced by `…`; left out: it is never cut. */
  cut?: 'start' | 'middle' | 'end';
  /** How a cell is coloured. */
  paint?: (cell: string, row: number) => string;
}

const GAP = '  ';
/** Before less than this is left of the cells of a row that are cut, a column goes that may. */
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
  const least = LEAST / Math.max(1, columns.filter(({ cut }) => cut !== undefined).length);
  return columns.reduce((sum, column) => sum + leastWidth(column, least), gapsOf(columns));
}

function isDispensable({ dispensable }: Column): boolean {
  return dispensable !== undefined;
}

function gapsOf(columns: readonly Column[]): number {
  return (columns.length - 1) * GAP.length;
}

function leastWidth(column: Column, least: number): number {
  return column.cut === undefined
    ? columnWidth(column)
    : Math.min(columnWidth(column), Math.max(Math.floor(least), column.head.length));
}

/** How much room the widest cell takes. */
function columnWidth({ head, cells }: Column): number {
  return cells.reduce((most, cell) => Math.max(most, widthOf(cell)), head.length);
}

/** The lines of a table that is no wider than `width`, where that is possible; the head comes first. */
export function tableLines(all: readonly Column[], width: number, style: Style): string[] {
  const columns = columnsFor(all, width);
  const widths = widthsOf(columns, width);
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

/** The widest of those that may be cut are cut first, all to the same width. */
function widthsOf(columns: readonly Column[], width: number): number[] {
  const wanted = columns.map(columnWidth);
  const isCut = columns.map(({ cut }) => cut !== undefined);
  const fixed = wanted.reduce((sum, each, at) => sum + (isCut[at] ? 0 : each), gapsOf(columns));
  let [room, left] = [width - fixed, isCut.filter(Boolean).length];
  for (const each of wanted.filter((_, at) => isCut[at]).toSorted((a, b) => a - b)) {
    if (each * left > room) break;
    room -= each;
    left -= 1;
  }
  const most = left === 0 ? Infinity : Math.max(0, Math.floor(room / left));
  return wanted.map((each, at) => (isCut[at] ? Math.min(each, most) : each));
}

function same(cell: string): string {
  return cell;
}

const CUTS = { start: cutStart, middle: cutMiddle, end: cutEnd } as const;

/** A text in so much room: what is too long loses its start, its middle or its end. */
function fitted(text: string, cut: Column['cut'], width: number): string {
  return cut === undefined ? text : CUTS[cut](text, width);
}
