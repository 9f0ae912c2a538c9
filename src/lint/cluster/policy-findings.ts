import { contentOf, type PresentAudit } from '../../cluster/present.ts';
import type { ClusterFacts } from '../../cluster/facts.ts';
import type { Finding } from '../finding.ts';
import { API_VERSION_ENDS } from '../api-version-ends.ts';
import { lintPolicy } from '../lint-policy.ts';
import { WILDCARD_VERSION } from '../policy/group-rules.ts';
import { assetSubject } from '../subject.ts';
import { POLICY_RULES } from '../policy/policy-rules.ts';

/**
 * What the rules for policies say of the one that is embedded in a Cluster, as findings of the Cluster: no advice but on what an upgrade
 * of Kubernetes breaks, nothing that a `# kops-audit-ignore` comment in it covers, and never an error, as such a policy does not harm the cluster. What the loader says of
 * it the rules for Clusters tell.
 */
export function policyFindings({ policy }: PresentAudit, { policies, kubernetesVersion }: ClusterFacts): Finding[] {
  if (!policy) return [];
  const text = contentOf(policy.asset);
  const options = kubernetesVersion === null ? {} : { kubernetesVersion };
  const pointer = `/spec/fileAssets/${policy.index}/content`;
  return lintPolicy(text, options, policies.load(text))
    .filter(({ ignored, ...finding }) => isTold(finding) && ignored === undefined)
    .map(({ rule, severity, subject: part, message, why, mend }) => {
      const about = /^rules? \d/.test(message) ? `the policy: ${message}` : message;
      const subject = `${assetSubject(policy.asset)} content ${part}`;
      const told = severity === 'error' ? 'warning' : severity;
      return { rule, severity: told, fatal: false, subject, message: about, why, mend, pointer };
    });
}

const IDS: ReadonlySet<string> = new Set(POLICY_RULES.map(({ id }) => id));

function isTold({ rule, severity }: Pick<Finding, 'rule' | 'severity'>): boolean {
  if (rule === API_VERSION_ENDS.id) return true;
  // Of a Cluster whose Kubernetes is not known policy-version-unknown tells the same, and stops a change.
  return IDS.has(rule) && severity !== 'info' && rule !== WILDCARD_VERSION;
}
