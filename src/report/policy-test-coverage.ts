import { type PolicyCoverage, type PolicyTestReport, countsOf, isCovered, percentText } from './policy-test-report.ts';
import type { PolicyTestTextOptions } from './policy-test-text.ts';
import { safeText } from './safe-text.ts';
import { wrap } from './wrap.ts';

/** The rules that no case decides, where that is asked for or too few are decided. */
export function coverageLines(report: PolicyTestReport, options: PolicyTestTextOptions): string[] {
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
export function summaryLine(report: PolicyTestReport, { style, columns }: PolicyTestTextOptions): string {
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
