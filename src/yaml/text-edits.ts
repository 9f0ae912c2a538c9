import { countBelow, countNewlines } from './positions.ts';

/** One replacement in a text: what stands from `start` up to `end` becomes `text`. Offsets count UTF-16 units. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** An edit that is not sure to change what was meant and nothing else, for the form that a text has at an offset. */
export class EditRefusal extends Error {
  override name = 'EditRefusal';
  readonly offset: number;
  /** Says why, and what helps where something else than an edit by hand does; `lineAt` tells the line of an offset. */
  readonly explain: Explanation;

  constructor(offset: number, why: string | Explanation) {
    super(typeof why === 'string' ? why : 'the text has a form that cannot be edited');
    this.offset = offset;
    this.explain = typeof why === 'string' ? () => ({ message: why }) : why;
  }
}

type Explanation = (lineAt: (offset: number) => number) => { message: string; hint?: string };

/**
 * Applies edits to a text. They may come in any order; of several insertions at one place the earlier given comes first.
 *
 * @throws EditRefusal where two edits overlap.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let cursor = 0;
  for (const edit of edits.toSorted(inOrder)) {
    if (edit.start < cursor) throw new EditRefusal(edit.start, 'the changes would run into each other');
    parts.push(text.slice(cursor, edit.start), edit.text);
    cursor = edit.end;
  }
  return [...parts, text.slice(cursor)].join('');
}

function inOrder(a: Edit, b: Edit): number {
  return a.start - b.start || Number(a.end > a.start) - Number(b.end > b.start);
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

/** The text with LF line ends, as kOps reads it (`util/pkg/text/text.go`, 1.36). A CR alone stays. */
export function toLf(text: string): string {
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
}

function newlineOf(text: string): '\n' | '\r\n' {
  if (!text.includes('\r\n')) return '\n';
  return returnsBefore(text).length * 2 > countNewlines(text) ? '\r\n' : '\n';
}

// The offsets, in the LF text, of the line feeds that had a CR before them.
function returnsBefore(original: string): number[] {
  if (!original.includes('\r\n')) return [];
  return Array.from(original.matchAll(/\r\n/g), (match, seen) => match.index - seen);
}
