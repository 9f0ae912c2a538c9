import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Apiserver } from '../../e2e/kube-apiserver/apiserver.ts';
import { KUBECTL_FOLDER } from '../../e2e/kube-apiserver/build.ts';
import { authorization } from '../../e2e/kube-apiserver/identities.ts';
import { storeNode } from '../../e2e/kube-apiserver/kubelets.ts';
import { type Lab, openLab } from '../../e2e/kube-apiserver/lab.ts';
import { type Network, openNetwork } from '../../e2e/kube-apiserver/network.ts';
import { kubeconfig } from '../../e2e/kube-apiserver/static-pod.ts';
import { CLI } from '../../e2e/run-cli.ts';
import { recordingSpec } from '../../helpers/cluster.ts';
import { ADDRESS, Kubelet, makeCertificates, NODE } from './kubelet.ts';

const CLUSTER = 'demo.example.com';
const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: Metadata
  resources: [{group: "", resources: [nodes/proxy]}]
- level: Metadata
  omitStages: [RequestReceived]
  resources: [{group: "", resources: [configmaps, nodes]}]
- level: Metadata
  omitStages: [RequestReceived]
  users: ["system:apiserver"]
  resources: [{group: coordination.k8s.io, resources: [leases]}]
- level: None
`;
/** Takes packets and gives none back. */
const SILENT = '10.199.1.1';
const BINDING = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings';

let lab: Lab;
let network: Network;
let apiserver: Apiserver;
let kubelet: Kubelet;
let logs: string;
let audit: string;

beforeAll(async () => {
  lab = await openLab();
  network = await openNetwork(lab.dir, ['10.199.0.1', ADDRESS], SILENT);
  logs = join(lab.dir, 'var-log');
  audit = join(logs, 'kube-audit');
  await mkdir(audit, { recursive: true });
  await mkdir(join(lab.dir, 'tmp'));
  await writeFile(join(lab.dir, 'policy.yaml'), POLICY);
  const log = ['policy-file=policy.yaml', `log-path=${audit}/audit.log`, 'log-maxsize=1', 'log-maxbackup=100'];
  const flags = log.map((each) => `--audit-${each}`);
  apiserver = await lab.start([...makeCertificates(lab.dir), ...flags], { network });
  await bind();
  await storeNode(apiserver, NODE, ADDRESS);
  await writeFile(join(lab.dir, 'kubeconfig'), kubeconfig(CLUSTER, lab.dir, apiserver.port));
  await writeFile(join(lab.dir, 'cluster.yaml'), recordingSpec(CLUSTER));
  kubelet = new Kubelet({ dir: lab.dir, logs, network, apiserver });
  await kubelet.start();
});
afterAll(async () => {
  await kubelet.close();
  await lab.close();
  await network.close();
});

/** What kOps binds for the API server's own user. */
async function bind(): Promise<void> {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:kubelet-api-admin' };
  const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'kubelet-api' }];
  const content = JSON.stringify({ metadata: { name: 'kubelet-api' }, roleRef, subjects });
  await asAdmin({ method: 'POST', path: BINDING, content });
}

async function asAdmin(request: { method: string; path: string; content?: string }): Promise<void> {
  const headers = { ...authorization('admin'), 'content-type': 'application/json' };
  const { status, body } = await apiserver.send({ ...request, headers });
  if (status >= 300) throw new Error(body);
}

/** The command as it runs on a machine that reaches the API server. */
function run(args: readonly string[]) {
  const place = [
    '--cluster',
    CLUSTER,
    '-f',
    join(lab.dir, 'cluster.yaml'),
    '--kubeconfig',
    join(lab.dir, 'kubeconfig'),
  ];
  const env = {
    PATH: [KUBECTL_FOLDER, process.env['PATH']].join(delimiter),
    HOME: lab.dir,
    TMPDIR: join(lab.dir, 'tmp'),
    NODE_DISABLE_COMPILE_CACHE: '1',
  };
  const [enter, ...words] = [...network.enter, process.execPath, CLI, 'logs', ...place, ...args];
  return execa(enter, words, { env, extendEnv: false, reject: false });
}

/** What stderr says, on one line, of a run that could not read. */
async function refused(...args: string[]): Promise<string> {
  const { exitCode, stderr } = await run(['--count', ...args]);
  expect(exitCode).toBe(4);
  return stderr.replaceAll(/\s+/g, ' ');
}

const namesOf = (lines: string): string[] =>
  lines
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { objectRef: { name: string } }).objectRef.name);

const ask = async (name: string, more = ''): Promise<unknown> =>
  apiserver.send({ path: `/api/v1/namespaces/default/configmaps/${name}${more}`, headers: authorization('alice') });

describe('logs --cluster through a real kube-apiserver to the real kubelet', () => {
  it('reads, leaves out its own requests, and leaves nothing behind', async () => {
    for (const name of ['a', 'b', 'c']) await ask(name);
    const { exitCode, stdout, stderr } = await run(['-o', 'json', '--human']);
    expect(namesOf(stdout).slice(-3)).toEqual(['a', 'b', 'c']);
    expect(stderr).toMatch(/^\d+ requests of this command itself left out\.\n\d+ events in 1 file, /);
    expect(exitCode).toBe(0);
    await expect.poll(() => readdirSync(join(lab.dir, 'tmp')), { timeout: 10_000 }).toEqual([]);
  });

  it('judges whether the log is complete', async () => {
    const { exitCode, stdout } = await run(['--check', '-o', 'json']);
    const { missing, servers } = JSON.parse(stdout) as {
      missing: string[];
      servers: { server: string; starts: string[] }[];
    };
    expect(missing).toEqual([]);
    expect(servers).toMatchObject([{ server: NODE, starts: [expect.any(String)] }]);
    expect(exitCode).toBe(0);
  });

  it('follows across 20 rotations of the API server without a gap', async () => {
    const rotated = (): number => readdirSync(audit).length - 1;
    const before = rotated();
    const child = run(['--follow', '--user', 'alice', '--verb', 'get', '-o', 'json']);
    const seen: string[] = [];
    createInterface({ input: child.stdout }).on('line', (line) => seen.push(...namesOf(line)));
    const shows = async (name: string): Promise<void> => {
      await expect.poll(() => seen.includes(name), { timeout: 30_000 }).toBe(true);
    };
    // It begins at the end: what is asked for before that is not shown.
    for (let at = 0; seen.length === 0; at++) await ask(`before-${at}`).then(() => sleep(100));
    const asked: string[] = [];
    const padding = `?${'x'.repeat(20_000)}`; // so that fifty events fill a file
    while (rotated() < before + 20) {
      for (let at = 0; at < 25; at++) await ask(asked[asked.push(`f${asked.length}`) - 1] ?? '', padding);
      // In turn: it keeps up, or it finds several new files at once.
      if (rotated() % 4 === 0) await shows(asked.at(-1) ?? '');
    }
    await ask('last');
    await shows('last');
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    expect(seen.filter((name) => !name.startsWith('before'))).toEqual([...asked, 'last']);
    expect(stderr).not.toContain('missing');
    expect(exitCode).toBe(130);
  });

  it('reads all rotated files, each event once', async () => {
    const { stdout } = await run(['-o', 'json', '--user', 'alice', '--name', 'f*']);
    const names = namesOf(stdout);
    expect(names.length).toBeGreaterThan(900);
    expect(names).toEqual(names.map((_, at) => `f${at}`));
  });
});

describe('what a kubelet refuses is said in plain words', () => {
  it('a file that is not there', async () => {
    await writeFile(join(lab.dir, 'other.yaml'), recordingSpec(CLUSTER, '/var/log/nothing/audit.log'));
    expect(await refused('-f', join(lab.dir, 'other.yaml'))).toContain(`${NODE} has no /var/log/nothing `);
  });

  it.each([
    ['logs endpoint is disabled', { config: 'enableSystemLogHandler: false' }, 'enableSystemLogHandler is off'],
    ['Debug endpoints are disabled', { config: 'enableDebuggingHandlers: false' }, 'its debugging handlers are off'],
    ['Unauthorized', { clients: 'stranger' }, "does not know the API server's certificate"],
    ['x509', { ownCertificate: true }, `the API server does not trust the certificate of the kubelet of ${NODE}`],
  ] as const)('%s', async (text, difference, said) => {
    await kubelet.start(text, difference);
    expect(await refused()).toContain(said);
  });

  it('no binding for the API server', async () => {
    await asAdmin({ method: 'DELETE', path: `${BINDING}/kubelet-api` });
    await kubelet.start('Forbidden (user=kubelet-api');
    expect(await refused()).toContain(`the kubelet of ${NODE} does not allow the API server to read logs`);
    await bind();
  });
});

describe('what comes of a kubelet that does not answer', () => {
  it('one that is down', async () => {
    await kubelet.kill();
    expect(await refused()).toContain(`the kubelet of ${NODE} does not run`);
  });

  it('one that takes connections and says nothing', async () => {
    await kubelet.listen();
    kubelet.pause();
    expect(await refused()).toContain(`the kubelet of ${NODE} takes connections and does not answer`);
  });

  it('one that says nothing on a connection that there is', async () => {
    await kubelet.start();
    kubelet.pause();
    expect(await refused()).toContain(`${NODE} gives nothing for 40 s`);
  });

  it('one that dies while it is asked', async () => {
    await kubelet.listen();
    kubelet.pause();
    const asked = refused();
    await expect.poll(() => kubelet.isConnected(), { timeout: 30_000 }).toBe(true);
    await kubelet.kill();
    expect(await asked).toContain(`the kubelet of ${NODE} closed the connection`);
  });

  it('one that dies while it gives a file: what came is given, and it is asked again', async () => {
    await kubelet.start();
    await writeFile(join(audit, 'audit-2026-11-24T09-00-00.000.log'), manyEvents(100_000));
    const child = run(['-o', 'json', '--user', 'mallory']);
    await once(child.stdout, 'readable'); // and reads no further: all that is behind it waits
    await kubelet.kill();
    const { exitCode, stdout, stderr } = await child;
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`missing: ${NODE}: the kubelet of ${NODE} does not run`);
    expect(exitCode).toBe(4);
    const names = namesOf(stdout);
    expect(names).toEqual(names.map((_, at) => `m${at}`));
    expect(names.length).toBeLessThan(100_000);
  });
});

/** 40 MB of them: more than lies in all pipes on the way. */
function manyEvents(count: number): string {
  const time = '2026-11-24T09:00:00.000000Z';
  const event = (at: number): object => ({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `m-${at}`,
    stage: 'ResponseComplete',
    requestURI: `/api/v1/namespaces/default/configmaps/m${at}`,
    verb: 'get',
    user: { username: 'mallory' },
    objectRef: { resource: 'configmaps', namespace: 'default', name: `m${at}`, apiVersion: 'v1' },
    responseStatus: { code: 200 },
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  });
  return Array.from({ length: count }, (_, at) => `${JSON.stringify(event(at))}\n`).join('');
}

describe('what the API server itself says', () => {
  it.each([
    ['nowhere', '10.98.0.1', 'the API server has no route to nowhere'],
    ['silent', SILENT, 'silent does not answer the API server'],
    ['homeless', null, 'the node homeless has no address that the API server may use'],
    ['loopback', '127.0.0.1', 'the API server does not go to the address of loopback'],
  ])('of a node %s', async (name, address, said) => {
    await storeNode(apiserver, name, address);
    expect(await refused('--node', name)).toContain(said);
  });

  it.each([
    ['dummy-token-alice', 'you are not allowed to list the nodes'],
    ['wrong', 'the API server does not know who you are'],
  ])('to the token %s', async (token, said) => {
    const config = await readFile(join(lab.dir, 'kubeconfig'), 'utf8');
    await writeFile(join(lab.dir, 'kubeconfig-other'), config.replace('dummy-token-admin', token));
    expect(await refused('--kubeconfig', join(lab.dir, 'kubeconfig-other'))).toContain(said);
  });

  it('nothing, where it is down', async () => {
    await apiserver.kill();
    expect(await refused()).toContain('the API server cannot be reached');
  });
});
