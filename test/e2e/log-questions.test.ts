import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import { explainEvents, type LoggedEvent, type Said } from './kube-apiserver/audit-log.ts';
import { type Lab, openLab } from './kube-apiserver/lab.ts';
import { deployment } from './kube-apiserver/objects.ts';
import { showPolicy, writePolicy } from './kube-apiserver/policy-file.ts';
import { runWorkload, sendAll, type Sent } from './kube-apiserver/run-workload.ts';
import type { Row } from './kube-apiserver/workload.ts';
import { runCli } from './run-cli.ts';

const EVERYTHING = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';
const SHOP = '/api/v1/namespaces/shop';
const APPS = '/apis/apps/v1/namespaces/shop';
const KUBECTL = { 'user-agent': 'kubectl/v1.36.3 (linux/amd64)' };

/** What four users do after the restart: with kubectl, as a service account, as nobody, and as another. */
const AFTERWARDS: readonly Row[] = [
  {
    as: 'alice',
    method: 'POST',
    path: `${APPS}/deployments`,
    status: 201,
    body: deployment('api', 2),
    headers: KUBECTL,
  },
  { as: 'alice', method: 'DELETE', path: `${APPS}/deployments/api`, status: 200, headers: KUBECTL },
  { as: 'builder', method: 'GET', path: `${SHOP}/secrets/db`, status: 403 },
  { as: 'builder', method: 'DELETE', path: `${APPS}/deployments/api`, status: 403 },
  { as: 'anonymous', method: 'GET', path: `${SHOP}/secrets/db`, status: 403 },
  {
    as: 'admin',
    method: 'DELETE',
    path: `${SHOP}/secrets/db`,
    status: 200,
    headers: { 'impersonate-user': 'alice', 'impersonate-group': 'dev' },
  },
];

interface Log {
  folder: string;
  policyFile: string;
  sent: Sent[];
}

let lab: Lab;
/** The requests as a server sees them whose policy leaves nothing out. */
let seen: LoggedEvent[];

beforeAll(async () => {
  lab = await openLab();
  const all = await recordTwice('everything', await writePolicy(lab.dir, EVERYTHING), { isBig: false });
  const events = await eventsIn(all);
  seen = all.sent.map(({ auditID }) => events.find((event) => event.auditID === auditID)!);
}, 120_000);

afterAll(() => lab.close());

/** Records the workload, then more than a file may hold, and after a restart of the server on the same data what four users do. */
async function recordTwice(name: string, policyFile: string, { isBig }: { isBig: boolean }): Promise<Log> {
  const folder = join(lab.dir, name);
  await mkdir(folder);
  const policy = join(lab.dir, `${name}.yaml`);
  await copyFile(policyFile, policy);
  const flags = [
    `--audit-policy-file=${policy}`,
    `--audit-log-path=${folder}/audit.log`,
    '--audit-log-maxsize=1',
    `--etcd-prefix=/questions-${name}`,
  ];
  const first = await lab.start(flags);
  const sent = await runWorkload(first);
  if (isBig) await fill(first, folder);
  await first.stop();
  const second = await lab.start(flags);
  sent.push(...(await sendAll(second, AFTERWARDS)));
  await second.stop();
  return { folder, policyFile: policy, sent };
}

/** Sends what every template records until a file is full. */
async function fill(apiserver: Apiserver, folder: string): Promise<void> {
  const row: Row = { as: 'alice', method: 'DELETE', path: `${SHOP}/configmaps/${'x'.repeat(200)}`, status: 404 };
  const rows = Array.from({ length: 20 }, () => row);
  while ((await readdir(folder)).length < 2)
    await Promise.all(Array.from({ length: 8 }, () => sendAll(apiserver, rows)));
}

async function run(args: string[]): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
  return runCli(args, { env: { HOME: lab.dir, TZ: 'UTC' } });
}

async function eventsIn({ folder }: Log): Promise<LoggedEvent[]> {
  const { exitCode, stdout } = await run(['logs', folder, '-o', 'json', '--all', '-q']);
  expect(exitCode).toBe(0);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LoggedEvent);
}

function title({ as, method, path }: Row): string {
  return `${as} ${method} ${path}`;
}

