import type { Edit } from './edits.ts';
import type { Entry } from './entries.ts';
import { columnOf, lineEnd } from './layout.ts';
import type { Printing } from './printing.ts';
import { chompingOf } from './printing.ts';

/**
 * Makes the edit that puts lines in the place of whole lines of the source.
 * @param from Where the lines begin that go; `from === to` only inserts.
 * @param to Behind the newline of the last line that goes.
 */
export function lineEdit(from: number, to: number, lines: readonly string[]): Edit {
  return { start: from, end: to, text: lines.map((line) => `${line}\n`).join('') };
}

/** Makes the edit that takes out an entry of a block map or list with the comments that belong to it. */
export function removal(printing: Printing, entry: Entry, bound: number): Edit {
  const { source, textsByEnd } = printing;
  const from = ownStart(source, entry, bound);
  const to = regionEnd(source, entry);
  const above = textsByEnd.get(from);
  // Below a "|+" the blank lines that follow would become text.
  const keeps = above !== undefined && chompingOf(source, above) === '+';
  return lineEdit(from, keeps ? skipBlankLines(source, to) : to, []);
}

/**
 * Where an entry of a block collection ends: behind its last line and the comments below that are deeper than its key or dash,
 * for those belong to what is in it.
 */
export function regionEnd(source: string, { start, end }: Entry): number {
  return behindDeeperComments(source, lineEnd(source, end), columnOf(source, start));
}

/** Behind the comment lines from an offset on that are deeper than a column, blank lines between them included. */
export function behindDeeperComments(source: string, offset: number, column: number): number {
  let end = offset;
  for (let line = offset; line < source.length; line = lineEnd(source, line)) {
    const { kind, column: found } = lineKind(source, line);
    if (kind === 'content' || (kind === 'comment' && found <= column)) break;
    if (kind === 'comment') end = lineEnd(source, line);
  }
  return end;
}

/**
 * Whether lines of the source that follow an offset would become part of a block text that is put before them: a comment as deep
 * as the text, or a line of more blanks.
 */
export function wouldTakeIn(source: string, offset: number, textColumn: number): boolean {
  for (let line = offset; line < source.length; line = lineEnd(source, line)) {
    const { kind, column: found } = lineKind(source, line);
    if (kind === 'content') return false;
    if (kind === 'comment') return found >= textColumn;
    if (found > textColumn) return true;
  }
  return false;
}

// The comments right above an entry, in its own column and with no blank line between, go with it.
function ownStart(source: string, { start }: Entry, bound: number): number {
  const column = columnOf(source, start);
  let from = start - column;
  while (from > bound) {
    const above = source.lastIndexOf('\n', from - 2) + 1;
    const line = lineKind(source, above);
    if (line.kind !== 'comment' || line.column !== column || above < bound) break;
    from = above;
  }
  return from;
}

function skipBlankLines(source: string, offset: number): number {
  let end = offset;
  while (end < source.length && lineKind(source, end).kind === 'blank') end = lineEnd(source, end);
  return end;
}

interface LineKind {
  kind: 'blank' | 'comment' | 'content';
  /** The columns before what it holds. */
  column: number;
}

function lineKind(source: string, start: number): LineKind {
  const line = source.slice(start, lineEnd(source, start)).replace(/\n$/, '');
  const column = line.search(/[^ ]|$/);
  const kind = /^\s*$/.test(line) ? 'blank' : line.trimStart().startsWith('#') ? 'comment' : 'content';
  return { kind, column };
}
