import { readFileSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { formatError } from '../../report/error-text.ts';
import { type PolicyTestReport, type TestedFile, countsOf } from '../../report/policy-test-report.ts';
import { safeJson, safeText } from '../../report/safe-text.ts';
import { wrap } from '../../report/wrap.ts';
import { VERSION } from '../../version.ts';
import type { Context } from '../../context.ts';
import { shippedFile } from '../../input/templates.ts';
import { coverageOfFiles } from './test-coverage.ts';
import { testFile } from './test-file.ts';
import { type PolicyTestFlags, type PolicyTestOptions, readTestFlags } from './test-flags.ts';

/** `policy test`: runs test files against the policies they name. 1 where a case failed or a coverage is too small, 2 where a file can't be run. */
export async function policyTest(files: readonly string[], flags: PolicyTestFlags, context: Context): Promise<number> {
  if (flags.schema) {
    await context.io.stdout(readFileSync(shippedFile('policy-test.schema.json'), 'utf8'));
    return 0;
  }
  const options = readTestFlags(files, flags);
  const tested: TestedFile[] = [];
  for (const file of files) tested.push(await testFile(file, options, context));
  const report = reportOf(tested, options);
  showWarnings(tested, context);
  showMistakes(tested, context);
  await context.io.stdout(await shown(report, options, context));
  const { unreadable, failed, uncovered } = countsOf(report);
  return unreadable > 0 ? 2 : Number(failed + uncovered > 0);
}

function reportOf(files: TestedFile[], { only, minCoverage }: PolicyTestOptions): PolicyTestReport {
  const isRun = files.some(({ cases, mistakes }) => cases.length > 0 || mistakes.length > 0);
  if (!isRun) {
    throw new UserError(`no case has a name that matches --run ${only?.source}`, {
      hint: 'Without --run all cases are run; -v lists their names.',
    });
  }
  return { files, coverage: only ? [] : coverageOfFiles(files), minCoverage };
}

function showWarnings(files: readonly TestedFile[], { io }: Context): void {
  for (const warning of new Set(files.flatMap(({ policy }) => policy?.warnings ?? []))) {
    const text = wrap(`warning: ${safeText(warning)}`, io.columns);
    io.stderr(`${text.replace('warning:', io.style.yellow('warning:'))}\n`);
  }
}

function showMistakes(files: readonly TestedFile[], { io }: Context): void {
  for (const tested of files) {
    for (const { file = tested.file, line, column, message, hint } of tested.mistakes) {
      const place = { file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
      const error = new UserError(message, { place, ...(hint === undefined ? {} : { hint }) });
      io.stderr(formatError(error, { style: io.style, columns: io.columns, version: VERSION }).text);
    }
  }
}

async function shown(report: PolicyTestReport, options: PolicyTestOptions, { io }: Context): Promise<string> {
  if (options.output === 'json') {
    const { policyTestJson } = await import('../../report/policy-test-json.ts');
    return safeJson(policyTestJson(report));
  }
  if (options.output === 'junit') return (await import('../../report/policy-test-junit.ts')).policyTestJunit(report);
  const { policyTestText } = await import('../../report/policy-test-text.ts');
  const { verbose, coverage } = options;
  return policyTestText(report, { style: io.stdoutStyle, columns: io.columns, verbose, coverage });
}
