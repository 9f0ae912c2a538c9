import type { ClusterFacts } from '../cluster/facts.ts';
import type { PresentAudit } from '../cluster/present.ts';
import type { KopsObject } from '../cluster/types.ts';

export type Severity = 'error' | 'warning' | 'info';

/** Something to know about a document. */
export interface Finding {
  /** The rule's id, as `--allow` and `# kops-audit-ignore` take it. */
  rule: string;
  severity: Severity;
  /** The rule is about something that keeps kube-apiserver or the node from starting: `--allow` does not help. */
  fatal: boolean;
  /** What it is about: the same wherever that stands. With `rule` it tells whether two findings are the same one. Never shown. */
  subject: string;
  message: string;
  /** What goes wrong if it stays so. */
  why: string;
  /** What to do about it. */
  mend: string;
  /** Where in the document (RFC 6901). */
  pointer: string;
}

/** What a rule for Cluster documents looks at. */
export interface ClusterInput {
  cluster: KopsObject;
  facts: ClusterFacts;
  present: PresentAudit;
}

/** One place where a rule is broken. */
export interface Breach {
  message: string;
  mend: string;
  pointer: string;
  /** Where it is another one than that of the rule. */
  why?: string;
  /** Where `pointer` does not tell what it is about, as it lies in an instance group; left out: what stands at `pointer`. */
  subject?: string;
}

/** A rule for Cluster documents. */
export interface ClusterRule {
  id: string;
  severity: Severity;
  fatal: boolean;
  /** What it is about: `audit` must be right for auditing to work; `other` is only a warning where it stood before. */
  about: 'audit' | 'other';
  why: string;
  check: (input: ClusterInput) => Breach[];
}
