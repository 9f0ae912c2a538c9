import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/policy/load/load.ts';
import { type JsonObject, isObject, mapOf } from '../../src/json.ts';
import { rulesAlone } from '../../src/tools/kubespray.ts';
import { type ToolRequest, toolSettings, type ToolSettings } from '../../src/tools/tool.ts';
import { toolNamed, TOOLS } from '../../src/tools/tools.ts';
import { readToolWebhook } from '../../src/tools/webhook.ts';
import { plainJson, readDocument } from '../../src/yaml/document.ts';
import { request } from './requests.ts';

const TAKING = TOOLS.filter(({ cannot }) => cannot === undefined);

function made(tool: string, more: Partial<ToolRequest> = {}, policy = 'metadata'): ToolSettings {
  return toolSettings(toolNamed(tool), request(policy, more));
}

function parsed(text: string): JsonObject {
  const { value } = readDocument(text, 'yaml');
  const json = value ? plainJson(value) : null;
  if (!isObject(json)) throw new Error(`no map: ${text}`);
  return json;
}

function trapsOf({ traps }: ToolSettings): string[] {
  return traps.map(({ id }) => id);
}

const SECRET = 'c2VjcmV0LXRva2VuLTEyMzQ1';
const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://audit.example.com/events"}}]
users: [{name: u, user: {token: ${SECRET}}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;
const WEBHOOK = { ...readToolWebhook(KUBECONFIG).webhook, source: './hook.yaml', mode: 'batch' };
const LOG = { path: null, maxAge: 7, maxBackups: 3, maxSize: 50, isRotationAsked: true };

describe('the table of tools', () => {
  it('has names that no other word is', () => {
    const words = TOOLS.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(words.length).toBe(new Set(words).size);
    expect(TAKING.length).toBe(10);
  });

  it('tells of each trap and source how it is known, in sentences, and by an id of its own', () => {
    for (const { traps, sources } of TOOLS) {
      expect(new Set(traps.map(({ id }) => id)).size).toBe(traps.length);
      for (const { says } of traps) expect(says).toMatch(/^[^a-z].*\.$|^[a-z`-].*[.]$/s);
      expect(sources.length).toBeGreaterThan(0);
    }
  });

  it('names the near word, and other words for a tool', () => {
    expect(() => toolNamed('kubadm')).toThrow('there is no tool named kubadm here');
    expect(toolNamed('CAPI').name).toBe('cluster-api');
    expect(() => toolNamed('kops')).toThrow('kOps is what the other commands are for');
  });
});

describe.each(TAKING)('the settings for $name', ({ name }) => {
  it('have all three flags of rotation as they were asked for, unless the log is stdout', () => {
    const { settings } = made(name, { log: LOG });
    const values = [/max_?age\W+7\b/, /max_?backups?\W+3\b/, /max_?size\W+50\b/];
    const texts = settings.text.replaceAll('name: ', '').replaceAll(/\n\s+value: /g, ': ');
    expect(values.map((value) => value.test(texts))).toEqual(values.map(() => name !== 'minikube'));
  });

  it('never hold what is in a webhook config', () => {
    const wanted = { webhook: WEBHOOK };
    const text = ['talos', 'kubespray'].includes(name) ? '' : JSON.stringify(made(name, wanted));
    expect(text).not.toContain(SECRET);
    if (text !== '') expect(text).toContain('audit-webhook-mode');
    else expect(() => made(name, wanted)).toThrow(/webhook/);
  });

  it('are refused for a release that is too old, and told to be of the newest that is known', () => {
    expect(() => made(name, { toolVersion: '0.1.0' })).toThrow('is older than what this program knows');
    expect(trapsOf(made(name, { toolVersion: '99.1.0' }))).toContain('newer');
    expect(trapsOf(made(name))).not.toContain('newer');
  });

  it('go somewhere, with a command that applies and one that verifies', () => {
    const { goes, apply, verify, settings, policy } = made(name);
    expect(goes.map(({ file }) => file)).toContain(settings.file);
    if (policy.isFile) expect(goes.map(({ file }) => file)).toContain('policy.yaml');
    expect(apply.flatMap(({ commands }) => commands).length).toBeGreaterThan(0);
    expect(verify.flatMap(({ commands }) => commands).length).toBeGreaterThan(0);
  });
});

describe('a path for the log', () => {
  it.each([
    '/var/log/a/..',
    '/var/log/a/.',
    '/var/log/a/',
    '/a/../b.log',
    '//a.log',
    '/var/log/a/b.log\n--x=y',
    '${SNAP_COMMON}/a.log',
  ])('is refused where it is no file in a folder: %j', (path) => {
    expect(() => made('k3s', { log: { ...LOG, path } })).toThrow(`--log-path ${path} is not a file in a folder`);
  });

  it('is to be clean, so that no way around leads to a file that kube-apiserver reads', () => {
    const path = '/var/lib/rancher/k3s/server/logs/../audit.yaml';
    expect(() => made('k3s', { log: { ...LOG, path } })).toThrow(`--log-path ${path} is not a clean path`);
  });

  it('may begin with a variable of the snap for MicroK8s alone', () => {
    expect(made('microk8s', { log: { ...LOG, path: '${SNAP_DATA}/a.log' } }).settings.text).toContain(
      '{SNAP_DATA}/a.log',
    );
    expect(() => made('microk8s', { log: { ...LOG, path: '${SNAP_DATA}' } })).toThrow('is not a file in a folder');
  });
});

describe('kubeadm', () => {
  const serverOf = (text: string): JsonObject => mapOf(parsed(text)['apiServer']);

  it('gets a list from 1.31 on and a map before, by either version', () => {
    expect(parsed(made('kubeadm').settings.text)['apiVersion']).toBe('kubeadm.k8s.io/v1beta4');
    for (const more of [{ toolVersion: '1.30.9' }, { kubernetesVersion: '1.30.0' }]) {
      const { settings } = made('kubeadm', more);
      expect(parsed(settings.text)['apiVersion']).toBe('kubeadm.k8s.io/v1beta3');
      expect(mapOf(serverOf(settings.text)['extraArgs'])['audit-log-maxsize']).toBe('100');
      expect(trapsOf(made('kubeadm', more))).toContain('v1beta3-ends');
    }
  });

  it.each([
    '/etc/kubernetes/audit/audit.log',
    '/etc/kubernetes/x.log',
    '/etc/ssl/certs/a/audit.log',
    '/audit.log',
    'a.log',
  ])('refuses a log at %s', (path) => {
    expect(() => made('kubeadm', { log: { ...LOG, path } })).toThrow(`--log-path ${path} `);
  });

  it('mounts no folder for a log on stdout, and leaves rotation out', () => {
    const { settings, traps } = made('kubeadm', { log: { ...LOG, path: '-' } });
    expect(serverOf(settings.text)['extraVolumes']).toHaveLength(1);
    expect(settings.text).not.toContain('maxage');
    expect(traps.map(({ id }) => id)).toContain('stdout-is-not-rotated');
  });

  it('says where nothing bounds the log', () => {
    expect(trapsOf(made('kubeadm', { log: { ...LOG, maxBackups: 0 } }))).toContain('keeps-all');
    expect(trapsOf(made('kubeadm', { log: LOG }))).not.toContain('keeps-all');
  });
});

describe('kind', () => {
  it('gets a patch without apiVersion, and a map of texts', () => {
    const [node] = [parsed(made('kind').settings.text)['nodes']].flat();
    const [patch] = [mapOf(node)['kubeadmConfigPatches']].flat();
    const inner = parsed(String(patch));
    expect(Object.keys(inner)).toEqual(['kind', 'apiServer']);
    expect(mapOf(mapOf(inner['apiServer'])['extraArgs'])['audit-log-maxage']).toBe('30');
  });
});

describe('Cluster API', () => {
  const long = (characters: number): ToolRequest['policy'] => ({
    ...request('metadata').policy,
    text: 'ä'.repeat(characters),
  });

  it('has a policy of up to 10,240 characters in the object, and a longer one in a Secret named by its hash', () => {
    expect(made('cluster-api', { policy: long(10_240) }).settings.text).toContain('content: ');
    const { settings, apply, traps } = made('cluster-api', { policy: long(10_241) });
    const [name] = /audit-policy-[0-9a-f]{8}/.exec(settings.text) ?? [];
    expect(apply[0]?.commands[0]).toContain(`create secret generic ${name} --from-file=policy.yaml`);
    expect(traps.map(({ id }) => id)).toContain('too-large-to-inline');
  });

  it('has a map before 1.11', () => {
    expect(made('cluster-api', { toolVersion: '1.10.4' }).settings.text).toContain('/v1beta1\n');
    expect(made('cluster-api').settings.text).toContain('/v1beta2\n');
  });
});

describe('Talos', () => {
  it('gets documents from 1.14 on', () => {
    expect(Object.keys(parsed(made('talos').settings.text))).toEqual(['cluster']);
    const { text } = made('talos', { toolVersion: '1.14.0' }).settings;
    expect(text.split('---\n').map((document) => parsed(document)['kind'])).toEqual([
      'KubeAuditPolicyConfig',
      'KubeAPIServerConfig',
    ]);
  });

  it.each(['kops', 'gce', 'metadata'])('gets the whole policy %s', (name) => {
    const { text } = made('talos', { toolVersion: '1.14.0' }, name).settings;
    const document = parsed(text.split('---\n')[0] ?? '');
    expect(loadPolicy(JSON.stringify(document['configuration'])).policy).toEqual(request(name).policy.policy);
  });
});

describe('kubespray', () => {
  it('copies into each rule what stands at the top, and what a rule says itself wins', () => {
    const rules = rulesAlone({
      omitStages: ['RequestReceived'],
      omitManagedFields: true,
      rules: [{ level: 'Metadata', omitStages: ['Panic'], omitManagedFields: false }, { level: 'Request' }],
    });
    expect(rules).toEqual([
      { level: 'Metadata', omitStages: ['Panic', 'RequestReceived'], omitManagedFields: false },
      { level: 'Request', omitStages: ['RequestReceived'], omitManagedFields: true },
    ]);
  });

  it('hands on the CA of a webhook without credentials', () => {
    const config = KUBECONFIG.replace(`token: ${SECRET}`, '').replace(
      'events"',
      'events", certificate-authority-data: QUJD, proxy-url: "http://a:b@c"',
    );
    const { text } = made('kubespray', {
      webhook: { ...readToolWebhook(config).webhook, source: './hook.yaml' },
    }).settings;
    expect(mapOf(parsed(text)['audit_webhook_server_extra_args'])).toEqual({ 'certificate-authority-data': 'QUJD' });
    expect(text).not.toContain('a:b@');
  });
});

describe('RKE2', () => {
  it('says the path of the log only where it is not its own', () => {
    expect(made('rke2').settings.text).not.toContain('audit-log-path');
    const path = '/var/log/audit/a.log';
    const { settings, traps } = made('rke2', { log: { ...LOG, path } });
    expect(settings.text).toContain(`- audit-log-path=${path}`);
    expect(traps.map(({ id }) => id)).toContain('own-log-path');
    expect(() => made('rke2', { log: null, webhook: WEBHOOK })).toThrow('RKE2 always writes the log');
    const mounted = '/var/lib/rancher/rke2/server/audit.log';
    expect(() => made('rke2', { log: { ...LOG, path: mounted } })).toThrow('RKE2 mounts that folder already');
  });
});

describe('kubespray', () => {
  it('refuses what it has no variable for, and a log in a folder that is mounted', () => {
    const webhook = { ...readToolWebhook(KUBECONFIG.replace(`{token: ${SECRET}}`, '{}')).webhook, source: 'hook.yaml' };
    expect(() => made('kubespray', { webhook: { ...webhook, initialBackoff: '5s' } })).toThrow(
      'has no variable for it',
    );
    expect(() => made('kubespray', { webhook: { ...webhook, mode: 'batch' } })).not.toThrow();
    expect(() => made('kubespray', { log: { ...LOG, path: '/etc/kubernetes/pki/audit.log' } })).toThrow(
      '/etc/kubernetes/pki is mounted into kube-apiserver as well',
    );
  });
});

describe('what a webhook config says', () => {
  it.each([
    ['a token', KUBECONFIG, true],
    ['a password in the address', KUBECONFIG.replace(`token: ${SECRET}`, '').replace('https://', 'https://a:b@'), true],
    ['nothing', KUBECONFIG.replace(`token: ${SECRET}`, ''), false],
  ])('has a credential: %s', (_what, text, hasUser) => {
    expect(readToolWebhook(text).webhook.hasUser).toBe(hasUser);
  });

  it('names its files, and what kube-apiserver refuses', () => {
    const text = KUBECONFIG.replace('events"', 'events", certificate-authority: ca.crt');
    expect(readToolWebhook(text).webhook.files).toEqual(['ca.crt']);
    expect(readToolWebhook('kind: [').refused?.rule).toBe('webhook-unreadable');
    expect(readToolWebhook(text).refused).toBeUndefined();
  });
});
