import type { Policy } from '../../policy/types.ts';
import type { Severity } from '../finding.ts';

/** What a rule for Policy documents looks at. Paths are those of the document: `['rules', 2, 'verbs']`, counted from 0. */
export interface PolicyInput {
  policy: Policy;
  /** For example 1.35.4; left out: the newest. */
  kubernetesVersion?: string;
}

/** One place where a rule is broken. */
export interface PolicyBreach {
  message: string;
  mend: string;
  path: readonly (string | number)[];
  /** The breach is about the key at the end of the path, not about its value. */
  atKey?: boolean;
  /** A safe correction of the text, for `lint --fix`: it must not change a decision that was meant. */
  fix?: PolicyFix;
  /** The policy when the words of `mend` are followed, where they can do harm: that is then said besides. */
  meant?: (policy: Policy) => Policy;
  /** Breaches of a rule with one cause are told as one, by its `join`. */
  cause?: Cause;
}

/** What several breaches of a rule have in common, and what is different in each. */
export interface Cause {
  key: string;
  /** The rule of the policy, counted from 1. */
  rule: number;
  /** What it is about, in words, and for each the verbs. */
  parts: readonly { name: string; verbs: readonly string[] }[];
}

/** `replace` puts another scalar at the breach's path; `remove` takes the list item or key there out. */
export type PolicyFix = { kind: 'replace'; value: string } | { kind: 'remove' };

/** A rule for Policy documents. */
export interface PolicyLintRule {
  id: string;
  severity: Severity;
  why: string;
  check: (input: PolicyInput) => PolicyBreach[];
  /** Tells breaches of one cause, in the order of the policy, in one sentence. */
  join?: (causes: readonly Cause[]) => Pick<PolicyBreach, 'message' | 'mend'>;
}
