import type { PolicyFix } from './policy/rule.ts';
import type { TextRange } from '../yaml/positions.ts';
import type { Finding } from './finding.ts';

/** A finding with its place in a text. */
export interface LocatedFinding extends Finding {
  range: TextRange;
  /** The line of the text at which `range` starts, where it may be shown: it holds nothing that could be secret. */
  source?: string;
  /** The reason given in a `# kops-audit-ignore` comment that covers it: it does not count. */
  ignored?: string;
  /** A safe correction, for `--fix`. */
  fix?: PathFix;
}

/** A correction, and the part of the policy it is made at: `['rules', 2, 'verbs', 0]`, counted from 0. */
export interface PathFix {
  path: readonly (string | number)[];
  change: PolicyFix;
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

const RANK = { error: 0, warning: 1, info: 2 } as const;
