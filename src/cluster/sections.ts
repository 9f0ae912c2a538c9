import { UserError } from '../errors.ts';
import { countBelow, lineStarts } from '../yaml/positions.ts';

/** A YAML document's range in a file. */
export interface Section {
  start: number;
  end: number;
}

/**
 * Splits the text of a file into documents, at every `---` line. Where kOps splits too (`util/pkg/text/text.go`, 1.36: at "\n---\n"
 * after CRLF became LF) the document has no final newline, as in kOps: a block text that ends it then loses its own. Directives (`%`) stay
 * with the document that they are for.
 */
export function splitDocuments(text: string): Section[] {
  const sections: Section[] = [];
  let start = afterMark(text);
  for (const match of text.matchAll(/(?<=^\uFEFF?|\n)---(?=[ \t\r\n]|$)(\r?\n)?/g)) {
    if (holdsOnlyDirectives(text, start, match.index)) continue;
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

function afterMark(text: string): number {
  return text.startsWith('\uFEFF') ? 1 : 0;
}

function beforeNewline(text: string, offset: number): number {
  return text[offset - 2] === '\r' ? offset - 2 : offset - 1;
}

function holdsOnlyDirectives(text: string, start: number, end: number): boolean {
  let found = false;
  for (const line of contentLines(text, start, end)) {
    if (!text.startsWith('%', line)) return false;
    found = true;
  }
  return found;
}

/** Whether a text holds nothing that YAML calls content: only blanks, comments and document marks. */
export function isBlankYaml(text: string): boolean {
  return firstContent(text) === text.length;
}

/** Where the first line begins that holds something; the end of the text where none does. */
export function firstContent(text: string): number {
  return contentLines(text, 0, text.length).next().value ?? text.length;
}

const BLANKS = /[ \t\r\n]*/y;
const NO_CONTENT = /(?:#|(?:---|\.\.\.)(?:[ \t]+#|[ \t]*\r?$))/my;

/** Where the lines begin that hold something. */
function* contentLines(text: string, start: number, end: number): Generator<number, undefined> {
  for (let at = start; at < end;) {
    BLANKS.lastIndex = at;
    BLANKS.test(text);
    const first = BLANKS.lastIndex;
    const newline = text.indexOf('\n', first);
    if (first >= end) return;
    const line = Math.max(start, text.lastIndexOf('\n', first - 1) + 1);
    NO_CONTENT.lastIndex = first;
    if (!NO_CONTENT.test(text) || (first > line && text[first] !== '#')) yield line;
    at = newline === -1 ? end : newline + 1;
  }
}

/** The line of an offset, counted from 1. */
export function lineOf(text: string, offset: number): number {
  return lineCounter(text)(offset);
}

/** Counts the lines of a text once, to tell the line of many offsets. */
export function lineCounter(text: string): (offset: number) => number {
  let starts: Uint32Array | undefined;
  return (offset) => {
    starts ??= lineStarts(text);
    return countBelow(starts, offset + 1);
  };
}

/**
 * Finds the objects of a text that is a JSON array, each with its range in the text. Gives undefined for any other text.
 *
 * @throws UserError with the place of an element that is no object.
 */
export function jsonElements(text: string, file: string): Section[] | undefined {
  if (!/^\uFEFF?\s*\[/.test(text) || !isJson(text)) return undefined;
  const elements = topElements(text);
  const strange = elements.find(({ start }) => text[start] !== '{');
  if (strange) {
    const column = strange.start - text.lastIndexOf('\n', strange.start);
    throw new UserError('a JSON list must hold kOps objects and nothing else', {
      place: { file, line: lineOf(text, strange.start), column },
    });
  }
  return elements;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return true;
  } catch {
    return false;
  }
}

/** The ranges of what stands one level deep in valid JSON. */
function topElements(text: string): Section[] {
  const elements: Section[] = [];
  let depth = 0;
  let start = -1;
  let end = -1;
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]|[^\s"[\]{},:\uFEFF]+/g)) {
    const [token] = match;
    if (depth === 1 && (token === ',' || token === ']')) {
      if (start !== -1) elements.push({ start, end });
      start = -1;
    } else if (depth >= 1 && start === -1) {
      start = match.index;
    }
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
    end = match.index + token.length;
  }
  return elements;
}
