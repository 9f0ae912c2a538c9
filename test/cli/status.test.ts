import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.ts';
import type { CliResult } from '../e2e/run-cli.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

const POLICY = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';

/** Its policy comes from a script, and is not known. */
const UNKNOWN = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata: {name: unknown.example.com}
spec:
  kubernetesVersion: 1.33.4
  hooks:
  - {name: fetch.service, manifest: "ExecStart=/usr/bin/curl -o ${POLICY} https://x"}
  kubeAPIServer: {auditPolicyFile: ${POLICY}, auditLogPath: /var/log/kube-audit/audit.log, auditLogMaxBackups: 3}
`;
const OFF = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata: {name: off.example.com}
spec: {kubernetesVersion: 1.33.4}
`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-status-'));
  await writeFile(join(dir, 'on.yaml'), await readFile(join(ROOT, 'templates/examples/ha-cluster.yaml')));
  await cli('enable', '-f', 'on.yaml', '--policy', 'metadata', '--yes', '--no-journal');
});
afterEach(() => rm(dir, { recursive: true }));

function cli(...args: string[]): Promise<CliResult> {
  return runCli(args, { cwd: dir, env: { PATH: '/nonexistent', HOME: join(dir, 'home') } });
}

async function required(wanted: string, ...specs: string[]): Promise<unknown[]> {
  await writeFile(join(dir, 'all.yaml'), specs.join('---\n'));
  const { exitCode, stdout } = await cli('status', '-f', 'all.yaml', '--require', wanted, '-o', 'json');
  const { clusters } = JSON.parse(stdout) as { clusters: { required: { state: string } }[] };
  return [exitCode, ...clusters.map((row) => row.required.state)];
}

describe('status --require', () => {
  it('exits 1 where one is not met, else 4 where one is not known, else 0', async () => {
    const on = await readFile(join(dir, 'on.yaml'), 'utf8');
    expect(await required('metadata', on)).toEqual([0, 'met']);
    expect(await required('metadata', on, UNKNOWN)).toEqual([4, 'met', 'unknown']);
    expect(await required('metadata', on, UNKNOWN, OFF)).toEqual([1, 'met', 'unknown', 'not-met']);
    expect(await required('kops', on)).toEqual([1, 'not-met']);
    expect(await required('on', on, UNKNOWN)).toEqual([0, 'met', 'met']);
  });

  it('exits 4 where the state store holds no cluster', async () => {
    const kops = `#!/bin/sh\ncase "$1" in version) echo 1.36.0;; *) echo '[]';; esac\n`;
    await writeFile(join(dir, 'kops'), kops, { mode: 0o755 });
    const env = { PATH: `${dir}:/usr/bin:/bin`, HOME: join(dir, 'home') };
    const run = await runCli(['status', '--all', '--require', 'on'], { cwd: dir, env });
    expect(run).toMatchObject({
      exitCode: 4,
      stderr: 'The state store has no clusters: there is nothing to judge.\n',
    });
    expect(await runCli(['status', '--all'], { cwd: dir, env })).toMatchObject({ exitCode: 0 });
  });

  it('takes a policy of your own, and refuses what is none before anything is read', async () => {
    const own = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Request\n';
    await writeFile(join(dir, 'own.yaml'), own);
    expect(await cli('status', '-f', 'on.yaml', '--require', './own.yaml')).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('Required ./own.yaml: not met: its policy is not ./own.yaml, nor equal to it'),
    });
    await writeFile(join(dir, 'own.yaml'), own.replace('Request', 'All'));
    for (const wanted of ['./own.yaml', 'metadta', './none.yaml'])
      expect(await cli('status', '-f', 'nospec.yaml', '--require', wanted)).toMatchObject({
        exitCode: 2,
        stderr: expect.not.stringContaining('nospec'),
      });
  });
});
