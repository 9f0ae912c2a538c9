import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { planDisable } from '../../src/cluster/disable.ts';
import { readFacts, type ClusterWorld } from '../../src/cluster/facts.ts';
import { planEnable } from '../../src/cluster/plan.ts';
import { foreignChanges } from '../../src/cluster/saved-plan.ts';
import type { SpecChange } from '../../src/cluster/spec-change.ts';
import { applyOperations } from '../../src/yaml/json-patch.ts';
import type { FileAsset, KopsObject } from '../../src/cluster/types.ts';
import { planUndo } from '../../src/cluster/undo.ts';
import type { JsonObject } from '../../src/json.ts';
import { type Finding, told } from '../../src/lint/rule.ts';
import { lintCluster } from '../../src/lint/lint-cluster.ts';
import { HAND_MADE, group, options, world } from '../helpers/cluster.ts';

const OLD = '/var/lib/audit';
const NEW = '/srv/kubernetes/kube-apiserver/audit';
const ROLES = ['Master', 'ControlPlane', 'APIServer'];
const VERDICTS = JSON.parse(readFileSync('test/conformance/webhook-config.json', 'utf8')) as Record<string, string>[];
const CA = Buffer.from(
  /client-certificate-data: (\S+)/.exec(VERDICTS.find(({ name }) => name === 'user cert')!['config']!)![1]!,
  'base64',
).toString('utf8');

function hook(ca: string): string {
  return `# of the collector
current-context: x
contexts: [{name: x, context: {cluster: c, user: u}}]
clusters:
- name: c
  cluster:
    server: https://x.example
    ${ca} # its CA
`;
}

/** A set-up in a directory that no kOps release before 1.26.6 mounts, so that it moves where the release is not known. */
function setUp(config: string, more: FileAsset[], spec: JsonObject = {}): ClusterWorld {
  const at = (name: string, content: string): FileAsset => ({ name, path: `${OLD}/${name}`, roles: ROLES, content });
  const fileAssets = [at('policy.yaml', HAND_MADE), at('webhook.yaml', config), ...more] as unknown as JsonObject[];
  const kubeAPIServer = { auditPolicyFile: `${OLD}/policy.yaml`, auditWebhookConfigFile: `${OLD}/webhook.yaml` };
  return world({ fileAssets, kubeAPIServer, ...spec }, { kopsVersion: '1.24.0' });
}

const CA_ASSET: FileAsset = { name: 'ca', path: `${OLD}/ca.pem`, roles: ROLES, content: CA };

function enabled(input: ClusterWorld): SpecChange {
  return planEnable(input, { ...options(), templates: {}, toolVersion: '0.1.0' });
}

function assets({ after }: SpecChange): Record<string, FileAsset> {
  const list = (after.spec['fileAssets'] ?? []) as FileAsset[];
  return Object.fromEntries(list.map((asset) => [asset.name, asset]));
}

function errors(input: ClusterWorld, cluster: KopsObject): Finding[] {
  return lintCluster(cluster, readFacts({ ...input, cluster })).filter(({ severity }) => severity === 'error');
}

