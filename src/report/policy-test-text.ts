import type { CaseResult } from '../policy/test/run.ts';
import { actualText } from './expectation-text.ts';
import { indented } from './indented.ts';
import { coverageLines, summaryLine } from './policy-test-coverage.ts';
import { failedRequest } from './policy-test-failure.ts';
import type { PolicyTestReport, TestedFile } from './policy-test-report.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

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
