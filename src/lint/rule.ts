import type { UserError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { ClusterFacts } from '../cluster/facts.ts';
import type { PresentAudit } from '../cluster/present.ts';
import type { KopsObject } from '../cluster/types.ts';
import type { Policy } from '../policy/types.ts';
import type { TextRange } from '../yaml/positions.ts';

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
type PolicyFix = { kind: 'replace'; value: string } | { kind: 'remove' };

/** A rule for Policy documents. */
export interface PolicyLintRule {
  id: string;
  severity: Severity;
  why: string;
  check: (input: PolicyInput) => PolicyBreach[];
  /** Tells breaches of one cause, in the order of the policy, in one sentence. */
  join?: (causes: readonly Cause[]) => Pick<PolicyBreach, 'message' | 'mend'>;
}

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

/** What was found in one file. */
export interface FileLint {
  /** The file's name as the person gave it; `-` is stdin. */
  file: string;
  findings: LocatedFinding[];
  /** Documents of kinds that `lint` does not know. */
  skipped: SkippedDocument[];
  /** Why a document, or the whole of it, could not be looked at. */
  errors: UserError[];
  /** The specs that were looked at: what is secret in them must not be shown. */
  specs: JsonObject[];
}

interface SkippedDocument {
  line: number;
  kind: string;
}
