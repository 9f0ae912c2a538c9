import {
  type Breach,
  type Finding,
  findingOf,
  type LocatedFinding,
  type Path,
  type Rule,
  type Severity,
} from './rule.ts';

/**
 * What rules find, in their order.
 *
 * @param place says of a finding where its breach stands.
 */
export function applyRules<Input, Place, Found extends Finding>(
  rules: readonly Rule<Input, Place>[],
  input: Input,
  place: (finding: Finding, breach: Breach<Place>) => Found,
): Found[] {
  return rules.flatMap((rule) => rule.check(input).map((breach) => place(findingOf(rule, breach.args), breach)));
}

/**
 * What makes two findings the same one, in a spec before and after a change: the rule and the subject. Words and places move when
 * something beside them comes or goes.
 */
export function findingKey({ rule, subject }: Pick<Finding, 'rule' | 'subject'>): string {
  return `${rule}\n${subject}`;
}

/** The findings in the order of the text; at one place the worst first. */
export function inOrder(findings: readonly LocatedFinding[]): LocatedFinding[] {
  return findings.toSorted(
    (a, b) =>
      a.range.start.line - b.range.start.line ||
      a.range.start.column - b.range.start.column ||
      RANK[a.severity] - RANK[b.severity],
  );
}

/** The severities by how bad they are. */
export const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** Where several findings of a rule have one cause, in several rules of the policy, the first tells of all. */
export function oneCauseOnce<Input, Place>(
  findings: readonly LocatedFinding[],
  rules: readonly Rule<Input, Place>[],
): LocatedFinding[] {
  const groups = new Map<unknown, LocatedFinding[]>();
  for (const finding of findings) {
    const key = finding.cause === undefined ? finding : `${finding.rule} ${finding.cause}`;
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups.values()].flatMap(([first, ...more]) => {
    const rule = first && rules.find(({ id }) => id === first.rule);
    if (!first || !rule?.join || more.length === 0) return first ? [first] : [];
    return [{ ...first, args: rule.join([first, ...more].map(({ args }) => args)) }];
  });
}

/** A part of a document as a JSON pointer (RFC 6901). */
export function pointerOf(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
