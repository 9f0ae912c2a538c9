import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../src/cluster/documents.ts';
import { foreignDocument } from '../../src/cluster/foreign.ts';
import { selectCluster } from '../../src/cluster/select.ts';
import { lintText } from '../../src/lint/lint-text.ts';
import { TOOLS } from '../../src/tools/tools.ts';

const CASES: readonly [tool: string, text: string][] = [
  ['kubeadm', 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer: {}\n'],
  ['kubeadm', 'apiVersion: v1\nkind: Pod\nspec: {containers: [{name: kube-apiserver}]}\n'],
  ['kind', 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes:\n- role: control-plane\n'],
  ['cluster-api', 'kind: KubeadmControlPlane\napiVersion: controlplane.cluster.x-k8s.io/v1beta2\nspec: {}\n'],
  ['cluster-api', 'kind: Cluster\napiVersion: cluster.x-k8s.io/v1beta2\nmetadata: {name: x}\nspec: {}\n'],
  ['k0s', 'apiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec: {}\n'],
  ['k0s', 'apiVersion: k0sctl.k0sproject.io/v1beta1\nkind: Cluster\nspec: {}\n'],
  ['eks', 'apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: x}\n'],
  ['talos', 'version: v1alpha1\nmachine:\n  type: controlplane\ncluster:\n  clusterName: x\n'],
  ['talos', 'apiVersion: v1alpha1\nkind: KubeAuditPolicyConfig\nconfiguration: {}\n'],
  ['kubespray', 'kube_version: 1.36.3\nkubernetes_audit: true\n'],
  ['rke2', 'tls-san: [a]\ncni: calico\n'],
  ['k3s', 'write-kubeconfig-mode: "0644"\ntls-san:\n- a\n'],
];

describe('a document of another tool', () => {
  it.each(CASES)('of %s is told: %j', async (tool, text) => {
    const documents = readDocuments(text, 'x.yaml');
    expect(documents.map((document) => foreignDocument(document)?.tool)).toEqual([tool]);
    expect(TOOLS.map(({ name }) => name)).toContain(tool);
    const hint = expect.stringContaining(`kops-audit policy show kops --for ${tool}`) as unknown;
    expect(thrown(() => selectCluster(documents, { file: 'x.yaml' }))).toMatchObject({ hint });
  });

  it('that lint does not look at either is told there as well', async () => {
    const { errors } = await lintText('apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\n', 'x.yaml', {
      kopsVersion: null,
    });
    expect(errors.map(({ hint }) => hint)).toEqual([expect.stringContaining('--for eks')]);
  });

  it.each([
    'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: x}\nspec: {}\n',
    'kind: Cluster\nmetadata: {name: x}\nspec: {}\n',
    'apiVersion: v1\nkind: ConfigMap\ndata: {}\n',
    'a: 1\n',
  ])('is not %j', (text) => {
    expect(readDocuments(text, 'x.yaml').map(foreignDocument)).toEqual([undefined]);
  });

  it('beside a spec of kOps changes nothing', () => {
    const spec = 'apiVersion: kops.k8s.io/v1alpha2\nkind: Cluster\nmetadata: {name: x}\nspec: {}\n';
    const kind = 'kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n';
    expect(selectCluster(readDocuments(`${kind}---\n${spec}`, 'x.yaml'), { file: 'x.yaml' }).cluster.name).toBe('x');
  });
});

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
