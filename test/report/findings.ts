import { UserError } from '../../src/errors.ts';
import type { LocatedFinding, Words } from '../../src/lint/rule.ts';
import type { ToldLint } from '../../src/report/findings.ts';

type ToldLocated = LocatedFinding & Words;

/** A finding at columns 17 to 21 of line 7. */
export function finding(more: Partial<ToldLocated> = {}): ToldLocated {
  return {
    rule: 'resource-not-plural',
    severity: 'warning',
    fatal: false,
    subject: '',
    message: 'rule 1: "Pods" matches nothing',
    why: 'A policy knows a resource by its plural.',
    fix: 'Write pods.',
    args: {},
    pointer: '/rules/0/resources/0/resources/0',
    range: { start: { offset: 99, line: 7, column: 17 }, end: { offset: 103, line: 7, column: 21 } },
    source: '    resources: [Pods, nodes]',
    ...more,
  };
}

/** What was found in a file. */
export function lintOf(findings: ToldLocated[], more: Partial<ToldLint> = {}): ToldLint {
  return { file: 'policy.yaml', findings, skipped: [], errors: [], specs: [], ...more };
}

export const UNREADABLE: UserError = new UserError('is empty', {
  place: { file: 'b.yaml', line: 3 },
  hint: 'Is it the right file?',
});
