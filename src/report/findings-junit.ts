import type { UserError } from '../errors.ts';
import type { Severity } from '../lint/rule.ts';
import type { ToldLint } from './findings.ts';
import { junitDocument, testCase, testSuite, type XmlElement } from './junit.ts';

type ToldLocated = ToldLint['findings'][number];

/**
 * What was found as JUnit XML: a suite for each file, a case for each finding. Those that make the exit status 1 failed, those that a
 * comment leaves out are skipped, the others passed, with their text as output; what could not be read is an error. A file without
 * findings is one case that passed.
 *
 * @param isFailure tells the severities that make the exit status 1.
 */
export function lintJunit(lints: readonly ToldLint[], isFailure: (severity: Severity) => boolean): string {
  const suites = lints.map((lint) => fileSuite(lint, isFailure));
  return junitDocument('kops-audit lint', suites);
}

function fileSuite({ file, findings, errors }: ToldLint, isFailure: (severity: Severity) => boolean): XmlElement {
  const name = file === '-' ? 'stdin' : file;
  const cases = [
    ...errors.map((error) => testCase(name, 'can be read', error.place?.line ?? 1, [errorElement(error)])),
    ...findings.map((finding) =>
      testCase(name, `${finding.rule} (line ${finding.range.start.line})`, finding.range.start.line, [
        outcome(finding, name, isFailure),
      ]),
    ),
  ];
  return testSuite(name, cases.length === 0 ? [testCase(name, 'no findings', 1, [])] : cases);
}

function errorElement({ message, hint }: UserError): XmlElement {
  return { name: 'error', attributes: { message, type: 'unreadable' }, content: hint ?? '' };
}

function outcome(finding: ToldLocated, file: string, isFailure: (severity: Severity) => boolean): XmlElement {
  const { severity, message, ignored } = finding;
  if (ignored !== undefined) return { name: 'skipped', attributes: { message: ignored }, content: '' };
  const content = textOf(finding, file);
  return isFailure(severity)
    ? { name: 'failure', attributes: { message, type: severity }, content }
    : { name: 'system-out', attributes: {}, content };
}

function textOf({ severity, message, why, fix, followsFrom, range: { start } }: ToldLocated, file: string): string {
  const lines = [
    `${file}:${start.line}:${start.column}: ${severity}: ${message}`,
    why,
    ...(fix === '' ? [] : [`Fix: ${fix}`]),
    ...(followsFrom ? [`This follows from ${followsFrom.rule} in line ${followsFrom.start.line}.`] : []),
  ];
  return lines.join('\n');
}
