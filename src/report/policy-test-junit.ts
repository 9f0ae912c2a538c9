import { junitDocument, testCase, testSuite, type XmlElement } from './junit.ts';
import type { CaseResult, RequestResult } from '../policy/test/run.ts';
import {
  actualText,
  expectedText,
  isCovered,
  percentText,
  type PolicyTestReport,
  type TestedFile,
} from './policy-test.ts';
import type { TestMistake } from '../policy/test/nodes.ts';

/**
 * The outcome as JUnit XML, as Jenkins, GitLab and others read it: a `testsuite` per file, a `testcase` per case. A file that cannot be
 * run is one case with an error. Where a coverage is asked for, one more suite has a case for each policy.
 */
export function policyTestJunit(report: PolicyTestReport): string {
  const suites = [...report.files.map(fileSuite), ...(report.minCoverage === null ? [] : [coverageSuite(report)])];
  return junitDocument('kops-audit policy test', suites);
}

function fileSuite({ file, policy, mistakes, cases }: TestedFile): XmlElement {
  const name = file === '-' ? 'stdin' : file;
  if (mistakes.length > 0) {
    const message = `${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'} in the test file or its policy`;
    const text = mistakes.map((mistake) => mistakeText(mistake, name)).join('\n');
    const error = { name: 'error', attributes: { message, type: 'unreadable' }, content: text };
    return testSuite(name, [testCase(name, 'the file can be run', 1, [error])]);
  }
  const property = { name: 'property', attributes: { name: 'policy', value: policy?.label ?? '' } };
  return testSuite(
    name,
    cases.map((result) => testCase(name, result.name, result.line, failuresOf(result))),
    [property],
  );
}

// JUnit has one failure for a case.
function failuresOf({ requests, expect }: CaseResult): XmlElement[] {
  const failed = requests.filter(({ passed }) => !passed);
  const [first] = failed;
  if (!first) return [];
  const message = `expected ${expectedText(expect)}; actual: ${actualText(first.actual, expect)}`;
  const detail = ({ text, actual }: RequestResult): string => `${text}\n  actual: ${actualText(actual, expect)}`;
  const content = `expected: ${expectedText(expect)}\n${failed.map(detail).join('\n')}`;
  return [{ name: 'failure', attributes: { message, type: 'decision' }, content }];
}

function coverageSuite(report: PolicyTestReport): XmlElement {
  const cases = report.coverage.map((coverage) => {
    const { decided, undecided, policy } = coverage;
    const message = `${decided.length} of ${decided.length + undecided.length} rules decided (${percentText(coverage)}), less than ${report.minCoverage} %`;
    const content = `decided by no case: ${undecided.map((rule) => `rule ${rule}`).join(', ')}`;
    const failure = { name: 'failure', attributes: { message, type: 'coverage' }, content };
    const attributes = { classname: 'coverage', name: `coverage of ${policy.label}`, time: 0 };
    return { name: 'testcase', attributes, content: isCovered(coverage, report) ? [] : [failure] };
  });
  return testSuite('coverage', cases);
}

/** A mistake in a line: `gce.policy-test.yaml:3:5: what is wrong. What would be right.` */
export function mistakeText({ file, line, column, message, hint }: TestMistake, testFile: string): string {
  const place = [file ?? testFile, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
