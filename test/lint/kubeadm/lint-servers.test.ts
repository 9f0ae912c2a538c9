import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { strayFiles } from '../../../src/lint/kubeadm/manifests.ts';
import { saysItIsOurs } from '../../../src/lint/kinds.ts';
import { lintText } from '../../../src/lint/lint-text.ts';
import { told } from '../../../src/lint/rule.ts';
import { ROOT } from '../../docs/markdown.ts';

function caseText(name: string): string {
  return readFileSync(join(ROOT, `test/kubeadm/cases/${name}.yaml`), 'utf8');
}

const GOOD = caseText('good');
const POD = caseText('pod-good');
const KIND = caseText('kind-good');

/** The findings as `line:column rule`, the errors and what was left out. */
async function lint(
  text: string,
  kubernetesVersion?: string,
): Promise<{ found: string[]; errors: string[]; skipped: string[] }> {
  const options = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const { findings, errors, skipped } = await lintText(text, 'a.yaml', { kopsVersion: null, ...options });
  return {
    found: findings
      .filter(({ ignored, followsFrom }) => ignored === undefined && !followsFrom)
      .map(({ range: { start }, rule }) => `${start.line}:${start.column} ${rule}`),
    errors: errors.map(({ message, place }) => `${place?.line ?? ''} ${message}`),
    skipped: skipped.map(({ kind }) => kind),
  };
}

