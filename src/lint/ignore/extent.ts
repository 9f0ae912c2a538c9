import type { IgnoreScope } from './comments.ts';

/**
 * The lines that a comment in a line is about: those of the rule item or key that begins in its own line or, where it stands alone,
 * in the next line with content. It ends before the next content that is not deeper; the items of a list may be as deep as its key.
 * From 1 to 0 where nothing follows.
 */
export function extentOf(scope: IgnoreScope, comment: number): { from: number; to: number } {
  const { lines, last } = scope;
  let from = comment;
  while (from <= last && isBlank(lines.line(from))) from++;
  if (from > last) return { from: 1, to: 0 };
  const start = lines.line(from);
  const column = start.search(/\S/);
  const isItem = isDash(start.slice(column));
  let to = from;
  for (let line = from + 1; line <= last; line++) {
    const text = lines.line(line);
    if (isBlank(text)) continue;
    const depth = text.search(/\S/);
    if (depth < column || (depth === column && (isItem || !isDash(text.slice(depth))))) break;
    to = line;
  }
  return { from, to };
}

function isBlank(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

function isDash(text: string): boolean {
  return /^-(?:\s|$)/.test(text);
}
