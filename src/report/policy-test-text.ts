import type { CaseResult, RequestResult } from '../policy/test/run.ts';
import {
  actualText,
  countsOf,
  expectedText,
  isCovered,
  percentText,
  type PolicyCoverage,
  type PolicyTestReport,
  type TestedFile,
  type TestedPolicy,
} from './policy-test.ts';
import { indented, safeText, type Style, wrap } from './text.ts';
import { explain, type Explanation, type RuleMiss } from '../policy/explain/explain.ts';
import { explanationView, type RuleSource, ruleSource } from './explanation.ts';
import type { Expectation } from '../policy/test/read.ts';

/** How the outcome of `policy test` is shown. */
export interface PolicyTestTextOptions {
  style: Style;
  columns: number;
  /** Passed cases too, with the decision on each request; the whole explanation of what failed. */
  verbose: boolean;
  /** The rules that no case decides. */
  coverage: boolean;
}

/** The outcome as a person reads it: what failed, in detail, then a line that counts. */
export function policyTestText(report: PolicyTestReport, options: PolicyTestTextOptions): string {
  const parts = [...report.files.flatMap((file) => fileParts(file, options)), ...coverageLines(report, options)];
  const gap = parts.length > 0 && !parts.at(-1)?.endsWith('\n') ? [''] : [];
  return `${[...parts, ...gap, summaryLine(report, options)].join('\n')}\n`;
}

function fileParts(file: TestedFile, options: PolicyTestTextOptions): string[] {
  return file.cases.flatMap((result) => {
    if (!result.passed) return [`${failedCase(result, file, options)}\n`];
    return options.verbose ? [passedCase(result, file, options)] : [];
  });
}

function headOf(
  { name, line }: CaseResult,
  { file }: TestedFile,
  mark: string,
  { columns }: PolicyTestTextOptions,
): string {
  const place = `${file === '-' ? 'stdin' : file}:${line}`;
  const [first = '', ...rest] = wrap(safeText(`${place}: ${name}`), columns - 6).split('\n');
  return [`${mark}  ${first}`, ...rest.map((text) => `      ${text}`)].join('\n');
}

function passedCase(result: CaseResult, file: TestedFile, options: PolicyTestTextOptions): string {
  const { style, columns } = options;
  const requests = result.requests.flatMap(({ text, actual, notes }) => [
    ...indented(safeText(`${text}: ${actualText(actual, result.expect)}`), '      ', columns),
    ...notes.flatMap((note) => indented(safeText(`note: ${note}`), '        ', columns)).map(style.dim),
  ]);
  return [headOf(result, file, style.green('pass'), options), ...requests].join('\n');
}

function failedCase(result: CaseResult, file: TestedFile, options: PolicyTestTextOptions): string {
  const failed = result.requests.filter(({ passed }) => !passed);
  const details = failed.map((request) => failedRequest(request, result, file.policy, options));
  const others = result.requests.length - failed.length;
  const more = others > 0 ? [`      ${others} more ${others === 1 ? 'request is' : 'requests are'} as expected.`] : [];
  return [headOf(result, file, options.style.red('FAIL'), options), ...details, ...more].join('\n');
}

/** A request that was not decided as expected: what was expected, what happens, and why. */
function failedRequest(
  result: RequestResult,
  { expect }: CaseResult,
  policy: TestedPolicy | null,
  options: PolicyTestTextOptions,
): string {
  const { style, columns } = options;
  const lines = [
    ...indented(style.bold(safeText(result.text)), '      ', columns),
    ...labelled('expected', expectedText(expect), columns),
    ...labelled('actual', actualText(result.actual, expect), columns),
  ];
  return [...lines, ...(policy ? explanationLines(result, expect, policy, options) : [])].join('\n');
}

function labelled(label: string, text: string, columns: number): string[] {
  const lines = wrap(text, columns - 18).split('\n');
  return lines.map((line, at) => `        ${(at === 0 ? label : '').padEnd(10)}${line}`);
}

function explanationLines(
  { request, notes, actual }: RequestResult,
  expect: CaseResult['expect'],
  policy: TestedPolicy,
  options: PolicyTestTextOptions,
): string[] {
  const explanation = explain(policy.policy, request);
  const source = sourceOf(policy, actual.rule);
  if (options.verbose) {
    const facts = { policy: policy.place, source, notes };
    const view = explanationView(explanation, facts, { ...options, columns: options.columns - 8 });
    return view
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `        ${line}`));
  }
  const said = [
    ...whyNotAsExpected(explanation, expect, policy.policy.rules.length),
    ...notes.map((note) => `note: ${note}`),
  ];
  return [
    ...said.flatMap((text) => indented(safeText(text), '        ', options.columns)),
    ...sourceLines(source, policy, options),
  ];
}

function sourceOf({ text, locate, firstLine = 1 }: TestedPolicy, rule: number): RuleSource | null {
  const range = rule === 0 ? undefined : locate(['rules', rule - 1]);
  return range ? ruleSource(text, range, firstLine) : null;
}

const SHOWN_LINES = 12;

function sourceLines(source: RuleSource | null, { place }: TestedPolicy, { style }: PolicyTestTextOptions): string[] {
  if (!source) return [];
  const width = String(source.line + source.lines.length - 1).length;
  const shown = source.lines.slice(0, SHOWN_LINES).map((text, at) => {
    return `        ${style.dim(String(source.line + at).padStart(width))}  ${safeText(text)}`.trimEnd();
  });
  const rest = source.lines.length - shown.length;
  const more = rest > 0 ? [style.dim(`        ${' '.repeat(width)}  … ${rest} more lines (-v shows them)`)] : [];
  return [`        ${safeText(place)}:${source.line}`, ...shown, ...more];
}

