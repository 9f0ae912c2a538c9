import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collectorConfig } from '../../src/ship/collector.ts';
import { manifests, manifestText } from '../../src/ship/manifests.ts';
import { shipSettings } from '../../src/ship/settings.ts';
import { SINKS } from '../../src/ship/sinks.ts';
import { readSpecText } from '../../src/change/spec-text.ts';
import { startCollector } from './collector/collector.ts';
import { settingsFor } from './collector/delivery.ts';
import { startStore } from './collector/store.ts';
import { eventLines, openWriter } from './collector/writer.ts';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import { KUBECTL_FOLDER } from './kube-apiserver/build.ts';
import { makeNodes, type Nodes, say } from './kube-apiserver/kubelets.ts';
import { type Lab, openLab } from './kube-apiserver/lab.ts';
import { kubeconfig } from './kube-apiserver/static-pod.ts';
import { recordingSpec } from '../helpers/cluster.ts';
import { type CliResult, runCli, runCliOnTerminal } from './run-cli.ts';

const CLUSTER = 'demo.example.com';
const NAMESPACE = 'kops-audit';
const KEY = 'do-not-show-this-key';
const SPEC = recordingSpec(CLUSTER);
const SAMPLE = fileURLToPath(new URL('../samples/audit-requestresponse.log.gz', import.meta.url));
const STORE = ['--sink', 'mezmo'];

let lab: Lab;
let nodes: Nodes;
let apiserver: Apiserver;
let env: Record<string, string>;
let all = '';

beforeAll(async () => {
  lab = await openLab();
  nodes = await makeNodes(lab.dir);
  apiserver = await lab.start([...nodes.flags]);
  await nodes.register(apiserver);
  env = { PATH: [KUBECTL_FOLDER, process.env['PATH']].join(delimiter), HOME: lab.dir, TMPDIR: join(lab.dir, 'tmp') };
  await mkdir(env['TMPDIR']!);
  await writeFile(join(lab.dir, 'kubeconfig'), kubeconfig(CLUSTER, lab.dir, apiserver.port));
  await writeFile(join(lab.dir, 'cluster.yaml'), SPEC);
}, 120_000);
afterAll(async () => {
  await nodes.close();
  await lab.close();
});

function access(): string[] {
  return ['--kubeconfig', join(lab.dir, 'kubeconfig')];
}

async function ship(command: string, ...args: string[]): Promise<CliResult & { said: string }> {
  const place = command === 'apply' ? ['-f', join(lab.dir, 'cluster.yaml')] : ['--cluster', CLUSTER];
  const run = await runCli(['ship', command, ...place, ...access(), ...args], { env });
  all += run.stdout + run.stderr;
  return { ...run, said: `${run.stdout}${run.stderr}`.replaceAll(/\s+/g, ' ') };
}

async function kubectl(args: readonly string[], input = ''): Promise<{ exitCode: number; all: string }> {
  const words = [...access(), '--context', CLUSTER, ...args];
  const run = await execa(join(KUBECTL_FOLDER, 'kubectl'), words, { env, input, reject: false, all: true });
  return { exitCode: run.exitCode ?? -1, all: run.all };
}

async function must(args: readonly string[], input = ''): Promise<string> {
  const run = await kubectl(args, input);
  if (run.exitCode !== 0) throw new Error(run.all);
  return run.all;
}

/** A pod as the DaemonSet's controller and a kubelet would write it. */
async function placePod(node: string, status: object): Promise<void> {
  const daemonSet = JSON.parse(await must(['-n', NAMESPACE, 'get', 'ds', 'audit-exporter', '-o', 'json'])) as {
    metadata: { annotations: Record<string, string> };
    spec: { template: { metadata: { labels: Record<string, string> }; spec: object } };
  };
  const { template } = daemonSet.spec;
  const generation = daemonSet.metadata.annotations['deprecated.daemonset.template.generation']!;
  const labels = { ...template.metadata.labels, 'pod-template-generation': generation };
  const name = `audit-exporter-${node.replace('-', '')}`;
  const spec = { ...template.spec, nodeName: node };
  await kubectl(['-n', NAMESPACE, 'delete', 'pod', name, '--grace-period=0', '--force', '--ignore-not-found']);
  await must(
    ['create', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: NAMESPACE, labels }, spec }),
  );
  await must([
    '-n',
    NAMESPACE,
    'patch',
    'pod',
    name,
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status }),
  ]);
}

