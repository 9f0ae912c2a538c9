import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { collectorConfig } from '../../src/ship/collector.ts';
import { manifests, manifestText } from '../../src/ship/manifests.ts';
import { type Collector, startCollector } from './collector/collector.ts';
import { settingsFor } from './collector/delivery.ts';
import { type Store, startStore } from './collector/store.ts';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import { KUBECTL_FOLDER } from './kube-apiserver/build.ts';
import { makeNodes, type Nodes } from './kube-apiserver/kubelets.ts';
import { type Lab, openLab } from './kube-apiserver/lab.ts';
import { kubeconfig } from './kube-apiserver/static-pod.ts';
import { type CliResult, runCli } from './run-cli.ts';

const CLUSTER = 'demo.example.com';
const USER = { name: 'shipper', password: 'Kx81hZq-right' };
const RIGHT = `Basic ${Buffer.from(`${USER.name}:${USER.password}`).toString('base64')}`;
const WRONG = `Basic ${Buffer.from(`${USER.name}:wrong`).toString('base64')}`;
const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  verbs: [delete]
  resources: [{group: "", resources: [configmaps]}]
- level: None
`;

let dir: string;
let lab: Lab;
let nodes: Nodes;
let apiserver: Apiserver;
let store: Store;
let empty: Store;
let env: Record<string, string>;
let log: string;
let collector: Collector | undefined;
let starts = 0;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'verify-'));
  lab = await openLab();
  nodes = await makeNodes(lab.dir);
  log = join(nodes.kubelets['cp-1']!.root, 'kube-audit');
  await writeFile(join(lab.dir, 'policy.yaml'), POLICY);
  const audit = [`--audit-policy-file=${lab.dir}/policy.yaml`, `--audit-log-path=${log}/audit.log`];
  apiserver = await lab.start([...nodes.flags, ...audit]);
  await nodes.register(apiserver);
  [store, empty] = await Promise.all([
    startStore({ dir: join(dir, 'store'), user: USER }),
    startStore({ dir: join(dir, 'empty'), user: USER }),
  ]);
  const path = [KUBECTL_FOLDER, process.env['PATH']].join(delimiter);
  env = { PATH: path, HOME: lab.dir, TMPDIR: join(lab.dir, 'tmp'), SEARCH: `${USER.name}:${USER.password}` };
  await mkdir(join(lab.dir, 'tmp'));
  await writeFile(join(lab.dir, 'kubeconfig'), kubeconfig(CLUSTER, lab.dir, apiserver.port));
  await kubectl(['apply', '--server-side', '-f', '-'], manifestText(manifests(settings())));
});
afterEach(async () => {
  await collector?.stop();
  collector = undefined;
  await kubectl(['-n', 'kops-audit', 'delete', 'pods', '--all', '--grace-period=0', '--force']);
});
afterAll(async () => {
  await Promise.all([store.stop(), empty.stop(), nodes.close()]);
  await lab.close();
  await rm(dir, { recursive: true, force: true });
});

function settings(): ReturnType<typeof settingsFor> {
  const place = { directory: log, cluster: CLUSTER, endpoint: store.url, maxEventBytes: 2_000_000 };
  return settingsFor({ ...place, secretHeader: ['Authorization'] });
}

async function kubectl(args: readonly string[], input = ''): Promise<string> {
  const words = ['--kubeconfig', join(lab.dir, 'kubeconfig'), '--context', CLUSTER, ...args];
  return (await execa(join(KUBECTL_FOLDER, 'kubectl'), words, { env, input })).stdout;
}

/** The real collector, and the pod that it would be in: nothing here runs containers. */
async function place(key: string): Promise<Collector> {
  starts += 1;
  const pod = { NODE_NAME: 'cp-1', POD_IP: '127.0.0.1', SINK_SECRET: key };
  const started = await startCollector({
    dir: join(dir, `collector-${starts}`),
    config: collectorConfig(settings()),
    env: pod,
  });
  const set = JSON.parse(await kubectl(['-n', 'kops-audit', 'get', 'ds', 'audit-exporter', '-o', 'json']));
  const { template } = set.spec;
  const generation = set.metadata.annotations['deprecated.daemonset.template.generation'];
  const labels = { ...template.metadata.labels, 'pod-template-generation': generation };
  const metadata = { name: 'audit-exporter-cp1', namespace: 'kops-audit', labels };
  const spec = { ...template.spec, nodeName: 'cp-1' };
  await kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata, spec }));
  const status = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    podIP: '10.199.1.1',
    podIPs: [{ ip: '10.199.1.1' }],
  };
  const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })];
  await kubectl(['-n', 'kops-audit', 'patch', 'pod', metadata.name, ...patch]);
  nodes.pods.set('10.199.1.1:8888', Number(started.metricsAddress.split(':')[1]));
  return started;
}

async function verify(
  args: readonly string[] = [],
  { policy = POLICY, path = '/var/log/kube-audit/audit.log' } = {},
): Promise<CliResult & { said: string }> {
  const content = policy.replaceAll(/^/gm, '      ');
  const spec = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata: {name: ${CLUSTER}}
spec:
  kubernetesVersion: 1.36.0
  fileAssets:
  - name: policy
    path: /srv/kubernetes/kube-apiserver/policy.yaml
    roles: [ControlPlane]
    content: |
${content}
  kubeAPIServer:
    auditPolicyFile: /srv/kubernetes/kube-apiserver/policy.yaml
    auditLogPath: ${path}
`;
  await writeFile(join(lab.dir, 'cluster.yaml'), spec);
  const store0 = ['--sink', 'victorialogs', '--param', `endpoint=${store.url}`, '--secret-header', 'Authorization'];
  const place0 = ['-f', join(lab.dir, 'cluster.yaml'), '--kubeconfig', join(lab.dir, 'kubeconfig')];
  const run = await runCli(['ship', 'verify', ...place0, ...store0, ...args], { env });
  for (const text of [run.stdout, run.stderr]) {
    expect(text).not.toContain(USER.password);
    expect(text).not.toContain(RIGHT.slice(6));
  }
  return { ...run, said: `${run.stdout}${run.stderr}`.replaceAll(/\s+/g, ' ') };
}

