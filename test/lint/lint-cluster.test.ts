import { describe, expect, it } from 'vitest';
import { readFacts, type ClusterWorld } from '../../src/cluster/facts.ts';
import { planEnable } from '../../src/cluster/plan.ts';
import type { FileAsset } from '../../src/cluster/types.ts';
import { readTemplates } from '../../src/input/templates.ts';
import type { JsonObject } from '../../src/json.ts';
import { type Finding, told, type Words } from '../../src/lint/rule.ts';
import { CLUSTER_RULES, lintCluster } from '../../src/lint/lint-cluster.ts';
import { findingKey } from '../../src/lint/engine.ts';
import { GROUPS, HAND_MADE, group, handMade, options, world } from '../helpers/cluster.ts';

const SAFE = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const HOOK = '/srv/kubernetes/kube-apiserver/audit/hook.yaml';
/** A self-signed certificate made for this test, as base64 of PEM. */
const CERTIFICATE =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJTakNCL2FBREFnRUNBaFJPallwdFhDYktCYUo0NG5CYmwvYzJQTkR0ZERBRkJnTXJaWEF3R2pFWU1CWUcKQTFVRUF3d1BhMjl3Y3kxaGRXUnBkQzEwWlhOME1DQVhEVEkyTVRFeU16QTRORE0wTmxvWUR6SXhNall4TURNdwpNRGcwTXpRMldqQWFNUmd3RmdZRFZRUUREQTlyYjNCekxXRjFaR2wwTFhSbGMzUXdLakFGQmdNclpYQURJUUJOCkhCdGxnOFRTcjFQTk1UVzJLRlQzZW9KTVovdGtFclNwWkpTOHpVSnpacU5UTUZFd0hRWURWUjBPQkJZRUZCWXUKR1hEWEhPWGJEYmM4Slk1Tlo1U3FpTjdFTUI4R0ExVWRJd1FZTUJhQUZCWXVHWERYSE9YYkRiYzhKWTVOWjVTcQppTjdFTUE4R0ExVWRFd0VCL3dRRk1BTUJBZjh3QlFZREsyVndBMEVBYW9KdHhwajd1QmRUby9NcCtQeitZL3dVCjh3NjFWUTZRUXdUa0trR2gzWENJUjdlemd4OW55cEdrWW9OVDV0b2h4R0dnN3liak5PbFlzN0piYTNPWkRBPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=';
const GOOD_HOOK = `apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: k, user: u}}]
clusters: [{name: k, cluster: {server: "https://logs.example.com/events"}}]
users: [{name: u, user: {token: abcdef}}]
`;

const EXEC = '{command: aws, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}';

function lint(input: ClusterWorld): (Finding & Words)[] {
  return lintCluster(input.cluster, readFacts(input)).map(told);
}

function ids(input: ClusterWorld): string[] {
  return lint(input).map(({ rule }) => rule);
}

function keys(input: ClusterWorld): string[] {
  return lint(input).map(findingKey);
}

/** Besides a policy, file assets with keys that kOps may not know. */
function withAssets(...assets: JsonObject[]): ClusterWorld {
  const spec = handMade(SAFE);
  return world({ ...spec, fileAssets: [...(spec['fileAssets'] as JsonObject[]), ...assets] });
}

function withHook(content: string, path = HOOK, roles = ['Master', 'ControlPlane']): JsonObject {
  const spec = handMade(SAFE, {}, { auditWebhookConfigFile: path });
  (spec['fileAssets'] as JsonObject[]).push({ name: 'hook', path, roles, content });
  return spec;
}

function withAsset(asset: FileAsset): JsonObject {
  const spec = handMade(SAFE);
  (spec['fileAssets'] as FileAsset[]).push(asset);
  return spec;
}

