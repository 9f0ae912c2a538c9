import { RANK } from '../lint/engine.ts';
import type { LocatedFinding, Severity } from '../lint/rule.ts';
import { lintCounts, summaryLine, type ToldFinding, type ToldLint } from './findings.ts';
import { safeText, type Style, wrap } from './text.ts';

type ToldLocated = ToldLint['findings'][number];

/** How the findings are shown. */
export interface LintViewOptions {
  style: Style;
  columns: number;
  /** Files of folders that hold neither a policy nor a cluster spec. */
  others?: number;
  /** Also what is ignored, what follows from another finding, and every finding however many a rule has. */
  verbose?: boolean;
  /** Leaves the infos out. */
  quiet?: boolean;
}

/** A rule that finds more than this in one file is cut short, as nobody reads on. */
const MOST = 10;

/** From so many findings on a table at the end says which rules they are of. */
const MANY = 10;

/**
 * The findings as a person reads them: by file and in the order of the lines, each with its place and source line, what a rule is
 * about told once, and the numbers in the last line. Ends with a newline.
 */
export function lintView(lints: readonly ToldLint[], options: LintViewOptions): string {
  const told = new Map<string, string>();
  const parts = lints.flatMap((lint) => fileView(lint, told, options));
  const end = wrap(summaryLine(lintCounts(lints, options.others ?? 0)), options.columns);
  return `${[...parts, ...rulesView(lints, options), end].join('\n\n')}\n`;
}

function fileView({ file, findings }: ToldLint, told: Map<string, string>, options: LintViewOptions): string[] {
  const { verbose = false } = options;
  const followers = countFollowers(findings);
  const seen = new Map<string, number>();
  const views: string[] = [];
  for (const finding of findings.filter((one) => isShown(one, options))) {
    const before = seen.get(finding.rule) ?? 0;
    seen.set(finding.rule, before + 1);
    if (verbose || before < MOST)
      views.push(
        findingView(file, finding, told, followers.get(placeKey(finding.rule, finding.range.start)) ?? 0, options),
      );
  }
  const cut = [...seen].filter(([, count]) => !verbose && count > MOST);
  return [
    ...views,
    ...cut.map(([rule, count]) => `${nameOf(file)}: … and ${count - MOST} more of ${rule}; --verbose shows all`),
  ];
}

function isShown({ ignored, severity, followsFrom }: LocatedFinding, options: LintViewOptions): boolean {
  const { verbose = false, quiet = false } = options;
  return (verbose || (ignored === undefined && followsFrom === undefined)) && !(quiet && severity === 'info');
}

