import type { TextLines } from '../text-lines.ts';
import { extentOf } from './extent.ts';

/** A `# kops-audit-ignore RULE[, RULE] reason` in a text. Lines and columns count from 1. */
export interface IgnoreComment {
  line: number;
  /** Of the `#`, and behind the last character. */
  column: number;
  endColumn: number;
  rules: string[];
  reason: string;
  /** The first and last line it is about. Above what it is about or in its line; in the head of the document: all of it. */
  from: number;
  to: number;
}

/** The lines of one document, and which of them hold no comment whatever they look like: those of a block text. */
export interface IgnoreScope {
  lines: TextLines;
  first: number;
  last: number;
  isText?: (line: number) => boolean;
}

const COMMENT = /(?:^|\s)(#\s*kops-audit-ignore(?=[\s:]|$):?\s*(.*?))\s*$/;
const RULES = /^([\w-]+(?:\s*,\s*[\w-]+)*)\s*(.*)$/;

/** Lists the ignore comments of a document, in the order of its lines. What follows a `---` or `...` in it is not looked at. */
export function ignoreComments(scope: IgnoreScope): IgnoreComment[] {
  const { lines, first, isText } = scope;
  if (!lines.has('kops-audit-ignore')) return [];
  const body = firstContent(scope);
  const last = documentEnd(scope, body);
  const found: IgnoreComment[] = [];
  for (let line = first; line <= last; line++) {
    const match = isText?.(line) ? null : COMMENT.exec(lines.line(line));
    if (!match || isQuoted(lines.line(line).slice(0, match.index))) continue;
    const column = match.index + match[0].indexOf('#') + 1;
    const extent = line < body ? { from: first, to: last } : extentOf({ ...scope, last }, line);
    found.push({ line, column, endColumn: column + match[1]!.length, ...wordsOf(match[2]!), ...extent });
  }
  return found;
}

function wordsOf(text: string): { rules: string[]; reason: string } {
  const [, rules = '', rest = ''] = RULES.exec(text) ?? [];
  return { rules: rules.split(',').flatMap((rule) => rule.trim() || []), reason: rest.replace(/^[-:–—\s]+/, '') };
}

/** Whether a quote is still open where the comment would begin. */
function isQuoted(before: string): boolean {
  const bare = before.replaceAll(/"(?:[^"\\]|\\.)*"|'[^']*'/g, '');
  return /["']/.test(bare) && !/\w'\w/.test(bare);
}

function firstContent({ lines, first, last }: IgnoreScope): number {
  let line = first;
  while (line <= last && /^\s*(?:#|$)|^---(?:\s+#|\s*$)|^%/.test(lines.line(line))) line++;
  return line;
}

function documentEnd({ lines, last }: IgnoreScope, body: number): number {
  for (let line = body + 1; line <= last; line++) if (/^(?:---|\.\.\.)(?:\s|$)/.test(lines.line(line))) return line - 1;
  return last;
}