/** A spec for each rule, that breaks it and no other. */
const BROKEN: Readonly<Record<string, ClusterWorld>> = {
  'policy-asset-missing': world({ kubeAPIServer: { auditPolicyFile: SAFE } }),
  'policy-path': world(handMade('/etc/kubernetes/audit/p.yaml'), { kopsVersion: '1.26.5' }),
  'policy-not-delivered': world(handMade(SAFE, { roles: ['Master'] })),
  'policy-shadowed': world(handMade(SAFE), {
    groups: [
      ...GROUPS,
      group('cp-b', 'ControlPlane', { fileAssets: [{ name: 'mine', path: SAFE, content: HAND_MADE }] }),
    ],
  }),
  'policy-refused': world(handMade(SAFE, { content: 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: []\n' })),
  'policy-version-unknown': world(
    {
      ...handMade(SAFE, { content: `${HAND_MADE}  resources: [{group: "*"}]\n- level: Metadata\n` }),
      kubernetesVersion: null,
    },
    { kopsVersion: '1.36.0' },
  ),
  'policy-after-upgrade': world(handMade('/srv/kubernetes/p.yaml'), { kopsVersion: '1.21.5' }),
  'policy-warning': world(
    handMade(SAFE, {
      content: 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\nomitStage: []\n',
    }),
  ),
  'policy-every-node': world(handMade(SAFE, { roles: [] })),
  'policy-unused': world(withAsset({ ...(handMade('/x/y')['fileAssets'] as FileAsset[])[0]!, name: 'old' })),
  'log-path': world(handMade(SAFE, {}, { auditLogPath: '/usr/local/bin/audit.log' })),
  'log-beside-policy': world(
    handMade('/etc/kubernetes/audit/p.yaml', {}, { auditLogPath: '/etc/kubernetes/audit/a.log' }),
  ),
  'log-path-empty': world(handMade(SAFE, {}, { auditLogPath: '' })),
  'log-value': world(handMade(SAFE, {}, { auditLogMaxAge: -1 })),
  'log-unbounded': world(handMade(SAFE, {}, { auditLogMaxBackups: 0 })),
  'log-age-overflow': world(handMade(SAFE, {}, { auditLogMaxAge: 106_752 })),
  'log-in-var-log': world(handMade(SAFE, {}, { auditLogPath: '/var/log/kube-apiserver-audit.log' })),
  'webhook-directory': world(withHook(GOOD_HOOK, '/srv/kubernetes/kube-apiserver/other/hook.yaml')),
  'webhook-asset-missing': world(handMade(SAFE, {}, { auditWebhookConfigFile: HOOK })),
  'webhook-shadowed': world(withHook(GOOD_HOOK), {
    groups: [...GROUPS, group('cp-b', 'ControlPlane', { fileAssets: [{ name: 'h', path: HOOK, content: GOOD_HOOK }] })],
  }),
  'webhook-not-delivered': world(withHook(GOOD_HOOK, HOOK, ['Master'])),
  'webhook-plain-http': world(withHook(GOOD_HOOK.replace('https:', 'http:').replace('{token: abcdef}', '{}'))),
  'webhook-unreadable': world(withHook('{')),
  'webhook-value': world({
    ...withHook(GOOD_HOOK),
    kubeAPIServer: { ...(withHook(GOOD_HOOK)['kubeAPIServer'] as JsonObject), auditWebhookBatchMaxSize: -4 },
  }),
  'webhook-config': world(withHook(GOOD_HOOK.replace('https:', 'http:'))),
  'webhook-mode': world({
    ...withHook(GOOD_HOOK),
    kubeAPIServer: { ...(withHook(GOOD_HOOK)['kubeAPIServer'] as JsonObject), auditWebhookMode: 'fast' },
  }),
  'audit-dynamic-configuration': world(handMade(SAFE, {}, { auditDynamicConfiguration: true })),
  'key-dropped': world(handMade(SAFE, {}, { auditLogMode: 'batch' })),
  'asset-key-dropped': world(withAsset({ name: 'b', path: '/opt/b', content: 'x', role: ['Node'] } as FileAsset)),
  'asset-kops-file': world(withAsset({ name: 'ca', path: '/srv/kubernetes/ca.crt', content: 'x' })),
  'path-clash': world(withAsset({ name: 'a', path: `${SAFE}/below`, content: 'x' })),
  'asset-path-clash': world({
    fileAssets: [
      { name: 'a', path: '/opt/a', content: 'x' },
      { name: 'b', path: '/opt/a/b', content: 'x' },
    ],
    kubeAPIServer: {},
  }),
  'asset-mode': world(withAsset({ name: 'b', path: '/opt/b', content: 'x', mode: 'rw-r-----' })),
  'asset-role-unknown': world(withAsset({ name: 'b', path: '/opt/b', content: 'x', roles: ['Node', 'node'] })),
  'policy-by-script': world({
    ...handMade(SAFE),
    hooks: [{ name: 'fetch', manifest: `ExecStart=/bin/cp /opt/p.yaml ${SAFE}` }],
  }),
  'asset-base64': world(withAsset({ name: 'b', path: '/opt/b', content: 'YQ==', isBase64: true })),
  'distribution-mixed': world(handMade('/etc/kubernetes/audit/p.yaml'), {
    groups: [...GROUPS, group('cos', 'Master', { image: 'cos-cloud/cos-125-19216-220-49' })],
  }),
};

/** A spec that sets no bounds of its own gets some, or log-unbounded would speak as well. */
function bounded(input: ClusterWorld): ClusterWorld {
  const copy = structuredClone(input);
  const server = copy.cluster.spec['kubeAPIServer'] as JsonObject;
  copy.cluster.spec['kubeAPIServer'] = { auditLogMaxBackups: 10, auditLogMaxSize: 100, ...server };
  return copy;
}

describe('lintCluster', () => {
  it.each(Object.entries(BROKEN))('%s is found, and nothing beside it', (rule, input) => {
    expect(ids(bounded(input))).toEqual([rule]);
  });

  it.each(Object.entries(BROKEN))('%s stays the same finding when a file asset comes before it', (rule, input) => {
    const { cluster } = input;
    const first = { name: 'first', path: '/opt/first', roles: ['Node'], content: 'x' };
    const assets = (cluster.spec['fileAssets'] ?? []) as JsonObject[];
    const spec = { ...cluster.spec, fileAssets: [first, ...assets] };
    expect(keys({ ...input, cluster: { ...cluster, spec } })).toEqual(keys(input));
    expect(keys(input).join()).toContain(rule);
  });

  it.each([
    ['two file assets', withAssets({ name: 'b', path: '/opt/b', role: [] }, { name: 'c', path: '/opt/c', role: [] })],
    ['two keys', withAssets({ name: 'b', path: '/opt/b', role: [], contents: 'x' })],
    ['two without a name', withAssets({ path: '/opt/b', role: [] }, { path: '/opt/c', role: [] })],
    [
      'two instance groups',
      world(handMade(SAFE), {
        groups: ['cp-a', 'cp-b'].map((name) =>
          group(name, 'ControlPlane', { fileAssets: [{ name: 'mine', path: SAFE, content: HAND_MADE }] }),
        ),
      }),
    ],
  ])('tells the findings of one rule about %s apart', (_, input) => {
    expect(new Set(keys(bounded(input))).size).toBe(2);
  });

  it('has a case for every rule', () => {
    expect(CLUSTER_RULES.map(({ id }) => id).toSorted()).toEqual(Object.keys(BROKEN).toSorted());
  });

  it('finds nothing in what enable writes, for each template and in every release', () => {
    const templates = readTemplates();
    for (const [name, source] of Object.entries(templates)) {
      for (const kopsVersion of [null, '1.19.0', '1.26.6', '1.36.0']) {
        const input = world({}, { kopsVersion });
        const { after } = planEnable(input, {
          ...options({ policy: { origin: 'template', name, source } }),
          templates,
          toolVersion: '0.1.0',
        });
        expect(ids({ ...input, cluster: after }), `${name} for ${kopsVersion}`).toEqual([]);
      }
    }
  });

  it('finds nothing in a spec without auditing', () => {
    expect(ids(world())).toEqual([]);
  });

  it.each([
    [['Master'], 'with role ControlPlane (kOps 1.26.0 and later)'],
    [['ControlPlane'], 'with role ControlPlane (kOps 1.19.0 to before 1.26.0)'],
    [['Node'], 'with role ControlPlane (kOps 1.19.0 and later)'],
  ])('names every release in which roles %j do not reach the control plane', (roles, releases) => {
    const input = world({ ...handMade(SAFE, { roles }), kubernetesVersion: null }, { kopsVersion: null });
    const found = lint(input).filter(({ rule }) => rule === 'policy-not-delivered');
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining(releases)]);
    expect(found[0] && found[0].message.endsWith(releases)).toBe(true);
  });

  it('names every role that the policy does not reach', () => {
    const groups = [...GROUPS, group('api-a', 'APIServer')];
    const input = world(handMade(SAFE, { roles: ['Master'] }), { groups });
    expect(lint(input).map(({ message }) => message)).toEqual([
      expect.stringMatching(/role ControlPlane \(kOps 1\.26\.0 and later\)$/),
      expect.stringMatching(/role APIServer \(kOps 1\.21\.0 and later\)$/),
      expect.any(String),
    ]);
  });

  it.each(['1.31.4', '1.34.0'])('does not fail Kubernetes %s for releases of kOps that do not run it', (version) => {
    const spec = handMade('/etc/kubernetes/audit/p.yaml', { roles: ['ControlPlane', 'APIServer'] });
    const input = world({ ...spec, kubernetesVersion: version }, { kopsVersion: null });
    expect(ids(bounded(input))).toEqual([]);
  });

  /** What the loader says, by Kubernetes and kOps: `group: "*"` from 1.36 on, `v1beta1` until 1.23 (`otherVersions` of the conformance data). */
  it.each([
    ['"*"', '1.35.9', null, 'policy-refused'],
    ['"*"', '1.36.0', null, undefined],
    ['"*"', 'https://example.com/kubernetes/v1.35.2', null, 'policy-refused'],
    ['"*"', 'https://example.com/kubernetes/v1.36.2', null, undefined],
    ['"*"', 'latest', null, 'policy-version-unknown'],
    ['"*"', null, null, 'policy-version-unknown'],
    ['"*"', null, '1.34.0', 'policy-refused'],
    ['"*"', null, '1.36.0', 'policy-version-unknown'],
    ['v1beta1', '1.24.0', null, 'policy-refused'],
    ['v1beta1', '1.23.17', null, 'api-version-ends'],
    ['v1beta1', 'https://example.com/kubernetes/v1.19.6', null, 'api-version-ends'],
    ['v1beta1', 'https://example.com/kubernetes/v1.24.6', null, 'policy-refused'],
    ['v1beta1', null, null, 'policy-version-unknown'],
    ['v1beta1', 'latest', null, 'policy-version-unknown'],
    ['v1beta1', null, '1.22.6', undefined],
    ['v1beta1', null, '1.29.0', 'policy-refused'],
    ['both', null, null, 'policy-refused'],
  ])('judges a policy with %s, Kubernetes %s, kOps %s: %s', (what, kubernetesVersion, kopsVersion, rule) => {
    const version = what === '"*"' ? 'v1' : 'v1beta1';
    const rest = what === 'v1beta1' ? '' : '  resources: [{group: "*"}]\n- level: Metadata\n';
    const content = `${HAND_MADE.replace('k8s.io/v1', `k8s.io/${version}`)}${rest}`;
    const input = world({ ...handMade(SAFE, { content }), kubernetesVersion }, { kopsVersion });
    const found = lint(input).filter(({ rule: id }) => /^(policy-(ref|ver)|api)/.test(id));
    expect(found.map(({ rule: id }) => id)).toEqual(rule === undefined ? [] : [rule]);
    expect(found.some(({ fatal }) => fatal)).toBe(rule === 'policy-refused');
    expect(found.every((finding) => /1\.(2[34]|3[56])/.test(finding.message))).toBe(true);
  });

  it('names what was meant by a misspelt key', () => {
    const input = world({ kubeAPIServer: { auditLogMaxBackup: 3 } });
    const [finding] = lint(input);
    expect(finding).toMatchObject({
      rule: 'key-dropped',
      fix: 'Did you mean auditLogMaxBackups?',
      pointer: '/spec/kubeAPIServer/auditLogMaxBackup',
    });
  });
});

interface Found {
  rule: string;
  message: string;
}

function found(input: ClusterWorld): Found[] {
  return lint(input).map(({ rule, message }) => ({ rule, message }));
}

function hookSettings(more: JsonObject): ClusterWorld {
  const spec = withHook(GOOD_HOOK);
  return world({ ...spec, kubeAPIServer: { ...(spec['kubeAPIServer'] as JsonObject), ...more } });
}

function caAt(path: string): string {
  return GOOD_HOOK.replace('server:', `certificate-authority: ${path}, server:`);
}

describe('the content of a webhook config', () => {
  it.each([
    ['what is not YAML', 'a: 1\nb: [', 'line 2, column 5: not valid YAML', true],
    ['no context', GOOD_HOOK.replace('current-context: c\n', ''), 'no current-context', true],
    ['an unknown context', GOOD_HOOK.replace('current-context: c', 'current-context: d'), 'no context named "d"', true],
    ['an unknown cluster', GOOD_HOOK.replace('cluster: k,', 'cluster: z,'), 'no cluster named "z"', true],
    ['no server', GOOD_HOOK.replace('server: "https://logs.example.com/events"', 'x: y'), 'it has no server', true],
    ['a CA file elsewhere', caAt('/etc/ca.crt'), '/etc/ca.crt, which kube-apiserver cannot see', true],
    ['no https', GOOD_HOOK.replace('https:', 'http:'), 'plain http, and its user has token', false],
    ['a plugin', GOOD_HOOK.replace('token: abcdef', `exec: ${EXEC}`), 'credentials from exec', false],
    ['half a plugin', GOOD_HOOK.replace('token: abcdef', 'exec: {command: aws}'), 'has no apiVersion', true],
  ])('%s is found, and cannot be allowed where kube-apiserver would end', (_what, content, message, fatal) => {
    const input = world(withHook(content));
    const [finding, ...rest] = lint(input)
      .filter(({ rule }) => rule.startsWith('web'))
      .filter((each) => !each.message.includes('interactiveMode'));
    expect(finding).toMatchObject({ message: expect.stringContaining(message), fatal });
    expect(finding?.rule).toBe(fatal ? 'webhook-unreadable' : 'webhook-config');
    expect(rest).toEqual([]);
  });

  it('may name a user who has no credentials', () => {
    const bare = GOOD_HOOK.replace(/user: \{.*?\}/, 'other: x');
    expect(bare).not.toBe(GOOD_HOOK);
    expect(ids(world(withHook(bare))).filter((rule) => rule.startsWith('web'))).toEqual([]);
  });

  it.each([
    ['/srv/kubernetes/kube-apiserver/audit/ca.crt', null, 'webhook-asset-missing'],
    ['ca.crt', null, 'webhook-asset-missing'],
    ['/etc/ssl/certs/ca-certificates.crt', null, null],
    ['/srv/kubernetes/ca.crt', null, null],
    ['/srv/kubernetes/mine/ca.crt', null, 'webhook-unreadable'],
    ['/srv/kubernetes/mine/ca.crt', '1.21.0', 'webhook-asset-missing'],
    ['/srv/kubernetes/kube-apiserver/etcd-ca.crt', null, null],
    ['../../../../etc/ca.crt', '1.32.0', 'webhook-unreadable'],
  ])('a CA at %s with kOps %s, which no file asset brings, is found by %s', (path, kopsVersion, rule) => {
    expect(ids(bounded(world(withHook(caAt(path)), { kopsVersion })))).toEqual(rule === null ? [] : [rule]);
  });

  it('is judged by where Container-Optimized OS keeps its files', () => {
    const groups = [group('cp', 'Master', { image: 'cos-cloud/cos-125-19216-220-49' })];
    const seen = (path: string): string[] =>
      ids(bounded(world(withHook(caAt(path)), { groups }))).filter((rule) => rule === 'webhook-unreadable');
    expect(seen('/etc/srv/kubernetes/kube-apiserver/etcd-ca.crt')).toEqual([]);
    expect(seen('/srv/kubernetes/kube-apiserver/etcd-ca.crt')).toEqual(['webhook-unreadable']);
  });
});

describe('the policy of a Cluster', () => {
  const findings = (content: string): (Finding & Words)[] => {
    const input = world(handMade(SAFE, { content }));
    const pointer = '/spec/fileAssets/0/content';
    return lint(input).filter((finding) => finding.pointer === pointer);
  };

  it('is judged by the rules for policies, only so that a person knows', () => {
    expect(findings(HAND_MADE.replace('Metadata', 'None'))).toEqual([
      expect.objectContaining({
        rule: 'policy-records-nothing',
        severity: 'warning',
        fatal: false,
        message: 'the policy records nothing',
      }),
    ]);
    expect(findings(HAND_MADE.replace('Metadata', 'Request')).map(({ rule }) => rule)).toContain(
      'policy-records-secrets',
    );
    expect(findings(HAND_MADE.replace('Metadata', 'Request'))[0]?.message).toMatch(/^the policy: rule 1 /);
  });

  it('is not met with advice, nor with what a comment in it ignores', () => {
    expect(findings(HAND_MADE)).toEqual([]);
    const ignored = `# kops-audit-ignore policy-records-nothing it is a test\n${HAND_MADE.replace('Metadata', 'None')}`;
    expect(findings(ignored)).toEqual([]);
  });
});

describe('key-dropped and asset-key-dropped', () => {
  it('looks at the file assets of instance groups too', () => {
    const groups = [group('cp', 'Master', { fileAssets: [{ name: 'a', path: '/opt/a', contents: 'x' }] })];
    const [finding] = lint(world({}, { groups }));
    expect(finding).toMatchObject({
      rule: 'asset-key-dropped',
      message: 'kOps does not know spec.fileAssets[0].contents of instance group cp',
      fix: 'Did you mean content?',
    });
  });

  it.each([
    [{ kubeApiServer: {} }, 'key-dropped', 'Did you mean kubeAPIServer?'],
    [{ fileassets: [] }, 'key-dropped', 'Did you mean fileAssets?'],
    [{ fileAssets: [{ name: 'a', path: '/opt/a', contents: 'x' }] }, 'asset-key-dropped', 'Did you mean content?'],
    [
      { fileAssets: [{ name: 'a', path: '/opt/a', content: 'x', role: [] }] },
      'asset-key-dropped',
      'Did you mean roles?',
    ],
    [{ auditLogMaxAge: 3 }, 'key-dropped', 'Move it to spec.kubeAPIServer, where kOps reads it.'],
    [{ 'audit-log-maxage': 3 }, 'key-dropped', 'Move it to spec.kubeAPIServer as auditLogMaxAge, where kOps reads it.'],
    [{ kubeAPIServer: { fileAssets: [] } }, 'key-dropped', 'Move it to spec, where kOps reads it.'],
    [{ kubeAPIServer: { kubeAPIServer: {} } }, 'key-dropped', 'Move it to spec, where kOps reads it.'],
    [{ kubeAPIServer: { 'audit-log-maxbackup': 3 } }, 'key-dropped', 'Did you mean auditLogMaxBackups?'],
    [{ kubelet: { auditLogPath: '/x' } }, 'key-dropped', 'Move it to spec.kubeAPIServer, where kOps reads it.'],
    [{ kubelet: {}, assets: {}, kubeProxy: {} }, undefined, undefined],
    [{ cloudLabels: { kubeAPIServer: 'x' }, fileAssets: [] }, undefined, undefined],
  ])('%j', (spec, rule, mend) => {
    const input = world(spec as JsonObject);
    const [finding] = lint(input);
    expect([finding?.rule, finding?.fix]).toEqual([rule, mend]);
  });
});

describe('key-dropped outside of spec', () => {
  const found = (input: ClusterWorld): unknown[] => lint(input).map(({ message, fix }) => [message, fix]);

  it.each(['kubeAPIServer', 'fileAssets', 'kubeApiServer'])('%s beside spec, and in metadata', (key) => {
    const input = world({});
    const as = key === 'kubeApiServer' ? ' as kubeAPIServer' : '';
    const mend = `Move it to spec${as}, where kOps reads it.`;
    const beside = { ...input.cluster, [key]: {} };
    expect(found({ ...input, cluster: beside })).toEqual([[`kOps does not know ${key}`, mend]]);
    const within = { ...input.cluster, metadata: { ...input.cluster.metadata, [key]: {} } };
    expect(found({ ...input, cluster: within })).toEqual([[`kOps does not know metadata.${key}`, mend]]);
  });

  it('in an instance group', () => {
    const groups = [
      group('cp', 'ControlPlane', { kubeAPIServer: { auditLogPath: '/x' }, fileAssets: [], auditPolicyFile: '/y' }),
    ];
    expect(found(world({}, { groups }))).toEqual([
      [
        'kOps does not know spec.kubeAPIServer of instance group cp',
        "Move it to the Cluster's spec, where kOps reads it.",
      ],
      [
        'kOps does not know spec.auditPolicyFile of instance group cp',
        "Move it to the Cluster's spec.kubeAPIServer, where kOps reads it.",
      ],
    ]);
  });
});

describe('certificates in a webhook config', () => {
  const withCa = (data: string): string => GOOD_HOOK.replace('server:', `certificate-authority-data: ${data}, server:`);

  it('must be certificates', () => {
    const broken = Buffer.from('-----BEGIN CERTIFICATE-----\nMII').toString('base64');
    expect(ids(bounded(world(withHook(withCa(broken)))))).toEqual(['webhook-unreadable']);
    expect(ids(bounded(world(withHook(withCa('bm8=')))))).toEqual(['webhook-unreadable']);
    expect(ids(bounded(world(withHook(withCa(CERTIFICATE)))))).toEqual([]);
  });
});

describe('what counts only where there is a webhook or a log', () => {
  it.each([
    [{ auditWebhookBatchBufferSize: 0 }, ['webhook-value']],
    [{ auditWebhookBatchThrottleQps: '-1' }, ['webhook-value']],
    [{ auditWebhookBatchThrottleQps: '.' }, ['webhook-value']],
    [{ auditWebhookBatchThrottleQps: '1e400' }, ['webhook-value']],
    [{ auditWebhookBatchThrottleQps: '1e39', auditWebhookMode: 'blocking' }, ['webhook-value']],
    [{ auditWebhookBatchThrottleQps: 3.4e38 }, []],
    [{ auditWebhookBatchThrottleQps: -3.5e38, auditWebhookConfigFile: '' }, ['webhook-value']],
    [{ auditWebhookBatchThrottleQps: '500m' }, []],
    [{ auditWebhookBatchThrottleBurst: 0, auditWebhookBatchThrottleEnable: false }, []],
    [{ auditWebhookBatchMaxSize: -4, auditWebhookMode: 'blocking' }, []],
    [{ auditWebhookBatchMaxSize: -4, auditWebhookMode: 'fast', auditWebhookConfigFile: '' }, []],
    [{ auditLogPath: null, auditLogMaxAge: -1 }, []],
    [{ auditLogMaxAge: -1 }, ['log-value']],
  ])('%j: %j', (more, rules) => {
    const errors = lintCluster(hookSettings(more).cluster, readFacts(hookSettings(more))).filter(
      ({ severity }) => severity === 'error',
    );
    expect(errors.map(({ rule }) => rule)).toEqual(rules);
  });
});

describe('files of instance groups', () => {
  const own = (path: string | undefined, content: string, more: JsonObject = {}): JsonObject => ({
    fileAssets: [{ name: 'igp', ...(path === undefined ? {} : { path }), content, ...more }],
  });

  it('that win and are no policy cannot be allowed', () => {
    const groups = [group('cp', 'Master', own(SAFE, 'not a policy'))];
    const input = bounded(world(handMade(SAFE), { groups }));
    expect(ids(input)).toEqual(['policy-shadowed', 'policy-refused']);
    expect(found(input)[1]?.message).toContain('the file asset "igp" of instance group cp');
  });

  it('that have no path go to the default one', () => {
    const path = '/srv/kubernetes/assets/igp';
    const groups = [group('cp', 'Master', own(undefined, HAND_MADE))];
    expect(ids(bounded(world(handMade(path), { groups })))).toEqual(['policy-shadowed']);
  });

  it('that reach no API server shadow nothing', () => {
    const groups = [group('cp', 'Master', own(SAFE, 'x', { roles: ['Node'] })), group('n', 'Node', own(SAFE, 'x'))];
    expect(ids(bounded(world(handMade(SAFE), { groups })))).toEqual([]);
  });

  it('may be the policy, if each group with an API server has one', () => {
    const spec = { kubeAPIServer: { auditPolicyFile: SAFE } };
    const groups = [group('cp-a', 'Master', own(SAFE, HAND_MADE)), group('n', 'Node')];
    expect(ids(bounded(world(spec, { groups })))).toEqual([]);
    const [finding] = found(bounded(world(spec, { groups: [...groups, group('cp-b', 'Master')] })));
    expect(finding).toMatchObject({ rule: 'policy-asset-missing', message: expect.stringContaining('in cp-b') });
  });

  it('of a wrong type are left aside', () => {
    const groups = [group('cp', 'constructor'), group('cp-b', 'Master', own(SAFE, 'x', { roles: 5, path: 7 }))];
    expect(ids(bounded(world(handMade(SAFE), { groups })))).toEqual([]);
  });
});

describe('a file that is no policy', () => {
  it('is named where auditPolicyFile points to it', () => {
    const [finding] = found(bounded(world(handMade(SAFE, { content: '#!/bin/sh\n' }))));
    expect(finding).toMatchObject({
      rule: 'policy-refused',
      message: expect.stringContaining(
        'auditPolicyFile names the file asset "audit-policy-config", which holds no audit',
      ),
    });
  });
});

describe('asset-kops-file', () => {
  it.each([
    ['/srv/kubernetes/kube-scheduler/server.key', true],
    ['/var/lib/kube-scheduler/kubeconfig', true],
    ['/etc/kubernetes/manifests/kube-apiserver.manifest', true],
    ['/etc/kubernetes/manifests/my-pod.yaml', false],
    ['/srv/kubernetes', true],
    ['/srv', true],
    ['/var/log', true],
    ['/tmp', true],
    ['/srv/kubernetes/assets', true],
    ['/srv/kubernetes/ca.crt/x', true],
    ['/srv//kubernetes/ca.crt', true],
    ['srv/kubernetes/ca.crt', true],
    ['/etc/kubernetes/kops-controller/mine', true],
    ['/etc/kubernetes/kops-controller/mine/x', false],
    ['/etc/kubernetes/kube-apiserver-healthcheck/secrets/mine', false],
    ['/etc/sysconfig/mine', false],
    ['/etc/logrotate.d/audit', false],
    ['/srv/kubernetes/kube-apiserver/encryptionconfig.yaml', false],
  ])('%s: %s', (path, expected) => {
    const input = bounded(world(withAsset({ name: 'a', path, content: 'x' })));
    expect(ids(input)).toEqual(expected ? ['asset-kops-file'] : []);
  });

  it('looks at the instances that get the asset only', () => {
    const file = { name: 'a', path: '/srv/kubernetes/kube-apiserver/server.crt', content: 'x' };
    expect(ids(bounded(world(withAsset({ ...file, roles: ['Node'] }))))).toEqual([]);
    expect(ids(bounded(world(withAsset({ ...file, roles: ['Bastion'] }))))).toEqual([]);
    expect(ids(bounded(world(withAsset({ ...file, roles: ['ControlPlane'] }))))).toEqual(['asset-kops-file']);
  });

  it('looks at what an instance group brings', () => {
    const groups = [group('cp', 'Master', { fileAssets: [{ name: 'g', path: '/srv/kubernetes', content: 'x' }] })];
    expect(found(bounded(world(handMade(SAFE), { groups })))).toMatchObject([
      {
        rule: 'asset-kops-file',
        message: expect.stringContaining('"g" of instance group cp is written to /srv/kubernetes'),
      },
    ]);
  });

  it('counts the encryption config where kOps writes one', () => {
    const path = '/srv/kubernetes/kube-apiserver/encryptionconfig.yaml';
    const spec = { ...withAsset({ name: 'a', path, content: 'x' }), encryptionConfig: true };
    expect(ids(bounded(world(spec)))).toEqual(['asset-kops-file']);
  });
});
