import type { PolicyRule } from '../../policy/types.ts';

/** What the group extensions served up to Kubernetes 1.15, and where it is now (Kubernetes deprecation guide, release 1.16). */
const MOVED: Readonly<Record<string, string>> = {
  daemonsets: 'apps',
  deployments: 'apps',
  replicasets: 'apps',
  networkpolicies: 'networking.k8s.io',
  podsecuritypolicies: 'policy',
};

/** Whether a rule names a resource of `extensions` that was for old clusters only: it has the group the resource moved to as well. */
export function isMovedTwin({ resources = [] }: PolicyRule, group: string, name: string): boolean {
  const home = group === 'extensions' ? MOVED[name.split('/')[0] ?? ''] : undefined;
  return (
    home !== undefined &&
    resources.some((entry) => entry.group === home && (!entry.resources?.length || entry.resources.includes(name)))
  );
}
