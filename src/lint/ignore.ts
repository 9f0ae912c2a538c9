import { countBelow } from '../yaml/positions.ts';
import { type Finding, type Heading, type LocatedFinding, tells } from './rule.ts';
import type { TextLines } from './text-lines.ts';
import { nearest } from '../policy/nearest.ts';

const TAKES = 'A comment that ignores findings must say which and why. One that does not has no effect.';

// None of these can be ignored itself.

const INCOMPLETE = tells<{ rules: readonly string[] }>({
  id: 'ignore-incomplete',
  severity: 'warning',
  fatal: false,
  why: TAKES,
  say: ({ rules }) => ({
    message: rules.length === 0 ? 'this comment names no rule' : `no reason is given for ignoring ${rules.join(', ')}`,
    fix: 'Write: # kops-audit-ignore RULE the reason',
  }),
});

const UNKNOWN_RULE = tells<{ rule: string; near: string | null }>({
  id: 'ignore-unknown-rule',
  severity: 'warning',
  fatal: false,
  why: TAKES,
  say: ({ rule, near }) => ({
    message: `there is no rule ${rule} here`,
    fix: near === null ? 'Write one of the rules that docs/findings.md lists.' : `Did you mean ${near}?`,
  }),
});

const FATAL = tells<{ rule: string }>({
  id: 'ignore-fatal',
  severity: 'warning',
  fatal: false,
  why: 'What keeps kube-apiserver or a node from starting stays an error.',
  say: ({ rule }) => ({
    message: `${rule} cannot be ignored: it keeps the API server down`,
    fix: 'Fix the finding itself.',
  }),
});

const UNUSED = tells<{ rule: string }>({
  id: 'ignore-unused',
  severity: 'info',
  fatal: false,
  why: 'A comment that ignores nothing now would hide a finding to come.',
  say: ({ rule }) => ({ message: `nothing here breaks ${rule}`, fix: 'Remove the comment.' }),
});

/** What can be wrong with an ignore comment. */
export const IGNORE_RULES: readonly Heading[] = [INCOMPLETE, UNKNOWN_RULE, FATAL, UNUSED];

/**
 * Marks the findings that an ignore comment of a document covers, and adds findings about the comments themselves.
 *
 * @param known the ids that mean something in this document.
 * @param isOfOthers whether a rule that finds nothing here would find something for another release: its comment is of use.
 * @returns all findings, the ignored ones with their reason.
 */
export function withIgnores(
  findings: readonly LocatedFinding[],
  scope: IgnoreScope,
  known: readonly string[],
  isOfOthers: (rule: string) => boolean = () => false,
): LocatedFinding[] {
  const comments = ignoreComments(scope);
  if (comments.length === 0) return [...findings];
  const reasons = new Map<LocatedFinding, string>();
  const use: Use = {
    scope,
    known: new Set(known),
    isOfOthers: remembered(isOfOthers),
    covered: lookup(findings),
    reasons,
  };
  const problems = comments.flatMap((comment) => useComment(comment, use));
  const marked = findings.map((finding) => {
    const ignored = reasons.get(finding);
    return ignored === undefined ? finding : { ...finding, ignored };
  });
  return [...marked, ...problems];
}

interface Use {
  scope: IgnoreScope;
  known: ReadonlySet<string>;
  isOfOthers: (rule: string) => boolean;
  covered: (rule: string, comment: IgnoreComment) => LocatedFinding[];
  /** Filled in: the findings that are ignored, and why. */
  reasons: Map<LocatedFinding, string>;
}

function useComment(comment: IgnoreComment, use: Use): LocatedFinding[] {
  const { rules, reason } = comment;
  if (rules.length === 0 || reason === '') return [problem(INCOMPLETE.found({ rules }), comment, use)];
  return rules.flatMap((rule) => {
    const wrong = ignoreRule(rule, comment, use);
    return wrong === null ? [] : [problem(wrong, comment, use)];
  });
}

/** Ignores what a comment covers of a rule; null where it does what it says. */
function ignoreRule(rule: string, comment: IgnoreComment, use: Use): Finding | null {
  if (!use.known.has(rule)) return UNKNOWN_RULE.found({ rule, near: nearest(rule, [...use.known]) ?? null });
  const covered = use.covered(rule, comment);
  const ignorable = covered.filter(({ fatal }) => !fatal);
  for (const finding of ignorable) if (!use.reasons.has(finding)) use.reasons.set(finding, comment.reason);
  if (ignorable.length > 0 || (covered.length === 0 && use.isOfOthers(rule))) return null;
  return covered.length === 0 ? UNUSED.found({ rule }) : FATAL.found({ rule });
}

function problem(finding: Finding, comment: IgnoreComment, { scope: { lines } }: Use): LocatedFinding {
  const { line, column, endColumn, rules } = comment;
  const range = { start: lines.position(line, column), end: lines.position(line, endColumn) };
  return { ...finding, subject: rules.join(' '), range, source: lines.line(line) };
}

/** Finds the findings of a rule that begin in the lines a comment is about. */
function lookup(findings: readonly LocatedFinding[]): Use['covered'] {
  const byRule = new Map<string, { lines: number[]; findings: LocatedFinding[] }>();
  for (const finding of findings.toSorted((one, two) => lineOf(one) - lineOf(two))) {
    const group = byRule.get(finding.rule) ?? { lines: [], findings: [] };
    group.lines.push(lineOf(finding));
    group.findings.push(finding);
    byRule.set(finding.rule, group);
  }
  return (rule, { from, to }) => {
    const group = byRule.get(rule);
    return group ? group.findings.slice(countBelow(group.lines, from), countBelow(group.lines, to + 1)) : [];
  };
}

function lineOf({ range }: LocatedFinding): number {
  return range.start.line;
}

function remembered(test: (rule: string) => boolean): (rule: string) => boolean {
  const known = new Map<string, boolean>();
  return (rule) => {
    const result = known.get(rule) ?? test(rule);
    known.set(rule, result);
    return result;
  };
}

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
  const extentAt = extentsOf({ ...scope, last });
  for (let line = first; line <= last; line++) {
    const match = isText?.(line) ? null : COMMENT.exec(lines.line(line));
    if (!match || isQuoted(lines.line(line).slice(0, match.index))) continue;
    const column = match.index + match[0].indexOf('#') + 1;
    const extent = line < body ? { from: first, to: last } : extentAt(line);
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

/** The extents of comments, asked for from the top: what follows many of them in a row is looked for once. */
function extentsOf(scope: IgnoreScope): (comment: number) => { from: number; to: number } {
  let known: { from: number; to: number } | undefined;
  return (comment) => {
    const isKnown = known !== undefined && (comment <= known.from || known.to === 0);
    known = known && isKnown ? known : extentOf(scope, comment);
    return known;
  };
}

/**
 * The lines that a comment in a line is about: those of the rule item or key that begins in its own line or, where it stands alone,
 * in the next line with content. It ends before the next content that is not deeper; the items of a list may be as deep as its key.
 * From 1 to 0 where nothing follows.
 */
function extentOf(scope: IgnoreScope, comment: number): { from: number; to: number } {
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
