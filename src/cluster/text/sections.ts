import { countBelow } from './edits.ts';
import { lineStarts } from './line-starts.ts';

/** A YAML document's range in a file. */
export interface Section {
  start: number;
  end: number;
}

/**
 * Splits the text of a file into YAML documents, at every `---` line. Where kOps splits too (`util/pkg/text/text.go`: at "\n---\n"
 * after CRLF became LF) the document has no final newline, as in kOps: a block text that ends it then loses its own.
 */
export function splitDocuments(text: string): Section[] {
  const sections: Section[] = [];
  let start = afterMark(text);
  for (const match of text.matchAll(/(?<=^\uFEFF?|\n)---(?=[ \t\r\n]|$)(\r?\n)?/g)) {
    const isSplit = match[1] !== undefined && match.index > afterMark(text);
    const end = isSplit ? beforeNewline(text, match.index) : match.index;
    sections.push({ start, end: Math.max(start, end) });
    start = match.index + match[0].length;
  }
  return [...sections, { start, end: text.length }];
}

/** Splits a file as kOps does: the sections that it hands to its YAML reader one by one. */
export function splitAsKops(text: string): Section[] {
  const sections: Section[] = [];
  let start = afterMark(text);
  for (const match of text.matchAll(/\r?\n---\r?\n/g)) {
    sections.push({ start, end: match.index });
    start = match.index + match[0].length;
  }
  return [...sections, { start, end: text.length }];
}

/** Whether a text holds nothing that YAML calls content: only blanks, comments, directives and document marks. */
export function isBlankYaml(text: string): boolean {
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    if (end > start && !BLANK_LINE.test(text.slice(start, end))) return false;
    start = end + 1;
  }
  return true;
}

const BLANK_LINE = /^(?:[ \t]*|%.*|(?:---|\.\.\.)(?:[ \t]+)?)(?:(?<=^|[ \t-.])#.*)?\r?$/;

/** The line of an offset, counted from 1. */
export function lineOf(text: string, offset: number): number {
  return lineCounter(text)(offset);
}

/** Counts the lines of a text once, to tell the line of many offsets. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = lineStarts(text);
  return (offset) => countBelow(starts, offset + 1);
}

function afterMark(text: string): number {
  return text.startsWith('\uFEFF') ? 1 : 0;
}

function beforeNewline(text: string, offset: number): number {
  return text[offset - 2] === '\r' ? offset - 2 : offset - 1;
}
