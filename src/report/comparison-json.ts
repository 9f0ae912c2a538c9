import type { Comparison } from '../policy/compare/compare.ts';
import { type Description, describe } from '../policy/compare/describe.ts';
import type { Outcome } from '../policy/compare/sides.ts';
import type { RequestAttributes } from '../policy/types.ts';

/** Two policies by their names, and how they differ. */
export interface ComparedPolicies {
  comparison: Comparison;
  before: string;
  after: string;
}

/**
 * What `policy diff -o json` prints: `formatVersion` grows when a field changes its meaning or goes; new fields may come at any time.
 * Documented in docs/compare-policies.md.
 */
export interface ComparisonJson {
  kind: 'PolicyComparison';
  formatVersion: 1;
  before: string;
  after: string;
  /** Every request is treated alike; null: not found out. */
  same: boolean | null;
  classes: {
    before: Outcome;
    after: Outcome;
    rules: { before: number[]; after: number[] };
    requests: Description;
    example: RequestAttributes;
  }[];
  notDecided: { rules: number[]; requests: Description[] | null } | null;
}

/** The comparison as one object, nothing shortened. */
export function comparisonJson({ comparison, before, after }: ComparedPolicies): ComparisonJson {
  const { classes, notDecided } = comparison;
  return {
    kind: 'PolicyComparison',
    formatVersion: 1,
    before,
    after,
    same: classes.length > 0 ? false : notDecided ? null : true,
    classes: classes.map((entry) => ({
      before: entry.before,
      after: entry.after,
      rules: entry.rules,
      requests: describe(entry.requests),
      example: entry.example,
    })),
    notDecided: notDecided && {
      rules: notDecided.rules,
      requests: notDecided.requests?.map((requests) => describe(requests)) ?? null,
    },
  };
}
