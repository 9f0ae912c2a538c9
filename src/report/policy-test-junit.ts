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

/** An XML element: text in it is escaped, and what XML 1.0 cannot hold is left out. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string | number>>;
  content?: readonly XmlElement[] | string;
}

/** Writes an element as an XML document, indented, ended by a line feed. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${elementLines(root, '').join('\n')}\n`;
}

function elementLines({ name, attributes, content }: XmlElement, indent: string): string[] {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  const start = `${indent}<${name}${pairs.join('')}`;
  if (content === undefined || content.length === 0) return [`${start}/>`];
  if (typeof content === 'string') return [`${start}>${escapeXml(content, true)}</${name}>`];
  return [`${start}>`, ...content.flatMap((child) => elementLines(child, `${indent}  `)), `${indent}</${name}>`];
}

/** What `safeText` escapes and XML allows: written as a number the text is the same. */
const UNSAFE =
  /[\x85\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** All that XML 1.0 does not allow as a character, and control characters that it only discourages. */
const NOT_XML =
  // oxlint-disable-next-line no-control-regex
  /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

// White space but blanks is lost in an attribute where it is not written as a number; so is a carriage return anywhere.
function escapeXml(text: string, keepLines = false): string {
  const escaped = text.replace(NOT_XML, '').replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char);
  const asNumber = (char: string): string => `&#${char.codePointAt(0)};`;
  return escaped.replace(keepLines ? /\r/g : /[\t\n\r]/g, asNumber).replace(UNSAFE, asNumber);
}

/** A mistake in a line: `gce.policy-test.yaml:3:5: what is wrong. What would be right.` */
export function mistakeText({ file, line, column, message, hint }: TestMistake, testFile: string): string {
  const place = [file ?? testFile, line, column].filter((part) => part !== undefined).join(':');
  return `${place}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}
