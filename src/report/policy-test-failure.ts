import { explain } from '../policy/explain/explain.ts';
import type { CaseResult, RequestResult } from '../policy/test/run.ts';
import { explanationView } from './explanation-view.ts';
import { actualText, expectedText } from './expectation-text.ts';
import { indented } from './indented.ts';
import type { TestedPolicy } from './policy-test-report.ts';
import type { PolicyTestTextOptions } from './policy-test-text.ts';
import { type RuleSource, ruleSource } from './rule-source.ts';
import { safeText } from './safe-text.ts';
import { whyNotAsExpected } from './why-not-as-expected.ts';
import { wrap } from './wrap.ts';

/** A request that was not decided as expected: what was expected, what happens, and why. */
export function failedRequest(
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
