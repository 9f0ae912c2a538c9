import { describe, expect, it } from 'vitest';
import { kubeadmValidate, kubeletVerdict, staticPodOf, talosVerdict } from './other-tools/programs.ts';

const CONFIG = `apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
apiServer:
  extraArgs:
    - {name: audit-policy-file, value: /etc/kubernetes/audit/policy.yaml}
`;

describe('the real programs of other cluster tools', () => {
  it('kubeadm takes a configuration, refuses another, and writes the manifest', async () => {
    expect(await kubeadmValidate(CONFIG)).toEqual({ ok: true, said: 'ok' });
    const refused = await kubeadmValidate(CONFIG.replace('value:', 'valeu:'));
    expect(refused).toEqual({ ok: false, said: expect.stringContaining('unknown field') });
    expect(await staticPodOf(CONFIG)).toContain('    - --audit-policy-file=/etc/kubernetes/audit/policy.yaml\n');
    await expect(staticPodOf(CONFIG.replace('ClusterC', 'C'))).rejects.toThrow('kubeadm init phase');
  });

  it('the kubelet takes that manifest, and refuses a directory that is mounted twice', async () => {
    const manifest = await staticPodOf(CONFIG);
    expect(await kubeletVerdict(manifest)).toEqual({ ok: true, said: 'ok' });
    const twice = manifest.replace('mountPath: /etc/ssl/certs', 'mountPath: /etc/kubernetes/pki');
    expect(await kubeletVerdict(twice)).toEqual({ ok: false, said: expect.stringContaining('must be unique') });
  });

  it('Talos takes a policy as an object, and refuses one as a text', async () => {
    const policy = '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}';
    const taken = await talosVerdict(`cluster: {apiServer: {auditPolicy: ${policy}}}`);
    expect(taken).toEqual({ ok: true, said: expect.stringContaining('"level":"Metadata"') });
    const refused = await talosVerdict(`cluster: {apiServer: {auditPolicy: "${policy}"}}`);
    expect(refused).toEqual({ ok: false, said: expect.stringContaining('refused: ') });
  });
});