describe('a set that moves', () => {
  it.each([
    ['an absolute path', `certificate-authority: ${OLD}/ca.pem`, `certificate-authority: ${NEW}/ca.pem`],
    ['a quoted one', `certificate-authority: "${OLD}/ca.pem"`, `certificate-authority: "${NEW}/ca.pem"`],
    ['one in single quotes', `certificate-authority: '${OLD}/ca.pem'`, `certificate-authority: "${NEW}/ca.pem"`],
    ['a relative one', 'certificate-authority: ca.pem', 'certificate-authority: ca.pem'],
    ['a roundabout one', 'certificate-authority: ../audit/ca.pem', 'certificate-authority: ../audit/ca.pem'],
    ['one that goes up', 'certificate-authority: ../x/ca.pem', `certificate-authority: ${NEW}/ca.pem`],
  ])('takes the CA along: %s', (_what, before, after) => {
    const path = before.includes('/x/') ? '/var/lib/x/ca.pem' : CA_ASSET.path!;
    const input = setUp(hook(before), [{ ...CA_ASSET, path }]);
    const change = enabled(input);
    expect(assets(change)['ca']).toEqual({ ...CA_ASSET, path: `${NEW}/ca.pem` });
    expect(assets(change)['webhook.yaml']).toMatchObject({ path: `${NEW}/webhook.yaml`, content: hook(after) });
    expect(errors(input, change.after)).toEqual([]);
    expect(change.notes.join('\n')).toContain(
      'The file asset "ca", the certificate-authority of the webhook config, moves',
    );
  });

  it('copies a CA that something else may read', () => {
    const all = { ...CA_ASSET, roles: [] };
    const named = setUp(hook('certificate-authority: ca.pem'), [CA_ASSET], {
      hooks: [{ manifest: `cat ${OLD}/ca.pem` }],
    });
    for (const input of [setUp(hook('certificate-authority: ca.pem'), [all]), named]) {
      const change = enabled(input);
      expect(assets(change)['ca']?.path).toBe(CA_ASSET.path);
      expect(assets(change)['audit-webhook-file']).toEqual({
        name: 'audit-webhook-file',
        path: `${NEW}/ca.pem`,
        roles: ROLES,
        content: CA,
      });
      expect(errors(input, change.after)).toEqual([]);
      const off = planDisable({ ...input, cluster: change.after }, { keepPolicy: false });
      expect(Object.keys(assets(off))).toEqual(['ca']);
    }
  });

  it('is refused where the text of the config cannot be changed safely', () => {
    const config = hook(`tls-server-name: &a ${OLD}/ca.pem\n    certificate-authority: *a\n    proxy-url: `).replace(
      'proxy-url:  #',
      '#',
    );
    expect(assets(enabled(setUp(config, [CA_ASSET])))['webhook.yaml']?.content).toContain(
      `certificate-authority: ${NEW}/ca.pem`,
    );
    const anchored = hook(`certificate-authority: &a ${OLD}/ca.pem\n    tls-server-name: *a`);
    expect(() => enabled(setUp(anchored, [CA_ASSET]))).toThrow(/cannot be changed safely/);
  });

  it('is given back whole by rollback', () => {
    const input = setUp(hook(`certificate-authority: ${OLD}/ca.pem`), [CA_ASSET]);
    const change = enabled(input);
    const { change: undone } = planUndo({ ...input, cluster: change.after }, [change]);
    expect(undone?.after.spec).toEqual(input.cluster.spec);
  });

  it('may come from a saved plan', () => {
    expect(foreignChanges(enabled(setUp(hook(`certificate-authority: ${OLD}/ca.pem`), [CA_ASSET])))).toEqual([]);
  });
});

