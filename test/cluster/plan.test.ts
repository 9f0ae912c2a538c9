import { describe, expect, it } from 'vitest';
import type { ClusterWorld } from '../../src/cluster/facts.ts';
import { OptionError, type EnableOptions } from '../../src/cluster/options.ts';
import { planEnable, type Plan } from '../../src/cluster/plan.ts';
import { applyOperations } from '../../src/yaml/json-patch.ts';
import type { FileAsset } from '../../src/cluster/types.ts';
import { readTemplates } from '../../src/input/templates.ts';
import type { JsonObject } from '../../src/json.ts';
import { changeView } from '../../src/report/plan.ts';
import { plainStyle } from '../../src/report/text.ts';
import { GROUPS, HAND_MADE, cluster, group, handMade, options, world } from '../helpers/cluster.ts';

const TEMPLATES = readTemplates();
const SAFE = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';

function plan(input: ClusterWorld, wanted: Partial<EnableOptions> = {}): Plan {
  return planEnable(input, { ...options(wanted), templates: TEMPLATES, toolVersion: '0.1.0' });
}

/** Why options are refused; undefined where they are not. */
function refusalOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof OptionError) return error.refusal;
  }
  return undefined;
}

function serverOf({ after }: Plan): JsonObject {
  return after.spec['kubeAPIServer'] as JsonObject;
}

function assetsOf({ after }: Plan): FileAsset[] {
  return after.spec['fileAssets'] as FileAsset[];
}

function template(name: string): Partial<EnableOptions> {
  return { policy: { origin: 'template', name, source: TEMPLATES[name]! } };
}

describe('a spec without auditing', () => {
  const fresh = plan(world());

  it('gets the CIS values, our paths and roles right for every release', () => {
    expect(serverOf(fresh)).toEqual({
      auditLogMaxAge: 30,
      auditLogMaxBackups: 10,
      auditLogMaxSize: 100,
      auditLogPath: '/var/log/kube-audit/audit.log',
      auditPolicyFile: SAFE,
    });
    expect(assetsOf(fresh)).toMatchObject([
      { name: 'audit-policy', path: SAFE, roles: ['Master', 'ControlPlane', 'APIServer'] },
    ]);
    expect(Object.keys(assetsOf(fresh)[0]!)).toEqual(['content', 'name', 'path', 'roles']);
  });

  it('takes kops, and stamps what it made', () => {
    expect(fresh.policy).toMatchObject({ name: 'kops', origin: 'template', before: null });
    expect(fresh.policy.stamp).toMatchObject({ policy: 'kops', made: ['fileAssets', 'kubeAPIServer'], edited: false });
  });

  it('changes nothing else, and nothing at all the second time', () => {
    const { fileAssets: _assets, kubeAPIServer: _server, ...rest } = fresh.after.spec;
    expect(rest).toEqual(cluster().spec);
    expect(plan(world(fresh.after.spec)).operations).toEqual([]);
  });

  it('makes only the control plane outdated', () => {
    expect(fresh.groups.map(({ name, outdated, rolled }) => [name, outdated, rolled])).toEqual([
      ['control-plane-a', true, true],
      ['nodes-a', false, false],
    ]);
  });

  it('tests the name of the cluster first, so that the patch fits no other', () => {
    expect(fresh.operations[0]).toEqual({ op: 'test', path: '/metadata/name', value: 'm.k8s.local' });
    expect(() => applyOperations(cluster({}, 'other'), fresh.operations)).toThrow('does not fit');
  });
});

