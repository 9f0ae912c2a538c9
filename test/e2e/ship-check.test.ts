import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Store, startStore } from './collector/store.ts';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import { KUBECTL_FOLDER } from './kube-apiserver/build.ts';
import { freePort } from './kube-apiserver/free-port.ts';
import { authorization } from './kube-apiserver/identities.ts';
import { type Lab, openLab } from './kube-apiserver/lab.ts';
import { kubeconfig } from './kube-apiserver/static-pod.ts';
import { recordingSpec } from '../helpers/cluster.ts';
import { type CliResult, runCli } from './run-cli.ts';

const CLUSTER = 'demo.example.com';
const SPEC = recordingSpec(CLUSTER);
const PASSWORD = 'Kx81hZq-wrong-or-right';
const KEY = `Basic ${Buffer.from(`shipper:${PASSWORD}`).toString('base64')}`;

let dir: string;
let store: Store;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'check-'));
  await writeFile(join(dir, 'cluster.yaml'), SPEC);
  store = await startStore({ dir: join(dir, 'store'), user: { name: 'shipper', password: PASSWORD } });
});
afterAll(async () => {
  await store.stop();
  await rm(dir, { recursive: true, force: true });
});

function check(
  args: readonly string[],
  more: { env?: Record<string, string>; input?: string } = {},
): Promise<CliResult> {
  const env = { PATH: process.env['PATH'] ?? '', HOME: dir, ...more.env };
  return runCli(['ship', 'check', '-f', join(dir, 'cluster.yaml'), ...args], { ...more, env });
}

function victorialogs(url: string): string[] {
  return ['--sink', 'victorialogs', '--param', `endpoint=${url}`, '--secret-header', 'Authorization'];
}

const FROM_ENV = ['--key-env', 'KEY'];

describe('ship check and a real store with its own authentication', () => {
  it('ends with 0 for the right key, and gives the query that finds the record', async () => {
    const run = await check([...victorialogs(store.url), ...FROM_ENV], { env: { KEY } });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toContain('victorialogs takes it: 200');
    const query = /auditID:="[^"]+"/.exec(run.stdout)?.[0] ?? '';
    await expect
      .poll(() => store.query(query), { timeout: 10_000 })
      .toMatchObject([{ 'k8s.cluster.name': CLUSTER, 'service.name': 'kube-apiserver-audit', stage: 'Trial' }]);
  });

  it('takes the key from stdin, with the line break that echo puts there', async () => {
    const run = await check([...victorialogs(store.url), '--key-stdin', '-o', 'json'], { input: `${KEY}\n` });
    expect(JSON.parse(run.stdout)).toMatchObject({
      kind: 'ShipCheck',
      formatVersion: 1,
      outcome: 'taken',
      keyFrom: 'stdin',
    });
  });

  it('ends with 1 for a wrong key, and says what a collector would do', async () => {
    const run = await check([...victorialogs(store.url), ...FROM_ENV], { env: { KEY: `${KEY.slice(0, -4)}AAAA` } });
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(/victorialogs refuses it: 401 Unauthorized[^]*would drop every event[^]*Fix:/);
  });

  it('ends with 1 for a wrong address, and with 4 where nothing listens', async () => {
    const sink = ['--sink', 'otlp', '--secret-header', 'Authorization', ...FROM_ENV];
    const wrong = await check([...sink, '--param', `endpoint=${store.url}/v1/logs`], { env: { KEY } });
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stdout).toMatch(/refuses it: 400[^]*unsupported path/);
    const away = await check([...sink, '--param', `endpoint=http://127.0.0.1:${await freePort()}/v1/logs`], {
      env: { KEY },
    });
    expect(away.exitCode).toBe(4);
    expect(away.stdout).toContain('the connection is refused');
  });

  it('ends with 2 where a key is missing, empty, or ends with a line break', async () => {
    for (const [env, why] of [
      [{}, 'not set'],
      [{ KEY: '' }, 'empty'],
      [{ KEY: `${KEY}\n` }, 'ends with a line break'],
    ] as const) {
      const run = await check([...victorialogs(store.url), ...FROM_ENV], { env });
      expect(run.exitCode).toBe(2);
      expect(run.stderr.replaceAll(/\s+/g, ' ')).toContain(why);
      expect(run.stderr).not.toContain(KEY);
    }
  });
});