const READY = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

function waiting(reason: string, message: string): object {
  const state = { waiting: { reason, message } };
  return {
    phase: 'Pending',
    conditions: [{ type: 'Ready', status: 'False' }],
    containerStatuses: [{ name: 'collector', ready: false, restartCount: 2, image: 'x', imageID: '', state }],
  };
}

/** What the metrics of a collector are like (contrib 0.165.1), with the numbers that matter. */
function metrics(sent: number, failed: number): string {
  const labels =
    '{data_type="logs",exporter="otlp_http/store",otel_scope_name="go.opentelemetry.io/collector/exporter/exporterhelper"}';
  return `# HELP otelcol_exporter_sent_log_records_total Number of log record successfully sent to destination.
# TYPE otelcol_exporter_sent_log_records_total counter
otelcol_exporter_sent_log_records_total${labels} ${sent}
otelcol_exporter_send_failed_log_records_total${labels} ${failed}
otelcol_exporter_queue_size${labels} 1024
otelcol_exporter_queue_capacity${labels} 268435456
otelcol_process_uptime_seconds_total 12.5
`;
}

async function serveMetrics(text: () => string): Promise<{ port: number; server: Server }> {
  const server = createServer((_request, response) => response.end(text()));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { port: (server.address() as AddressInfo).port, server };
}

