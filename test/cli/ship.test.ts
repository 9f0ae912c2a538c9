import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';

const SPEC = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: k.example.com
spec:
  kubernetesVersion: 1.36.0
  kubeAPIServer:
    auditLogPath: LOG
`;

const OURS = ['configmap.yaml', 'daemonset.yaml', 'kustomization.yaml', 'namespace.yaml', 'serviceaccount.yaml'];

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-ship-'));
  await writeFile(join(dir, 'cluster.yaml'), SPEC.replace('LOG', '/var/log/kube-audit/audit.log'));
  await writeFile(join(dir, 'shared.yaml'), SPEC.replace('LOG', '/var/log/audit.log'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function ship(...args: string[]) {
  return runWarmCli(['ship', ...args], { cwd: dir, env: { HOME: dir } });
}

function render(...args: string[]) {
  return ship('render', '-f', 'cluster.yaml', '--sink', 'mezmo', ...args);
}

describe('ship render', () => {
  it('prints the manifests, and how the key gets there', async () => {
    const { stdout, stderr, exitCode } = await render();
    expect(exitCode).toBe(0);
    expect(stdout.match(/^kind: .*$/gm)).toEqual([
      'kind: Namespace',
      'kind: ServiceAccount',
      'kind: ConfigMap',
      'kind: DaemonSet',
    ]);
    expect(stderr).toContain(
      'printf %s "$KEY" | kubectl -n kops-audit create secret generic audit-exporter --from-file=token=/dev/stdin\n',
    );
    const quiet = await render('-q');
    expect([quiet.stdout, quiet.stderr]).toEqual([stdout, '']);
  });

  it('writes a folder, and writes it again', async () => {
    const first = await render('--out', 'ours');
    expect([first.stdout, first.exitCode]).toEqual(['', 0]);
    expect(first.stderr).toContain('kubectl apply -k ours');
    expect((await readdir(join(dir, 'ours'))).toSorted()).toEqual(OURS);
    const before = await readFile(join(dir, 'ours/daemonset.yaml'), 'utf8');
    expect((await render('--out', 'ours', '--label', 'team=a')).exitCode).toBe(0);
    expect(await readFile(join(dir, 'ours/daemonset.yaml'), 'utf8')).not.toBe(before);
    expect((await render('--out', 'ours')).exitCode).toBe(0);
    expect(await readFile(join(dir, 'ours/daemonset.yaml'), 'utf8')).toBe(before);
  });

  it('replaces nothing that is not as it was written, and writes nothing then', async () => {
    await render('--out', 'edited');
    const file = join(dir, 'edited/daemonset.yaml');
    const edited = `${await readFile(file, 'utf8')}# mine\n`;
    await writeFile(file, edited);
    const { exitCode, stderr } = await render('--out', 'edited', '--label', 'team=a');
    expect([exitCode, await readFile(file, 'utf8')]).toEqual([2, edited]);
    expect(stderr).toContain('edited/daemonset.yaml');
    expect(stderr).toContain('is not as kops-audit wrote it');
    expect(await readFile(join(dir, 'edited/namespace.yaml'), 'utf8')).not.toContain('team');
  });

  it('leaves a folder of others alone', async () => {
    await mkdir(join(dir, 'foreign'));
    await writeFile(join(dir, 'foreign/notes.txt'), '');
    const { exitCode, stderr } = await render('--out', 'foreign');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('holds other files, and no kustomization of kops-audit');
    expect(await readdir(join(dir, 'foreign'))).toEqual(['notes.txt']);
  });

  it('warns where the collector could read more than the log', async () => {
    const { stderr, exitCode } = await ship('render', '-f', 'shared.yaml', '--sink', 'mezmo', '-q');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: The log lies directly in /var/log');
  });

  it('says which store is missing', async () => {
    const { stderr, exitCode } = await ship('render', '-f', 'cluster.yaml');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('no store is named');
  });
});

describe('ship sinks', () => {
  it('lists them in 80 columns, Mezmo first', async () => {
    const { stdout } = await ship('sinks');
    const lines = stdout.split('\n');
    expect(lines[1]).toMatch(/^mezmo {2}/);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('knows one by another word, and says what is not known', async () => {
    const { stdout } = await ship('sinks', 'logdna');
    expect(stdout).toMatch(/^Event +not known$/m);
    const json: unknown = JSON.parse((await ship('sinks', 'LogDNA', '-o', 'json')).stdout);
    expect(json).toMatchObject({ kind: 'SinkList', formatVersion: 1, sinks: [{ name: 'mezmo', maxEventBytes: null }] });
    expect((await ship('sinks', 'mezno')).stderr).toContain('Did you mean mezmo?');
  });
});
