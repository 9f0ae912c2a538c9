import { widthOf } from './fit.ts';

/** All control characters but tab and newline, direction marks and overrides, invisible characters, half surrogates. */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e0fff}]/gu;

/**
 * Text from specs and from kops, made harmless for a terminal: what it could move the cursor, change colours, or reorder
 * letters with is shown as an escape such as `\x1b` or `\u202e`. Newline and tab stay.
 */
export function safeText(text: string): string {
  return text.replace(UNSAFE, escapeChar);
}

/** Harmless on a terminal, and on one line. */
export function safeLine(text: string): string {
  return safeText(text).replaceAll(/[\n\t]/g, ' ');
}

function escapeChar(char: string): string {
  if (char === '\r') return '\\r';
  const hex = (char.codePointAt(0) ?? 0).toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * A value as indented JSON, with a final newline. Characters that `safeText` would show as an escape are written as the escapes of
 * JSON (`\u009b`): the value is the same, and a terminal that shows it is safe.
 */
export function safeJson(value: unknown, indent = 2): string {
  return `${safeJsonText(JSON.stringify(value, null, indent))}\n`;
}

/** The same for a text that is JSON already. */
export function safeJsonText(text: string): string {
  return text.replace(UNSAFE, unitEscapes);
}

function unitEscapes(char: string): string {
  const units = Array.from({ length: char.length }, (_, at) => char.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

const VERBS = 'get|replace|update|rolling-update|validate|edit|create|delete|export|toolbox|version';
const OURS = 'enable|disable|status|rollback|history|apply|lint|policy|logs|who|report|ship';
const COMMAND = new RegExp(
  `(?:[A-Z_]+=\\S+ )*(?:kops (?:${VERBS})|kops-audit (?:${OURS})|kubectl \\S+|terraform \\S+|cd \\S+ &&).*$`,
);

/**
 * Breaks text at blanks so that no line takes more than `columns`, where that is possible. Line breaks in it stay. What is
 * meant to be pasted is never broken: code in backticks, a command at the end of a line (after ": "), a path or any other
 * word, and lines that are indented.
 */
export function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, columns))
    .join('\n');
}

function wrapLine(line: string, columns: number): string {
  if (widthOf(line) <= columns || /^\s/.test(line)) return line;
  const lines: string[] = [];
  let current = '';
  let width = 0;
  for (const piece of pieces(line)) {
    const pieceWidth = widthOf(piece);
    const longer = current === '' ? pieceWidth : width + 1 + pieceWidth;
    const breaks = current !== '' && !LABEL.test(current) && longer > columns;
    if (breaks) lines.push(current);
    current = breaks || current === '' ? piece : `${current} ${piece}`;
    width = breaks ? pieceWidth : longer;
  }
  return [...lines, current].join('\n');
}

/** What never stands on a line of its own: what it is the label of comes with it. */
const LABEL = /^(?:error|warning|info|hint|note|cause|Fix):$/;

function pieces(line: string): string[] {
  const at = line.startsWith('kops') ? 0 : line.indexOf(': ') + 2;
  const command = at === 1 ? undefined : COMMAND.exec(line.slice(at))?.[0];
  if (command === undefined || (!line.endsWith(`: ${command}`) && line !== command)) return words(line);
  return [...words(line.slice(0, line.length - command.length)), command];
}

function words(text: string): string[] {
  return text.match(/(?:`[^`]*`|\S)+/g) ?? [];
}

/** Wraps a text to lines that begin with `indent`, and from the second on with two blanks more. */
export function indented(text: string, indent: string, columns: number): string[] {
  return wrap(text, columns - indent.length - 2)
    .split('\n')
    .map((line, at) => `${indent}${at === 0 ? '' : '  '}${line}`);
}

/** A whole number as people write it: `1,204`. `toLocaleString` does it as well, and its first call takes longer than reading a small log. */
export function number(count: number): string {
  return String(count).replaceAll(/(?<=\d)(?=(?:\d{3})+$)/g, ',');
}

/** `1 request`, `1,204 requests`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** Marks a piece of text up. Each function gives its argument back, with or without colour around it. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** No colour at all: for pipes, files, and tests. */
export const plainStyle: Style = {
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
};

function same(text: string): string {
  return text;
}

/** How the view is made to fit where it is shown. */
export interface ViewOptions {
  style: Style;
  columns: number;
  /** Masks secrets and makes control characters harmless; it gets text without colour. */
  clean: (text: string) => string;
}

/** How wide the first column of `rowsView` is. */
export const LABEL_WIDTH = 9;

/** Topics with their lines, the name of each in the first column; a topic without lines is left out. */
export function rowsView(rows: readonly [string, string[]][], { style, columns, clean }: ViewOptions): string {
  return rows
    .filter(([, lines]) => lines.length > 0)
    .map(([label, lines]) => {
      const wrapped = lines.flatMap((line) => wrap(clean(line), columns - LABEL_WIDTH).split('\n'));
      return wrapped
        .map((line, index) => `${style.bold((index === 0 ? label : '').padEnd(LABEL_WIDTH))}${line}`)
        .join('\n');
    })
    .join('\n');
}
