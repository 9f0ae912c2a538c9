import { countBelow, lineStarts } from '../yaml/positions.ts';
import type { TextPosition, TextRange } from '../yaml/positions.ts';

/** The lines of a text, found once, so that many places in it can be told quickly. Lines and columns count from 1. */
export interface TextLines {
  readonly count: number;
  /** Whether a word stands anywhere in the text. */
  has(word: string): boolean;
  /** A line without its line end; empty where there is no such line. */
  line(number: number): string;
  /** The position of a line and column; a column behind the end of the line is its end. */
  position(line: number, column: number): TextPosition;
  /** The line of an offset. */
  lineAt(offset: number): number;
}

/** Finds the lines of a text: LF and CRLF end one. */
export function textLines(text: string): TextLines {
  const starts = lineStarts(text);
  const line = (number: number): string =>
    number < 1 || number > starts.length ? '' : text.slice(starts[number - 1], endOf(text, starts, number));
  return {
    count: starts.length,
    has: (word) => text.includes(word),
    line,
    position: (number, column) => {
      const within = Math.min(Math.max(column - 1, 0), line(number).length);
      return { offset: (starts[number - 1] ?? text.length) + within, line: number, column: within + 1 };
    },
    lineAt: (offset) => countBelow(starts, offset + 1),
  };
}

function endOf(text: string, starts: Uint32Array, number: number): number {
  const next = starts[number];
  if (next === undefined) return text.endsWith('\r') ? text.length - 1 : text.length;
  return text[next - 2] === '\r' ? next - 2 : next - 1;
}

/** The range of one line from a column to its last character. */
export function restOfLine(lines: TextLines, line: number, column: number): TextRange {
  const length = lines.line(line).trimEnd().length;
  return { start: lines.position(line, column), end: lines.position(line, Math.max(length + 1, column)) };
}
