/** A place in a text: `offset` counts UTF-16 units from 0, line and column count from 1. */
export interface TextPosition {
  offset: number;
  line: number;
  column: number;
}

/** A stretch of a text; `end` is the position behind its last character. */
export interface TextRange {
  start: TextPosition;
  end: TextPosition;
}

/** Turns UTF-16 offsets of a text into lines and columns; lines end at LF. */
export interface Positions {
  at: (offset: number) => TextPosition;
  range: (start: number, end: number) => TextRange;
}

/** The positions of a text. Its lines are counted once, when first asked; what is behind its end is its end. */
export function positionsOf(text: string): Positions {
  let starts: Uint32Array | undefined;
  const at = (wanted: number): TextPosition => {
    starts ??= lineStarts(text);
    const offset = Math.min(wanted, text.length);
    const line = countBelow(starts, offset + 1);
    return { offset, line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
  return { at, range: (start, end) => ({ start: at(start), end: at(Math.max(start, end)) }) };
}

/** Where each line of a text begins. Numbers of four bytes: there may be millions. */
export function lineStarts(text: string): Uint32Array {
  const starts = new Uint32Array(countNewlines(text) + 1);
  for (let at = text.indexOf('\n'), line = 1; at !== -1; at = text.indexOf('\n', at + 1)) starts[line++] = at + 1;
  return starts;
}

/** How many lines of a text are ended by a newline. */
export function countNewlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

/** How many of the sorted numbers are less than a number. */
export function countBelow(sorted: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