describe('ship apply, against the real kube-apiserver', { timeout: 120_000 }, () => {
  it('names the missing Secret, with the command that makes it, before anything is written', async () => {
    const run = await ship('apply', ...STORE, '--yes');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(`kubectl create namespace ${NAMESPACE}`);
    expect(run.stderr).toContain(
      `kubectl -n ${NAMESPACE} create secret generic audit-exporter --from-file=token=/dev/stdin`,
    );
    expect((await kubectl(['get', 'ns', NAMESPACE])).exitCode).toBe(1);
  });

  it('shows what would change, and writes nothing with --dry-run', async () => {
    const run = await ship('apply', ...STORE, '--dry-run', '--exit-code');
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('+++ DaemonSet/audit-exporter (new)');
    expect(run.stderr).toContain('Dry run: nothing was written.');
    expect((await kubectl(['get', 'ns', NAMESPACE])).exitCode).toBe(1);
  });

  it('names a key that the Secret lacks', async () => {
    await must(['create', 'namespace', NAMESPACE]);
    await must(['-n', NAMESPACE, 'create', 'secret', 'generic', 'audit-exporter', `--from-literal=other=${KEY}`]);
    const run = await ship('apply', ...STORE, '--yes');
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.said).toContain(`the Secret audit-exporter in ${NAMESPACE} has no key token`);
    await must(['-n', NAMESPACE, 'delete', 'secret', 'audit-exporter']);
    await must(['-n', NAMESPACE, 'create', 'secret', 'generic', 'audit-exporter', `--from-literal=token=${KEY}`]);
  });

  it('does not apply where nobody can be asked', async () => {
    const run = await ship('apply', ...STORE);
    expect(run).toMatchObject({ exitCode: 3, stdout: '' });
    expect((await kubectl(['-n', NAMESPACE, 'get', 'ds', 'audit-exporter'])).exitCode).toBe(1);
  });

  it('applies once; a second time changes nothing and says so', async () => {
    const first = await ship('apply', ...STORE, '--yes', '--no-wait');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stderr).toContain('applied daemonset.apps/audit-exporter');
    const generation = await must([
      '-n',
      NAMESPACE,
      'get',
      'ds',
      'audit-exporter',
      '-o',
      'jsonpath={.metadata.resourceVersion}',
    ]);
    const second = await ship('apply', ...STORE, '--yes', '--no-wait');
    expect(second).toMatchObject({ exitCode: 0, stdout: '' });
    expect(second.said).toBe(`Nothing to apply: ${NAMESPACE} is as it should be. `);
    expect(
      await must(['-n', NAMESPACE, 'get', 'ds', 'audit-exporter', '-o', 'jsonpath={.metadata.resourceVersion}']),
    ).toBe(generation);
  });

  it('shows only what differs of what is there', async () => {
    const run = await ship('apply', ...STORE, '--label', 'team=platform', '--dry-run', '--exit-code');
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('+    team: platform');
    expect(run.stdout).not.toMatch(/LIVE|MERGED|tmp/);
  });

  it('says who manages a field that it would change, and takes it over with --force-conflicts', async () => {
    const patch =
      '{"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"name":"audit-exporter"},"spec":{"template":{"spec":{"priorityClassName":"system-cluster-critical"}}}}';
    await must(
      ['-n', NAMESPACE, 'apply', '--server-side', '--force-conflicts', '--field-manager=helm', '-f', '-'],
      patch,
    );
    const refused = await ship('apply', ...STORE, '--yes', '--no-wait');
    expect(refused.exitCode).toBe(4);
    expect(refused.said).toContain('somebody else manages fields that would be changed');
    expect(refused.said).toContain('"helm"');
    expect(refused.said).toContain('take them over with --force-conflicts');
    expect((await ship('apply', ...STORE, '--yes', '--no-wait', '--force-conflicts')).exitCode).toBe(0);
  });

  it('says what a user without the role lacks', async () => {
    const config = (await readFile(join(lab.dir, 'kubeconfig'), 'utf8')).replace(
      'dummy-token-admin',
      'dummy-token-alice',
    );
    await writeFile(join(lab.dir, 'kubeconfig-alice'), config);
    const run = await ship('apply', ...STORE, '--yes', '--kubeconfig', join(lab.dir, 'kubeconfig-alice'));
    expect(run.exitCode).toBe(4);
    expect(run.stderr).toContain('kubectl create clusterrole ship-status-nodes');
  });

  it('says of each node without a collector why, and ends with 4 where nothing was written', async () => {
    await placePod('cp-1', READY);
    await placePod('cp-2', waiting('ImagePullBackOff', 'Back-off pulling image'));
    const run = await ship('apply', ...STORE, '--yes', '--timeout', '1s');
    expect(run.exitCode).toBe(4);
    expect(run.said).toContain('2 of 3 nodes with an API server have no collector that is ready, after 1s');
    expect(run.said).toMatch(/cp-2: the image \S+ cannot be pulled \(Back-off pulling image\)/);
    expect(run.said).toContain('cp-3: no pod was made for it yet');
  });

  it('asks on a terminal, and says what was written where Ctrl-C ends the waiting', async () => {
    const args = ['ship', 'apply', '-f', join(lab.dir, 'cluster.yaml'), ...access(), ...STORE, '--label', 'team=a'];
    const answers = [
      { after: 'Apply this to the namespace', send: 'y\r' },
      { after: 'waiting for the collectors', send: '\u0003' },
    ];
    const { exitCode, screen } = await runCliOnTerminal(args, { env, cwd: lab.dir, answers });
    const said = screen.replaceAll(/\s+/g, ' ');
    expect(said).toContain('applied daemonset.apps/audit-exporter');
    expect(said).toContain('Interrupted. The manifests are applied; the cluster goes on by itself.');
    expect(said).toContain(`kops-audit ship status --cluster ${CLUSTER}`);
    expect(exitCode).toBe(130);
  });

  it('ends with 5 where it wrote and a node has none, shows the last lines of a crash, and names a taint', async () => {
    const crashed = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False' }],
      containerStatuses: [
        {
          name: 'collector',
          ready: false,
          restartCount: 4,
          image: 'x',
          imageID: '',
          state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
          lastState: { terminated: { exitCode: 1, reason: 'Error' } },
        },
      ],
    };
    await placePod('cp-2', crashed);
    await must(['taint', 'node', 'cp-3', 'dedicated=db:NoSchedule']);
    nodes.kubelets['cp-2']!.fault = (request, response) => {
      if (!request.url?.startsWith('/containerLogs/')) return false;
      say(response, 200, 'Error: failed to get config: yaml is broken\n');
      return true;
    };
    const run = await ship('apply', ...STORE, '--label', 'team=platform', '--yes', '--timeout', '1s');
    nodes.kubelets['cp-2']!.fault = null;
    await must(['taint', 'node', 'cp-3', 'dedicated-']);
    expect(run.exitCode).toBe(5);
    expect(run.said).toContain('the manifests are applied, but 3 of 3 nodes');
    expect(run.said).toContain('cp-1: its pod is of the DaemonSet before the last change');
    expect(run.said).toContain('cp-2: the collector ended with exit status 1 (Error)');
    expect(run.said).toContain('Error: failed to get config: yaml is broken');
    expect(run.said).toContain('cp-3: it has the taint dedicated=db:NoSchedule, which the collector does not tolerate');
  });

  it('is done where every node has one, and shows how they ship', async () => {
    const { port, server } = await serveMetrics(() => metrics(120, 0));
    for (const [at, node] of ['cp-1', 'cp-2', 'cp-3'].entries()) {
      await placePod(node, { ...READY, podIP: `10.199.1.${at + 1}`, podIPs: [{ ip: `10.199.1.${at + 1}` }] });
      nodes.pods.set(`10.199.1.${at + 1}:8888`, port);
    }
    const run = await ship('apply', ...STORE, '--label', 'team=platform', '--yes', '--timeout', '1s');
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.said).toContain('A collector is ready on 3 nodes: each one that has an API server.');
    expect(run.stdout).toMatch(/cp-3 +shipping +0 +0 % +120 +0 +unknown/);
    server.close();
  });
});

