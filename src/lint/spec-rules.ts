import type { Breach, ClusterInput, ClusterRule } from './finding.ts';

/** Rules about the rest of the spec, as far as it can spoil auditing or the start of a node. */
export const SPEC_RULES: readonly ClusterRule[] = [
  {
    id: 'audit-dynamic-configuration',
    severity: 'error',
    fatal: true,
    about: 'audit',
    why: 'kube-apiserver has had no such flag since Kubernetes 1.19 and ends with "unknown flag"; kOps passes it on all the same.',
    check: dynamicConfiguration,
  },
  {
    id: 'distribution-mixed',
    severity: 'warning',
    fatal: false,
    about: 'audit',
    why: 'Container-Optimized OS keeps these files below /etc/srv/kubernetes, other images below /srv/kubernetes.',
    check: mixedDistribution,
  },
];

function dynamicConfiguration({ present }: ClusterInput): Breach[] {
  if (present.settings['auditDynamicConfiguration'] === undefined) return [];
  return [
    {
      message: 'auditDynamicConfiguration is set',
      mend: 'Take spec.kubeAPIServer.auditDynamicConfiguration out of the spec.',
      pointer: '/spec/kubeAPIServer/auditDynamicConfiguration',
    },
  ];
}

function mixedDistribution({ facts, present }: ClusterInput): Breach[] {
  if (facts.distribution !== 'mixed' || !present.policy) return [];
  return [
    {
      message: 'some instance groups run Container-Optimized OS and some do not',
      mend: 'Check by hand that both kinds of image can have the path of the policy.',
      pointer: '/spec/kubeAPIServer/auditPolicyFile',
    },
  ];
}