const search = (of: Store): string[] => ['--query-url', of.url, '--query-env', 'SEARCH'];
const SHORT = ['--wait', '4s'];

describe('ship verify', { timeout: 120_000 }, () => {
  it('follows an event from a real API server through the real collector into the real store', async () => {
    collector = await place(RIGHT);
    const run = await verify([...search(store), '-o', 'json']);
    expect(run).toMatchObject({ exitCode: 0 });
    const proof = JSON.parse(run.stdout);
    expect(proof).toMatchObject({ kind: 'ShipProof', formatVersion: 1, lostAt: null, sink: 'victorialogs' });
    expect(proof.steps.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)).toEqual([
      'policy ok',
      'file ok',
      'store ok',
    ]);
    expect(proof.steps[0].text).toContain('Rule 1 records delete configmaps/kops-audit-verify-');
    expect(await store.count(proof.query)).toBe(1);
  });

  it('says without a search that the store took what was sent, and prints the query', async () => {
    collector = await place(RIGHT);
    const run = await verify();
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.said).toMatch(
      /collector ok The collector of that node sent \d+ events since, and victorialogs took them/,
    );
    expect(run.stdout).toMatch(/^ {2}auditID:="[0-9a-f-]{36}"$/m);
  });

  it('finds a cut at the policy', async () => {
    const run = await verify(SHORT, { policy: 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n' });
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.said).toMatch(/^policy lost .* records none of the harmless requests of admin/);
  });

  it('finds a cut at the file', async () => {
    const run = await verify(SHORT, { path: '/var/log/kube-audit/other.log' });
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.said).toContain('file lost It is not in /var/log/kube-audit/other.log of cp-1, cp-2, cp-3');
  });

  it('does not say that it is lost where the log cannot be read', async () => {
    collector = await place(RIGHT);
    const run = await verify(search(store), { path: '/data/kube-audit/audit.log' });
    expect(run).toMatchObject({ exitCode: 4 });
    expect(run.said).toMatch(/file unknown .*only what is below \/var\/log.*store ok It is in victorialogs/);
  });

  it('finds a cut at the collector', async () => {
    const run = await verify([...SHORT, ...search(store)]);
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.said).toContain('collector lost No collector that works is on cp-1');
  });

  it('finds a cut at the key', async () => {
    collector = await place(WRONG);
    for (const args of [search(store), []]) {
      const run = await verify([...SHORT, ...args]);
      expect(run).toMatchObject({ exitCode: 1 });
      expect(run.said).toMatch(/key lost The store refused \d+ events of cp-1 for good/);
    }
  });

  it('finds a cut at the store', async () => {
    collector = await place(RIGHT);
    const run = await verify([...SHORT, ...search(empty)]);
    expect(run).toMatchObject({ exitCode: 1 });
    expect(run.said).toMatch(
      /store lost The collector on cp-1 sent \d+ events since, and the store does not give this one/,
    );
  });

  it('ends with 4 where the search refuses its own key', async () => {
    env['SEARCH'] = 'shipper:other';
    const run = await verify([...SHORT, ...search(store)]);
    env['SEARCH'] = `${USER.name}:${USER.password}`;
    expect(run).toMatchObject({ exitCode: 4 });
    expect(run.said).toContain('store unknown The store could not be searched: 401');
  });
});
