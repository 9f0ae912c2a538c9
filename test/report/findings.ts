import { UserError } from '../../src/errors.ts';
import type { FileLint, LocatedFinding } from '../../src/lint/rule.ts';

/** A finding at columns 17 to 21 of line 7. */
export function finding(more: Partial<LocatedFinding> = {}): LocatedFinding {
  return {
    rule: 'resource-not-plural',
    severity: 'warning',
    fatal: false,
    subject: '',
    message: 'rule 1: "Pods" matches nothing',
    why: 'A policy knows a resource by its plural.',
    mend: 'Write pods.',
    pointer: '/rules/0/resources/0/resources/0',
    range: { start: { offset: 99, line: 7, column: 17 }, end: { offset: 103, line: 7, column: 21 } },
    source: '    resources: [Pods, nodes]',
    ...more,
  };
}

/** What was found in a file. */
export function lintOf(findings: LocatedFinding[], more: Partial<FileLint> = {}): FileLint {
  return { file: 'policy.yaml', findings, skipped: [], errors: [], specs: [], ...more };
}

export const UNREADABLE: UserError = new UserError('is empty', {
  place: { file: 'b.yaml', line: 3 },
  hint: 'Is it the file that was meant?',
});