describe.each(['metadata', 'gce', 'kops'])('a log under %s, across a rotation and a restart', (template) => {
  let log: Log;
  let said: (Said & { rule: number })[];
  let events: LoggedEvent[];

  beforeAll(async () => {
    log = await recordTwice(template, await showPolicy(lab.dir, template, []), { isBig: true });
    said = (await explainEvents(log.policyFile, seen)) as (Said & { rule: number })[];
    events = await eventsIn(log);
  }, 120_000);

  async function who(...question: string[]): Promise<{ steps: Step[]; tried: Step[]; found: boolean }> {
    const { stdout } = await run(['who', ...question, log.folder, '-o', 'json', '-q']);
    return JSON.parse(stdout) as { steps: Step[]; tried: Step[]; found: boolean };
  }

  it('lies in more than one file, and was answered as it should be', async () => {
    expect((await readdir(log.folder)).length).toBeGreaterThan(1);
    expect(log.sent.map(({ row, status }) => `${title(row)} ${status}`)).toEqual(
      log.sent.map(({ row }) => `${title(row)} ${row.status}`),
    );
  });

  it('shows by `logs` of each request what the policy records, and of the others the rule that leaves them out', () => {
    const shown = log.sent.map(({ row, auditID }, index) => {
      const own = events.filter((event) => event.auditID === auditID).map(({ stage, level }) => `${stage} at ${level}`);
      return own.length > 0
        ? `${title(row)}: ${own.join(', ')}`
        : `${title(row)}: not recorded, rule ${said[index]!.rule}`;
    });
    expect(shown).toEqual(
      log.sent.map(({ row }, index) => {
        const { level, stages, rule } = said[index]!;
        const isLost = row.losesItsEnd === true && level !== 'Metadata';
        const written = stages.filter((stage) => !(isLost && stage === 'ResponseComplete'));
        const all = written.map((stage) => `${stage} at ${level}`).join(', ');
        return `${title(row)}: ${level === 'None' || written.length === 0 ? `not recorded, rule ${rule}` : all}`;
      }),
    );
  });

  it('says by `who` who deleted, before and after the restart, and who tried', async () => {
    const api = await who('delete', 'deployments/api', '-n', 'shop');
    expect(api.steps.map(told)).toEqual(['alice 200']);
    expect(api.tried.map(told)).toEqual(['system:serviceaccount:shop:builder 403']);
    expect((await who('delete', 'secrets/db', '-n', 'shop')).steps.map(told)).toEqual(['admin as alice 200']);
    expect((await who('delete', 'pods/web-3', '-n', 'shop')).steps.map(told)).toEqual(['alice 201']);
    expect((await who('delete', 'pods/web-2', '-n', 'shop')).found).toBe(false);
  });

  it('says by `who` who tried to read, without a login too', async () => {
    const { tried } = await who('read', 'secrets/db', '-n', 'shop');
    const wanted = log.sent.filter(({ row, status }, index) => {
      const { verb, objectRef } = seen[index]!;
      const isSecret = objectRef?.resource === 'secrets' && ['get', 'list', 'watch'].includes(verb);
      const isThere = objectRef?.namespace === 'shop' || (objectRef?.namespace === undefined && verb !== 'get');
      return isSecret && isThere && status >= 400 && said[index]!.level !== 'None' && row.as !== 'node';
    });
    expect(tried.map(({ auditID }) => auditID).toSorted()).toEqual(wanted.map(({ auditID }) => auditID).toSorted());
    expect(tried.map(told)).toContain('system:anonymous 403');
  });

  it('tells of what is not recorded which rule leaves it out', async () => {
    const { stdout } = await run([
      'who',
      'read',
      'events',
      '-n',
      'shop',
      '--recorded-with',
      log.policyFile,
      log.folder,
      '-q',
    ]);
    const index = log.sent.findIndex(({ row }) => title(row).startsWith(`alice GET ${SHOP}/events`));
    const { level, rule } = said[index]!;
    if (level === 'None')
      expect(stdout).toContain(`list events -n shop: not recorded, whoever does it (rule ${rule}).`);
    else expect(stdout).toMatch(/^alice read events\S* in shop/);
  });

  it('counts by `report` the denied requests that are recorded, and names them', async () => {
    const { stdout, exitCode } = await run(['report', log.folder, '-o', 'json', '-q', '--section', 'denied']);
    expect(exitCode).toBe(0);
    const { sections } = JSON.parse(stdout) as { sections: { id: string; requests: number }[] };
    const denied = new Set(events.filter(isDenied).map(({ auditID }) => auditID));
    expect(sections.find(({ id }) => id === 'denied')?.requests).toBe(denied.size);
    const wanted = log.sent.filter(({ status }, index) => [401, 403].includes(status) && said[index]!.level !== 'None');
    expect(wanted.filter(({ auditID }) => !denied.has(auditID)).map(({ row }) => title(row))).toEqual([]);
    expect(wanted.length).toBeGreaterThan(20);
  });
});

interface Step {
  user: string | null;
  impersonatedUser: string | null;
  code: number;
  auditID: string;
}

function told({ user, impersonatedUser, code }: Step): string {
  return `${user}${impersonatedUser === null ? '' : ` as ${impersonatedUser}`} ${code}`;
}

function isDenied({ responseStatus, stage }: LoggedEvent): boolean {
  return [401, 403].includes(responseStatus?.code ?? 0) && stage !== 'RequestReceived';
}
