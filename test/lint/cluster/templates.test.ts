import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintText } from '../../../src/lint/lint-text.ts';
import { told } from '../../../src/lint/rule.ts';

const FIELD = new URL('../../fixtures/field/', import.meta.url);

async function said(text: string): Promise<string[]> {
  const { findings, errors } = await lintText(text, 'a.yaml', { kopsVersion: null });
  return [
    ...errors.map(({ message }) => message),
    ...findings.filter(({ rule }) => rule === 'template-not-rendered').map((finding) => told(finding).message),
  ].filter((message) => message.includes('template'));
}

function spec(change: Record<string, string>): string {
  const { name = 'a.example.com', version = '1.35.0', server = '', assets = '', more = '' } = change;
  return `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: ${name}
spec:
  kubernetesVersion: ${version}
  kubeAPIServer:
    auditLogPath: ${server || '/var/log/kube-audit/audit.log'}
  fileAssets:
  - name: a
    path: /srv/kubernetes/a
    content: ${assets || 'x'}
${more}`;
}

describe('a spec that is a template', () => {
  it.each([
    ['29-gomplate/cluster.tmpl.yaml', /\{\{ \}\}/],
    ['30-jinja/cluster.yml.j2', /Jinja/],
    ['31-tf-templatefile/cluster.tpl.yaml', /\$\{ \} \(Terraform/],
    ['31-tf-templatefile/lines.tpl.yaml', /\$\{ \} \(Terraform/],
    ['32-env-placeholder/cluster.yaml', /\$NAME \(envsubst\): metadata.name is a placeholder/],
    ['61-tf-directive/cluster.tpl.yaml', /%\{ \} \(Terraform/],
  ])('is told as one: %s', async (file, kind) => {
    const found = await said(readFileSync(new URL(file, FIELD), 'utf8'));
    expect(found).toEqual([expect.stringMatching(kind)]);
  });

  it.each([
    ['a name in quotes', { name: '"{{ .name }}"' }],
    ['a name of envsubst', { name: '${NAME}' }],
    ['a version', { version: '$VERSION' }],
    ['a directive in quotes', { version: '"%{ if x }1.35.0%{ endif }"' }],
    ['a path', { server: '"<%= path %>"' }],
    ['a whole content', { assets: '"{{ .policy }}"' }],
    ['a level of a policy', { assets: '"apiVersion: audit.k8s.io/v1\\nkind: Policy\\nrules:\\n- level: ${level}\\n"' }],
  ])('is told as one: %s', async (_where, change) => {
    expect(await said(spec(change))).toHaveLength(1);
  });

  it.each([
    ['a script of a hook', { more: '  hooks:\n  - manifest: |\n      ExecStart=/bin/echo {{ .x }} $HOME ${HOME}\n' }],
    ['an environment value', { more: '  kubelet:\n    env:\n    - name: A\n      value: $B\n' }],
    [
      'a comment of a policy',
      { assets: '"# {{ .x }} $HOME\\napiVersion: audit.k8s.io/v1\\nkind: Policy\\nrules:\\n- level: None\\n"' },
    ],
    ['a Go template in a file', { assets: '"[{{ .Name }}]\\nhome=$HOME\\n"' }],
    ['a dollar in a path', { server: '/var/log/a$/b' }],
  ])('is not what has %s', async (_where, change) => {
    expect(await said(spec(change))).toEqual([]);
  });
});

describe('a Cluster without a name', () => {
  it('is told with its place, and what is in it is judged', async () => {
    const text = readFileSync(new URL('62-no-name/cluster.yaml', FIELD), 'utf8');
    const { findings, errors } = await lintText(text, 'a.yaml', { kopsVersion: null });
    expect(errors).toMatchObject([{ message: 'this Cluster has no metadata.name', place: { line: 1 } }]);
    expect(errors[0]?.hint).toBeDefined();
    expect(findings.map(({ rule }) => rule)).toContain('policy-after-upgrade');
  });
});