describe('a config given by flag that names file assets out of sight', () => {
  const user = `users: [{name: u, user: {client-certificate: ${OLD}/cert.pem, client-key: ${OLD}/key.pem}}]\n`;
  const given = hook(`certificate-authority: ${OLD}/ca.pem`) + user;
  const KEY_FILES: FileAsset[] = ['cert.pem', 'key.pem'].map((name) => ({ ...CA_ASSET, name, path: `${OLD}/${name}` }));
  const list = [CA_ASSET, ...KEY_FILES];
  const input = world({ fileAssets: list as unknown as JsonObject[] }, { kopsVersion: '1.24.0' });
  const on = (from: ClusterWorld, config: string): SpecChange =>
    planEnable(from, { ...options({ webhook: { config } }), templates: { kops: HAND_MADE }, toolVersion: '0.1.0' });
  const change = on(input, given);
  const names = ({ after }: SpecChange): string[] => (after.spec['fileAssets'] as FileAsset[]).map(({ name }) => name!);

  it('copies them, each under a name of its own, and disable gives the first spec back', () => {
    const copies = ['audit-webhook-file', 'audit-webhook-file-2', 'audit-webhook-file-3'];
    expect(names(change)).toEqual(['ca', 'cert.pem', 'key.pem', 'audit-policy', 'audit-webhook', ...copies]);
    const off = planDisable({ ...input, cluster: change.after }, { keepPolicy: false });
    expect(off.after.spec).toEqual(input.cluster.spec);
  });

  it('changes nothing the second time, and renews the copies where their files are new', () => {
    const again = { ...input, cluster: change.after };
    expect(on(again, given).operations).toEqual([]);
    const renewed = structuredClone(change.after);
    (renewed.spec['fileAssets'] as JsonObject[])[0]!['content'] = `${CA}${CA}`;
    const second = on({ ...input, cluster: renewed }, given);
    expect(names(second)).toEqual(names(change));
    expect(assets(second)['audit-webhook-file']?.content).toBe(`${CA}${CA}`);
  });

  it('may come from a saved plan, modes and base64 included', () => {
    expect(foreignChanges(change)).toEqual([]);
    const more = list.map((asset, at) => (at === 0 ? { ...asset, mode: '0644' } : asset));
    const inBase64 = { isBase64: true, content: Buffer.from(CA).toString('base64').replace(/=+$/, '') };
    const odd = [...more.slice(0, 2), { ...list[2]!, ...inBase64 }] as unknown as JsonObject[];
    expect(foreignChanges(on(world({ fileAssets: odd }, { kopsVersion: '1.24.0' }), given))).toEqual([]);
  });

  it('leaves no copy behind that the next config does not name', () => {
    const next = on({ ...input, cluster: change.after }, hook(''));
    const off = planDisable({ ...input, cluster: next.after }, { keepPolicy: false });
    expect(off.after.spec).toEqual(input.cluster.spec);
  });

  it('stays JSON where it is JSON', () => {
    const json = JSON.stringify(parseAllDocuments(given)[0]!.toJS());
    const { content } = assets(on(input, json))['audit-webhook']!;
    expect((JSON.parse(content!) as JsonObject)['users']).toEqual([
      { name: 'u', user: { 'client-certificate': `${NEW}/cert.pem`, 'client-key': `${NEW}/key.pem` } },
    ]);
  });

  it('may widen the roles of those in sight from a saved plan, and nothing else', () => {
    const seen = { ...CA_ASSET, path: `${NEW}/ca.pem`, roles: ['Master'] };
    const from = world({ fileAssets: [seen] as unknown as JsonObject[] });
    const widened = on(from, hook('certificate-authority: ca.pem'));
    expect(assets(widened)['ca']?.roles).toEqual(ROLES);
    expect(foreignChanges(widened)).toEqual([]);
    const index = (widened.after.spec['fileAssets'] as FileAsset[]).findIndex(({ name }) => name === 'ca');
    const path = `/spec/fileAssets/${index}/content`;
    const operations = [...widened.operations, { op: 'replace' as const, path, value: '# x' }];
    expect(
      foreignChanges({ ...widened, operations, after: applyOperations(from.cluster as never, operations) as never }),
    ).toEqual(['spec.fileAssets: "ca"']);
  });
});

describe('a set that stays', () => {
  it('gives its files the roles it gets itself', () => {
    const input = setUp(hook('certificate-authority: ca.pem'), [{ ...CA_ASSET, roles: ['Master'] }]);
    const change = enabled({ ...input, kopsVersion: '1.32.0' });
    expect(assets(change)['ca']).toEqual(CA_ASSET);
    expect(assets(change)['webhook.yaml']?.content).toBe(hook('certificate-authority: ca.pem'));
  });

  it('says of disable that the CA stays', () => {
    const input = setUp(hook('certificate-authority: ca.pem'), [CA_ASSET]);
    const off = planDisable(input, { keepPolicy: false });
    expect(Object.keys(assets(off))).toEqual(['ca']);
    expect(off.notes.join('\n')).toContain('"ca" at /var/lib/audit/ca.pem, which the webhook config names, stays');
  });
});

it.each([
  ['.', true],
  ['..', true],
  ['/', true],
  ['certs', true],
  ['gone.pem', false],
])('a CA at %s, a directory: %s', (path, isDirectory) => {
  const below = { name: 'other', path: `${NEW}/certs/other.pem`, content: CA };
  const config = {
    ...CA_ASSET,
    name: 'hook',
    path: `${NEW}/webhook.yaml`,
    content: hook(`certificate-authority: ${path}`),
  };
  const policy = { ...CA_ASSET, name: 'policy', path: `${NEW}/policy.yaml`, content: HAND_MADE };
  const fileAssets = [policy, config, below] as unknown as JsonObject[];
  const kubeAPIServer = { auditPolicyFile: policy.path, auditWebhookConfigFile: config.path };
  const input = world({ fileAssets, kubeAPIServer });
  const rules = errors(input, input.cluster).map(({ rule }) => rule);
  expect(rules).toEqual([isDirectory ? 'webhook-unreadable' : 'webhook-asset-missing']);
});

