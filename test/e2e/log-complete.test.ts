import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import { authorization } from './kube-apiserver/identities.ts';
import { openLab, type Lab } from './kube-apiserver/lab.ts';
import { showPolicy, writePolicy } from './kube-apiserver/policy-file.ts';
import { runCli } from './run-cli.ts';

interface Said {
  verdict: string;
  servers: {
    server: string;
    host: string | null;
    verdict: string;
    starts: string[];
    stops: string[];
    to: string;
    periods: {
      verdict: string;
      why: string | null;
      seconds: number;
      isPolicyNew: boolean;
      from: string;
      losses: { what: string }[];
      neighbours: { server: string }[];
    }[];
  }[];
}

const BODIES = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: RequestResponse\n';

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
  const [kops, bodies] = [await showPolicy(lab.dir, 'kops', []), await writePolicy(lab.dir, BODIES)];
  await Promise.all([twoServers(kops), rotated(bodies), otherPolicy(), stoppedWhileOpen(kops)]);
}, 180_000);

afterAll(() => lab.close());

async function logTo(folder: string, policy: string, ...more: string[]): Promise<string[]> {
  await mkdir(join(lab.dir, folder), { recursive: true });
  return [`--audit-policy-file=${policy}`, `--audit-log-path=${lab.dir}/${folder}/audit.log`, ...more];
}

/** One is killed while two watches are open, and comes back after 40 s; the other runs, and stops in order. */
async function twoServers(policy: string): Promise<void> {
  const start = async (host: string): Promise<Apiserver> =>
    lab.start(await logTo(`two/${host}`, policy, '--etcd-prefix=/registry-two'), { hostName: host });
  const first = await start('cp-1');
  const other = await start('cp-2');
  const open = [watch(first), watch(first)];
  await sleep(12_000);
  await first.kill();
  await sleep(40_000);
  const again = await start('cp-1');
  await sleep(11_000);
  await Promise.all([again.stop(), other.stop(), ...open]);
}

/** Until the server ends. */
async function watch({ send }: Apiserver): Promise<void> {
  const path = '/api/v1/namespaces/default/configmaps?watch=true';
  await send({ path, headers: authorization('admin'), timeout: 0 }).catch(() => undefined);
}

/** It is stopped in order, and waits a minute for the watch to end. */
async function stoppedWhileOpen(policy: string): Promise<void> {
  const server = await lab.start(await logTo('open/cp-5', policy, '--etcd-prefix=/registry-open'), {
    hostName: 'cp-5',
  });
  const open = watch(server);
  await sleep(3000);
  await server.stop();
  await open;
}

/** It is started again under another policy, twice. */
async function otherPolicy(): Promise<void> {
  for (const level of ['Metadata', 'Request', 'Metadata']) {
    const policy = join(lab.dir, `all-${level}.yaml`);
    await writeFile(policy, BODIES.replace('RequestResponse', level));
    const server = await lab.start(await logTo('policies/cp-4', policy, '--etcd-prefix=/registry-policies'), {
      hostName: 'cp-4',
    });
    await sleep(12_000);
    await server.stop();
  }
}

/** Its file is deleted under it, which it does not notice before it rotates it away, half a minute later. */
async function rotated(policy: string): Promise<void> {
  const flags = await logTo('rotated', policy, '--audit-log-maxsize=1', '--audit-log-maxbackup=100');
  const server = await lab.start(flags, { hostName: 'cp-3' });
  await fill(server, 'a');
  await rm(join(lab.dir, 'rotated/audit.log'));
  await sleep(35_000);
  await fill(server, 'b');
  await sleep(11_000);
  await server.stop();
}

/** More than a file holds. */
async function fill({ send }: Apiserver, prefix: string): Promise<void> {
  const headers = { ...authorization('admin'), 'content-type': 'application/json' };
  for (let at = 0; at < 14; at += 1) {
    const metadata = { name: `${prefix}-${at}` };
    const content = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { x: 'x'.repeat(60_000) } });
    const { status } = await send({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', headers, content });
    expect(status).toBe(201);
  }
}

