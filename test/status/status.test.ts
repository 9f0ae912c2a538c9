import { describe, expect, it } from 'vitest';
import type { KopsObject } from '../../src/cluster/types.ts';
import type { ClusterWorld } from '../../src/cluster/facts.ts';
import { readSpecState, RECORDS, specStatus, type SpecStatus } from '../../src/status/status.ts';
import { stampText } from '../../src/policy/render/stamp.ts';
import { listOf } from '../../src/json.ts';
import { CLUSTER_RULES } from '../../src/lint/lint-cluster.ts';
import { HAND_MADE, group, handMade, world } from '../helpers/cluster.ts';

const PATH = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const STAMPED = stampText(HAND_MADE, { policy: 'metadata', version: '0.1.0', set: { a: 'b' }, made: [] });

function assess(of: ClusterWorld): SpecStatus {
  return specStatus(of, readSpecState(of));
}

describe('the status by the spec', () => {
  it('is on with an error that lets the API server start and record', () => {
    const typo = assess(world(handMade(PATH, {}, { auditLogMaxAgee: 10 })));
    const errors = typo.findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
    expect([typo.state, ...errors]).toEqual(['on', 'key-dropped']);
    for (const rule of RECORDS)
      expect(CLUSTER_RULES.find(({ id }) => id === rule)).toMatchObject({
        severity: 'error',
        fatal: false,
        about: 'audit',
      });
  });

  it('is off where the spec has no audit settings, whatever policy lies there', () => {
    expect(assess(world())).toMatchObject({
      state: 'off',
      policy: null,
      log: null,
      findings: [],
    });
    const kept = assess(world({ ...handMade(PATH), kubeAPIServer: {} }));
    expect(kept).toMatchObject({ state: 'off', policy: null });
    expect(kept.findings.map(({ rule }) => rule)).toEqual(['policy-unused']);
  });

  it('is on with a policy and a log, and tells what the stamp says', () => {
    const on = assess(world(handMade(PATH, { content: STAMPED }, { auditLogMaxSize: 100, auditLogMaxBackups: 10 })));
    expect(on).toMatchObject({
      state: 'on',
      policy: { name: 'metadata', version: '0.1.0', path: PATH, parameters: { a: 'b' }, edited: false },
      log: { path: '/var/log/audit/audit.log', worstCaseMiB: 1100, unbounded: null },
      webhook: null,
    });
  });

  it('sees that a stamped policy was edited', () => {
    const edited = assess(world(handMade(PATH, { content: STAMPED.replace('Metadata', 'Request') })));
    expect(edited).toMatchObject({ state: 'drift', policy: { name: 'metadata', edited: true } });
  });

  it('names a policy without a stamp by its file asset', () => {
    expect(assess(world(handMade(PATH))).policy).toMatchObject({
      name: 'audit-policy-config',
      version: null,
      edited: false,
    });
  });

  it('looks into a policy in base64', () => {
    const content = Buffer.from(STAMPED).toString('base64');
    expect(assess(world(handMade(PATH, { content, isBase64: true }))).policy).toMatchObject({ version: '0.1.0' });
  });

  it.each([
    ['a log without a policy', { kubeAPIServer: { auditLogPath: '/var/log/a/audit.log' } }],
    ['a policy without a log', handMade(PATH, {}, { auditLogPath: null })],
    [
      'a policy file that nobody puts there',
      { kubeAPIServer: { auditPolicyFile: PATH, auditLogPath: '/var/log/a/a.log' } },
    ],
    ['a policy that is not delivered', handMade(PATH, { roles: ['Node'] })],
    ['a policy that is refused', handMade(PATH, { content: HAND_MADE.replace('Metadata', 'Everything') })],
    ['a value of the wrong type', { kubeAPIServer: { auditLogMaxAge: '10' } }],
  ])('is broken with %s', (_what, spec) => {
    expect(assess(world(spec)).state).toBe('broken');
  });

  it('is on with a policy that every group with an API server brings itself, and tells which', () => {
    const bringing = (name: string): KopsObject =>
      group(name, 'Master', { fileAssets: [{ name: 'own', path: PATH, content: STAMPED }] });
    const spec = { kubeAPIServer: { auditPolicyFile: PATH, auditLogPath: '/var/log/a/a.log' } };
    expect(assess(world(spec, { groups: [bringing('a'), bringing('b')] }))).toMatchObject({
      state: 'on',
      policy: { name: 'metadata', version: '0.1.0', path: PATH },
    });
    expect(assess(world(spec, { groups: [bringing('a'), group('b', 'Master')] }))).toMatchObject({
      state: 'broken',
      policy: null,
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'policy-asset-missing' })]),
    });
  });

  it('tells of the policy of the groups where each brings its own at the path of the Cluster’s, which then reaches nobody', () => {
    const bringing = (name: string): KopsObject =>
      group(name, 'Master', { fileAssets: [{ name: 'own', path: PATH, content: STAMPED }] });
    const refused = handMade(PATH, { content: HAND_MADE.replace('Metadata', 'Everything') });
    const all = assess(world(refused, { groups: [bringing('a'), bringing('b')] }));
    expect(all).toMatchObject({ state: 'on', policy: { name: 'metadata', version: '0.1.0' } });
    expect(all.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(all.findings.map(({ rule }) => rule)).toContain('policy-shadowed');
    const some = assess(world(refused, { groups: [bringing('a'), group('b', 'Master')] }));
    expect(some).toMatchObject({ state: 'broken', policy: { name: 'audit-policy-config', version: null } });
  });

  it('is not broken where a script on the instances may bring the policy: nothing is known to be wrong', () => {
    const hooks = [
      { name: 'fetch.service', roles: ['Master'], manifest: `ExecStart=/usr/bin/curl -o ${PATH} https://x` },
    ];
    const found = assess(world({ hooks, kubeAPIServer: { auditPolicyFile: PATH, auditLogPath: '/var/log/a/a.log' } }));
    expect(found.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(found).toMatchObject({ state: 'on', policy: null });
  });

  it('is on with a webhook alone', () => {
    const settings = { auditLogPath: null, auditWebhookConfigFile: '/srv/kubernetes/kube-apiserver/audit/hook.yaml' };
    const content =
      'apiVersion: v1\nkind: Config\nclusters:\n- name: a\n  cluster:\n    server: https://collector.example.com\ncontexts:\n- name: a\n  context:\n    cluster: a\ncurrent-context: a\n';
    const spec = handMade(PATH, {}, settings);
    const hook = { name: 'hook', path: settings.auditWebhookConfigFile, roles: ['Master', 'ControlPlane'], content };
    expect(assess(world({ ...spec, fileAssets: [...listOf(spec['fileAssets']), hook] }))).toMatchObject({
      state: 'on',
      log: null,
      webhook: settings.auditWebhookConfigFile,
    });
  });

  it('warns where lint warns', () => {
    const rotation = { auditLogMaxAge: 1, auditLogMaxSize: 100, auditLogMaxBackups: 10 };
    expect(assess(world(handMade(PATH, {}, rotation))).findings.map(({ rule }) => rule)).toEqual(['cis-log-max-age']);
  });

  it('makes a finding of what kOps cannot read', () => {
    expect(assess(world({ kubeAPIServer: { auditLogMaxAge: '10' } })).findings).toMatchObject([
      { rule: 'unreadable', severity: 'error', pointer: '/spec/kubeAPIServer/auditLogMaxAge' },
    ]);
  });

  it('tells why nothing bounds the log', () => {
    const open = assess(world(handMade(PATH, {}, { auditLogMaxBackups: 0 })));
    expect(open.log).toMatchObject({ worstCaseMiB: null, unbounded: 'auditLogMaxBackups 0 keeps every rotated file' });
  });
});
