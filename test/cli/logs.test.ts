import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, type CliResult } from '../e2e/run-cli.ts';
import { runWarmCli } from '../helpers/warm-cli.ts';

const SAMPLE = new URL('../samples/audit-controllers.log.gz', import.meta.url);
const CANARY = 'c4n4ry';

let dir: string;
let all: CliResult;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-logs-'));
  await writeFile(join(dir, 'audit.log'), gunzipSync(await readFile(SAMPLE)));
  for (const server of ['cp-1', 'cp-2']) await mkdir(join(dir, 'masters', server), { recursive: true });
  await writeFile(join(dir, 'masters/cp-1/audit.log'), lines([exec(0), watch(2)]));
  await writeFile(join(dir, 'masters/cp-2/audit.log'), lines([denied(1)]));
  await writeFile(join(dir, 'secret.log'), lines([exec(0), denied(1), secret(2)]));
  all = await logs('audit.log', '--all', '--utc');
  await writeFile(join(dir, 'damaged.log'), `${lines([denied(0)])}{"kind":"Event","auditID":"x","sta\nnothing\n`);
});
afterAll(() => rm(dir, { recursive: true }));

function lines(events: readonly object[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

function event(second: number, more: object): object {
  const time = `2026-11-23T05:55:0${second}.000000Z`;
  const stage = { stage: 'ResponseComplete', requestReceivedTimestamp: time, stageTimestamp: time };
  return { kind: 'Event', level: 'Metadata', auditID: `id-${second}`, user: { username: 'bob' }, ...stage, ...more };
}

function exec(second: number): object {
  const objectRef = { resource: 'pods', namespace: 'shop', name: 'web-1', subresource: 'exec' };
  const requestURI = `/api/v1/namespaces/shop/pods/web-1/exec?command=db&command=--password&command=${CANARY}`;
  return event(second, { verb: 'get', requestURI, objectRef, responseStatus: { code: 101 } });
}

function denied(second: number): object {
  const responseStatus = { code: 403, message: `no: token=${CANARY}${CANARY}` };
  return event(second, {
    verb: 'get',
    requestURI: `/x?token=${CANARY}`,
    userAgent: `Bearer ${CANARY}${CANARY}`,
    responseStatus,
  });
}

function watch(second: number): object {
  const objectRef = { resource: 'pods', namespace: 'shop' };
  return event(second, {
    verb: 'watch',
    requestURI: '/w',
    objectRef,
    stage: 'ResponseStarted',
    responseStatus: { code: 200 },
  });
}

function secret(second: number): object {
  const body = { kind: 'Secret', data: { x: CANARY } };
  const objectRef = { resource: 'secrets', namespace: 'shop', name: 'db' };
  const annotations = { 'patch.webhook.admission.k8s.io/round_0_index_0': CANARY };
  const said = { objectRef, requestObject: body, responseObject: body, annotations, responseStatus: { code: 201 } };
  return event(second, { level: 'RequestResponse', verb: 'create', requestURI: '/s', ...said });
}

function logs(...args: string[]): Promise<CliResult> {
  return runWarmCli(['logs', ...args], { cwd: dir, env: { TZ: 'UTC', PATH: '/usr/bin:/bin', HOME: dir } });
}

describe('logs', () => {
  it('prints each request once, and says how many of the system are hidden', async () => {
    const some = await logs('audit.log');
    const count = (text: string): number => text.split('\n').length - 1;
    const hidden = Number(/([\d,]+) system requests hidden/.exec(some.stderr)?.[1]?.replace(',', ''));
    // Those that stay open for two seconds are told again at their end.
    const twice = all.stdout.split('\n').filter((line) => line.includes('  open  ')).length;
    expect(new Set(Array.from(await ids(), ([id]) => id)).size).toBe(count(all.stdout) - twice);
    expect(count(some.stdout) + hidden).toBe(count(all.stdout) - twice);
    expect(hidden).toBeGreaterThan(100);
  });

  it('is in the order of time, but for what was waited for in vain', () => {
    const [silent, answered] = [true, false].map((isSilent) =>
      all.stdout.split('\n').filter((line) => line !== '' && line.includes('no answer in the log') === isSilent),
    );
    expect(silent).toHaveLength(3); // README of the samples: up to 1.36 a patch that is not JSON leaves no final event
    const times = (answered ?? []).map((line) => line.slice(0, 24));
    expect(times).toEqual(times.toSorted());
  });

  it('prints as JSON what the API server wrote, byte for byte', async () => {
    const { stdout } = await logs('audit.log', '-o', 'json');
    expect(stdout).toBe(await readFile(join(dir, 'audit.log'), 'utf8'));
  });

  it('shows what is still open, from which server, in the order of time', async () => {
    const { stdout } = await logs('masters', '--utc');
    const shown = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(26, 45).trimEnd());
    expect(shown).toEqual(['101   cp-1      bob', '403   cp-2      bob', 'open  cp-1      bob']);
  });

  it.each([[], ['-o', 'table'], ['-o', 'wide'], ['-o', 'csv'], ['--stage', '*'], ['--top', 'user,agent'], ['--count']])(
    'shows no secret: %j',
    async (...args) => {
      const { stdout, stderr } = await logs('secret.log', ...args);
      expect(stdout).not.toBe('');
      expect(stdout + stderr).not.toContain(CANARY);
    },
  );

  it('shows them where it is told to, and as JSON', async () => {
    expect((await logs('secret.log', '--reveal')).stdout).toContain(`-- db --password ${CANARY}`);
    expect((await logs('secret.log', '-o', 'json')).stdout).toBe(lines([exec(0), denied(1), secret(2)]));
  });

  it('prints a head and as many cells in each line, as CSV and parted by tabs', async () => {
    const csv = (await logs('masters', '-o', 'csv')).stdout.split('\r\n');
    expect(csv[0]).toMatch(/^time,server,outcome,user,as,action,note,/);
    expect(csv).toHaveLength(5);
    const wide = (await logs('masters', '-o', 'wide')).stdout.trimEnd().split('\n');
    expect(new Set(wide.map((line) => line.split('\t').length))).toEqual(new Set([csv[0]?.split(',').length]));
  });

  it('shows the last with --tail', async () => {
    expect((await logs('masters', '--tail', '1')).stdout).toMatch(/^\S+ {2}open .*\n$/);
    expect((await logs('masters', '--tail', '0')).stdout).toBe('');
  });

  it('hides nothing of whom or what is asked for', async () => {
    const { stdout, stderr } = await logs('audit.log', '--user', 'sys:kube-scheduler');
    expect(stdout).not.toBe('');
    expect(stderr).not.toContain('hidden');
  });

  it('says where nothing matches of which time the log is, with status 0', async () => {
    const { stdout, stderr, exitCode } = await logs('masters', '--user', 'nobody', '--utc');
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 });
    expect(stderr).toMatch(/^Nothing matches\.\n3 events in 2 files.* 2026-11-23 05:55:00Z to 05:55:02Z\n$/);
  });

  it('counts damaged lines, and is 1 for them only with --strict', async () => {
    const { stdout, stderr, exitCode } = await logs('damaged.log');
    expect([stdout.split('\n').length, exitCode]).toEqual([2, 0]);
    expect(stderr).toContain('damaged.log:2');
    expect((await logs('damaged.log', '--strict')).exitCode).toBe(1);
  });

  it('stops reading where nobody reads on, with status 0', () => {
    const script = `"${process.execPath}" "${CLI}" logs audit.log audit.log audit.log --all -q | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: dir, encoding: 'utf8' });
    expect(stdout.trimEnd().split('\n')).toEqual([expect.stringContaining('2026-11-23'), '0']);
    expect(stderr).toBe('');
  });
});

async function ids(): Promise<[string, object][]> {
  const text = await readFile(join(dir, 'audit.log'), 'utf8');
  const events = text
    .trimEnd()
    .split('\n')
    .map((line): { auditID: string; requestURI: string } => JSON.parse(line));
  return events.map((each) => [`${each.auditID} ${each.requestURI}`, each]);
}
