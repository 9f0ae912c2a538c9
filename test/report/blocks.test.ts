import { describe, expect, it } from 'vitest';
import { readSpecText } from '../../src/change/spec-text.ts';
import { auditBlocks } from '../../src/cluster/audit-blocks.ts';
import { AUDIT_KEYS } from '../../src/cluster/audit-keys.ts';
import type { ClusterWorld } from '../../src/cluster/facts.ts';
import type { EnableOptions } from '../../src/cluster/options.ts';
import { planEnable, type Plan } from '../../src/cluster/plan.ts';
import { readTemplates } from '../../src/input/templates.ts';
import type { JsonObject } from '../../src/json.ts';
import { blocksText } from '../../src/report/blocks.ts';
import { cluster, handMade, options, world } from '../helpers/cluster.ts';

const TEMPLATES = readTemplates();
const SAFE = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const HOOK = 'apiVersion: v1\nkind: Config\nusers: [{name: u, user: {token: "a${b}{{ c }}"}}]\n';

/** A spec as a template leaves it before the blocks are in it. */
const MINIMAL = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: m.k8s.local
spec:
  channel: stable
  kubernetesVersion: 1.32.4
`;

function plan(input: ClusterWorld, wanted: Partial<EnableOptions>): Plan {
  return planEnable(input, { ...options(wanted), templates: TEMPLATES, toolVersion: '0.1.0' });
}

function minimal(text: string): ClusterWorld {
  return readSpecText(text, 'm.yaml', undefined, null);
}

/** A cluster of which only the release is known, as without -f. */
const UNKNOWN: ClusterWorld = {
  cluster: { ...cluster(), metadata: { name: 'NAME' }, spec: { kubernetesVersion: '1.32.4' } },
  groups: [],
  kopsVersion: null,
};

const WANTED: readonly [string, Partial<EnableOptions>][] = Object.entries(TEMPLATES).flatMap(([name, source]) => {
  const policy = { origin: 'template', name, source } as const;
  return [
    [name, { policy }],
    [`${name} and a webhook`, { policy, webhook: { config: HOOK, mode: 'blocking', initialBackoff: '5s' } }],
    [`${name} and only a webhook`, { policy, noLog: true, webhook: { config: HOOK } }],
    [`${name} on stdout, for ever`, { policy, logPath: '-', logMaxAge: 0, logMaxBackups: 0 }],
  ];
});

describe('the blocks as YAML', () => {
  it.each(WANTED)('are what enable would write, pasted below spec: %s', (_name, wanted) => {
    const pasted = `${MINIMAL}${blocksText(auditBlocks(plan(UNKNOWN, wanted)), 'yaml')}`;
    const enabled = plan(minimal(MINIMAL), wanted);
    expect(minimal(pasted).cluster).toEqual(enabled.after);
    expect(plan(minimal(pasted), {}).operations).toEqual([]);
    const known = plan(minimal(MINIMAL), wanted);
    expect(blocksText(auditBlocks(known), 'yaml')).toBe(blocksText(auditBlocks(plan(UNKNOWN, wanted)), 'yaml'));
  });

  it('hold nothing else of a spec, and say what goes where', () => {
    const spec = { ...handMade(SAFE, {}, { logLevel: 4, auditLogMaxAge: 7 }) };
    const others = [{ name: 'motd', path: '/etc/motd', content: 'hello' }, ...(spec['fileAssets'] as JsonObject[])];
    const planned = plan(world({ ...spec, fileAssets: others }), { noLog: true, webhook: { config: HOOK } });
    const text = blocksText(auditBlocks(planned), 'yaml');
    expect(text).not.toMatch(/motd|logLevel/);
    expect(text.split('  fileAssets:')[0]).toBe(`# Paste this below \`spec:\` of the Cluster, indented as it is here.
