import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';

const SAMPLE = readFileSync(new URL('../../templates/examples/audit-log.jsonl', import.meta.url), 'utf8');
const LINES = SAMPLE.split('\n').filter((line) => line !== '');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kops-audit-report-'));
  writeFileSync(join(folder, 'audit.log'), SAMPLE);
  writeFileSync(join(folder, 'bursts.log'), ['a', 'b', 'c'].map(secretRead).join(''));
  writeFileSync(join(folder, 'damaged.log'), `${SAMPLE}{"kind":"Eve\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(...args: string[]) {
  return runWarmCli(['report', ...args], { env: { PATH: '', HOME: folder }, cwd: folder });
}

function secretRead(name: string): string {
  return lineOf({ objectRef: { resource: 'secrets', namespace: 'shop', name } });
}

function lineOf(more: object): string {
  const event = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: JSON.stringify(more),
    stage: 'ResponseComplete',
    requestURI: '/',
    verb: 'get',
    user: { username: 'alice' },
    sourceIPs: ['10.0.0.9'],
    responseStatus: { code: 200 },
    requestReceivedTimestamp: '2026-11-23T10:00:00.000000Z',
    stageTimestamp: '2026-11-23T10:00:00.000000Z',
    ...more,
  };
  return `${JSON.stringify(event)}\n`;
}

function modeOf(...path: string[]): number {
  return statSync(join(folder, ...path)).mode & 0o777;
}

describe('report --evidence', () => {
  it('keeps the lines behind each figure as they were, for their owner only, with sums that fit', async () => {
    const { stdout, exitCode } = await report('audit.log', '--evidence', 'kept', '-o', 'json');
    expect(exitCode).toBe(0);
    expect([modeOf('kept'), modeOf('kept', 'SHA256SUMS'), modeOf('kept', 'denied.jsonl')]).toEqual([
      0o700, 0o600, 0o600,
    ]);
    const sums = readFileSync(join(folder, 'kept/SHA256SUMS'), 'utf8').trimEnd().split('\n');
    for (const sum of sums) {
      const [hash, name = ''] = sum.split('  ');
      const bytes = readFileSync(join(folder, 'kept', name));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
      for (const line of bytes.toString().trimEnd().split('\n')) expect(LINES).toContain(line);
    }
    const { sections } = JSON.parse(stdout);
    const withFile = sections.filter(({ file }: { file: unknown }) => file !== null);
    expect(withFile).toHaveLength(sums.length);
    for (const { file, requests } of withFile) expect(file.lines).toBeGreaterThanOrEqual(requests);
  });

  it('leaves a folder alone that has something in it', async () => {
    mkdirSync(join(folder, 'full'));
    writeFileSync(join(folder, 'full/mine'), 'mine');
    const { stderr, exitCode } = await report('audit.log', '--evidence', 'full');
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('is not empty') as unknown });
  });
});

describe('the status of a report', () => {
  it.each([
    [0, ['audit.log']],
    [1, ['audit.log', '--fail-on-section', 'denied']],
    [0, ['audit.log', '--fail-on-section', 'anonymous']],
    [1, ['audit.log', '--section', 'anonymous,denied', '--fail-on-section', 'anonymous,denied']],
    [2, ['audit.log', '--fail-on-section', 'anonymous,nope']],
    [1, ['bursts.log', '--section', 'secret-bursts', '--fail-on-section', 'secret-bursts']],
    [0, ['bursts.log', '--fail-on-section', 'list-bursts']],
    [2, ['bursts.log', '--section', 'list-bursts', '--fail-on-section', 'secret-bursts']],
    [0, ['damaged.log']],
    [1, ['damaged.log', '--strict']],
    [0, ['audit.log', '--baseline', 'audit.log', '--fail-on-section', 'new-identities']],
    [2, ['audit.log', '--fail-on-section', 'new-identities']],
    [2, ['audit.log', '--section', 'shels']],
    [2, ['audit.log', '--section', 'shells', '--fail-on-section', 'denied']],
    [2, ['none.log']],
  ])('is %i for %j', async (status, args) => {
    expect((await report(...args)).exitCode).toBe(status);
  });

  it('is 1 where somebody is new', async () => {
    writeFileSync(join(folder, 'earlier.log'), LINES.filter((line) => !line.includes('"username":"bob"')).join('\n'));
    const args = ['audit.log', '--baseline', 'earlier.log', '--fail-on-section', 'new-identities'];
    const { stdout, exitCode } = await report(...args);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/bob +not seen before/);
  });

  it('names the section that was meant', async () => {
    expect((await report('audit.log', '--section', 'shels')).stderr).toContain('Did you mean shells?');
  });
});

describe('report --out', () => {
  it('writes there what else goes to stdout, for its owner only', async () => {
    const { stdout } = await report('audit.log');
    expect((await report('audit.log', '--out', 'report.txt')).stdout).toBe('');
    expect(readFileSync(join(folder, 'report.txt'), 'utf8')).toBe(stdout);
    expect(modeOf('report.txt')).toBe(0o600);
  });

  it('is written over itself, and over no log', async () => {
    expect((await report('audit.log', '-o', 'json', '--out', 'report.json')).exitCode).toBe(0);
    expect((await report('audit.log', '-o', 'json', '--out', 'report.json')).exitCode).toBe(0);
    const before = readFileSync(join(folder, 'audit.log'), 'utf8');
    const { stderr, exitCode } = await report('audit.log', '--out', 'audit.log');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('audit.log: is not written over: an audit log')]);
    expect(readFileSync(join(folder, 'audit.log'), 'utf8')).toBe(before);
  });
});

it('report shows a secret in a command with --reveal only', async () => {
  const shell = {
    requestURI: '/api/v1/namespaces/shop/pods/web/exec?command=mysql&command=-phunter2',
    objectRef: { resource: 'pods', subresource: 'exec', namespace: 'shop', name: 'web' },
  };
  writeFileSync(join(folder, 'shell.log'), lineOf(shell));
  expect((await report('shell.log')).stdout).toContain('mysql -p‹secret›');
  expect((await report('shell.log', '--reveal')).stdout).toContain('mysql -phunter2');
});
