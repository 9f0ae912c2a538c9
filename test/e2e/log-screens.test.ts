import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { drive } from '../terminal/driven.ts';
import { CLI } from './run-cli.ts';

/** What `logs` shows of the sample, by the name of the screen. */
const RUNS: readonly { name: string; args: string[]; columns?: number }[] = [
  { name: 'plain', args: ['--human'] },
  { name: 'denied', args: ['--status', '401', '--status', '403'] },
  { name: 'exec', args: ['--resource', 'pods/exec'] },
  { name: 'stages-of-an-exec', args: ['--resource', 'pods/exec', '--stage', '*'] },
  { name: 'all', args: ['--all', '--tail', '8'] },
  { name: 'table', args: ['--failed', '-o', 'table'], columns: 120 },
  { name: 'at-40', args: ['--human', '--writes'], columns: 40 },
  { name: 'at-60', args: ['--human', '--writes'], columns: 60 },
  { name: 'at-120', args: ['--human', '--writes'], columns: 120 },
  { name: 'nothing', args: ['--user', 'carol'] },
];

it.each(RUNS)('logs on a terminal: $name', async ({ name, args, columns = 80 }) => {
  const home = mkdtempSync(join(tmpdir(), 'kops-audit-screens-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const words = ['logs', '--sample', '--utc', ...args];
  const env = { HOME: home, NO_COLOR: '1', PAGER: 'cat', PATH: '/usr/bin:/bin' };
  const session = drive(process.execPath, [CLI, ...words], { env, cwd: home, size: { cols: columns, rows: 60 } });
  onTestFinished(() => session.kill());
  expect(await session.ended()).toBe(0);
  const text = session.screen();
  expect(text.split('\n').filter((line) => Array.from(line).length > columns)).toEqual([]);
  await expect(`$ kops-audit ${words.join(' ')}\n${text}\n`).toMatchFileSnapshot(`../screens/logs/${name}.txt`);
});

it('shows a long log in the pager, which can be left at once', async () => {
  const home = mkdtempSync(join(tmpdir(), 'kops-audit-screens-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const env = { HOME: home, NO_COLOR: '1', PAGER: 'head -n 2; echo LEFT', PATH: '/usr/bin:/bin' };
  const session = drive(process.execPath, [CLI, 'logs', '--sample', '--utc', '--all', '--quiet'], { env, cwd: home });
  onTestFinished(() => session.kill());
  expect(await session.ended()).toBe(0);
  expect(session.screen().split('\n')).toEqual([
    expect.stringContaining('11-27'),
    expect.stringContaining('11-27'),
    'LEFT',
  ]);
});

it('prints it where the pager is not there', async () => {
  const home = mkdtempSync(join(tmpdir(), 'kops-audit-screens-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const env = { HOME: home, NO_COLOR: '1', PAGER: 'no-such-pager', PATH: '/usr/bin:/bin' };
  const words = ['logs', '--sample', '--utc', '--status', '401', '--quiet'];
  const session = drive(process.execPath, [CLI, ...words], { env, cwd: home });
  onTestFinished(() => session.kill());
  expect(await session.ended()).toBe(0);
  expect(session.screen()).toMatch(/\(not logged in\) +list nodes: login failed/);
});

it('gives a terminal nothing to obey, as JSON neither, and the same event', async () => {
  const home = mkdtempSync(join(tmpdir(), 'kops-audit-screens-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const event = {
    auditID: 'a',
    stage: 'ResponseComplete',
    verb: 'get',
    requestURI: '/',
    user: { username: 'x\u009b2J\u202e' },
  };
  writeFileSync(join(home, 'audit.log'), JSON.stringify(event));
  const env = { HOME: home, NO_COLOR: '1', PAGER: 'cat', PATH: '/usr/bin:/bin' };
  const size = { cols: 200, rows: 24 };
  for (const output of ['json', 'text', 'table', 'wide', 'csv']) {
    const words = ['logs', 'audit.log', '--quiet', '-o', output];
    const session = drive(process.execPath, [CLI, ...words], { env, cwd: home, size });
    onTestFinished(() => session.kill());
    expect(await session.ended()).toBe(0);
    // oxlint-disable-next-line no-control-regex
    expect(session.raw()).not.toMatch(/[\u0080-\u009f\u202e]/);
    if (output === 'json') expect(JSON.parse(session.raw())).toEqual(event);
  }
});
