import type { LocatedFinding, Severity } from '../lint/rule.ts';
import { lintCounts, summaryLine, type ToldFinding, type ToldLint } from './findings.ts';
import { safeText, type Style, wrap } from './text.ts';

type ToldLocated = ToldLint['findings'][number];

/** How the findings are shown. */
export interface LintViewOptions {
  style: Style;
  columns: number;
  /** Also what is ignored, and every finding however many a rule has. */
  verbose?: boolean;
  /** Leaves the infos out. */
  quiet?: boolean;
}

/** A rule that finds more than this in one file is cut short, as nobody reads on. */
const MOST = 10;

/**
 * The findings as a person reads them: by file and in the order of the lines, each with its place and source line, what a rule is
 * about told once, and the numbers in the last line. Ends with a newline.
 */
export function lintView(lints: readonly ToldLint[], options: LintViewOptions): string {
  const told = new Map<string, string>();
  const parts = lints.flatMap((lint) => fileView(lint, told, options));
  return `${[...parts, summaryLine(lintCounts(lints))].join('\n\n')}\n`;
}

function fileView({ file, findings }: ToldLint, told: Map<string, string>, options: LintViewOptions): string[] {
  const { verbose = false, quiet = false } = options;
  const shown = findings.filter(
    ({ ignored, severity }) => (verbose || ignored === undefined) && !(quiet && severity === 'info'),
  );
  const seen = new Map<string, number>();
  const views: string[] = [];
  for (const finding of shown) {
    const before = seen.get(finding.rule) ?? 0;
    seen.set(finding.rule, before + 1);
    if (verbose || before < MOST) views.push(findingView(file, finding, told, options));
  }
  const cut = [...seen].filter(([, count]) => !verbose && count > MOST);
  return [
    ...views,
    ...cut.map(([rule, count]) => `${nameOf(file)}: … and ${count - MOST} more of ${rule}; -v shows all`),
  ];
}

function nameOf(file: string): string {
  return safeText(file === '-' ? 'stdin' : file);
}

function findingView(
  file: string,
  finding: ToldLocated,
  told: Map<string, string>,
  { style, columns }: LintViewOptions,
): string {
  const { start } = finding.range;
  const place = `${nameOf(file)}:${start.line}:${start.column}:`;
  const label = finding.ignored === undefined ? finding.severity : 'ignored';
  const head = wrap(`${place} ${label}: ${safeText(finding.message)} (${finding.rule})`, columns - 2);
  const lines = [
    paintHead(head.replaceAll('\n', '\n  '), place, label, style),
    ...excerpt(finding, style, columns),
    ...explained(finding, told)
      .flatMap((text) => wrap(safeText(text), columns - 4).split('\n'))
      .map((line) => `    ${line}`),
  ];
  return lines.join('\n');
}

function paintHead(head: string, place: string, label: string, style: Style): string {
  const paint = label === 'ignored' ? style.dim : PAINT[label as Severity](style);
  return head.replace(place, () => style.bold(place)).replace(`${label}:`, () => paint(`${label}:`));
}

const PAINT: Readonly<Record<Severity, (style: Style) => (text: string) => string>> = {
  error: (style) => style.red,
  warning: (style) => style.yellow,
  info: (style) => style.cyan,
};

/** What to do, and why: a reason once, and not again what was told for the finding before of this rule. */
function explained({ rule, why, fix, ignored }: ToldLocated, told: Map<string, string>): string[] {
  if (ignored !== undefined) return [`ignored: ${ignored}`];
  const parts = [...(told.has(why) ? [] : [why]), ...(told.get(rule) === fix ? [] : [fix])];
  told.set(why, '').set(rule, fix);
  return parts.filter((text) => text !== '');
}

/**
 * The source line of a finding with its number, and a line with `^` below the place; of a long line only the part around it. Empty
 * where the line may not be shown. Each line is `columns` wide at most.
 */
function excerpt({ source, range }: LocatedFinding, style: Style, columns: number): string[] {
  if (source === undefined || source.trim() === '') return [];
  const { start, end } = range;
  const number = String(start.line);
  const behind = end.line === start.line ? end.column : source.trimEnd().length + 1;
  const shown = part(source, start.column - 1, Math.max(behind, start.column + 1) - 1, columns - number.length - 5);
  const gutter = ' '.repeat(number.length);
  return [
    `  ${style.dim(`${number} |`)} ${shown.text}`.trimEnd(),
    `  ${style.dim(`${gutter} |`)} ${' '.repeat(shown.from)}${style.red('^'.repeat(Math.max(1, shown.to - shown.from)))}`,
  ];
}

interface Shown {
  text: string;
  /** Where the place begins and ends in it. */
  from: number;
  to: number;
}

/** How much is kept before the place, where the beginning of the line is cut off. */
const BEFORE = 10;

/** A line, or the part of it around a place that fits, with `…` where it was cut. */
function part(line: string, start: number, end: number, width: number): Shown {
  const [before, inside, after] = [line.slice(0, start), line.slice(start, end), line.slice(end).trimEnd()].map(
    printable,
  );
  const text = `${before}${inside}${after}`;
  const from = before!.length;
  const to = from + Math.max(1, inside!.length);
  const length = Math.max(text.length, to);
  const left = to < width || length <= width ? 0 : Math.max(0, Math.min(from - BEFORE, length - width));
  const cut = text.slice(left, left + width);
  const head = left > 0 ? `…${cut.slice(1)}` : cut;
  const shown = text.length > left + width ? `${head.slice(0, -1)}…` : head;
  return { text: shown, from: from - left, to: Math.min(to - left, width) };
}

function printable(text: string): string {
  return safeText(text.replaceAll('\t', ' '));
}

/** Findings as a person reads them: what, why, and what to do, indented below one another. */
export function findingsView(findings: readonly ToldFinding[], style: Style, columns: number): string {
  return findings.map((finding) => plainView(finding, style, columns)).join('\n');
}

function plainView({ severity, rule, message, why, fix }: ToldFinding, style: Style, columns: number): string {
  const paint = { error: style.red, warning: style.yellow, info: style.cyan } satisfies Record<
    Severity,
    (text: string) => string
  >;
  const head = indentRest(wrap(`${severity}: ${message} (${rule})`, columns - 2));
  const [first = '', ...rest] = head.split('\n');
  const painted = [first.replace(`${severity}:`, paint[severity](`${severity}:`)), ...rest];
  const body = [why, fix].flatMap((text) => wrap(text, columns - 4).split('\n')).map((line) => `  ${line}`);
  return [...painted, ...body].join('\n');
}

function indentRest(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
