import type { Tool } from './tool.ts';

/** What no managed control plane lets anybody choose. */
const FIXED =
  'The policy, and the flags of kube-apiserver: --policy, --set, --log-* and --webhook-* have no effect there.';
const OFFLINE =
  'What our policies are good for there: to see what they would have kept of the log (`kops-audit logs`, `kops-audit policy explain`), and to filter what is stored.';

/** What all of them have in common: no policy, no paths. */
const NOWHERE = { policy: '', log: '-', webhook: '' } as const;

const EKS: Tool = {
  name: 'eks',
  aliases: ['eksctl'],
  title: 'Amazon EKS',
  versions: { of: 'EKS', oldest: '1.0.0', newest: '1.36.0', isKubernetes: true },
  where: NOWHERE,
  form: 'shell',
  file: 'switch-on.sh',
  cannot: [
    FIXED,
    'The rules are those of EKS. A choice has been asked for since 2019 (aws/containers-roadmap#566, open).',
  ],
  settings: () =>
    `aws eks update-cluster-config --name CLUSTER \\\n  --logging '{"clusterLogging":[{"types":["audit"],"enabled":true}]}'\n`,
  goes: () => [{ file: 'switch-on.sh', to: 'your shell' }],
  apply: () => [{ says: 'It takes effect while the cluster runs.', commands: [] }],
  verify: () => [
    {
      says: 'The events are in the log group /aws/eks/CLUSTER/cluster of CloudWatch, streams kube-apiserver-audit-*:',
      commands: [
        'aws eks describe-cluster --name CLUSTER --query cluster.logging',
        'aws logs tail /aws/eks/CLUSTER/cluster --log-stream-name-prefix kube-apiserver-audit',
      ],
    },
  ],
  traps: [
    {
      id: 'cost',
      says: 'Everything is stored and paid for: of one cluster the audit log was 99.5 % of what CloudWatch took in. Choose the log class and how long it is kept, and filter behind it.',
      how: 'docs',
    },
    { id: 'offline', says: OFFLINE, how: 'read' },
  ],
  sources: [{ what: 'the switch', how: 'docs', from: "EKS' documentation; not run" }],
};

const GKE: Tool = {
  name: 'gke',
  aliases: ['gcloud'],
  title: 'Google Kubernetes Engine (GKE)',
  versions: { of: 'GKE', oldest: '1.0.0', newest: '1.36.0', isKubernetes: true },
  where: NOWHERE,
  form: 'yaml',
  file: 'audit-configs.yaml',
  cannot: [
    FIXED,
    'Two policies of Google decide: what Kubernetes records, and which part of it goes to Admin Activity and to Data Access.',
  ],
  settings: () =>
    [
      'auditConfigs:',
      '  - service: container.googleapis.com',
      '    auditLogConfigs:',
      '      - logType: ADMIN_READ',
      '      - logType: DATA_READ',
      '      - logType: DATA_WRITE',
      '',
    ].join('\n'),
  goes: () => [{ file: 'audit-configs.yaml', to: 'the IAM policy of the project, beside its bindings' }],
  apply: () => [
    {
      says: 'Writes (Admin Activity) are always recorded, free of charge. For reads, and writes of data:',
      commands: [
        'gcloud projects get-iam-policy PROJECT > policy.yaml',
        'gcloud projects set-iam-policy PROJECT policy.yaml',
      ],
    },
  ],
  verify: () => [
    {
      says: 'Both logs are in Cloud Logging:',
      commands: [`gcloud logging read 'protoPayload.serviceName="k8s.io"' --project PROJECT --limit 1`],
    },
  ],
  traps: [
    {
      id: 'whole-policy',
      says: 'set-iam-policy writes the whole policy of the project: keep the bindings and the etag that get-iam-policy gave.',
      how: 'docs',
    },
    {
      id: 'service',
      says: 'That the Kubernetes Engine API is the service to name was not confirmed: where nothing comes, try allServices.',
      how: 'unconfirmed',
    },
    { id: 'cost', says: 'Data Access logs are paid for by their size, and reads are most of it.', how: 'docs' },
    { id: 'offline', says: OFFLINE, how: 'read' },
  ],
  sources: [{ what: 'the switch', how: 'docs', from: "GKE's documentation of its audit policy; not run" }],
};

const AKS: Tool = {
  name: 'aks',
  aliases: ['azure'],
  title: 'Azure Kubernetes Service (AKS)',
  versions: { of: 'AKS', oldest: '1.0.0', newest: '1.36.0', isKubernetes: true },
  where: NOWHERE,
  form: 'shell',
  file: 'switch-on.sh',
  cannot: [
    FIXED,
    'There are two fixed sizes: kube-audit-admin, and kube-audit, which adds get and list (Azure/AKS#2145, #2684).',
  ],
  settings: () =>
    [
      'az monitor diagnostic-settings create --name audit \\',
      '  --resource CLUSTER-ID --workspace WORKSPACE-ID \\',
      `  --logs '[{"category":"kube-audit-admin","enabled":true}]'`,
      '',
    ].join('\n'),
  goes: () => [{ file: 'switch-on.sh', to: 'your shell' }],
  apply: () => [
    {
      says: 'It takes effect while the cluster runs. The ID of the cluster:',
      commands: ['az aks show -g GROUP -n CLUSTER --query id -o tsv'],
    },
  ],
  verify: () => [
    {
      says: 'The events are in the table AKSAuditAdmin of the workspace (kube-audit: AKSAudit), up to 15 minutes later:',
      commands: ["az monitor log-analytics query -w WORKSPACE --analytics-query 'AKSAuditAdmin | take 1'"],
    },
  ],
  traps: [
    {
      id: 'reads-are-missing',
      says: 'kube-audit-admin has no get and no list: who read a secret is not in it. kube-audit has them, and is far larger.',
      how: 'docs',
    },
    { id: 'offline', says: OFFLINE, how: 'read' },
  ],
  sources: [{ what: 'the switch', how: 'docs', from: "AKS' documentation; not run" }],
};

/** Control planes that somebody else runs. */
export const MANAGED: readonly Tool[] = [EKS, GKE, AKS];