# Already in fileAssets, to be replaced: audit-policy-config.
# The spec has fileAssets: add the entries to that list.
# The spec has kubeAPIServer: put the settings into that block.
# Take out of kubeAPIServer: auditLogMaxAge, auditLogPath.
# In audit-webhook: two opening braces.
# Jinja, Helm, gomplate and kops toolbox template would fill that in: escape it.
# In audit-webhook: a dollar or percent sign before an opening brace.
# Terraform and envsubst would fill that in: escape it.
`);
  });

  it('are the same where there is nothing to change', () => {
    const first = plan(world(), {});
    const again = plan(world(first.after.spec), {});
    const body = (each: Plan): string => blocksText(auditBlocks(each), 'yaml').replaceAll(/^#.*\n/gm, '');
    expect(body(again)).toBe(body(first));
  });

  it('take along the files that a webhook config names', () => {
    const ca = { name: 'ca', path: '/opt/ca.crt', content: 'PEM' };
    const config = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://log.example.com", certificate-authority: /opt/ca.crt}}]
users: [{name: u, user: {}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
    const input = world({ fileAssets: [ca] }, { kopsVersion: '1.24.0' });
    const { fileAssets } = auditBlocks(plan(input, { webhook: { config } }));
    expect(fileAssets.map(({ value, replaces }) => [value['name'], replaces])).toEqual([
      ['audit-policy', null],
      ['audit-webhook', null],
      ['audit-webhook-file', null],
    ]);
  });

  it.each(Object.keys(TEMPLATES))('have nothing for a template language: %s', (name) => {
    const policy = { origin: 'template', name, source: TEMPLATES[name] ?? '' } as const;
    expect(blocksText(auditBlocks(plan(UNKNOWN, { policy })), 'yaml')).not.toMatch(/\{[{%#]|[$%]\{|<%|fill that in/);
  });

  it('never write out in a comment what a template language would take', () => {
    const content =
      'kind: Policy # {{ a }} {% b %} ${c} %{d} <% e %>\napiVersion: audit.k8s.io/v1\nrules: [{level: None}]\n';
    const text = blocksText(auditBlocks(plan(world(handMade(SAFE, { content, name: 'a\nb' })), {})), 'yaml');
    const head = text.slice(0, text.indexOf('  fileAssets:'));
    expect(head.match(/would fill that in/g)).toHaveLength(4);
    expect(head).not.toMatch(/\{[{%#]|[$%]\{|<%/);
    expect(
      head
        .trimEnd()
        .split('\n')
        .every((line) => line.startsWith('# ')),
    ).toBe(true);
  });
});

/** The audit arguments of `kube_api_server`: `ResourceKubeAPIServerConfig` of terraform-kops/terraform-provider-kops. */
const ARGUMENTS = [
  'audit_dynamic_configuration',
  'audit_log_format',
  'audit_log_max_age',
  'audit_log_max_backups',
  'audit_log_max_size',
  'audit_log_path',
  'audit_policy_file',
  'audit_webhook_batch_buffer_size',
  'audit_webhook_batch_max_size',
  'audit_webhook_batch_max_wait',
  'audit_webhook_batch_throttle_burst',
  'audit_webhook_batch_throttle_enable',
  'audit_webhook_batch_throttle_qps',
  'audit_webhook_config_file',
  'audit_webhook_initial_backoff',
  'audit_webhook_mode',
];

describe('the blocks as HCL', () => {
  it('name each setting as the Terraform provider does', () => {
    const kubeAPIServer = Object.fromEntries(AUDIT_KEYS.map(({ name }) => [name, 1]));
    const isShared = { fileAssets: false, kubeAPIServer: false };
    const text = blocksText({ fileAssets: [], kubeAPIServer, removed: [], isShared }, 'hcl');
    expect([...text.matchAll(/^ {2}(\w+) +=/gm)].map(([, name]) => name)).toEqual(ARGUMENTS);
    expect(text).toContain('audit_webhook_batch_throttle_qps    = "1"\n');
  });

  it('escape what Terraform would fill in, and leave the policy readable', () => {
    const text = blocksText(auditBlocks(plan(world(), { webhook: { config: HOOK } })), 'hcl');
    expect(text).toContain('\n  content = <<EOT\n# kops-audit {"policy":"kops",');
    expect(text).toContain('{token: "a$${b}{{ c }}"}');
    expect(text).toMatch(/\n {2}roles = \["Master", "ControlPlane", "APIServer"\]\n/);
    expect(text).not.toContain('fill that in');
  });

  it('refuse a zero, which the provider takes for nothing', () => {
    const blocks = auditBlocks(plan(world(), { logMaxAge: 0, logMaxBackups: 0 }));
    expect(() => blocksText(blocks, 'hcl')).toThrow(
      'the Terraform provider for kOps cannot hold audit_log_max_age = 0, audit_log_max_backups = 0',
    );
  });
});
