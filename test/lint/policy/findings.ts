import { POLICY_RULES } from '../../../src/lint/policy/rules.ts';
import type { PolicyPlace, Words } from '../../../src/lint/rule.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';

/** What the rules for policies say of a text that loads, with the id of the rule; null: it is not known for which Kubernetes it is. */
export function findingsOf(
  text: string,
  kubernetesVersion: string | null = '1.37.2',
): (PolicyPlace & Omit<Words, 'why'> & { id: string })[] {
  const { policy, diagnostics } = loadPolicy(text);
  if (!policy) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const version = kubernetesVersion === null ? {} : { kubernetesVersion };
  return POLICY_RULES.flatMap((rule) =>
    rule.check({ policy, ...version }).map(({ args, ...place }) => ({ id: rule.id, ...place, ...rule.say(args) })),
  );
}

/** The ids, one for each finding, in the order of the rules. */
export function idsOf(text: string, kubernetesVersion: string | null = '1.37.2'): string[] {
  return findingsOf(text, kubernetesVersion).map(({ id }) => id);
}

/** Rules that drop the noise of the control plane, but for the heartbeat of the API servers, which is in kube-system. */
export const QUIET = `- level: None
  resources:
  - {group: "", resources: [events]}
  - {group: coordination.k8s.io, resources: [leases]}
  - {group: discovery.k8s.io, resources: [endpointslices]}
  - {group: events.k8s.io, resources: [events]}
  namespaces: ["", default, kube-node-lease]
- level: None
  nonResourceURLs: ["/healthz*", "/livez*", "/readyz*"]`;

/** A policy with which nothing is wrong but what the rules bring, which are rule 3 and on; a catch-all is added. */
export function quietPolicy(rules: string, head = 'omitStages: [RequestReceived]\nomitManagedFields: true'): string {
  return bare(`${QUIET}\n${rules}\n- level: Metadata`, head);
}

/** A policy of these rules and no other. */
export function bare(rules: string, head = 'omitStages: [RequestReceived]\nomitManagedFields: true'): string {
  return `apiVersion: audit.k8s.io/v1\nkind: Policy\n${head}\nrules:\n${rules}\n`;
}