describe('ship status', { timeout: 120_000 }, () => {
  it('tells what was lost for good and why, and ends with 1 where that was asked', async () => {
    const { port, server } = await serveMetrics(() => metrics(120, 7));
    nodes.pods.set('10.199.1.2:8888', port);
    const { port: well, server: other } = await serveMetrics(() => metrics(50, 0));
    for (const at of [1, 3]) nodes.pods.set(`10.199.1.${at}:8888`, well);
    nodes.kubelets['cp-2']!.fault = (_request, response) => {
      say(
        response,
        200,
        '{"level":"error","ts":"2026-11-27T05:00:00Z","msg":"Exporting failed. Dropping data.","error":"not retryable error: 401 Unauthorized"}\n',
      );
      return true;
    };
    const run = await ship('status', '--interval', '1s', '--exit-code', '-o', 'json');
    expect(run).toMatchObject({ exitCode: 1 });
    const status = JSON.parse(run.stdout) as { isWell: boolean; nodes: Record<string, unknown>[] };
    expect(status).toMatchObject({ kind: 'ShipStatus', formatVersion: 1, isWell: false });
    expect(
      status.nodes.map(({ node, state, sent, failed, behind }) => ({ node, state, sent, failed, behind })),
    ).toEqual([
      { node: 'cp-1', state: 'shipping', sent: 50, failed: 0, behind: null },
      { node: 'cp-2', state: 'failing', sent: 120, failed: 7, behind: null },
      { node: 'cp-3', state: 'shipping', sent: 50, failed: 0, behind: null },
    ]);
    const text = await ship('status', '--interval', '1s');
    expect(text.exitCode).toBe(0);
    expect(text.said).toContain('cp-2: the store refused 7 events for good');
    expect(text.said).toContain('not retryable error: 401 Unauthorized');
    expect(text.said).toContain('The key is wrong or not allowed to write');
    expect(Math.max(...text.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    server.close();
    other.close();
  });

  it('finds that a real collector loses events since the store knows its key no more', async () => {
    const store = await startStore({ dir: join(lab.dir, 'store'), user: { name: 'kops-audit', password: 'changed' } });
    const directory = join(lab.dir, 'kube-audit');
    const settings = settingsFor({ directory, cluster: CLUSTER, endpoint: store.url, maxEventBytes: 100_000 });
    const writer = openWriter(join(directory, 'audit.log'));
    const collector = await startCollector({
      dir: join(lab.dir, 'collector'),
      config: collectorConfig(settings),
      env: { NODE_NAME: 'cp-2', POD_IP: '127.0.0.1' },
    });
    try {
      for (const line of eventLines(SAMPLE, 40)) writer.write(line);
      const lost = () => collector.metric('otelcol_exporter_send_failed_log_records');
      await expect.poll(lost, { timeout: 30_000 }).toBe(40);
      nodes.pods.set('10.199.1.2:8888', Number(collector.metricsAddress.split(':')[1]));
      nodes.kubelets['cp-2']!.fault = (_request, response) => {
        say(response, 200, collector.output());
        return true;
      };
      const run = await ship('status', '--interval', '1s', '-o', 'json');
      const { nodes: seen } = JSON.parse(run.stdout) as { nodes: Record<string, unknown>[] };
      expect(seen[1]).toMatchObject({ state: 'failing', sent: 0, failed: 40, refused: 0, queueCapacity: 268_435_456 });
      expect(JSON.stringify(seen[1]?.['lastError'])).toContain('401');
      expect(JSON.stringify(seen[1]?.['problem'])).toContain('The key is wrong or not allowed to write');
      expect(await collector.health()).toBe(200);
    } finally {
      nodes.kubelets['cp-2']!.fault = null;
      writer.close();
      await collector.stop();
      await store.stop();
    }
  });

  it('tells how far behind the collector of a node is, where its API server is known', async () => {
    await must(['-n', 'kube-system', 'create', 'serviceaccount', 'default']);
    await must(['-n', 'kube-system', 'create', '-f', '-'], JSON.stringify(serverPod()));
    await must([
      '-n',
      'kube-system',
      'patch',
      'pod',
      'kube-apiserver-cp-1',
      '--subresource=status',
      '--type=merge',
      '-p',
      JSON.stringify({ status: READY }),
    ]);
    let sent = 50;
    const { port, server } = await serveMetrics(() => metrics((sent += 3), 0));
    for (const at of [1, 2, 3]) nodes.pods.set(`10.199.1.${at}:8888`, port);
    const run = await ship('status', '--interval', '1s', '-o', 'json');
    const status = JSON.parse(run.stdout) as { nodes: Record<string, unknown>[] };
    expect(status.nodes[0]).toMatchObject({ node: 'cp-1', writtenMeanwhile: 0, behind: 0 });
    expect(status.nodes[1]).toMatchObject({ node: 'cp-2', writtenMeanwhile: null, behind: null });
    server.close();
  });

  it('ends with 4 where a collector cannot be asked', async () => {
    nodes.pods.delete('10.199.1.3:8888');
    const run = await ship('status', '--interval', '1s');
    expect(run.exitCode).toBe(4);
    expect(run.stdout).toMatch(/cp-3 +unknown/);
  });
});

function serverPod(): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'kube-apiserver-cp-1', labels: { 'k8s-app': 'kube-apiserver' } },
    spec: {
      nodeName: 'cp-1',
      automountServiceAccountToken: false,
      containers: [{ name: 'kube-apiserver', image: 'x', command: ['kube-apiserver'] }],
    },
  };
}

