import { plainPath } from '../cluster/distribution.ts';
import { isKopsFile } from '../cluster/kops-files.ts';
import type { LocatedAsset } from '../cluster/present.ts';
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
    id: 'asset-kops-file',
    severity: 'error',
    fatal: true,
    about: 'other',
    why: 'kOps writes that file itself; nodeup ends with "duplicate tasks" and the instance never joins.',
    check: kopsFiles,
  },
  {
    id: 'asset-base64',
    severity: 'error',
    fatal: true,
    about: 'other',
    why: 'kOps decodes base64 without padding only; with the usual = at the end nodeup fails and the instance never joins.',
    check: paddedBase64,
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

function kopsFiles({ cluster, present, facts }: ClusterInput): Breach[] {
  const encrypted = cluster.spec['encryptionConfig'] === true;
  return present.assets
    .filter(({ path }) => isKopsFile(plainPath(path, facts.distribution), encrypted))
    .map((located) =>
      assetBreach(located, `is written to ${located.path}, a file of kOps itself`, 'Give it another path.'),
    );
}

function paddedBase64({ present }: ClusterInput): Breach[] {
  return present.assets
    .filter(({ asset }) => asset.isBase64 === true && /=\s*$/.test(asset.content ?? ''))
    .map((located) =>
      assetBreach(located, 'has padded base64 content', 'Write the content as plain text, or take the = off its end.'),
    );
}

function assetBreach({ asset, index }: LocatedAsset, what: string, mend: string): Breach {
  return { message: `the file asset "${asset.name}" ${what}`, mend, pointer: `/spec/fileAssets/${index}` };
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
