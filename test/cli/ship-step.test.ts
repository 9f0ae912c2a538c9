import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runWarmCli } from '../helpers/warm-cli.ts';

const SPEC = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.36.0
`;

const STEP = 'kops-audit ship apply --cluster=a.example.com --sink=mezmo';

let dir: string;

beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'kops-audit-ship-step-'))));
afterAll(() => rm(dir, { recursive: true, force: true }));

async function typed(...args: string[]): Promise<string> {
  return (await runWarmCli(args, { cwd: dir, env: { HOME: dir } })).stderr;
}

it('enable names ship as the next step where it turned the log on, once', async () => {
  await writeFile(join(dir, 'cluster.yaml'), SPEC);
  expect(await typed('enable', '-f', 'cluster.yaml', '--yes')).toContain(STEP);
  expect(await typed('enable', '-f', 'cluster.yaml', '--yes', '--log-max-age', '3')).not.toContain(STEP);
  expect(await typed('disable', '-f', 'cluster.yaml', '--yes')).not.toContain(STEP);
});

it('nor where the log goes to stdout, or nothing was written', async () => {
  await writeFile(join(dir, 'cluster.yaml'), SPEC);
  expect(await typed('enable', '-f', 'cluster.yaml', '--dry-run')).not.toContain(STEP);
  expect(await typed('enable', '-f', 'cluster.yaml', '--yes', '--log-path', '-')).not.toContain(STEP);
});