describe('ship check and the Secret of a cluster', () => {
  let lab: Lab;
  let apiserver: Apiserver;
  let env: Record<string, string>;

  beforeAll(async () => {
    lab = await openLab();
    apiserver = await lab.start([]);
    await writeFile(join(lab.dir, 'kubeconfig'), kubeconfig(CLUSTER, lab.dir, apiserver.port));
    env = { PATH: [KUBECTL_FOLDER, process.env['PATH']].join(delimiter), KUBECONFIG: join(lab.dir, 'kubeconfig') };
    await create('namespaces', { metadata: { name: 'kops-audit' } });
  });
  afterAll(() => lab.close());

  async function create(path: string, object: Record<string, unknown>): Promise<void> {
    const headers = { ...authorization('admin'), 'content-type': 'application/json' };
    const made = await apiserver.send({
      method: 'POST',
      path: `/api/v1/${path}`,
      headers,
      content: JSON.stringify(object),
    });
    expect(made.status).toBe(201);
  }

  it('says what is missing, then reads the key there with the real kubectl', async () => {
    const missing = await check(victorialogs(store.url), { env });
    expect(missing).toMatchObject({ exitCode: 2 });
    expect(missing.stderr.replaceAll(/\s+/g, ' ')).toContain('no Secret audit-exporter in the namespace kops-audit');
    await create('namespaces/kops-audit/secrets', { metadata: { name: 'audit-exporter' }, stringData: { token: KEY } });
    const run = await check([...victorialogs(store.url), '-v'], { env });
    expect(run).toMatchObject({ exitCode: 0 });
    expect(run.stdout).toContain('from the Secret kops-audit/audit-exporter');
    const other = await check([...victorialogs(store.url), '--secret', 'audit-exporter/nothing'], { env });
    expect(other.stderr.replaceAll(/\s+/g, ' ')).toContain('has no key nothing');
    for (const text of [run.stdout, run.stderr, other.stderr]) expectNoKey(text);
  });
});

/** No form of the key in what was printed. */
function expectNoKey(text: string): void {
  const flat = text.replaceAll(/\s+/g, '');
  const forms = [KEY, KEY.slice(6), PASSWORD, Buffer.from(KEY).toString('base64'), encodeURIComponent(KEY.slice(6))];
  for (const form of forms) expect(flat).not.toContain(form.replaceAll(/\s+/g, ''));
}

describe('ship check and a server that gives back all it was sent', () => {
  let server: Server;
  let url: string;
  let answer: { status: number; type: string; of: (headers: string) => string };

  beforeAll(async () => {
    server = createServer((request, response) => {
      const headers = request.headersDistinct['authorization']?.[0] ?? '';
      const location = `https://other.example.com/?key=${encodeURIComponent(headers)}`;
      response.writeHead(answer.status, { 'content-type': answer.type, location }).end(answer.of(headers));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/v1/logs`;
  });
  afterAll(() => server.close());

  it.each([200, 302, 400, 401, 500])('shows no key after status %i', async (status) => {
    const forms: ((key: string) => string)[] = [
      (key) => `bad key ${key}`,
      (key) => `bad key ${key.slice(6)}!`,
      (key) => `user ${Buffer.from(key.slice(6), 'base64').toString()}`,
      (key) => `password ${Buffer.from(key.slice(6), 'base64').toString().split(':')[1]}`,
      (key) => encodeURIComponent(key),
      (key) => Buffer.from(key).toString('base64'),
    ];
    for (const [at, of] of forms.entries()) {
      const type = at % 2 === 0 ? 'text/plain' : 'application/json';
      answer = { status, type, of: (key) => (at % 2 === 0 ? of(key) : JSON.stringify({ message: of(key) })) };
      const args = ['--sink', 'otlp', '--param', `endpoint=${url}`, '--secret-header', 'Authorization', ...FROM_ENV];
      const runs = [await check(args, { env: { KEY } }), await check([...args, '-o', 'json'], { env: { KEY } })];
      for (const { stdout, stderr } of runs) {
        expect(stdout).not.toBe('');
        expectNoKey(stdout + stderr);
      }
    }
  });
});