/** The rules that no case decides, where that is asked for or too few are decided. */
function coverageLines(report: PolicyTestReport, options: PolicyTestTextOptions): string[] {
  return report.coverage.flatMap((entry) => {
    const isEnough = isCovered(entry, report);
    return options.coverage || !isEnough ? [`${policyPart(entry, report, options)}\n`] : [];
  });
}

function policyPart(entry: PolicyCoverage, report: PolicyTestReport, options: PolicyTestTextOptions): string {
  const { decided, undecided, unreachable, policy } = entry;
  const share = `${decided.length} of ${decided.length + undecided.length} rules decided (${percentText(entry)})`;
  const isEnough = isCovered(entry, report);
  const wanted = isEnough ? '' : `, less than ${report.minCoverage} %`;
  const head = wrap(safeText(`coverage of ${policy.label}: ${share}${wanted}`), options.columns - 6).replaceAll(
    '\n',
    '\n      ',
  );
  const mark = isEnough ? '' : `${options.style.red('FAIL')}  `;
  return [
    `${mark}${head}`,
    ...undecided.flatMap((rule) => undecidedLines(rule, entry, options)),
    ...unreachableLines(unreachable, options),
  ].join('\n');
}

function undecidedLines(
  rule: number,
  { policy, examples }: PolicyCoverage,
  { columns }: PolicyTestTextOptions,
): string[] {
  const range = policy.locate(['rules', rule - 1]);
  const line = range === undefined ? '' : ` (${policy.place}:${range.start.line + (policy.firstLine ?? 1) - 1})`;
  const example = examples.get(rule);
  const head = `rule ${rule}${line}: no case decides by it${example === undefined ? '' : '; this request would:'}`;
  const shown = [head, ...(example === undefined ? [] : [`  ${example}`])];
  return shown.flatMap((text) => wrap(safeText(text), columns - 6).split('\n')).map((text) => `      ${text}`);
}

function unreachableLines(rules: readonly number[], { columns }: PolicyTestTextOptions): string[] {
  if (rules.length === 0) return [];
  const one = rules.length === 1;
  const text = `${one ? 'rule' : 'rules'} ${rules.join(', ')}: no request ever gets there (\`kops-audit lint\` says why), so ${one ? 'it does' : 'they do'} not count`;
  return wrap(text, columns - 6)
    .split('\n')
    .map((line) => `      ${line}`);
}

/** `3 files, 42 cases passed; 15 of 17 rules decided`. */
function summaryLine(report: PolicyTestReport, { style, columns }: PolicyTestTextOptions): string {
  const { files, unreadable, cases, failed, uncovered } = countsOf(report);
  const notRun = unreadable > 0 ? ` (${unreadable} could not be run)` : '';
  const passed = failed === 0 ? `, ${count(cases, 'case')} passed` : `, ${failed} of ${count(cases, 'case')} failed`;
  const text = `${count(files, 'file')}${notRun}${cases === 0 ? '' : passed}${rulesText(report)}`;
  const paint = failed + unreadable + uncovered > 0 ? style.red : style.green;
  return wrap(text, columns).split('\n').map(paint).join('\n');
}

function rulesText({ coverage }: PolicyTestReport): string {
  if (coverage.length === 0) return '';
  const decided = coverage.reduce((sum, entry) => sum + entry.decided.length, 0);
  const all = coverage.reduce((sum, entry) => sum + entry.decided.length + entry.undecided.length, 0);
  return `; ${decided} of ${count(all, 'rule')} decided`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/**
 * Why a decision is not the expected one, in sentences: why the expected rule does not decide, or which rule of the expected level
 * would match but is not asked, or would but for what is easily got wrong.
 *
 * @param rules how many rules the policy has.
 */
export function whyNotAsExpected(explanation: Explanation, { rule, level }: Expectation, rules: number): string[] {
  const { decision, later } = explanation;
  if (rule !== undefined && rule !== 0 && rule !== decision.rule) return [whyNotRule(rule, explanation, rules)];
  const others = level === decision.level ? [] : later.filter((entry) => entry.level === level);
  if (others.length > 0) return [laterText(others, decision.rule)];
  return level === decision.level ? [] : trapped(explanation, level).map(missText);
}

/** The earlier rules of a level that may have been meant: what is easily got wrong keeps them from matching. */
function trapped({ earlier }: Explanation, level: Expectation['level']): RuleMiss[] {
  return earlier.filter((miss) => miss.level === level && miss.note !== undefined).slice(0, MOST_TRAPPED);
}

const MOST_TRAPPED = 2;

function whyNotRule(rule: number, { decision, earlier, later }: Explanation, rules: number): string {
  const miss = earlier.find((entry) => entry.rule === rule);
  if (miss) return missText(miss);
  const matching = later.filter((entry) => entry.rule === rule);
  if (matching.length > 0) return laterText(matching, decision.rule);
  return rule > rules ? `there is no rule ${rule}` : `rule ${rule} comes later, and does not match either`;
}

function missText({ rule, selector, wanted, had, note }: RuleMiss): string {
  const what = had === null ? 'none' : [had].flat().join(', ') || '""';
  return `rule ${rule} does not match: its ${selector} are ${wanted.join(', ')}; the request has ${what}${note === undefined ? '' : ` (${note})`}`;
}

function laterText(rules: readonly { rule: number }[], deciding: number): string {
  const named = rules.length === 1 ? 'rule' : 'rules';
  const numbers = rules.map(({ rule }) => rule).join(', ');
  return `${named} ${numbers} would match too, but rule ${deciding} comes first`;
}
