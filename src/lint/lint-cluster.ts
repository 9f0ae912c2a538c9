import type { ClusterFacts } from '../cluster/facts.ts';
import { contentOf, type PresentAudit, readPresentAudit } from '../cluster/present.ts';
import type { KopsObject } from '../cluster/types.ts';
import { ASSET_RULES } from './cluster/assets.ts';
import { assetSubject, subjectAt } from './cluster/files.ts';
import { BACKEND_RULES, CIS_RULES, LOG_RULES } from './cluster/log.ts';
import { POLICY_ASSET_RULES } from './cluster/policy-asset.ts';
import { POLICY_FILE_RULES, UPGRADE_RULES } from './cluster/policy-file.ts';
import { KEY_RULES, SPEC_RULES, TEMPLATE_RULES } from './cluster/spec.ts';
import { WEBHOOK_RULES } from './cluster/webhook.ts';
import { applyRules as applyTo } from './engine.ts';
import { lintPolicy } from './lint-policy.ts';
import { API_VERSION_ENDS } from './policy/diagnostics.ts';
import { WILDCARD_VERSION } from './policy/groups.ts';
import { POLICY_RULES } from './policy/rules.ts';
import type { ClusterInput, ClusterRule, Finding, LocatedFinding } from './rule.ts';

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

/** Rules for Cluster documents that `lint` has besides CLUSTER_RULES: good advice, on which `enable` does not insist. */
export const ADVICE_RULES: readonly ClusterRule[] = [...TEMPLATE_RULES, ...BACKEND_RULES, ...CIS_RULES];

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
  return applyTo(rules, input, (finding, { pointer, subject = subjectAt(pointer, input.cluster) }) => ({
    ...finding,
    pointer,
    subject,
  }));
}

/**
 * What the rules for policies say of the one that is embedded in a Cluster, as findings of the Cluster: no advice but on what an upgrade
 * of Kubernetes breaks, nothing that a `# kops-audit-ignore` comment in it covers, and never an error, as such a policy does not harm the cluster. What the loader says of
 * it the rules for Clusters tell.
 */
export function policyFindings({ policy }: PresentAudit, { policies, kubernetesVersion }: ClusterFacts): Finding[] {
  if (!policy) return [];
  const text = contentOf(policy.asset);
  if (policies.isSound(text)) return [];
  const options = kubernetesVersion === null ? {} : { kubernetesVersion };
  const pointer = `/spec/fileAssets/${policy.index}/content`;
  return lintPolicy(text, options, policies.load(text))
    .filter((finding) => isTold(finding) && finding.ignored === undefined)
    .map(({ rule, severity, subject, args, path, caution }) => ({
      rule,
      severity: severity === 'error' ? 'warning' : severity,
      fatal: false,
      subject: `${assetSubject(policy.asset)} content ${subject}`,
      args,
      pointer,
      ...(path && isInRule(path) ? { within: 'policy' } : {}),
      ...(caution ? { caution } : {}),
    }));
}

/** What is about one of its rules names that by number: it must be said whose rules these are. */
function isInRule(path: NonNullable<LocatedFinding['path']>): boolean {
  return path[0] === 'rules' && path.length > 1;
}

function isTold({ rule, severity }: Pick<Finding, 'rule' | 'severity'>): boolean {
  if (rule === API_VERSION_ENDS.id) return true;
  // Of a Cluster whose Kubernetes is not known policy-version-unknown tells the same, and stops a change.
  return POLICY_RULES.some(({ id }) => id === rule) && severity !== 'info' && rule !== WILDCARD_VERSION;
}