describe('the manifests, under strict validation', { timeout: 120_000 }, () => {
  const strict = [
    'apply',
    '--server-side',
    '--field-manager=test',
    '--force-conflicts',
    '--validate=strict',
    '--dry-run=server',
    '-f',
    '-',
  ];

  function texts(): string[] {
    const reading = readSpecText(SPEC, 'cluster.yaml', undefined, null);
    const words = {
      param: [],
      header: [],
      secretHeader: [],
      namespace: NAMESPACE,
      label: [],
      queue: 'disk' as const,
      priorityClass: 'system-node-critical',
    };
    const of = (more: object) => manifestText(manifests(shipSettings(reading, { ...words, sink: 'mezmo', ...more })));
    const sinks = SINKS.map(({ name, params }) =>
      of({ sink: name, param: params.map((each) => `${each.name}=${each.example}`) }),
    );
    const settings = [
      { queue: 'none' },
      { label: ['team=platform', 'example.com/cost=a'] },
      { image: 'registry.example.com/otel:1@sha256:'.concat('a'.repeat(64)) },
      { maxEventBytes: '20000' },
      { priorityClass: 'system-cluster-critical' },
      { header: ['X-Team=platform'], secretHeader: ['X-Other-Token=other'] },
      { secret: 'mine/key' },
    ];
    return [...sinks, ...settings.map(of)];
  }

  it('are taken for each store and each setting', async () => {
    const run = await kubectl(strict, texts().join('---\n'));
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.all.match(/daemonset\.apps\/audit-exporter serverside-applied/g)).toHaveLength(SINKS.length + 7);
  });

  it.each([
    ['a key that is misspelt', 'tolerations:', 'tolerationz:'],
    ['a value of another type', 'maxUnavailable: 1', 'maxUnavailable: [1]'],
    ['an operator that is none', 'operator: Exists', 'operator: Exist'],
    ['two pods on a node at once', 'maxSurge: 0', 'maxSurge: 1'],
    ['a selector of other pods', 'matchLabels:', 'matchLabels:\n      other: label'],
  ])('are refused with %s', async (_what, from, to) => {
    const [text = ''] = texts();
    expect(text).toContain(from);
    const run = await kubectl(strict, text.replace(from, to));
    expect(run.exitCode).toBe(1);
    expect(run.all).not.toContain('daemonset.apps/audit-exporter serverside-applied');
  });
});