/** How many findings follow from each, by its rule and place. */
function countFollowers(findings: readonly LocatedFinding[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { followsFrom } of findings) {
    if (!followsFrom) continue;
    const key = placeKey(followsFrom.rule, followsFrom.start);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function placeKey(rule: string, { line, column }: LocatedFinding['range']['start']): string {
  return `${rule} ${line}:${column}`;
}

function nameOf(file: string): string {
  return safeText(file === '-' ? 'stdin' : file);
}

function findingView(
  file: string,
  finding: ToldLocated,
  told: Map<string, string>,
  followers: number,
  { style, columns, verbose = false }: LintViewOptions,
): string {
  const { start } = finding.range;
  const place = `${nameOf(file)}:${start.line}:${start.column}:`;
  const label = finding.ignored === undefined ? finding.severity : 'ignored';
  const head = wrap(`${place} ${label}: ${safeText(finding.message)} (${finding.rule})`, columns - 2);
  const body = [...explained(file, finding, told, style), ...linked(finding, followers, verbose)];
  return [
    paintHead(head.replaceAll('\n', '\n  '), place, label, style),
    ...excerpt(finding, style, columns),
    ...bodyLines(body, '    ', columns),
  ].join('\n');
}

function paintHead(head: string, place: string, label: Severity | 'ignored', style: Style): string {
  const paint = label === 'ignored' ? style.dim : PAINT[label](style);
  return head.replace(place, () => style.bold(place)).replace(`${label}:`, () => paint(`${label}:`));
}

const PAINT: Readonly<Record<Severity, (style: Style) => (text: string) => string>> = {
  error: (style) => style.red,
  warning: (style) => style.yellow,
  info: (style) => style.cyan,
};

/** A line below a finding, and what of it is marked up. */
interface BodyText {
  label?: string;
  text: string;
  paint?: (text: string) => string;
}

function bodyLines(texts: readonly BodyText[], indent: string, columns: number): string[] {
  return texts.flatMap(({ label = '', text, paint = (same) => same }) => {
    const lines = wrap(`${label}${safeText(text)}`, columns - indent.length).split('\n');
    return lines.map((line, at) => {
      const rest = at === 0 ? line.slice(label.length) : line;
      return `${indent}${at === 0 && label !== '' ? paint(label) : ''}${rest}`;
    });
  });
}

/** Why, and what to do: a reason once, and not again what was told for the finding before of this rule in this file. */
function explained(
  file: string,
  { rule, why, fix, ignored }: ToldLocated,
  told: Map<string, string>,
  style: Style,
): BodyText[] {
  if (ignored !== undefined) return [{ text: `ignored: ${ignored}` }];
  const reason = told.has(why) ? '' : why;
  const remedy = told.get(`${file} ${rule}`) === fix ? '' : fix;
  told.set(why, '').set(`${file} ${rule}`, fix);
  return [{ text: reason }, fixText(remedy, style)].filter(({ text }) => text !== '');
}

function fixText(fix: string, style: Style): BodyText {
  return { label: 'Fix: ', text: fix, paint: style.bold };
}

/** What else there is to say of it: what it follows from, or how many others follow from it. */
function linked({ followsFrom, ignored }: ToldLocated, followers: number, verbose: boolean): BodyText[] {
  if (followsFrom)
    return [{ text: `This follows from ${followsFrom.rule} in line ${followsFrom.start.line}: fix that first.` }];
  if (followers === 0 || ignored !== undefined) return [];
  const more = followers === 1 ? '1 more finding follows' : `${followers} more findings follow`;
  return [{ text: `${more} from it${verbose ? '' : ' (--verbose shows them)'}.` }];
}

/** Of many findings the rules they are of, the worst first. */
function rulesView(lints: readonly ToldLint[], options: LintViewOptions): string[] {
  const shown = lints.flatMap(({ findings }) => findings.filter((one) => isShown(one, options)));
  const counted = shown.filter(({ ignored }) => ignored === undefined);
  if (counted.length < MANY) return [];
  const rows = new Map<string, { rule: string; severity: Severity; count: number }>();
  for (const { rule, severity } of counted) {
    const row = rows.get(`${severity} ${rule}`) ?? { rule, severity, count: 0 };
    rows.set(`${severity} ${rule}`, { ...row, count: row.count + 1 });
  }
  const sorted = [...rows.values()].toSorted((a, b) => RANK[a.severity] - RANK[b.severity] || b.count - a.count);
  const width = Math.max(...sorted.map(({ count }) => String(count).length));
  const lines = sorted.map(({ rule, severity, count }) => {
    const paint = PAINT[severity](options.style);
    return `  ${String(count).padStart(width)}  ${paint(severity)}${' '.repeat(9 - severity.length)}${rule}`;
  });
  return [`By rule:\n${lines.join('\n')}`];
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

/** Findings as a person reads them: what, why, and what to do, each below the other. The texts are safe for a terminal already. */
export function findingsView(findings: readonly ToldFinding[], style: Style, columns: number): string {
  return findings.map((finding) => plainView(finding, style, columns)).join('\n');
}

function plainView({ severity, rule, message, why, fix }: ToldFinding, style: Style, columns: number): string {
  const head = wrap(`${severity}: ${message} (${rule})`, columns - 2).replaceAll('\n', '\n  ');
  const painted = head.replace(`${severity}:`, () => PAINT[severity](style)(`${severity}:`));
  const body = [{ text: why }, fixText(fix, style)].filter(({ text }) => text !== '');
  return [painted, ...bodyLines(body, '  ', columns)].join('\n');
}
