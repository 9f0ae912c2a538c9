import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLI } from '../e2e/run-cli.ts';
import { runWarmCli } from '../helpers/warm-cli.ts';

const SPEC = { apiVersion: 'kops.k8s.io/v1alpha2', kind: 'Cluster', metadata: { name: 'a.k8s.local' }, spec: {} };

let dir = '';
beforeEach(async () => (dir = await mkdtemp(join(tmpdir(), 'kops-audit-stdout-'))));
afterEach(() => rm(dir, { recursive: true }));

describe('a stdout that cannot be written', () => {
  const COMMANDS = [
    ['completion', 'bash'],
    ['enable', '-f', 'c.yaml', '--dry-run'],
    ['enable', '-f', 'c.yaml', '--dry-run', '-o', 'json'],
    ['enable', '-f', 'c.yaml', '--dry-run', '-o', 'patch'],
    ['enable', '-f', '-'],
    ['enable', '-f', '-', '-o', 'json'],
    ['lint', 'p.yaml'],
    ['lint', 'p.yaml', '-o', 'json'],
    ['lint', 'p.yaml', '-o', 'sarif'],
    ['lint', '--fix', '-'],
    ['status', '-f', 'c.yaml'],
    ['status', '-f', 'c.yaml', '-o', 'json'],
    ['history', '-o', 'json'],
    ['policy', 'list'],
    ['policy', 'show', 'gce'],
    ['policy', 'diff', 'gce', 'kops'],
    ['policy', 'order', 'gce', '--by', 'least'],
    ['policy', 'explain', 'get', 'pods'],
    ['policy', 'test', '--schema'],
  ];

  /** Those that print through commander, and one for each other way in which commands write. */
  const STARTED = [
    ['--help'],
    ['--version'],
    ['help', 'enable'],
    ['policy', 'explain', '--help'],
    ['enable', '-f', '-'],
    ['lint', '--fix', '-'],
    ['policy', 'show', 'gce'],
  ];

  const POLICY =
    'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata, resources: [{group: "", resources: [Pods]}]}, {level: Metadata}]\n';
  beforeEach(async () => {
    await writeFile(join(dir, 'c.yaml'), JSON.stringify(SPEC));
    await writeFile(join(dir, 'p.yaml'), POLICY);
  });

  const inShell = (script: string, args: string[]): SpawnSyncReturns<string> => {
    const input = args.includes('lint') ? 'p.yaml' : 'c.yaml';
    return spawnSync('bash', ['-c', script.replace('"$@"', `"$@" <${input}`), process.execPath, CLI, ...args], {
      cwd: dir,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: dir },
    });
  };

  it.each(COMMANDS.map((args) => [args]))('is an error of its own for %j', async (args) => {
    const input = args.includes('lint') ? POLICY : JSON.stringify(SPEC);
    const run = await runWarmCli(args, { cwd: dir, env: { HOME: dir }, input, stdoutFile: '/dev/full' });
    expect(run.stderr).toContain('error: stdout cannot be written');
    expect(run.stderr).not.toMatch(/^ {4}at /m);
    expect(run.exitCode).toBe(4);
  });

  it.each(STARTED.map((args) => [args]))('is one in a shell for %j', (args) => {
    const run = inShell('"$0" "$@" >/dev/full', args);
    expect(run.stderr).toContain('error: stdout cannot be written');
    expect(run.stderr).not.toMatch(/^ {4}at /m);
    expect(run.status).toBe(4);
  });

  it.each(STARTED.slice(3).map((args) => [args]))(
    'does not disturb %j when it is a pipe whose reader went away',
    (args) => {
      const run = inShell('{ sleep 0.1; "$0" "$@"; echo $? >status; } | true; exit "$(cat status)"', args);
      expect(run.stderr).not.toContain('stdout cannot be written');
      expect(run.status).toBe(0);
    },
  );
});

describe('a stream that is refused', () => {
  const BROKEN = { ...SPEC, spec: { kubeAPIServer: { auditLogPth: '/x' } } };
  const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadat}]\n';

  it.each([
    [BROKEN, ['enable', '-f', '-']],
    [BROKEN, ['enable', '-f', '-', '-o', 'json']],
    [BROKEN, ['enable', '-f', '-', '-o', 'yaml']],
    [BROKEN, ['enable', '-f', '-', '-o', 'patch']],
    [BROKEN, ['enable', '-f', '-', '--dry-run']],
    [BROKEN, ['enable', '-f', '-', '--dry-run', '-o', 'json', '--exit-code']],
    [BROKEN, ['enable', '-f', '-', '--quiet']],
    ['{', ['enable', '-f', '-', '-o', 'json']],
    ['', ['disable', '-f', '-', '-o', 'json']],
    [POLICY, ['policy', 'order', '-', '--by', 'least']],
    [POLICY, ['policy', 'explain', 'get', 'pods', '--policy', '-', '-o', 'json']],
    [POLICY, ['policy', 'diff', 'gce', '-', '-o', 'json']],
    ['kind: Nothing\n', ['lint', '--fix', '-']],
    ['', ['lint', '--fix', '-']],
  ])('%# gives stdout no byte, and says why on stderr', async (input, args) => {
    const text = typeof input === 'string' ? input : JSON.stringify(input);
    const run = await runWarmCli(args, { cwd: dir, env: { PATH: '/nonexistent', HOME: dir }, input: text });
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain('error: ');
  });

  it('is shown on stderr all the same, with the diff', async () => {
    const input = JSON.stringify(BROKEN);
    const run = await runWarmCli(['enable', '-f', '-', '--dry-run'], { cwd: dir, env: { HOME: dir }, input });
    expect(run.stderr).toContain('+++ stdin (planned)');
    expect(run.stderr).toContain('kOps does not know spec.kubeAPIServer.auditLogPth');
  });
});