describe('a config that an instance group brings', () => {
  const path = `${NEW}/webhook.yaml`;
  const config = { name: 'hook', path, content: hook('certificate-authority: ca.pem') };
  const given = (name: string, more: FileAsset[]): KopsObject =>
    group(name, 'Master', { fileAssets: [config, ...more] as unknown as JsonObject[] });
  const policy = { name: 'policy', path: `${NEW}/policy.yaml`, roles: ROLES, content: HAND_MADE };
  const of = (roles: string[], groups: KopsObject[], content = CA): string[] => {
    const ca = { ...CA_ASSET, path: `${NEW}/ca.pem`, roles, content };
    const kubeAPIServer = { auditPolicyFile: policy.path, auditWebhookConfigFile: path };
    const input = world({ fileAssets: [policy, ca] as unknown as JsonObject[], kubeAPIServer }, { groups });
    return errors(input, input.cluster).map(({ rule, subject }) => `${rule} ${subject}`);
  };

  it('needs the files it names in that group', () => {
    const bare = given('cp-a', []);
    expect(of(ROLES, [bare])).toEqual([]);
    expect(of(['master'], [bare])).toEqual(['webhook-not-delivered file asset name ca role ControlPlane']);
    expect(of(ROLES, [bare], '# none')).toEqual([expect.stringContaining('webhook-unreadable')]);
  });

  it('takes those that the group brings', () => {
    const whole = given('cp-a', [{ name: 'ca', path: `${NEW}/ca.pem`, content: CA }]);
    expect(of(['master'], [whole])).toEqual([]);
    expect(of(ROLES, [whole], '# none')).toEqual([]);
    expect(of(['master'], [whole, given('cp-b', [])])).toHaveLength(1);
  });
});

describe('cases from the field', () => {
  const read = (name: string): ClusterWorld => {
    const text = readFileSync(`test/fixtures/field/${name}/cluster.yaml`, 'utf8');
    const [cluster, ...groups] = parseAllDocuments(text).map((document) => document.toJS() as KopsObject);
    return { cluster: cluster!, groups, kopsVersion: null };
  };
  const messages = (name: string): string[] => {
    const input = read(name);
    return lintCluster(input.cluster, readFacts(input))
      .map(told)
      .map(({ rule, message }) => `${rule}: ${message}`);
  };

  it('04: the CA and the placeholder policy are named, nobody complains about the user', () => {
    const found = messages('04-falco-chart-kops').join('\n');
    expect(found).toMatch(/webhook-unreadable: .*certificate-authority holds no certificate/);
    expect(found).toMatch(/policy-refused/);
    expect(found).not.toMatch(/user/);
    const input = read('04-falco-chart-kops');
    const directory = lintCluster(input.cluster, readFacts(input)).find(({ rule }) => rule === 'webhook-directory');
    expect(directory && told(directory).fix).toMatch(/policy.*\/srv\/kubernetes\/kube-apiserver\/audit/);
  });

  it('05: log-beside-policy, and nobody complains about the user', () => {
    const found = messages('05-one-dir-webhook').join('\n');
    expect(found).toMatch(/log-beside-policy/);
    expect(found).toMatch(/webhook-plain-http/);
    expect(found).not.toMatch(/user/);
  });

  it('09: the CA gets the roles that the set gets', () => {
    expect(messages('09-webhook-ca-asset').join('\n')).toMatch(/webhook-not-delivered: .*certificate-authority/);
    expect(assets(enabled(read('09-webhook-ca-asset')))['audit-ca.pem']?.roles).toEqual(ROLES);
  });

  it('67: a CA that is no PEM is fatal, before and after enable', () => {
    expect(messages('67-ca-not-pem').join('\n')).toMatch(
      /webhook-unreadable: .*certificate-authority holds no certificate/,
    );
    const input = read('67-ca-not-pem');
    expect(errors(input, enabled(input).after)).toEqual([
      expect.objectContaining({ rule: 'webhook-unreadable', fatal: true }),
    ]);
  });

  it('68: the CA is not left behind', () => {
    const input = { ...read('68-ca-left-behind'), kopsVersion: '1.24.0' };
    const change = enabled(input);
    expect(assets(change)['audit-ca']?.path).toBe(`${NEW}/ca.pem`);
    expect(assets(change)['audit-webhook']?.content).toContain(`certificate-authority: ${NEW}/ca.pem`);
  });
});
