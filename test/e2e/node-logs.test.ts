import { readdirSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import { KUBECTL_FOLDER } from './kube-apiserver/build.ts';
import { authorization } from './kube-apiserver/identities.ts';
import { makeNodes, type Nodes, say } from './kube-apiserver/kubelets.ts';
import { type Lab, openLab } from './kube-apiserver/lab.ts';
import { kubeconfig } from './kube-apiserver/static-pod.ts';
import { recordingSpec } from '../helpers/cluster.ts';
import { CLI, type CliResult, runCli } from './run-cli.ts';

const CLUSTER = 'demo.example.com';
const POLICY =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- level: Metadata\n  verbs: [get, list]\n  resources: [{group: "", resources: [configmaps, nodes, nodes/proxy]}]\n- level: Metadata\n  users: ["system:apiserver"]\n  resources: [{group: coordination.k8s.io, resources: [leases]}]\n- level: None\n';

let lab: Lab;
let nodes: Nodes;
let apiserver: Apiserver;
let env: Record<string, string>;
let folder: string;

beforeAll(async () => {
  lab = await openLab();
  nodes = await makeNodes(lab.dir);
  folder = join(nodes.kubelets['cp-1']!.root, 'kube-audit');
  await writeFile(join(lab.dir, 'policy.yaml'), POLICY);
  apiserver = await lab.start([
    ...nodes.flags,
    `--audit-policy-file=${lab.dir}/policy.yaml`,
    `--audit-log-path=${folder}/audit.log`,
    '--audit-log-maxsize=1',
    '--audit-log-maxbackup=100',
  ]);
  await nodes.register(apiserver);
  for (const node of ['cp-2', 'cp-3'])
    await writeFile(join(nodes.kubelets[node]!.root, 'kube-audit', 'audit.log'), eventOf(node, 1) + eventOf(node, 2));
  env = { PATH: [KUBECTL_FOLDER, process.env['PATH']].join(delimiter), HOME: lab.dir, TMPDIR: join(lab.dir, 'tmp') };
  await mkdir(env['TMPDIR']!);
  await writeFile(join(lab.dir, 'kubeconfig'), kubeconfig(CLUSTER, lab.dir, apiserver.port));
  await writeFile(join(lab.dir, 'cluster.yaml'), recordingSpec(CLUSTER));
});
afterAll(async () => {
  await nodes.close();
  await lab.close();
});
beforeEach(() => {
  for (const kubelet of Object.values(nodes.kubelets)) kubelet.fault = null;
});

/** What `cp-2` and `cp-3` have in their logs. */
function eventOf(node: string, at: number): string {
  const time = `2026-11-24T09:00:0${at}.000000Z`;
  return `${JSON.stringify({ kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'Metadata', auditID: `${node}-${at}`, stage: 'ResponseComplete', requestURI: '/api/v1/namespaces/x/secrets/s', verb: 'get', user: { username: 'alice' }, objectRef: { resource: 'secrets', namespace: 'x', name: 's', apiVersion: 'v1' }, responseStatus: { code: 200 }, requestReceivedTimestamp: time, stageTimestamp: time })}\n`;
}

const WAIT = { timeout: 15_000 };

function place(): string[] {
  return ['--cluster', CLUSTER, '-f', join(lab.dir, 'cluster.yaml'), '--kubeconfig', join(lab.dir, 'kubeconfig')];
}

function logs(...args: string[]): Promise<CliResult> {
  return runCli(['logs', ...place(), ...args], { env });
}

async function ask(name: string): Promise<void> {
  const path = `/api/v1/namespaces/default/configmaps/${name}`;
  await apiserver.send({ path, headers: authorization('alice') });
}

/** Lets a kubelet answer everything so. */
function answers(node: string, status: number, text: string): void {
  nodes.kubelets[node]!.fault = (_request, response) => {
    say(response, status, text);
    return true;
  };
}

describe('logs --cluster through a real kube-apiserver', () => {
  it('reads all nodes in time order, leaves out its own requests, and leaves nothing behind', async () => {
    await ask('one');
    const run = await logs('-o', 'json');
    expect(run.exitCode).toBe(0);
    const ids = idsOf(run.stdout);
    expect(ids.slice(0, 4)).toEqual(['cp-2-1', 'cp-3-1', 'cp-2-2', 'cp-3-2']);
    expect(run.stdout).toContain('configmaps/one');
    expect(run.stdout).not.toContain('/proxy/logs/');
    expect(run.stderr).toMatch(
      /^\d+ requests of this command itself left out\.\n\d+ events in 3 files of 3 API servers, /,
    );
    await expect.poll(() => readdirSync(env['TMPDIR']!), { timeout: 10_000 }).toEqual([]);
  });

  it('shows what others read of the log, also by the same client', async () => {
    const { stdout } = await logs('--all', '--resource', 'nodes/proxy', '--count');
    expect(Number(stdout)).toBeGreaterThan(0);
  });

  it.each([
    [404, '404 page not found\n', 'cp-3 has no /var/log/kube-audit '],
    [405, 'logs endpoint is disabled.\n', 'enableSystemLogHandler is off'],
    [405, 'Debug endpoints are disabled.\n', 'networking.isolateControlPlane is true'],
    [
      403,
      'Forbidden (user=kubelet-api, verb=get, resource=nodes, subresource(s)=[log])\n',
      'kops:system:kubelet-api-admin',
    ],
    [401, 'Unauthorized', "does not know the API server's certificate"],
  ])('gives the other nodes, and says what the kubelet of one answers: %i %s', async (status, text, said) => {
    answers('cp-3', status, text);
    const run = await logs('-o', 'json', '--user', 'alice', '--resource', 'secrets');
    expect(run.exitCode).toBe(4);
    expect(idsOf(run.stdout)).toEqual(['cp-2-1', 'cp-2-2']);
    expect(run.stderr.replaceAll(/\s+/g, ' ')).toContain(said);
  });

  it('says who needs which role', async () => {
    const config = (await readFile(join(lab.dir, 'kubeconfig'), 'utf8')).replace(
      'dummy-token-admin',
      'dummy-token-alice',
    );
    await writeFile(join(lab.dir, 'kubeconfig-alice'), config);
    const run = await logs('--kubeconfig', join(lab.dir, 'kubeconfig-alice'));
    expect(run.exitCode).toBe(4);
    expect(run.stderr.replaceAll(/\s+/g, ' ')).toContain('kubectl create clusterrole audit-log-reader');
  });

  it('knows from the spec what no kubelet can give', async () => {
    for (const [path, said] of [
      ['"-"', 'goes to the stdout of its API servers'],
      ['/srv/audit.log', 'kubelets give only what is below /var/log/'],
      ['/var/log/../audit.log', 'kubelets give only what is below /var/log/'],
    ]) {
      await writeFile(join(lab.dir, 'other.yaml'), recordingSpec(CLUSTER, path));
      const run = await logs('-f', join(lab.dir, 'other.yaml'));
      expect(run).toMatchObject({ exitCode: 2, stdout: '' });
      expect(run.stderr.replaceAll(/\s+/g, ' ')).toContain(said);
    }
  });

  it('follows across 20 rotations without a gap', { timeout: 60_000 }, async () => {
    const dir = join(nodes.kubelets['cp-3']!.root, 'kube-audit');
    const args = ['--node', 'cp-3', '--follow', '--user', 'alice', '--verb', 'get', '-o', 'json'];
    const child = execa(process.execPath, [CLI, 'logs', ...place(), ...args], { env, extendEnv: false, reject: false });
    await expect.poll(() => nodes.kubelets['cp-3']!.requests.some((each) => each.includes('-512')), WAIT).toBe(true);
    await sleep(500);
    const written: string[] = [];
    for (let round = 0; round < 20; round++) {
      for (let at = 0; at < 3; at++) {
        written.push(`cp-3-r${round}-${at}`);
        await appendFile(join(dir, 'audit.log'), eventOf(`cp-3-r${round}`, at));
      }
      await sleep(150);
      const time = `09-00-${String(round).padStart(2, '0')}.000`;
      await rename(join(dir, 'audit.log'), join(dir, `audit-2026-11-24T${time}.log`));
    }
    await writeFile(join(dir, 'audit.log'), eventOf('cp-3-last', 1));
    let seen = '';
    child.stdout.on('data', (text) => (seen += String(text)));
    await expect.poll(() => seen.includes('cp-3-last-1'), WAIT).toBe(true);
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await child;
    expect(idsOf(stdout)).toEqual([...written, 'cp-3-last-1']);
    expect(stderr).not.toContain('missing');
    expect(exitCode).toBe(130);
  });

  it('begins with the last of all nodes where --tail says how many, and loses nothing behind them', async () => {
    const nodesOf = ['cp-2', 'cp-3'].flatMap((node) => ['--node', node]);
    const args = [...nodesOf, '--follow', '--user', 'alice', '--verb', 'get', '-o', 'json'];
    const all = idsOf((await logs(...args.filter((arg) => arg !== '--follow'))).stdout);
    const tailed = ['logs', ...place(), ...args, '--tail', '3'];
    const child = execa(process.execPath, [CLI, ...tailed], { env, extendEnv: false, reject: false });
    let seen = '';
    child.stdout.on('data', (text) => (seen += String(text)));
    await expect.poll(() => idsOf(seen).length, WAIT).toBe(3);
    for (const node of ['cp-2', 'cp-3'])
      await appendFile(join(nodes.kubelets[node]!.root, 'kube-audit', 'audit.log'), eventOf(`${node}-tailed`, 5));
    await expect.poll(() => idsOf(seen).length, WAIT).toBe(5);
    child.kill('SIGINT');
    const { exitCode, stdout } = await child;
    expect(idsOf(stdout).slice(0, 3)).toEqual(all.slice(-3));
    expect(idsOf(stdout).slice(3).toSorted()).toEqual(['cp-2-tailed-5', 'cp-3-tailed-5']);
    expect(exitCode).toBe(130);
  });

  it('saves the log, goes on with it later, and gives the same without the cluster', async () => {
    const dir = join(lab.dir, 'saved');
    const first = await logs('--save', dir, '-o', 'json', '--user', 'alice');
    expect(first.exitCode).toBe(0);
    expect(first.stderr).toContain(`Saved in ${dir}`);
    await ask('later');
    await logs('--save', dir, '--count');
    const offline = await runCli(['logs', dir, '-o', 'json', '--user', 'alice'], { env });
    const [before, after] = [idsOf(first.stdout), idsOf(offline.stdout)];
    expect(after.filter((id) => before.includes(id))).toEqual(before);
    expect(after).toHaveLength(before.length + 1);
    expect(offline.stderr).toContain('of 3 API servers');
  });

  describe('--check', () => {
    /** In a folder of its own: cp-1 has what the API server writes, the others logs of servers that stopped, one with a gap. */
    beforeAll(async () => {
      await symlink('kube-audit', join(nodes.kubelets['cp-1']!.root, 'check'));
      for (const [node, name] of [
        ['cp-2', 'cp-2'],
        ['cp-3', 'cp-1'],
      ] as const) {
        const dir = join(nodes.kubelets[node]!.root, 'check');
        await mkdir(dir);
        const packed = await readFile(new URL(`../samples/complete/${name}.log.gz`, import.meta.url));
        await writeFile(join(dir, 'audit.log'), gunzipSync(packed));
      }
      await writeFile(join(lab.dir, 'check.yaml'), recordingSpec(CLUSTER, '/var/log/check/audit.log'));
    });

    const check = async (
      ...args: string[]
    ): Promise<{ exitCode: number | undefined; said: Checked; stderr: string }> => {
      const run = await logs('-f', join(lab.dir, 'check.yaml'), '--check', '-o', 'json', ...args);
      return { exitCode: run.exitCode, said: JSON.parse(run.stdout) as Checked, stderr: run.stderr };
    };

    it('judges each node by its own log', async () => {
      const { exitCode, said } = await check();
      expect(exitCode).toBe(1);
      const of = (server: string): Checked['servers'][number] | undefined =>
        said.servers.find((one) => one.server === server);
      expect(said.servers.map(({ server, verdict }) => [server, verdict])).toEqual([
        ['cp-3', 'gap'],
        ...said.servers.slice(1).map(({ server, verdict }) => [server, verdict]),
      ]);
      expect(of('cp-1')?.starts).toHaveLength(1);
      expect(of('cp-2')).toMatchObject({ host: 'cp-2', stops: [expect.any(String)] });
      expect(said.missing).toEqual([]);
    });

    it('says which node could not be read, and is not sure then', async () => {
      answers('cp-3', 404, '404 page not found\n');
      const { exitCode, said, stderr } = await check();
      expect(exitCode).toBe(4);
      expect(said.missing).toEqual([expect.stringContaining('cp-3 has no /var/log/check')]);
      expect(said.servers.map(({ server }) => server).toSorted()).toEqual(['cp-1', 'cp-2']);
      expect(stderr.replaceAll(/\s+/g, ' ')).toContain('missing: cp-3 has no');
      const text = await logs('-f', join(lab.dir, 'check.yaml'), '--check');
      expect(text.exitCode).toBe(4);
      expect(text.stdout.replaceAll(/\s+/g, ' ')).toMatch(/^The log is not complete: cp-3 has no /);
    });
  });

  it('gives the other nodes where one is down', async () => {
    nodes.kubelets['cp-2']!.stop();
    const run = await logs('-o', 'json', '--user', 'alice', '--resource', 'secrets');
    expect(run.exitCode).toBe(4);
    expect(new Set(idsOf(run.stdout).map((id) => id.slice(0, 4)))).toEqual(new Set(['cp-3']));
    expect(run.stderr.replaceAll(/\s+/g, ' ')).toContain('missing: the API server cannot reach cp-2 ');
  });
});

interface Checked {
  missing: string[];
  servers: { server: string; host: string | null; verdict: string; starts: string[]; stops: string[] }[];
}

function idsOf(lines: string): string[] {
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { auditID: string }).auditID);
}
