import type { CaseResult, RequestResult } from '../policy/test/run.ts';
import { actualText, expectedText } from './expectation-text.ts';
import { mistakeText } from './mistake-text.ts';
import { type PolicyTestReport, type TestedFile, isCovered, percentText } from './policy-test-report.ts';
import { type XmlElement, xmlDocument } from './xml.ts';

/**
 * The outcome as JUnit XML, as Jenkins, GitLab and others read it: a `testsuite` per file, a `testcase` per case. A file that cannot be
 * run is one case with an error. Where a coverage is asked for, one more suite has a case for each policy.
 */
export function policyTestJunit(report: PolicyTestReport): string {
  const suites = [...report.files.map(fileSuite), ...(report.minCoverage === null ? [] : [coverageSuite(report)])];
  const total = (key: 'tests' | 'failures' | 'errors'): number =>
    suites.reduce((sum, { attributes }) => sum + Number(attributes[key]), 0);
  const attributes = {
    name: 'kops-audit policy test',
    tests: total('tests'),
    failures: total('failures'),
    errors: total('errors'),
  };
  return xmlDocument({ name: 'testsuites', attributes, content: suites });
}

function suite(name: string, cases: readonly XmlElement[], properties: readonly XmlElement[] = []): XmlElement {
  const count = (kind: string): number =>
    cases.filter(({ content }) => typeof content === 'object' && content.some((child) => child.name === kind)).length;
  return {
    name: 'testsuite',
    attributes: { name, tests: cases.length, failures: count('failure'), errors: count('error'), skipped: 0, time: 0 },
    content: [
      ...(properties.length > 0 ? [{ name: 'properties', attributes: {}, content: properties }] : []),
      ...cases,
    ],
  };
}

function fileSuite({ file, policy, mistakes, cases }: TestedFile): XmlElement {
  const name = file === '-' ? 'stdin' : file;
  if (mistakes.length > 0) {
    const message = `${mistakes.length} ${mistakes.length === 1 ? 'mistake' : 'mistakes'} in the test file or its policy`;
    const text = mistakes.map((mistake) => mistakeText(mistake, name)).join('\n');
    const error = { name: 'error', attributes: { message, type: 'unreadable' }, content: text };
    return suite(name, [testcase(name, 'the file can be run', 1, [error])]);
  }
  const property = { name: 'property', attributes: { name: 'policy', value: policy?.label ?? '' } };
  return suite(
    name,
    cases.map((result) => testcase(name, result.name, result.line, failuresOf(result))),
    [property],
  );
}

function testcase(file: string, name: string, line: number, content: XmlElement[]): XmlElement {
  const classname = file.replace(/\.ya?ml$/i, '').replaceAll('/', '.');
  return { name: 'testcase', attributes: { classname, name, file, line, time: 0 }, content };
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
  return suite('coverage', cases);
}
