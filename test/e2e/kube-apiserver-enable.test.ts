import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import { FLAGS, startFromSpec } from './kube-apiserver/from-spec.ts';
import { authorization } from './kube-apiserver/identities.ts';
import { openLab, type Lab } from './kube-apiserver/lab.ts';

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{name: a, cluster: {server: "https://127.0.0.1:1/audit"}}]
users: [{name: a, user: {}}]
contexts: [{name: a, context: {cluster: a, user: a}}]
current-context: a
`;

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

it.each(['gce', 'kops', 'metadata'])(
  'what enable makes of the example with %s starts a real kube-apiserver, and it logs',
  async (template) => {
    const { apiserver, folder } = await startFromSpec(lab, 'log', ['--policy', template]);
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
  const { apiserver, folder } = await startFromSpec(lab, 'rotation', ['--policy', 'metadata', ...rotation]);
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
  const { apiserver, flags: given } = await startFromSpec(lab, 'webhook', flags);
  expect(given.map((flag) => flag.split('=')[0])).toEqual(expect.arrayContaining(Object.values(FLAGS)));
  await apiserver.kill();
});

/** A request of a person that every template records, in an event of more than 50 kB. */
async function sendLongRequest(apiserver: Apiserver): Promise<void> {
  const path = `/api/v1/namespaces/default/secrets?labelSelector=${'x'.repeat(50_000)}`;
  await apiserver.send({ path, headers: authorization('bob') });
}
