import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import { authorization } from './kube-apiserver/identities.ts';
import { openLab, type Lab } from './kube-apiserver/lab.ts';
import { complains } from './kube-apiserver/policy-file.ts';
import { runCli } from './run-cli.ts';

const EXAMPLE = new URL('../../templates/examples/ha-cluster.yaml', import.meta.url);
const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {server: "https://127.0.0.1:1/audit"}}]
users: [{name: a, user: {}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
current-context: a
`;

/** The flag that kOps makes of each key of `spec.kubeAPIServer`: the `flag` tags of its `pkg/apis/kops/componentconfig.go`. */
const FLAGS: Record<string, string> = {
  auditLogMaxAge: '--audit-log-maxage',
  auditLogMaxBackups: '--audit-log-maxbackup',
  auditLogMaxSize: '--audit-log-maxsize',
  auditLogPath: '--audit-log-path',
  auditPolicyFile: '--audit-policy-file',
  auditWebhookConfigFile: '--audit-webhook-config-file',
  auditWebhookInitialBackoff: '--audit-webhook-initial-backoff',
  auditWebhookMode: '--audit-webhook-mode',
};

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

it.each(['gce', 'kops', 'metadata'])(
  'what enable makes of the example with %s starts a real kube-apiserver, and it logs',
  async (template) => {
    const { apiserver, folder } = await startFromSpec('log', ['--policy', template]);
    await sendLongRequest(apiserver);
    await apiserver.stop();
    const lines = (await readFile(join(folder, 'var/log/kube-audit/audit.log'), 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ kind: 'Event', user: expect.objectContaining({ username: 'bob' }) as object }),
    );
  },
);

it('what enable sets of rotation is what the log is rotated by', async () => {
  const rotation = ['--log-max-size', '1', '--log-max-backups', '2', '--log-path', '/var/log/own/kube.log'];
  const { apiserver, folder } = await startFromSpec('rotation', ['--policy', 'metadata', ...rotation]);
  for (let sent = 0; sent < 60; sent++) await sendLongRequest(apiserver);
  await apiserver.stop();
  const names = await readdir(join(folder, 'var/log/own'));
  expect(names.filter((name) => /^kube-\d{4}-.*\.log$/.test(name))).toHaveLength(2);
  expect(names).toContain('kube.log');
});

it('what enable sets of a webhook starts a real kube-apiserver', async () => {
  const webhook = join(lab.dir, 'webhook.kubeconfig');
  await writeFile(webhook, KUBECONFIG);
  const flags = ['--webhook-config', webhook, '--webhook-mode', 'batch', '--webhook-initial-backoff', '5s'];
  const { apiserver, flags: given } = await startFromSpec('webhook', flags);
  expect(given.map((flag) => flag.split('=')[0])).toEqual(expect.arrayContaining(Object.values(FLAGS)));
  await apiserver.kill();
});

interface Started {
  apiserver: Apiserver;
  /** Stands for the root of the control plane's file system. */
  folder: string;
  flags: string[];
}

/** Enables auditing in the example and starts a server with the flags and files that the spec then has. */
async function startFromSpec(name: string, enableFlags: readonly string[]): Promise<Started> {
  const folder = join(lab.dir, name);
  const spec = await enabledSpec(enableFlags);
  for (const { path, content } of spec.fileAssets) await writeUnder(folder, path, content);
  const flags = Object.entries(spec.kubeAPIServer).map(([key, value]) => flagOf(folder, key, value));
  const apiserver = await lab.start(flags);
  expect(complains(apiserver.output())).toBe(false);
  return { apiserver, folder, flags };
}

interface Spec {
  fileAssets: { path: string; content: string }[];
  kubeAPIServer: Record<string, string | number>;
}

async function enabledSpec(flags: readonly string[]): Promise<Spec> {
  const input = await readFile(EXAMPLE, 'utf8');
  const { exitCode, stdout, stderr } = await runCli(['enable', '-f', '-', ...flags], { env: { HOME: lab.dir }, input });
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return (parseAllDocuments(stdout)[0]!.toJS() as { spec: Spec }).spec;
}

async function writeUnder(folder: string, path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** A path goes below the folder. Fails for a key whose flag is not known here. */
function flagOf(folder: string, key: string, value: string | number): string {
  expect(FLAGS).toHaveProperty(key);
  const isPath = typeof value === 'string' && basename(value) !== value;
  return `${FLAGS[key]}=${isPath ? join(folder, value) : value}`;
}

/** A request of a person that every template records, in an event of more than 50 kB. */
async function sendLongRequest(apiserver: Apiserver): Promise<void> {
  const path = `/api/v1/namespaces/default/secrets?labelSelector=${'x'.repeat(50_000)}`;
  await apiserver.send({ path, headers: authorization('bob') });
}
