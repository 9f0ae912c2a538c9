import type { ClusterRule, Finding } from './rule.ts';
import { CLUSTER_RULES } from './lint-cluster.ts';
import { findingKey } from './engine.ts';

/** The findings for a change, sorted by what they mean for it. */
export interface Judgement {
  /** They stop the change. */
  blocking: Finding[];
  /** To be shown; they do not stop it. */
  others: Finding[];
}

/**
 * Which findings stop a change: errors, and what would keep the change from taking effect. What stood in the spec before and is not
 * about auditing is only a warning; `allow` lets a rule pass unless it is sure to keep the API server down.
 *
 * @param before the findings for the spec as it is; asked for only where they decide something. `after` for the spec as it would be.
 * @param allow ids of rules.
 */
export function judge(
  before: () => readonly Finding[],
  after: readonly Finding[],
  allow: readonly string[],
): Judgement {
  let keys: ReadonlySet<string> | undefined;
  const stood = (finding: Finding): boolean => (keys ??= new Set(before().map(findingKey))).has(findingKey(finding));
  const judged = after.map((finding): Finding => {
    const isError = finding.severity === 'error' || stopsChange(finding);
    if (!isError) return finding;
    const excused = (allow.includes(finding.rule) && !finding.fatal) || (!isAboutAudit(finding) && stood(finding));
    return { ...finding, severity: excused ? 'warning' : 'error' };
  });
  return {
    blocking: judged.filter(({ severity }) => severity === 'error'),
    others: judged.filter(({ severity }) => severity !== 'error'),
  };
}

function stopsChange({ rule }: Finding): boolean {
  return CLUSTER_RULES.some(({ id, stopsChange: stops = false }) => id === rule && stops);
}

/** The rules that stop a change and may be let pass. */
export function allowableRules(): ClusterRule[] {
  return CLUSTER_RULES.filter(
    ({ severity, fatal, stopsChange: stops = false }) => (severity === 'error' || stops) && !fatal,
  );
}

/** Whether a finding is about what must be right for auditing to work. */
export function isAboutAudit({ rule }: Pick<Finding, 'rule'>): boolean {
  return CLUSTER_RULES.some(({ id, about }) => id === rule && about === 'audit');
}
