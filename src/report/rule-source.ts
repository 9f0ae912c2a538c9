import type { TextRange } from '../yaml/positions.ts';

/** The lines of a text that a rule is written in. */
export interface RuleSource {
  /** The line number of the first of them. */
  line: number;
  lines: string[];
}

/**
 * Cuts the lines of a rule out of the text of a policy, with the comment right above it.
 *
 * @param range where the rule is in the text.
 * @param firstLine the number that the first line of the text has.
 */
export function ruleSource(text: string, range: TextRange, firstLine: number): RuleSource {
  const all = text.split(/\r\n?|\n/);
  let first = range.start.line - 1;
  const last = range.end.column === 1 ? range.end.line - 2 : range.end.line - 1;
  while (/^\s*#/.test(all[first - 1] ?? '')) first -= 1;
  const lines = withoutEnd(all.slice(first, Math.max(last, range.start.line - 1) + 1));
  return { line: first + firstLine, lines };
}

// Blank lines and comments at the end belong to what comes next.
function withoutEnd(lines: readonly string[]): string[] {
  const end = lines.findLastIndex((line) => !/^\s*(#.*)?$/.test(line));
  return lines.slice(0, end + 1);
}
