import type { ClusterWorld } from '../../src/cluster/facts.ts';
import type { EnableOptions } from '../../src/cluster/options.ts';
import type { KopsObject } from '../../src/cluster/types.ts';
import type { Json, JsonObject } from '../../src/json.ts';

/** A small Cluster; `spec` is laid over what every cluster here has. */
export function cluster(spec: JsonObject = {}, name = 'm.k8s.local'): KopsObject {
  return {
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'Cluster',
    metadata: { name },
    spec: { kubernetesVersion: '1.32.4', channel: 'stable', ...spec },
  };
}

/** An instance group with the role as kOps stores it. */
export function group(name: string, role: string, spec: JsonObject = {}): KopsObject {
  return {
    apiVersion: 'kops.k8s.io/v1alpha2',
    kind: 'InstanceGroup',
    metadata: { name, labels: { 'kops.k8s.io/cluster': 'm.k8s.local' } },
    spec: { role, image: 'ubuntu/images/noble-24.04', minSize: 1, maxSize: 1, ...spec },
  };
}

export const GROUPS: readonly KopsObject[] = [
  group('control-plane-a', 'Master'),
  group('nodes-a', 'Node', { minSize: 3 }),
];

export function world(spec: JsonObject = {}, more: Partial<ClusterWorld> = {}): ClusterWorld {
  return { cluster: cluster(spec), groups: GROUPS, kopsVersion: '1.32.0', ...more };
}

export function options(more: Partial<EnableOptions> = {}): EnableOptions {
  return { set: {}, noLog: false, webhook: {}, ...more };
}

/** A policy as a person would paste it from a blog. */
export const HAND_MADE = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';

/** A hand-made set-up; `asset` and `server` are laid over it. */
export function handMade(path: string, asset: JsonObject = {}, server: JsonObject = {}): JsonObject {
  const fileAsset: { [key: string]: Json } = {
    name: 'audit-policy-config',
    path,
    roles: ['Master', 'ControlPlane'],
    content: HAND_MADE,
    ...asset,
  };
  return {
    fileAssets: [fileAsset],
    kubeAPIServer: { auditPolicyFile: path, auditLogPath: '/var/log/audit/audit.log', ...server },
  };
}

/** The spec file of a cluster that records into a file. */
export function recordingSpec(name: string, log = '/var/log/kube-audit/audit.log'): string {
  return `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata: {name: ${name}}
spec:
  kubernetesVersion: 1.36.0
  kubeAPIServer:
    auditPolicyFile: /etc/policy.yaml
    auditLogPath: ${log}
`;
}
