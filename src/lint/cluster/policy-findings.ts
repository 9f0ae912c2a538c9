import { contentOf, type PresentAudit } from '../../cluster/present.ts';
import type { ClusterFacts } from '../../cluster/facts.ts';
import type { Finding } from '../finding.ts';
import { lintPolicy } from '../lint-policy.ts';
import { assetSubject } from '../subject.ts';
import { POLICY_RULES } from '../policy/policy-rules.ts';

/**
 * What the rules for policies say of the one that is embedded in a Cluster, as findings of the Cluster: no advice, nothing that a
 * `# kops-audit-ignore` comment in it covers, and never an error, as such a policy does not harm the cluster. What the loader says of
 * it the rules for Clusters tell.
 */
export function policyFindings({ policy }: PresentAudit, { policies, kubernetesVersion }: ClusterFacts): Finding[] {
  if (!policy) return [];
  const text = contentOf(policy.asset);
  const options = kubernetesVersion === null ? {} : { kubernetesVersion };
  const pointer = `/spec/fileAssets/${policy.index}/content`;
  return lintPolicy(text, options, policies.load(text))
    .filter(({ rule, severity, ignored }) => IDS.has(rule) && severity !== 'info' && ignored === undefined)
    .map(({ rule, subject: part, message, why, mend }) => {
      const about = /^rules? \d/.test(message) ? `the policy: ${message}` : message;
      const subject = `${assetSubject(policy.asset)} content ${part}`;
      return { rule, severity: 'warning', fatal: false, subject, message: about, why, mend, pointer };
    });
}

const IDS: ReadonlySet<string> = new Set(POLICY_RULES.map(({ id }) => id));
