import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject, listOf, mapOf, readJson } from '../../src/json.ts';
import { plainJson, readDocument } from '../../src/yaml/document.ts';
import { yamlText } from '../../src/yaml/write-value.ts';
import { explainEvents, type LoggedEvent } from './kube-apiserver/audit-log.ts';
import { openLab, type Lab } from './kube-apiserver/lab.ts';
import { showPolicy, writePolicy } from './kube-apiserver/policy-file.ts';
import { runWorkload } from './kube-apiserver/run-workload.ts';
import { kubeadmValidate, kubeletVerdict, staticPodOf, talosVerdict } from './other-tools/programs.ts';
import { runCli } from './run-cli.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  await writeFile(join(lab.dir, 'hook.yaml'), HOOK);
});
afterAll(() => lab.close());

const HOOK = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "https://127.0.0.1:9/events"}}]
contexts: [{name: x, context: {cluster: c, user: ""}}]
current-context: x
`;

/** What the built program prints on stdout. */
async function settings(tool: string, ...more: string[]): Promise<string> {
  const args = ['policy', 'show', 'kops', '--for', tool, ...more];
  const { exitCode, stdout, stderr } = await runCli(args, { env: { HOME: lab.dir }, cwd: lab.dir });
  expect(stderr).toContain(': settings for ');
  expect(exitCode).toBe(0);
  return stdout;
}

function parsed(text: string): JsonObject {
  const { value } = readDocument(text, 'yaml');
  const json = value ? plainJson(value) : null;
  if (!isObject(json)) throw new Error(`no map: ${text}`);
  return json;
}

/** The flags of kube-apiserver in the manifest that kubeadm writes. */
function flagsIn(manifest: string): string[] {
  const [container] = listOf(mapOf(parsed(manifest)['spec'])['containers']);
  return listOf(mapOf(container)['command']).map(String);
}

const ROTATION = ['--log-max-age', '7', '--log-max-backups', '3', '--log-max-size', '50'];
const WEBHOOK = ['--webhook-config', 'hook.yaml', '--webhook-mode', 'batch', '--webhook-initial-backoff', '5s'];

const ASKED: readonly (readonly string[])[] = [
  [],
  ['--kubernetes-version', '1.30'],
  ['--log-path', '/var/log/k8s/a.log', ...ROTATION],
  ['--log-path', '-'],
  WEBHOOK,
  ['--kubernetes-version', '1.30', ...WEBHOOK],
  ['--no-log', ...WEBHOOK],
];

/** What is asked for, and the configuration in which the settings come to kubeadm. */
const CASES: readonly {
  tool: string;
  config: (more: readonly string[]) => Promise<string>;
  asked: readonly string[];
}[] = [
  ...ASKED.map((asked) => ({
    tool: 'kubeadm',
    config: (more: readonly string[]) => settings('kubeadm', ...more),
    asked,
  })),
  ...[[], WEBHOOK].map((asked) => ({ tool: 'kind', config: kindConfig, asked })),
  ...[[], WEBHOOK].map((asked) => ({ tool: 'cluster-api', config: clusterApiConfig, asked })),
];

/** The patch for kind, under the API version that kind converts a map to. */
async function kindConfig(more: readonly string[]): Promise<string> {
  const [node] = listOf(parsed(await settings('kind', ...more))['nodes']);
  const [patch] = listOf(mapOf(node)['kubeadmConfigPatches']);
  return `apiVersion: kubeadm.k8s.io/v1beta3\n${String(patch)}`;
}

async function clusterApiConfig(more: readonly string[]): Promise<string> {
  const spec = mapOf(parsed(await settings('cluster-api', ...more))['spec']);
  const configuration = mapOf(mapOf(spec['kubeadmConfigSpec'])['clusterConfiguration']);
  return yamlText({ apiVersion: 'kubeadm.k8s.io/v1beta4', kind: 'ClusterConfiguration', ...configuration });
}

describe('the settings', () => {
  it.each(CASES)('for $tool with $asked are what kubeadm and the kubelet take', async ({ config, asked }) => {
    const text = await config(asked);
    expect(await kubeadmValidate(text)).toMatchObject({ ok: true });
    const manifest = await staticPodOf(text);
    expect(await kubeletVerdict(manifest)).toMatchObject({ ok: true });
    const audit = flagsIn(manifest).filter((flag) => flag.startsWith('--audit-'));
    expect(audit).toContain('--audit-policy-file=/etc/kubernetes/audit/policy.yaml');
    expect(audit.some((flag) => flag.startsWith('--audit-log-path='))).toBe(!asked.includes('--no-log'));
    expect(audit.includes('--audit-webhook-initial-backoff=5s')).toBe(asked.includes('hook.yaml'));
  });
});

/** The flags that the settings of a tool come to, with its paths turned into ones of the lab. */
async function serverFlags(tool: string, more: readonly string[]): Promise<string[]> {
  const text = await settings(tool, ...more);
  const flags =
    tool === 'kubeadm'
      ? flagsIn(await staticPodOf(text))
      : [...text.matchAll(/(?:--|^ *- |apiserver\.| {6})(audit-[a-z-]+)(?:=|: )['"]?([^\s'"]+)/gm)].map(
          ([, name = '', value = '']) => `--${name}=${value}`,
        );
  return flags.filter((flag) => flag.startsWith('--audit-')).map((flag) => inLab(flag));
}

function inLab(flag: string): string {
  const name = flag.slice(0, flag.indexOf('='));
  if (name === '--audit-policy-file') return `${name}=${join(lab.dir, 'policy.yaml')}`;
  if (name === '--audit-webhook-config-file') return `${name}=${join(lab.dir, 'hook.yaml')}`;
  return name === '--audit-log-path' && !flag.endsWith('=-') ? `${name}=${join(lab.dir, 'log', 'audit.log')}` : flag;
}

describe('a real kube-apiserver with the flags of the static pod', () => {
  it('writes the log that explain says', async () => {
    const policy = await showPolicy(lab.dir, 'kops', []);
    await mkdir(join(lab.dir, 'log'));
    const apiserver = await lab.start(await serverFlags('kubeadm', ROTATION));
    const sent = await runWorkload(apiserver);
    await apiserver.stop();
    const events = eventsIn(await readFile(join(lab.dir, 'log', 'audit.log'), 'utf8'));
    const said = await explainEvents(policy, events);
    expect(sent.length).toBeGreaterThan(150);
    expect(events.length).toBeGreaterThan(100);
    expect(events.map(({ level }) => level)).toEqual(said.map(({ level }) => level));
    expect(events.filter(({ stage }, index) => !said[index]?.stages.includes(String(stage)))).toEqual([]);
  });

  it('starts with those for every other tool', async () => {
    await showPolicy(lab.dir, 'kops', []);
    const sets = new Set<string>();
    for (const tool of ['k3s', 'rke2', 'k0s', 'microk8s', 'minikube']) {
      const flags = await serverFlags(tool, WEBHOOK);
      // RKE2 adds the policy itself.
      const own = tool === 'rke2' ? [`--audit-policy-file=${join(lab.dir, 'policy.yaml')}`] : [];
      sets.add([...own, ...flags].join('\n'));
    }
    expect(sets.size).toBe(3);
    for (const flags of sets) {
      expect(flags).toContain('--audit-webhook-config-file=');
      // In order it would end only after it has tried the webhook, where nobody is, for a minute.
      await (await lab.start(flags.split('\n'))).kill();
    }
  });

  it('takes the policy that the template of kubespray makes of its rules', async () => {
    const rules = String(parsed(await settings('kubespray'))['audit_policy_custom_rules']);
    const indented = rules.replaceAll(/^(?=.)/gm, '  ');
    const file = await writePolicy(lab.dir, `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${indented}`);
    const apiserver = await lab.start([`--audit-policy-file=${file}`, `--audit-log-path=${lab.dir}/k.log`]);
    await runWorkload(apiserver);
    await apiserver.stop();
    const events = eventsIn(await readFile(join(lab.dir, 'k.log'), 'utf8'));
    const said = await explainEvents(await showPolicy(lab.dir, 'kops', []), events);
    expect(events.length).toBeGreaterThan(100);
    expect(events.map(({ level }) => level)).toEqual(said.map(({ level }) => level));
    expect(events.filter(({ stage }, index) => !said[index]?.stages.includes(String(stage)))).toEqual([]);
  });
});

function eventsIn(text: string): LoggedEvent[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LoggedEvent);
}

describe("Talos' machinery", () => {
  it('takes the patch, with the policy and the flags in it', async () => {
    const { ok, said } = await talosVerdict(await settings('talos', ...ROTATION));
    expect(ok).toBe(true);
    const result = mapOf(readJson(said.slice(said.indexOf('{'))));
    const policy = mapOf(parsed(await readFile(await showPolicy(lab.dir, 'kops', []), 'utf8')));
    expect(mapOf(result['policy'])['rules']).toEqual(policy['rules']);
    expect(JSON.stringify(result['extraArgs'])).toContain('audit-log-maxage');
  });
});
