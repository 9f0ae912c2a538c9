import type { ClusterFacts } from '../cluster/facts.ts';
import { readPresentAudit } from '../cluster/present.ts';
import type { KopsObject } from '../cluster/types.ts';
import { ASSET_RULES } from './asset-rules.ts';
import { policyFindings } from './cluster/policy-findings.ts';
import type { ClusterInput, ClusterRule, Finding } from './finding.ts';
import { KEY_RULES } from './key-rules.ts';
import { LOG_RULES } from './log-rules.ts';
import { POLICY_ASSET_RULES } from './policy-asset-rules.ts';
import { POLICY_FILE_RULES } from './policy-file-rules.ts';
import { SPEC_RULES } from './spec-rules.ts';
import { subjectAt } from './subject.ts';
import { UPGRADE_RULES } from './upgrade-rules.ts';
import { WEBHOOK_RULES } from './webhook-rules.ts';

/** Every rule for Cluster documents. */
export const CLUSTER_RULES: readonly ClusterRule[] = [
  ...POLICY_ASSET_RULES,
  ...POLICY_FILE_RULES,
  ...LOG_RULES,
  ...WEBHOOK_RULES,
  ...KEY_RULES,
  ...ASSET_RULES,
  ...SPEC_RULES,
  ...UPGRADE_RULES,
];

/**
 * What is wrong with a Cluster as far as auditing and its files go, in the order of the rules; then what a person should know of
 * its embedded policy.
 *
 * @throws SpecError where a value has a type kOps cannot read.
 */
export function lintCluster(cluster: KopsObject, facts: ClusterFacts): Finding[] {
  const present = readPresentAudit(cluster, facts.distribution);
  return [...applyRules(CLUSTER_RULES, { cluster, facts, present }), ...policyFindings(present, facts)];
}

/** What these rules find, in their order. */
export function applyRules(rules: readonly ClusterRule[], input: ClusterInput): Finding[] {
  return rules.flatMap(({ id, severity, fatal, why, check }) =>
    check(input).map((breach) => ({
      rule: id,
      severity,
      fatal,
      why,
      subject: subjectAt(breach.pointer, input.cluster),
      ...breach,
    })),
  );
}