async function check(folder: string, ...args: string[]): Promise<{ exitCode: number | undefined; said: Said }> {
  const { exitCode, stdout } = await runCli(['logs', join(lab.dir, folder), '--check', '-o', 'json', ...args], {
    env: {},
  });
  return { exitCode, said: JSON.parse(stdout) as Said };
}

describe('logs --check on the logs of a real kube-apiserver', () => {
  it('finds when one was killed, what it was called, and who was there meanwhile', async () => {
    const { exitCode, said } = await check('two');
    expect(exitCode).toBe(1);
    const [killed, stopped] = said.servers;
    expect(killed).toMatchObject({ server: 'cp-1', host: 'cp-1', verdict: 'gap' });
    expect(killed?.periods.map(({ verdict, why }) => [verdict, why])).toEqual([
      ['complete but for', null],
      ['gap', 'crash'],
      ['complete', null],
    ]);
    expect(killed?.periods[1]?.neighbours.map(({ server }) => server)).toEqual(['cp-2']);
    expect(killed?.starts).toHaveLength(2);
    expect(stopped).toMatchObject({
      server: 'cp-2',
      host: 'cp-2',
      verdict: 'complete',
      starts: [expect.any(String)],
      stops: [expect.any(String)],
    });
  });

  it('tells of the watches that were cut when it was killed', async () => {
    const { said } = await check('two');
    const [before, ...after] = said.servers[0]?.periods ?? [];
    expect(before?.losses).toEqual([{ what: 'streams', watches: 2, others: 0 }]);
    expect(after.flatMap(({ losses }) => losses)).toEqual([]);
  });

  it('parts the log where the policy is another one, and so does a report', async () => {
    const { exitCode, said } = await check('policies');
    const [server] = said.servers;
    expect({ exitCode, verdict: said.verdict, starts: server?.starts.length }).toEqual({
      exitCode: 0,
      verdict: 'complete',
      starts: 3,
    });
    const news = server?.periods.filter(({ isPolicyNew }) => isPolicyNew).map(({ from }) => Date.parse(from));
    const starts = server?.starts.map((at) => Date.parse(at)).slice(1) ?? [];
    expect(news).toHaveLength(2);
    for (const [at, from] of news?.entries() ?? []) expect(Math.abs(from - (starts[at] ?? 0))).toBeLessThan(3000);
    const { stdout } = await runCli(['report', join(lab.dir, 'policies'), '--section', 'denied'], { env: {} });
    expect(stdout.replaceAll(/\s+/g, ' ').match(/The policy is another one than before this/g)).toHaveLength(2);
  });

  it('takes the minute after an orderly stop, in which what is open is waited for, for complete', async () => {
    const { exitCode, said } = await check('open');
    const [server] = said.servers;
    expect({ exitCode, verdict: said.verdict, losses: server?.periods.flatMap(({ losses }) => losses) }).toEqual({
      exitCode: 0,
      verdict: 'complete',
      losses: [],
    });
    expect(Date.parse(server?.to ?? '') - Date.parse(server?.stops[0] ?? '')).toBeGreaterThan(50_000);
  });

  it('calls what ran and stopped in order complete', async () => {
    const { exitCode, said } = await check('two/cp-2', '--masters', 'cp-2');
    expect({ exitCode, verdict: said.verdict, host: said.servers[0]?.host }).toEqual({
      exitCode: 0,
      verdict: 'complete',
      host: 'cp-2',
    });
  });

  it('finds that a file was deleted while it was written', async () => {
    const { exitCode, said } = await check('rotated');
    expect(exitCode).toBe(1);
    const gaps = said.servers[0]?.periods.filter(({ verdict }) => verdict === 'gap');
    expect(gaps).toMatchObject([{ why: 'file-missing' }]);
    expect(gaps?.[0]?.seconds).toBeGreaterThan(30);
  });

  it('finds that a file that was rotated away is gone, even where it held less than half a minute', async () => {
    const names = (await readdir(join(lab.dir, 'rotated'))).filter((name) => name !== 'audit.log').toSorted();
    await rm(join(lab.dir, 'rotated', names[1] ?? ''));
    const { said } = await check('rotated');
    const gaps = said.servers[0]?.periods.filter(({ verdict }) => verdict === 'gap');
    expect(gaps?.map(({ why }) => why)).toContain('file-missing');
  });
});