describe('settings', () => {
  it('keeps what the spec has, whatever the defaults', () => {
    const spec = {
      kubeAPIServer: { auditLogMaxAge: 7, auditLogPath: '/var/log/a/b.log', runtimeConfig: { x: 'true' } },
    };
    expect(serverOf(plan(world(spec)))).toMatchObject({
      auditLogMaxAge: 7,
      auditLogMaxBackups: 10,
      auditLogPath: '/var/log/a/b.log',
      runtimeConfig: { x: 'true' },
    });
  });

  it('takes a flag over what the spec has', () => {
    const after = plan(world({ kubeAPIServer: { auditLogMaxAge: 7 } }), { logMaxAge: 90, logPath: '-' });
    expect(serverOf(after)).toMatchObject({ auditLogMaxAge: 90, auditLogPath: '-' });
    expect(after.disk).toMatchObject({ mebibytes: null, unbounded: null });
  });

  it.each([
    [{}, '1.32.4', { mebibytes: 1100, unbounded: null }],
    [{ logMaxBackups: 0 }, '1.32.4', { mebibytes: null, unbounded: 'auditLogMaxBackups 0 keeps every rotated file' }],
    [{ logMaxSize: 0 }, '1.35.0', { mebibytes: 1100, unbounded: null }],
    [
      { logMaxSize: 0 },
      '1.36.0',
      { mebibytes: null, unbounded: 'auditLogMaxSize 0 turns rotation off from Kubernetes 1.36 on' },
    ],
  ])('disk at worst with %j on Kubernetes %s', (wanted, kubernetesVersion, disk) => {
    expect(plan(world({ kubernetesVersion }), wanted).disk).toMatchObject(disk);
  });

  it('replaces a kubeAPIServer without a value', () => {
    expect(plan(world({ kubeAPIServer: null })).operations.at(-1)).toMatchObject({
      op: 'replace',
      path: '/spec/kubeAPIServer',
    });
  });
});