describe('documents that start a kube-apiserver', () => {
  it('are looked at beside each other and beside a policy, at their own lines', async () => {
    const policy = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadat\n';
    const bad = GOOD.replace('audit-log-maxbackup', 'audit-log-maxbackups');
    const { found } = await lint(`${policy}---\n${bad}`);
    expect(found).toEqual(['4:10 unknown-level', '6:1 later-document', '17:13 flag-unknown']);
  });

  it('have their findings at the line of a patch, where a comment leaves them out', async () => {
    const bad = KIND.replace('audit-log-maxbackup:', 'audit-log-maxbackups:');
    expect((await lint(bad)).found).toEqual(['16:13 flag-unknown']);
    const wide = KIND.replaceAll(/(hostPath|mountPath): \/etc\/kubernetes\/audit,/g, '$1: /etc/kubernetes,');
    expect((await lint(wide)).found).toEqual(['18:46 mount-too-wide']);
    const ignored = wide.replace(
      /readOnly: true, pathType: Directory}/,
      '$& # kops-audit-ignore mount-too-wide it is a test',
    );
    expect((await lint(ignored)).found).toEqual([]);
  });

  it('may be JSON, may begin with a byte order mark, and may have CRLF', async () => {
    const json = JSON.stringify({
      apiVersion: 'kubeadm.k8s.io/v1beta4',
      kind: 'ClusterConfiguration',
      apiServer: { extraArgs: { a: 'b' } },
    });
    expect((await lint(json)).found).toContain('1:83 args-form');
    const bad = GOOD.replace('audit-log-maxbackup', 'audit-log-maxbackups');
    expect((await lint(`\uFEFF${bad.replaceAll('\n', '\r\n')}`)).found).toEqual(['12:13 flag-unknown']);
  });

  it.each(['kind-good', 'kind-bad-no-extra-mount', 'kind-bad-number'])(
    'say the same with an empty role or image as without one, as kind has it: %s',
    async (name) => {
      const text = caseText(name).replace(/ +image: .*\n/, '');
      const { found } = await lint(text.replace('role: control-plane', 'role:'));
      expect((await lint(text.replace('role: control-plane', 'role: ""'))).found).toEqual(found);
      expect((await lint(text.replace('role: control-plane', 'image: ""'))).found).toEqual(found);
    },
  );

  it('are judged by the release that is asked for', async () => {
    expect((await lint(GOOD, '1.37.0')).found).toEqual([]);
    expect((await lint(caseText('v1beta3-map-args'), '1.37.0')).found).toEqual(['1:13 kubeadm-version']);
    expect((await lint(GOOD, '1.28.0')).found).toEqual(['1:13 kubeadm-version']);
    const bare = GOOD.replaceAll(/ {4}- name: audit-log-max.*\n.*\n/g, '').replace('v1.36.3', 'v1.36.0');
    expect((await lint(bare)).found).toEqual([]);
    expect((await lint(bare, '1.35.2')).found).toEqual(['8:13 rotation-missing']);
    expect(
      (await lint(POD.replaceAll(/.*audit-log-max(age|backup).*\n/g, '').replace(/v1\.36\.\d+/, 'v1.35.0'))).found,
    ).toEqual(['43:7 rotation-missing']);
  });

  it('may be in the ConfigMap of kubeadm', async () => {
    const bad = GOOD.replace('audit-log-maxbackup', 'audit-log-maxbackups').replaceAll(/^/gm, '    ');
    const map = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kubeadm-config}\ndata:\n  ClusterConfiguration: |\n${bad}`;
    expect((await lint(map)).found).toEqual(['17:17 flag-unknown']);
  });

  it('are not a pod that only speaks of kube-apiserver, nor what other programs call so', async () => {
    const other = POD.replaceAll('kube-apiserver', 'x').replace(
      'labels:',
      'labels: {from: kube-apiserver}\n  annotations:',
    );
    expect((await lint(other)).errors).toEqual([' no audit policy and no Cluster here, only Pod']);
    const beside = await lint(`apiVersion: v1\nkind: Service\n---\n${other}`);
    expect(beside).toEqual({
      found: [],
      errors: [' no audit policy and no Cluster here, only Pod, Service'],
      skipped: [],
    });
    const foreign = 'apiVersion: installer.kubesphere.io/v1alpha1\nkind: ClusterConfiguration\n';
    expect((await lint(foreign)).errors).toHaveLength(1);
    expect(saysItIsOurs(foreign)).toBe(false);
    expect([GOOD, POD, KIND].map(saysItIsOurs)).toEqual([true, true, true]);
  });

  it('are told where they cannot be read', async () => {
    expect((await lint(GOOD.replace('  extraArgs:', '  extraArgs: ['))).errors).toEqual([
      expect.stringMatching(/^\d+ is not valid YAML/),
    ]);
    const { errors } = await lint(GOOD.replace('value: "30"', 'value: {{ age }}'));
    expect(errors).toEqual([expect.stringContaining('is a template with {{ }}')]);
  });

  it('are left alone where something is still to be filled in', async () => {
    const open = GOOD.replaceAll('/etc/kubernetes/audit', '${AUDIT_DIR}').replace('value: "30"', 'value: "${AGE}"');
    expect((await lint(open)).found).toEqual([]);
    const json6902 = `${KIND.replace(/ {4}kubeadmConfigPatches:[^]*/, '')}    kubeadmConfigPatchesJSON6902: [{group: kubeadm.k8s.io, version: v1beta4, kind: ClusterConfiguration, patch: ""}]\n`;
    expect((await lint(json6902)).found).toEqual([]);
  });

  it('may be pods of a hosted control plane, with volumes of the API', async () => {
    const ofApi = caseText('pod-bad-config-map');
    expect((await lint(ofApi)).found).toEqual(['118:5 static-pod-volume']);
    expect((await lint(ofApi.replace('hostNetwork: true', 'hostNetwork: false'))).found).toEqual([]);
  });

  it('show no line that may hold a secret', async () => {
    const text = GOOD.replace('    - name: audit-log-path\n', '    - {name: audit-log-paths, token: x}\n$&');
    const { findings } = await lintText(text, 'a.yaml', { kopsVersion: null });
    expect(findings.filter(({ range }) => range.start.line === 8).map(({ source }) => source)).toEqual([
      undefined,
      undefined,
    ]);
  });

  const configMap = (text: string): string =>
    `apiVersion: v1\nkind: ConfigMap\ndata:\n  # kubeadm.k8s.io/v1beta4\n  ClusterConfiguration: |\n    ${text}\n`;

  it.each([
    [
      GOOD.replace('audit-log-maxbackup', '--audit-log-maxbackup'),
      'kube-apiserver does not take --audit-log-maxbackup: kubeadm puts the dashes before it',
      'Write audit-log-maxbackup.',
    ],
    [
      GOOD.replace('name: audit-log-maxbackup', 'name: ""'),
      'kube-apiserver does not take --=10: it has no name',
      'Remove it.',
    ],
    [
      caseText('kind-bad-patch-v1'),
      'kind ignores this patch: it writes no kubeadm.k8s.io/v1',
      'Leave apiVersion out, and write extraArgs as a map: that works with every node image.',
    ],
    [
      caseText('kind-bad-version'),
      'apiVersion is kind.x-k8s.io/v1alpha5, and must be kind.x-k8s.io/v1alpha4',
      'Write kind.x-k8s.io/v1alpha4.',
    ],
    [
      KIND.replace('apiVersion: kind.x-k8s.io/v1alpha4', '$&\nname: kind.x-k8s.io').replace(
        'kind: Cluster\n',
        'kind: ""\n',
      ),
      'kind is empty, and must be Cluster',
      'Write Cluster.',
    ],
    [caseText('bad-api-server-list'), 'apiServer is a list, and must be a map', 'Write a map.'],
    [configMap('a: ['), 'this text is no YAML: did not find expected node content', 'Correct it.'],
    [configMap(''), 'this text is no YAML: it is empty', 'Correct it.'],
    [
      POD.replace('  volumes:\n', '  volumes:\n  - {emptyDir: {}}\n  - {emptyDir: {}}\n'),
      'two volumes have no name',
      'Give each a name of its own.',
    ],
    [
      POD.replace('hostNetwork: true', 'hostNetwork: "true"'),
      'hostNetwork is a string, and must be true or false, without quotes',
      'Write true or false, without quotes.',
    ],
  ])('have words for what they say (%#)', async (text, message, fix) => {
    const { findings } = await lintText(text, 'a.yaml', { kopsVersion: null });
    const said = findings.filter(({ followsFrom }) => !followsFrom).map((finding) => told(finding));
    expect(said.map((each) => [each.message, each.fix])).toEqual([[message, fix]]);
  });
});

describe('the directory of the static pods', () => {
  const policy = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n';
  const files = (...names: [string, string][]): string[] =>
    strayFiles(names.map(([name, text]) => ({ name, text }))).map(
      ({ name, finding }) => `${name} ${String(finding.args['is'])}`,
    );

  it('holds no backup, no policy and no second server', () => {
    const etcd = 'apiVersion: v1\nkind: Pod\n';
    expect(
      files(
        ['.swp', 'x'],
        ['audit.yaml', policy],
        ['etcd.yaml', etcd],
        ['kube-apiserver.yaml', POD],
        ['kube-apiserver.yaml.bak', POD],
        ['notes', 'x'],
      ),
    ).toEqual(['audit.yaml policy', 'kube-apiserver.yaml.bak second', 'notes other']);
    expect(files(['api.yaml', POD], ['etcd.yaml', etcd])).toEqual([]);
  });
});
