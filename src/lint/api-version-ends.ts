import type { Diagnostic } from '../policy/load/diagnostic.ts';
import { type LoadedPolicy, type LoadOptions, loadPolicy } from '../policy/load/load.ts';

/** What is said of a policy that the Kubernetes at hand loads, and a later one does not. */
export const API_VERSION_ENDS = {
  id: 'api-version-ends',
  severity: 'info',
  why: 'kube-apiserver 1.24 and later ends at start-up with such a policy: the upgrade of Kubernetes would keep it down.',
} as const;

/** Whether the newest Kubernetes refuses the apiVersion of a policy that this one takes: its place, with what to do. */
export function endingVersion(
  text: string,
  { policy }: LoadedPolicy,
  { kubernetesVersion }: LoadOptions,
): Diagnostic | null {
  if (policy === null || kubernetesVersion === undefined || !/v1(?:alpha|beta)1/.test(text)) return null;
  const { diagnostics } = loadPolicy(text);
  const removed = diagnostics.find(({ code }) => code === 'removed-api-version');
  if (removed === undefined) return null;
  return {
    ...removed,
    message: `this apiVersion is read up to Kubernetes 1.23 and refused from 1.24 on; this is ${kubernetesVersion}`,
    hint: 'Write "apiVersion: audit.k8s.io/v1" before the upgrade: Kubernetes reads that from 1.12 on.',
  };
}
