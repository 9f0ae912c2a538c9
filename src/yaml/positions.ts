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
  let starts: number[] | undefined;
  const at = (wanted: number): TextPosition => {
    starts ??= lineStarts(text);
    const offset = Math.min(wanted, text.length);
    const line = lineAt(starts, offset);
    return { offset, line, column: offset - (starts[line - 1] ?? 0) + 1 };
  };
  return { at, range: (start, end) => ({ start: at(start), end: at(Math.max(start, end)) }) };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
