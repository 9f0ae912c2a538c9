import type { SpecDocument } from './documents.ts';

/** What a document is that some other tool reads: `tool` as `policy show --for` names it. */
export interface Foreign {
  tool: string;
  /** With its article. */
  what: string;
}

/** What is seen of a document without parsing it. */
interface Seen {
  apiVersion: string;
  kind: string;
  source: string;
  /** The keys in its first column. */
  keys: readonly string[];
}

interface ForeignKind extends Foreign {
  is: (seen: Seen) => boolean;
}

/** Settings of RKE2 that k3s has not, and some that both have (their `server --help`). */
const RKE2_KEYS = ['audit-policy-file', 'profile', 'cni', 'enable-servicelb', 'control-plane-resource-requests'];
const K3S_KEYS = [
  'write-kubeconfig-mode',
  'tls-san',
  'cluster-init',
  'kube-apiserver-arg',
  'kube-apiserver-arg+',
  'node-taint',
  'flannel-backend',
  'disable-network-policy',
];

/** The first row that holds is told. */
const KINDS: readonly ForeignKind[] = [
  { tool: 'kubeadm', what: 'a configuration of kubeadm', is: ofGroup(/^kubeadm\.k8s\.io\//) },
  {
    tool: 'kubeadm',
    what: 'a static pod of kube-apiserver',
    is: ({ kind, source }) => kind === 'Pod' && source.includes('kube-apiserver'),
  },
  { tool: 'kind', what: 'a configuration of kind', is: ofGroup(/^kind\.x-k8s\.io\//) },
  { tool: 'cluster-api', what: 'an object of Cluster API', is: ofGroup(/^(?:\w+\.)?cluster\.x-k8s\.io\//) },
  { tool: 'k0s', what: 'a configuration of k0s', is: ofGroup(/^k0s(?:ctl)?\.k0sproject\.io\//) },
  { tool: 'eks', what: 'a configuration of eksctl', is: ofGroup(/^eksctl\.io\//) },
  { tool: 'gke', what: 'an object of Config Connector for GKE', is: ofGroup(/^container\.cnrm\.cloud\.google\.com\//) },
  { tool: 'aks', what: 'an object of the Azure operator for AKS', is: ofGroup(/^containerservice\.azure\.com\//) },
  {
    tool: 'talos',
    what: 'a machine configuration of Talos',
    is: ({ apiVersion, kind, keys }) =>
      (kind === '' && keys.includes('machine') && keys.includes('cluster')) ||
      (apiVersion === 'v1alpha1' && /^(?:Kube\w+|Talos\w*)Config$/.test(kind)),
  },
  {
    tool: 'kubespray',
    what: 'a file of variables for kubespray',
    is: ({ kind, keys }) =>
      kind === '' && keys.some((key) => /^(?:kube_|kubernetes_audit|audit_(?:log|policy)_)/.test(key)),
  },
  {
    tool: 'rke2',
    what: 'a configuration of RKE2',
    is: ({ kind, keys }) => kind === '' && keys.some((key) => RKE2_KEYS.includes(key)),
  },
  {
    tool: 'k3s',
    what: 'a configuration of k3s (or of RKE2)',
    is: ({ kind, keys }) => kind === '' && keys.some((key) => K3S_KEYS.includes(key)),
  },
];

function ofGroup(group: RegExp): ForeignKind['is'] {
  return ({ apiVersion }) => group.test(apiVersion);
}

/** What a document is that is none of kOps', by its group and kind or by the keys it begins with; undefined where nothing is sure. */
export function foreignDocument({
  apiVersion,
  kind,
  source,
}: Pick<SpecDocument, 'apiVersion' | 'kind' | 'source'>): Foreign | undefined {
  if (apiVersion.includes('kops')) return undefined;
  const keys = [...source.matchAll(/^["']?([A-Za-z][\w.+-]*)["']?:/gm)].map(([, key = '']) => key);
  const found = KINDS.find(({ is }) => is({ apiVersion, kind, source, keys }));
  return found && { tool: found.tool, what: found.what };
}

/** What to say where documents are asked for a spec and one of them is another tool's; undefined where none is. */
export function foreignHint(documents: readonly SpecDocument[]): string | undefined {
  const [found] = documents.flatMap((document) => foreignDocument(document) ?? []);
  if (found === undefined) return undefined;
  return `It looks like ${found.what}. \`kops-audit policy show kops --for ${found.tool}\` prints how a policy gets to the API server there.`;
}