describe('ship remove', { timeout: 120_000 }, () => {
  it('shows what it would remove, and what stays', async () => {
    const run = await ship('remove', '--dry-run');
    expect(run.exitCode).toBe(0);
    expect(run.stdout).toBe(
      'Removes:\n  daemonset.apps/audit-exporter\n  configmap/audit-exporter\n  serviceaccount/audit-exporter\n',
    );
    expect(run.said).toContain(`The namespace ${NAMESPACE} stays: others keep things in it (secret/audit-exporter).`);
    expect(run.said).toContain('On the nodes stays /var/lib/kops-audit/');
  });

  it('waits for the end of the pods, and leaves the Secret and what is of others', async () => {
    await must(['-n', NAMESPACE, 'create', 'configmap', 'foreign']);
    await must(['-n', NAMESPACE, 'create', 'configmap', 'looks-ours']);
    await must([
      '-n',
      NAMESPACE,
      'label',
      'configmap',
      'looks-ours',
      'app.kubernetes.io/name=audit-exporter',
      'app.kubernetes.io/part-of=kops-audit',
      'app.kubernetes.io/managed-by=kops-audit',
    ]);
    const still = await ship('remove', '--yes', '--timeout', '1s');
    expect(still.exitCode).toBe(5);
    expect(still.said).toContain('the DaemonSet is removed, and these pods still run: audit-exporter-cp1');
    await must(['-n', NAMESPACE, 'delete', 'pods', '--all', '--grace-period=0', '--force']);
    const again = await ship('remove', '--yes');
    expect(again.exitCode).toBe(0);
    expect(again.said).toContain(
      'Not removed, as somebody else applied them (kubectl delete removes them): configmap/looks-ours',
    );
    const left = await must(['-n', NAMESPACE, 'get', 'secrets,configmaps,serviceaccounts,daemonsets', '-o', 'name']);
    expect(
      left
        .split('\n')
        .filter((name) => !/kube-root-ca|\/default$/.test(name))
        .toSorted(),
    ).toEqual(['configmap/foreign', 'configmap/looks-ours', 'secret/audit-exporter']);
  });

  it('removes a namespace that it made and that is empty', async () => {
    const store = [
      '--sink',
      'victorialogs',
      '--param',
      'endpoint=http://logs.example.com:9428',
      '--namespace',
      'shipper',
    ];
    const applied = await ship('apply', ...store, '--yes', '--no-wait');
    expect(applied).toMatchObject({ exitCode: 0 });
    const run = await ship('remove', '--namespace', 'shipper', '--dry-run');
    expect(run.stdout).toContain('  namespace/shipper\n');
  });

  it('never showed the key', () => {
    expect(all).not.toContain(KEY);
    expect(all).not.toContain(Buffer.from(KEY).toString('base64'));
  });
});
