import type { Finding, Severity } from '../lint/finding.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

/** Findings as a person reads them: what, why, and what to do, indented below one another. */
export function findingsView(findings: readonly Finding[], style: Style, columns: number): string {
  return findings.map((finding) => findingView(finding, style, columns)).join('\n');
}

function findingView({ severity, rule, message, why, mend }: Finding, style: Style, columns: number): string {
  const paint = { error: style.red, warning: style.yellow, info: style.cyan } satisfies Record<
    Severity,
    (text: string) => string
  >;
  const head = indentRest(wrap(`${severity}: ${message} (${rule})`, columns - 2));
  const [first = '', ...rest] = head.split('\n');
  const painted = [first.replace(`${severity}:`, paint[severity](`${severity}:`)), ...rest];
  const body = [why, mend].flatMap((text) => wrap(text, columns - 4).split('\n')).map((line) => `  ${line}`);
  return [...painted, ...body].join('\n');
}

function indentRest(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