describe('a hand-made set-up', () => {
  it('is kept where it is safe, and its policy with it', () => {
    const kept = plan(world(handMade('/etc/kubernetes/audit/policy.yaml')));
    expect(kept.policy).toMatchObject({
      origin: 'kept',
      name: 'custom',
      text: HAND_MADE,
      path: '/etc/kubernetes/audit/policy.yaml',
    });
    expect(assetsOf(kept)).toEqual(handMade('/etc/kubernetes/audit/policy.yaml')['fileAssets']);
    expect(kept.notes).toEqual([
      {
        text: 'The policy in the spec stays: it was not written by kops-audit.',
        otherwise: { option: 'policy', name: null },
      },
    ]);
    const shown = changeView(kept, { style: plainStyle, columns: 200, clean: String, diffCommand: () => null });
    expect(shown).toContain('--policy NAME replaces it.');
  });

  it('moves where this release cannot read it, and says why', () => {
    const moved = plan(world(handMade('/etc/kubernetes/audit/policy.yaml'), { kopsVersion: '1.26.3' }));
    expect(assetsOf(moved)).toMatchObject([{ path: SAFE, content: HAND_MADE, name: 'audit-policy-config' }]);
    expect(serverOf(moved)['auditPolicyFile']).toBe(SAFE);
    expect(moved.notes[0]).toContain('The policy moves from /etc/kubernetes/audit/policy.yaml');
  });

  it.each([
    ['1.26.3', SAFE],
    ['1.27.5', '/etc/kubernetes/audit/policy.yaml'],
    ['1.34.2', '/etc/kubernetes/audit/policy.yaml'],
    ['https://example.com/kubernetes/v1.34.2', '/etc/kubernetes/audit/policy.yaml'],
    ['https://example.com/kubernetes/v1.21.2', SAFE],
    ['latest', SAFE],
    [null, SAFE],
  ])('moves where a kOps release that runs Kubernetes %s could not read it', (kubernetesVersion, path) => {
    const spec = { ...handMade('/etc/kubernetes/audit/policy.yaml'), kubernetesVersion };
    expect(plan(world(spec, { kopsVersion: null })).policy.path).toBe(path);
  });

  it('does not touch a sound set-up for the sake of releases that do not run its Kubernetes', () => {
    const rotation = { auditLogMaxAge: 30, auditLogMaxBackups: 10, auditLogMaxSize: 100 };
    const spec = { ...handMade('/etc/kubernetes/audit/policy.yaml', { roles: ['ControlPlane'] }, rotation) };
    const planned = plan(world({ ...spec, kubernetesVersion: '1.31.4' }, { kopsVersion: null }));
    expect(planned.operations).toEqual([]);
    expect(planned.groups.some(({ outdated }) => outdated)).toBe(false);
  });

  it('moves the policy away from the log', () => {
    const moved = plan(world(handMade('/var/log/audit/policy.yaml')));
    expect(serverOf(moved)).toMatchObject({ auditPolicyFile: SAFE, auditLogPath: '/var/log/audit/audit.log' });
  });

  it('moves the log away from our own policy', () => {
    const moved = plan(world(handMade(SAFE, {}, { auditLogPath: '/srv/kubernetes/kube-apiserver/audit/a.log' })));
    expect(serverOf(moved)).toMatchObject({ auditPolicyFile: SAFE, auditLogPath: '/var/log/kube-audit/audit.log' });
  });

  it('gets the roles it lacks', () => {
    const masters = handMade(SAFE, { roles: ['Master', 'Node'] });
    expect(assetsOf(plan(world(masters)))[0]!.roles).toEqual(['Master', 'Node', 'ControlPlane', 'APIServer']);
    expect(assetsOf(plan(world(masters, { kopsVersion: '1.25.0' })))[0]!.roles).toEqual(['Master', 'Node']);
  });

  it('drops words that are no role from the roles it completes', () => {
    const misspelt = handMade(SAFE, { roles: ['control-plane', 'master', 'Node'] });
    expect(assetsOf(plan(world(misspelt)))[0]!.roles).toEqual(['Node', 'Master', 'ControlPlane', 'APIServer']);
  });

  it('keeps the roles of an asset that has none, which reaches every node', () => {
    const everywhere = handMade(SAFE, { roles: [] });
    const changed = plan(world(everywhere), template('metadata'));
    expect(assetsOf(changed)[0]!.roles).toEqual([]);
    expect(changed.groups.map(({ name, outdated, rolled }) => [name, outdated, rolled])).toEqual([
      ['control-plane-a', true, true],
      ['nodes-a', true, false],
    ]);
  });

  const base64 = Buffer.from(HAND_MADE).toString('base64').replace(/=+$/, '');

  it.each([
    ['in one line', base64],
    ['in several', `${base64.slice(0, 40)}\n${base64.slice(40)}\n`],
  ])('stays base64 %s, as kOps can read it', (_how, content) => {
    const encoded = handMade(SAFE, { content, isBase64: true, roles: ['Master'] });
    const changed = plan(world(encoded, { kopsVersion: '1.25.0' }));
    expect(assetsOf(changed)).toEqual(encoded['fileAssets']);
    expect(changed.notes.join()).not.toContain('base64');
  });

  it('changes nothing where only the base64 could be plain text', () => {
    const { after } = plan(world(handMade(SAFE)));
    const encoded = structuredClone(after);
    Object.assign((encoded.spec['fileAssets'] as JsonObject[])[0]!, { content: base64, isBase64: true });
    expect(plan({ ...world(), cluster: encoded }).operations).toEqual([]);
  });

  it.each([
    ['padded', `${Buffer.from(`${HAND_MADE}#`).toString('base64').replace(/=+$/, '')}==`],
    ['with blanks', `${base64.slice(0, 40)} ${base64.slice(40)}`],
  ])('becomes plain text where kOps cannot decode it: %s', (_how, content) => {
    const changed = plan(world(handMade(SAFE, { content, isBase64: true })));
    const [asset] = assetsOf(changed);
    expect(asset).not.toHaveProperty('isBase64');
    expect(asset!.content).toContain('kind: Policy');
    expect(changed.notes).toContain('The file asset "audit-policy-config" was base64 and is written as plain text.');
  });

  it('becomes plain text with another policy', () => {
    const [asset] = assetsOf(plan(world(handMade(SAFE, { content: base64, isBase64: true })), template('metadata')));
    expect(asset).not.toHaveProperty('isBase64');
  });

  it('is replaced with --policy, in the same asset: never two policies', () => {
    const replaced = plan(world(handMade(SAFE)), template('metadata'));
    expect(assetsOf(replaced)).toHaveLength(1);
    expect(replaced.policy.stamp).toMatchObject({ policy: 'metadata', made: [] });
  });

  it('takes over a policy that no setting points to', () => {
    const orphan = { fileAssets: handMade('/etc/kubernetes/audit/p.yaml')['fileAssets'] ?? null };
    expect(serverOf(plan(world(orphan)))['auditPolicyFile']).toBe('/etc/kubernetes/audit/p.yaml');
  });
});

describe('a policy that no file asset holds', () => {
  const elsewhere = { kubeAPIServer: { auditPolicyFile: '/etc/kubernetes/audit-policy.yaml' } };

  it('is not known: no template is claimed to be new', () => {
    const planned = plan(world(elsewhere));
    expect(planned.policy).toMatchObject({ name: 'unknown', origin: 'unknown', text: null, before: null, stamp: null });
    expect(planned.after.spec['fileAssets']).toBeUndefined();
    const shown = changeView(planned, { style: plainStyle, columns: 120, clean: String, diffCommand: () => null });
    expect(shown).toContain('not known: no file asset puts a file at /etc/kubernetes/audit-policy.yaml');
    expect(shown).not.toContain('new');
  });

  it('is replaced by one that is asked for, and has no parameters', () => {
    expect(plan(world(elsewhere), template('gce')).policy).toMatchObject({ name: 'gce', origin: 'template' });
    expect(refusalOf(() => plan(world(elsewhere), { set: { secretsLevel: 'None' } }))).toEqual({
      why: 'set',
      policy: 'unknown',
    });
  });
});

describe('a policy that no setting points to', () => {
  const at = (path: string, asset: JsonObject = {}, spec: JsonObject = {}): JsonObject => ({
    fileAssets: handMade(path, asset)['fileAssets'] ?? null,
    ...spec,
  });

  it.each([
    ['at a path some release cannot read', at('/etc/vcluster/audit.yaml', {}, { kubernetesVersion: '1.26.4' }), null],
    ['for other instances', at('/etc/vcluster/audit.yaml', { roles: ['Node'] }), '1.32.0'],
    ['for other instances at our own path', at(SAFE, { roles: ['Node'] }), '1.32.0'],
    ['in a script', at(SAFE, { content: `#!/bin/sh\ncat <<P\n${HAND_MADE}P\n` }), '1.32.0'],
  ])('is left alone %s', (_what, spec, kopsVersion) => {
    const planned = plan(world(spec, { kopsVersion }), template('metadata'));
    const [orphan, ours] = assetsOf(planned);
    expect(orphan).toEqual((spec['fileAssets'] as FileAsset[])[0]);
    expect(ours).toMatchObject({ roles: ['Master', 'ControlPlane', 'APIServer'] });
    expect(serverOf(planned)['auditPolicyFile']).toBe(ours?.path);
    expect(ours?.path).not.toBe(orphan?.path);
    expect(plan({ ...world(), kopsVersion, cluster: planned.after }).operations).toEqual([]);
  });

  it('is taken over where it lies at our own path already', () => {
    const two = {
      fileAssets: [...(at('/etc/x/a.yaml')['fileAssets'] as FileAsset[]), ...(at(SAFE)['fileAssets'] as FileAsset[])],
    };
    const planned = plan(world(two as unknown as JsonObject), template('metadata'));
    expect(assetsOf(planned)).toHaveLength(2);
    expect(assetsOf(planned)[1]).toMatchObject({ path: SAFE, content: expect.stringContaining('"metadata"') });
  });

  it('is not taken over where another file asset wins at its path', () => {
    const shadow = { name: 'first', path: '/etc/a/p.yaml', content: 'x' };
    const two = { fileAssets: [shadow, ...(at('/etc/a/p.yaml')['fileAssets'] as FileAsset[])] };
    expect(plan(world(two as unknown as JsonObject)).policy.path).toBe(SAFE);
  });
});

describe('a file that is no policy, where auditPolicyFile points to it', () => {
  const script = '#!/bin/sh\nexit 0\n';

  it('stays without --policy', () => {
    const planned = plan(world(handMade(SAFE, { content: script })));
    expect(assetsOf(planned)[0]?.content).toBe(script);
    expect(planned.notes).toEqual([]);
  });

  it('gets the content of the policy with --policy, and a note says so', () => {
    const planned = plan(world(handMade(SAFE, { content: script, mode: '0755' })), template('metadata'));
    expect(assetsOf(planned)).toMatchObject([{ name: 'audit-policy-config', path: SAFE, mode: '0755' }]);
    expect(assetsOf(planned)[0]?.content).toContain('kind: Policy');
    expect(planned.notes).toEqual([
      expect.stringContaining('"audit-policy-config" at ' + SAFE + ', which is not an audit policy'),
    ]);
  });

  it('stays where the policy cannot be at its path', () => {
    const planned = plan(world(handMade('/opt/x.sh', { content: script }), { kopsVersion: '1.25.0' }), template('gce'));
    expect(assetsOf(planned)).toMatchObject([{ path: '/opt/x.sh', content: script }, { path: SAFE }]);
  });
});

describe('a policy that instance groups bring', () => {
  const path = '/etc/kubernetes/audit/policy.yaml';
  const own = { fileAssets: [{ name: 'p', path, content: HAND_MADE }] };
  const spec = { kubeAPIServer: { auditPolicyFile: path, auditLogPath: '/var/log/kube-audit/audit.log' } };
  const groups = [group('cp', 'Master', own), group('n', 'Node')];

  it('stays where each brings it, and the rest is planned', () => {
    const planned = plan(world(spec, { groups }));
    expect(planned.policy).toMatchObject({ origin: 'kept', name: 'custom', text: HAND_MADE, before: HAND_MADE, path });
    expect(planned.after.spec['fileAssets']).toBeUndefined();
    expect(serverOf(planned)).toMatchObject({ auditPolicyFile: path, auditLogMaxAge: 30 });
    expect(planned.notes).toEqual(['The policy stays: the instance groups have their own (cp).']);
    expect(refusalOf(() => plan(world(spec, { groups }), { set: { a: 'b' } }))).toEqual({
      why: 'set',
      policy: 'of-groups',
    });
  });

  it('is left behind with --policy, and a note says so', () => {
    const planned = plan(world(spec, { groups }), template('metadata'));
    expect(serverOf(planned)['auditPolicyFile']).toBe(SAFE);
    expect(planned.notes).toEqual([expect.stringContaining(`The policy of cp at ${path} is no longer used`)]);
  });
});

describe("a person's own policy file", () => {
  it('says what of it is left out', () => {
    const source = `${HAND_MADE}---\nkind: Other\n`;
    const own = plan(world(), { policy: { origin: 'file', name: 'own.yaml', file: './own.yaml', source } });
    expect(own.policy.text).not.toContain('Other');
    expect(own.notes).toEqual([expect.stringMatching(/^own\.yaml: .*document/)]);
  });
});

describe('a policy of ours', () => {
  const first = plan(world(), { ...template('gce') });

  it('keeps its parameters unless --set is given', () => {
    const [parameter, value] = ['changesLevel', 'Metadata'];
    const set = plan(world(), { ...template('kops'), set: { [parameter]: value } });
    expect(set.policy.stamp?.set).toEqual({ [parameter]: value });
    expect(plan(world(set.after.spec), template('kops')).operations).toEqual([]);
  });

  it('is rendered anew for --set alone', () => {
    const kops = plan(world(), template('kops'));
    expect(plan(world(kops.after.spec), { set: { changesLevel: 'Metadata' } }).policy.stamp).toMatchObject({
      policy: 'kops',
      set: { changesLevel: 'Metadata' },
      made: ['fileAssets', 'kubeAPIServer'],
    });
  });

  it('refuses --set alone for a policy that was edited, or is not ours', () => {
    const edited = structuredClone(first.after);
    (edited.spec['fileAssets'] as FileAsset[])[0]!.content += '# mine\n';
    const refused = (spec: JsonObject): unknown => refusalOf(() => plan(world(spec), { set: { a: 'b' } }));
    expect(refused(edited.spec)).toEqual({ why: 'set', policy: 'edited' });
    expect(refused(handMade(SAFE))).toEqual({ why: 'set', policy: 'foreign' });
  });

  it('stays which it is where none is asked for: one of an older release, and one that is not the default', () => {
    const newer = { ...options(), templates: TEMPLATES, toolVersion: '9.0.0' };
    for (const name of Object.keys(TEMPLATES)) {
      const { after } = plan(world(), template(name));
      const kept = planEnable(world(after.spec), newer);
      expect(kept.operations).toEqual([]);
      expect(kept.policy).toMatchObject({ name, origin: 'kept', stamp: { policy: name, version: '0.1.0' } });
      const other = planEnable(world(after.spec), { ...newer, logMaxAge: 90 });
      expect(assetsOf(other)).toEqual(after.spec['fileAssets']);
    }
  });

  it('stays as it is where the template has got a rule since: kops before it kept heartbeats', () => {
    const [before = '', after = ''] = TEMPLATES['kops']!.split(/^# Each API server renews[\s\S]*?namespaces: .*\n/m);
    expect(after).toContain('- level: Metadata');
    const source = (before + after).replace(/^# param heartbeat.*\n/m, '');
    const old = plan(world(), { policy: { origin: 'template', name: 'kops', source } }).after;
    const newer = { ...options(), templates: TEMPLATES, toolVersion: '9.0.0' };
    expect(planEnable(world(old.spec), newer).operations).toEqual([]);
    const asked = planEnable(world(old.spec), { ...newer, ...template('kops') });
    expect(asked.policy).toMatchObject({ origin: 'template', stamp: { version: '9.0.0', set: {} } });
    expect(assetsOf(asked)[0]?.content).toContain('namespaces: [kube-system]');
  });

  it('stays which it is for --set alone', () => {
    const { stamp } = plan(world(first.after.spec), { set: { readsLevel: 'Metadata' } }).policy;
    expect(stamp).toMatchObject({ policy: 'gce', set: { readsLevel: 'Metadata' } });
  });

  it('keeps its stamp of what it made when it is replaced', () => {
    expect(plan(world(first.after.spec), template('metadata')).policy.stamp?.made).toEqual([
      'fileAssets',
      'kubeAPIServer',
    ]);
  });
});

describe('the webhook', () => {
  const config = 'apiVersion: v1\nkind: Config\n';

  it('is a second asset beside the policy', () => {
    const webhook = plan(world(), { webhook: { config, mode: 'batch', initialBackoff: '5s' } });
    expect(assetsOf(webhook)[1]).toMatchObject({
      name: 'audit-webhook',
      path: '/srv/kubernetes/kube-apiserver/audit/webhook.yaml',
      content: config,
    });
    expect(serverOf(webhook)).toMatchObject({
      auditWebhookConfigFile: '/srv/kubernetes/kube-apiserver/audit/webhook.yaml',
      auditWebhookMode: 'batch',
      auditWebhookInitialBackoff: '5s',
      auditLogPath: '/var/log/kube-audit/audit.log',
    });
    expect(plan(world(webhook.after.spec)).operations).toEqual([]);
  });

  it('is the only backend with --no-log, and stays so', () => {
    const only = plan(world({ kubeAPIServer: { auditLogPath: '/var/log/a/b.log', auditLogMaxAge: 1 } }), {
      noLog: true,
      webhook: { config },
    });
    expect(Object.keys(serverOf(only)).toSorted()).toEqual(['auditPolicyFile', 'auditWebhookConfigFile']);
    expect(plan(world(only.after.spec)).operations).toEqual([]);
  });

  it('takes the place of one that no setting points to', () => {
    const old = { name: 'w', path: SAFE.replace('policy', 'webhook'), content: 'kind: Config\nclusters: []\n' };
    const planned = plan(world({ fileAssets: [old] }), { webhook: { config } });
    expect(assetsOf(planned).filter(({ path }) => path === old.path)).toMatchObject([{ name: 'w', content: config }]);
    expect(planned.notes[0]).toContain('"w", which no setting pointed to, is replaced');
  });

  it('leaves another file at its path alone', () => {
    const other = { name: 'other', path: SAFE.replace('policy', 'webhook'), content: 'hello' };
    const planned = plan(world({ fileAssets: [other] }), { webhook: { config } });
    expect(assetsOf(planned)[0]).toEqual(other);
    expect(serverOf(planned)['auditWebhookConfigFile']).toBe(SAFE.replace('policy', 'webhook-2'));
    expect(plan(world(planned.after.spec)).operations).toEqual([]);
  });

  it('does not share the file of the policy', () => {
    const planned = plan(world(handMade(SAFE, {}, { auditWebhookConfigFile: SAFE })), { webhook: { config } });
    expect(assetsOf(planned).map(({ path }) => path)).toEqual([SAFE, SAFE.replace('policy', 'policy-2')]);
  });

  it.each([
    [{ noLog: true }, {}, { why: 'nowhere' }],
    [{ webhook: { mode: 'batch' } }, {}, { why: 'no-webhook', option: 'mode' }],
    [{ webhook: { initialBackoff: '5s' } }, {}, { why: 'no-webhook', option: 'initialBackoff' }],
    [{ logMaxAge: 3 }, { auditWebhookConfigFile: '/a/w.yaml' }, { why: 'no-log', option: 'logMaxAge' }],
  ])('%j with the settings %j is refused', (wanted, kubeAPIServer, refusal) => {
    expect(refusalOf(() => plan(world({ kubeAPIServer }), wanted))).toEqual(refusal);
  });

  it('that the spec has is enough for --no-log and --webhook-mode', () => {
    const first = plan(world(), { webhook: { config } });
    const only = plan(world(first.after.spec), { noLog: true, webhook: { mode: 'blocking' } });
    expect(Object.keys(serverOf(only)).toSorted()).toEqual([
      'auditPolicyFile',
      'auditWebhookConfigFile',
      'auditWebhookMode',
    ]);
  });

  it('gets a log beside it where a path is given', () => {
    const path = '/var/log/kube-audit/own.log';
    const { auditLogPath } = serverOf(
      plan(world({ kubeAPIServer: { auditWebhookConfigFile: '/srv/kubernetes/kube-apiserver/w.yaml' } }), {
        logPath: path,
      }),
    );
    expect(auditLogPath).toBe(path);
  });

  it('moves along with the policy', () => {
    const spec = handMade(
      '/etc/kubernetes/audit/policy.yaml',
      {},
      { auditWebhookConfigFile: '/etc/kubernetes/audit/hook.yaml' },
    );
    (spec['fileAssets'] as JsonObject[]).push({
      name: 'hook',
      path: '/etc/kubernetes/audit/hook.yaml',
      roles: ['ControlPlane'],
      content: config,
    });
    const moved = plan(world(spec, { kopsVersion: '1.22.0' }));
    expect(serverOf(moved)['auditWebhookConfigFile']).toBe('/srv/kubernetes/kube-apiserver/audit/hook.yaml');
    expect(assetsOf(moved).map(({ path }) => path)).toEqual([SAFE, '/srv/kubernetes/kube-apiserver/audit/hook.yaml']);
    expect(moved.notes).toContainEqual(
      expect.stringMatching(/^The webhook config moves from \S+ to \S+\/hook\.yaml: /),
    );
  });
});

describe('wrong types', () => {
  it.each([
    [{ fileAssets: 'x' }, '/spec/fileAssets'],
    [{ fileAssets: ['x'] }, '/spec/fileAssets/0'],
    [{ fileAssets: [{ name: 'a', content: 1 }] }, '/spec/fileAssets/0/content'],
    [{ fileAssets: [{ name: 'a', roles: 'Master' }] }, '/spec/fileAssets/0/roles'],
    [{ kubeAPIServer: [] }, '/spec/kubeAPIServer'],
    [{ kubeAPIServer: { auditLogMaxAge: '10' } }, '/spec/kubeAPIServer/auditLogMaxAge'],
    [{ kubeAPIServer: { auditLogPath: 1 } }, '/spec/kubeAPIServer/auditLogPath'],
    [{ kubeAPIServer: { auditLogMaxAge: 99999999999 } }, '/spec/kubeAPIServer/auditLogMaxAge'],
    [{ kubeAPIServer: { auditWebhookInitialBackoff: 'abc' } }, '/spec/kubeAPIServer/auditWebhookInitialBackoff'],
    [{ kubeAPIServer: { auditWebhookBatchMaxWait: '' } }, '/spec/kubeAPIServer/auditWebhookBatchMaxWait'],
    [{ kubeAPIServer: { auditWebhookBatchThrottleQps: 'abc' } }, '/spec/kubeAPIServer/auditWebhookBatchThrottleQps'],
  ])('%j is refused at %s', (spec, pointer) => {
    expect(() => plan(world(spec as JsonObject))).toThrow(expect.objectContaining({ pointer }) as Error);
  });
});

describe('values that kOps reads', () => {
  it.each(['0', '10s', '1.5h', '-1m30s', '.5s', '100µs'])('the duration %s', (auditWebhookInitialBackoff) => {
    expect(plan(world({ kubeAPIServer: { auditWebhookInitialBackoff } })).operations).not.toEqual([]);
  });

  it.each([10, 3.14, '3140m', '1e3', '2Ki', '.5', ' 5 '])('the quantity %s', (auditWebhookBatchThrottleQps) => {
    expect(plan(world({ kubeAPIServer: { auditWebhookBatchThrottleQps } })).operations).not.toEqual([]);
  });

  it('are never shown where they are refused', () => {
    const secret = { fileAssets: [{ name: 'a', content: 1234567890 }] };
    expect(() => plan(world(secret))).toThrow('spec.fileAssets[0].content is a number, not a string');
    expect(() => plan(world({ fileAssets: 'SECRETTOKEN' }))).toThrow(/^spec.fileAssets is a string, not a list$/);
  });

  it.each([[1.3], [true], [['1.31.0']]])('refuses %j as kubernetesVersion, as kOps does', (kubernetesVersion) => {
    expect(() => plan(world({ kubernetesVersion }))).toThrow(/spec\.kubernetesVersion is .+, not a string/);
  });
});

describe('instance groups', () => {
  it('puts the policy where Container-Optimized OS has it', () => {
    const cos = [group('cp', 'Master', { image: 'cos-cloud/cos-125-19216-220-49' })];
    expect(plan(world({}, { groups: cos })).policy.path).toBe('/etc/srv/kubernetes/kube-apiserver/audit/policy.yaml');
  });

  it('rolls the control plane first, then API servers of their own', () => {
    const groups = [...GROUPS.toReversed(), group('api', 'APIServer', { minSize: 2 })];
    const effects = plan(world({}, { groups })).groups.filter(({ rolled }) => rolled);
    expect(effects.map(({ name, instances }) => [name, instances])).toEqual([
      ['control-plane-a', 1],
      ['api', 2],
    ]);
  });
});

describe('file assets in the way', () => {
  const inTheWay = (path: string, name = 'mine'): JsonObject => ({ fileAssets: [{ name, path, content: 'x' }] });

  it.each([
    ['/srv/kubernetes/kube-apiserver/audit', '/srv/kubernetes/kube-apiserver/audit-2/policy.yaml'],
    ['/srv//kubernetes/kube-apiserver/./audit', '/srv/kubernetes/kube-apiserver/audit-2/policy.yaml'],
    [SAFE, '/srv/kubernetes/kube-apiserver/audit/policy-2.yaml'],
    [`${SAFE}/x/y`, '/srv/kubernetes/kube-apiserver/audit/policy-2.yaml'],
  ])('%s: the policy goes to %s, and says so', (path, policy) => {
    const made = plan(world(inTheWay(path)));
    expect(serverOf(made)['auditPolicyFile']).toBe(policy);
    expect(made.notes.join()).toContain(`The policy goes to ${policy}`);
  });

  it.each([
    ['/var/log/kube-audit', '/var/log/kube-audit-2/audit.log'],
    ['/var/log/kube-audit/audit.log', '/var/log/kube-audit/audit-2.log'],
    ['/var/log/kube-audit/audit.log/x', '/var/log/kube-audit/audit-2.log'],
  ])('%s: the log goes to %s', (path, log) => {
    expect(serverOf(plan(world(inTheWay(path))))['auditLogPath']).toBe(log);
  });

  it('looks at what instance groups bring', () => {
    const groups = [group('cp', 'Master', inTheWay('/srv/kubernetes/kube-apiserver/audit'))];
    expect(serverOf(plan(world({}, { groups })))['auditPolicyFile']).toContain('/audit-2/');
  });

  it('gives the policy a name that no file asset has', () => {
    const spec = {
      fileAssets: ['audit-policy', 'audit-policy-3'].map((name, at) => ({ name, path: `/opt/${at}`, content: 'x' })),
    };
    const names = assetsOf(plan(world(spec))).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
