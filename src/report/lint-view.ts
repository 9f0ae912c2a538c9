import type { Severity } from '../lint/finding.ts';
import type { FileLint } from '../lint/lint-text.ts';
import type { LocatedFinding } from '../lint/located.ts';
import { lintCounts, summaryLine } from './lint-counts.ts';
import { excerpt } from './lint-excerpt.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

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
export function lintView(lints: readonly FileLint[], options: LintViewOptions): string {
  const told = new Map<string, string>();
  const parts = lints.flatMap((lint) => fileView(lint, told, options));
  return `${[...parts, summaryLine(lintCounts(lints))].join('\n\n')}\n`;
}

function fileView({ file, findings }: FileLint, told: Map<string, string>, options: LintViewOptions): string[] {
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
  finding: LocatedFinding,
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
function explained({ rule, why, mend, ignored }: LocatedFinding, told: Map<string, string>): string[] {
  if (ignored !== undefined) return [`ignored: ${ignored}`];
  const parts = [...(told.has(why) ? [] : [why]), ...(told.get(rule) === mend ? [] : [mend])];
  told.set(why, '').set(rule, mend);
  return parts.filter((text) => text !== '');
}
