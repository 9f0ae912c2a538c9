import { countNewlines } from './line-starts.ts';

/** One replacement in a text: what stands from `start` up to `end` becomes `text`. Offsets count UTF-16 units. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/**
 * Applies edits to a text. They may come in any order; of several insertions at one place the earlier given comes first.
 *
 * @throws RangeError where two edits overlap.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let cursor = 0;
  for (const edit of inOrder(edits)) {
    if (edit.start < cursor) throw new RangeError(`edits overlap at offset ${edit.start}`);
    parts.push(text.slice(cursor, edit.start), edit.text);
    cursor = edit.end;
  }
  return [...parts, text.slice(cursor)].join('');
}

/**
 * Turns edits of a text with LF line ends into edits of the original text, of which `toLf` made it: each CRLF counts two again,
 * and what is written has CRLF where most lines of the original do.
 */
export function editsOfOriginal(original: string, edits: readonly Edit[]): Edit[] {
  const returns = returnsBefore(original);
  const newline = newlineOf(original);
  return edits.map(({ start, end, text }) => ({
    start: start + countBelow(returns, start),
    end: end + countBelow(returns, end),
    text: text.replaceAll('\n', newline),
  }));
}

/** The text with a newline at its end, of the kind that most of its lines have. */
export function withNewline(text: string): string {
  return text.endsWith('\n') ? text : text + newlineOf(text);
}

/** The text with LF line ends, as kOps reads it (`util/pkg/text/text.go`). A CR alone stays. */
export function toLf(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function newlineOf(text: string): '\n' | '\r\n' {
  return returnsBefore(text).length * 2 > countNewlines(text) ? '\r\n' : '\n';
}

function inOrder(edits: readonly Edit[]): Edit[] {
  return edits.toSorted((a, b) => a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start));
}

// The offsets, in the LF text, of the line feeds that had a CR before them.
function returnsBefore(original: string): number[] {
  return Array.from(original.matchAll(/\r\n/g), (match, seen) => match.index - seen);
}

/** How many of the sorted numbers are less than a number. */
export function countBelow(sorted: ArrayLike<number>, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
