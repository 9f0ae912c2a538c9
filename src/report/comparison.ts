import type { Comparison, DifferenceClass } from '../policy/compare/compare.ts';
import { describeRequests, type Description } from '../policy/compare/describe.ts';
import type { Outcome } from '../policy/compare/sides.ts';
import { changeText, summaryJson, type SummaryJson, totalsText } from './consequences.ts';
import { exceptionText, requestsText } from './effects.ts';
import { safeText, type Style, wrap } from './text.ts';
import type { Policy, RequestAttributes } from '../policy/types.ts';

export interface ComparisonLook {
  style: Style;
  columns: number;
}

const LONGEST_LIST = 4;
const MOST_EXCEPTIONS = 8;

/** All of a comparison as text: how much differs, what that comes to in a few lines, then the differences. */
export function comparisonView(compared: ComparedPolicies, look: ComparisonLook): string {
  const text = comparisonText(compared.comparison, look);
  return `${comparisonHead(compared, look, MOST_LINES)}${text && `\n${text}`}`;
}

const MOST_LINES = 7;

/** What a comparison comes to: how much differs, and below that in sentences how, in so many lines at most. */
export function comparisonHead(
  compared: ComparedPolicies,
  { columns }: ComparisonLook,
  most: number = Infinity,
): string {
  const { comparison, before, after, policies } = compared;
  const totals = totalsText(comparison);
  const head = safeText(`${before} → ${after}: ${totals.slice(0, 1).toLowerCase()}${totals.slice(1)}`);
  const isSame = comparison.classes.length === 0 && comparison.notDecided === null;
  const effects = isSame ? [] : changeText(...policies, { columns, most, command: null });
  return [wrap(head, columns), ...effects].map((line) => `${line}\n`).join('');
}

/** The differences between two policies as text, each pair of outcomes below a headline of its own. '' where there are none. */
export function comparisonText(comparison: Comparison, { style, columns }: ComparisonLook): string {
  const lines: string[] = [];
  let headline = '';
  for (const entry of comparison.classes) {
    const text = outcomesText(entry.before, entry.after);
    if (text !== headline) lines.push(...(headline === '' ? [] : ['']), ...styled(wrap(text, columns), style.bold));
    headline = text;
    lines.push(...classLines(entry, columns, style));
  }
  lines.push(...undecidedLines(comparison, columns, style));
  return lines.map((line) => `${line}\n`).join('');
}

/** What is recorded before and after: `Metadata → None`, and what else changes. */
function outcomesText(before: Outcome, after: Outcome): string {
  const levels = before.level === after.level ? `${after.level} as before` : `${before.level} → ${after.level}`;
  if (before.level === 'None' || after.level === 'None') return levels;
  const less = after.omitStages.filter((stage) => !before.omitStages.includes(stage));
  const more = before.omitStages.filter((stage) => !after.omitStages.includes(stage));
  const fields = after.omitManagedFields ? 'without managed fields now' : 'with managed fields now';
  const isBody = before.level !== 'Metadata' && after.level !== 'Metadata';
  const changes = [
    ...(less.length > 0 ? [`no longer at ${less.join(', ')}`] : []),
    ...(more.length > 0 ? [`now at ${more.join(', ')} too`] : []),
    ...(isBody && before.omitManagedFields !== after.omitManagedFields ? [fields] : []),
  ];
  return [levels, ...changes].join(', ');
}

function classLines(entry: DifferenceClass, columns: number, style: Style): string[] {
  const { except, ...requests } = describeRequests(entry.requests);
  const exceptions = except.map((one) => exceptionText(one, LONGEST_LIST));
  const more = exceptions.length - MOST_EXCEPTIONS;
  const shown = more > 1 ? [...exceptions.slice(0, MOST_EXCEPTIONS), `${more} more (see -o json)`] : exceptions;
  const { before, after } = entry.rules;
  return [
    ...item('  - ', requestsText(requests, LONGEST_LIST), columns),
    ...shown.flatMap((text) => item('      but not ', text, columns)),
    ...styled(item('    ', `${rulesText(before)} → ${rulesText(after)}`, columns).join('\n'), style.dim),
  ];
}

function rulesText(rules: readonly number[]): string {
  const numbers = rules.filter((rule) => rule > 0);
  const named = numbers.length === 0 ? [] : [`${numbers.length > 1 ? 'rules' : 'rule'} ${ranges(numbers)}`];
  return [...named, ...(rules.includes(0) ? ['no rule'] : [])].join(' or ');
}

// 1, 3-5: three and more in a row as from and to.
function ranges(numbers: readonly number[]): string {
  const rows: number[][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const row = rows.at(-1);
    if (row?.at(-1) === number - 1) row.push(number);
    else rows.push([number]);
  }
  return rows.map((row) => (row.length > 2 ? `${row[0]}-${row.at(-1)}` : row.join(', '))).join(', ');
}

// The first line after `lead`, the others below it.
function item(lead: string, text: string, columns: number): string[] {
  const indent = ' '.repeat(lead.length);
  const lines = wrap(text, columns - lead.length).split('\n');
  return lines.map((line, at) => `${at === 0 ? lead : indent}${line}`);
}

function styled(text: string, paint: (text: string) => string): string[] {
  return text.split('\n').map(paint);
}

function undecidedLines({ notDecided }: Comparison, columns: number, style: Style): string[] {
  if (!notDecided) return [];
  const { rules, requests } = notDecided;
  const lead = 'Not decided: the policies are too large to compare all of their requests. Left are those of';
  const what = requests ? `${rulesText(rules)} of the first policy` : 'every rule';
  return styled(wrap(`${lead} ${what}.`, columns), style.yellow);
}

/** Two policies by their names, and how they differ. */
export interface ComparedPolicies {
  comparison: Comparison;
  before: string;
  after: string;
  policies: readonly [before: Policy, after: Policy];
}

/**
 * What `policy diff -o json` prints: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any time.
 * Documented in docs/compare-policies.md.
 */
export interface ComparisonJson {
  kind: 'PolicyComparison';
  formatVersion: 1;
  before: string;
  after: string;
  /** Every request is treated alike; null: not found out. */
  same: boolean | null;
  summary: SummaryJson;
  classes: {
    before: Outcome;
    after: Outcome;
    rules: { before: number[]; after: number[] };
    requests: Description;
    example: RequestAttributes;
  }[];
  notDecided: { rules: number[]; requests: Description[] | null } | null;
}

/** The comparison as one object, nothing shortened. */
export function comparisonJson({ comparison, before, after, policies }: ComparedPolicies): ComparisonJson {
  const { classes, notDecided } = comparison;
  return {
    kind: 'PolicyComparison',
    formatVersion: 1,
    before,
    after,
    same: classes.length > 0 ? false : notDecided ? null : true,
    summary: summaryJson(comparison, ...policies),
    classes: classes.map((entry) => ({
      before: entry.before,
      after: entry.after,
      rules: entry.rules,
      requests: describeRequests(entry.requests),
      example: entry.example,
    })),
    notDecided: notDecided && {
      rules: notDecided.rules,
      requests: notDecided.requests?.map((requests) => describeRequests(requests)) ?? null,
    },
  };
}
