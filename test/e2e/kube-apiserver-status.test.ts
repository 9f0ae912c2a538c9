import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ClusterStatus } from '../../src/status/status.ts';
import { KUBECTL_FOLDER } from './kube-apiserver/build.ts';
import { openLab, type Lab } from './kube-apiserver/lab.ts';
import { kubeconfig, storeStaticPod } from './kube-apiserver/static-pod.ts';
import { runCli, type CliResult } from './run-cli.ts';

const EXAMPLE = new URL('../../templates/examples/ha-cluster.yaml', import.meta.url);
const CLUSTER = 'demo.example.com';
const NONE = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n';

interface Spec {
  kubeAPIServer: Record<string, string | number>;
  fileAssets: { content: string }[];
}

let lab: Lab;
let env: Record<string, string>;
let spec: Spec;
let file: string;

beforeAll(async () => {
  lab = await openLab();
  env = { PATH: [KUBECTL_FOLDER, process.env['PATH']].join(delimiter), HOME: lab.dir };
  file = join(lab.dir, 'cluster.yaml');
  await writeFile(file, await readFile(EXAMPLE));
  await runCli(['enable', '-f', file, '--policy', 'kops', '--yes', '--no-journal'], { env });
  spec = (parse((await readFile(file, 'utf8')).split('\n---\n')[0]!) as { spec: Spec }).spec;
});
afterAll(() => lab.close());

/** The flags that kOps makes of the spec. */
function specFlags(): string[] {
  const { auditLogMaxAge, auditLogMaxBackups, auditLogMaxSize, auditLogPath, auditPolicyFile } = spec.kubeAPIServer;
  return [
    `--audit-log-maxage=${auditLogMaxAge}`,
    `--audit-log-maxbackup=${auditLogMaxBackups}`,
    `--audit-log-maxsize=${auditLogMaxSize}`,
    `--audit-log-path=${auditLogPath}`,
    `--audit-policy-file=${auditPolicyFile}`,
  ];
}

interface Running {
  /** The policy on the instance; default: that of the spec. */
  policy?: string;
  /** The log on the instance; default: a file in the lab. */
  log?: string;
  /** The flags of the pod; default: those of the spec. */
  flags?: string[];
}

let count = 0;

/** Runs an API server with the policy and the log where a container would have them mounted, and gives what `status --live` says of it. */
async function status({ policy, log, flags = specFlags() }: Running, ...args: string[]): Promise<CliResult> {
  count += 1;
  const dir = join(lab.dir, `host-${count}`);
  await mkdir(dir);
  await writeFile(join(dir, 'policy.yaml'), policy ?? spec.fileAssets[0]!.content);
  const backend = [`--audit-policy-file=${dir}/policy.yaml`, `--audit-log-path=${log ?? join(dir, 'audit.log')}`];
  const apiserver = await lab.start(backend);
  try {
    await storeStaticPod(apiserver, 'kube-apiserver-i-1', flags);
    const config = join(dir, 'kubeconfig');
    await writeFile(config, kubeconfig(CLUSTER, lab.dir, apiserver.port));
    return await runCli(['status', '-f', file, '--live', '--kubeconfig', config, '--interval', '1s', ...args], { env });
  } finally {
    await apiserver.kill();
  }
}

describe('status --live on a real kube-apiserver', () => {
  it('proves that events flow', async () => {
    const run = await status({}, '--exit-code', '--require', 'kops');
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toContain(
      'Running  proven: the flags are right, and events flow on 1 of 1 API server\n         kube-apiserver-i-1: ',
    );
    const log = await readFile(join(lab.dir, `host-${count}`, 'audit.log'), 'utf8');
    expect(log).toContain('"requestURI":"/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-apiserver');
  });

  it('sees that nothing flows where the policy on the instance wants nothing', async () => {
    const { exitCode, stdout } = await status({ policy: NONE }, '--require', 'on', '-o', 'json');
    expect(exitCode).toBe(1);
    const [row] = (JSON.parse(stdout) as { clusters: ClusterStatus[] }).clusters;
    expect(row).toMatchObject({
      spec: { state: 'on' },
      drift: ['not-flowing'],
      running: { state: 'not-flowing', error: null },
      required: { state: 'not-met', why: 'an API server records nothing' },
    });
    const [flow] = row!.running!.flows;
    expect(flow).toMatchObject({ pod: 'kube-apiserver-i-1', state: 'silent', events: 0 });
    expect(flow!.requests).toBeGreaterThan(0);
    expect(flow!.unrecorded).toBe(flow!.requests);
  });

  it('sees that events are lost: the disk is full', async () => {
    const { exitCode, stdout } = await status({ log: '/dev/full' }, '--exit-code');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /Running {2}losing events: 1 of 1 API server\n +kube-apiserver-i-1: \d+ events? in 1 s, \d+ lost/,
    );
  });

  it('names the flags that are not those of the spec', async () => {
    const flags = specFlags()
      .filter((flag) => !flag.startsWith('--audit-policy-file'))
      .map((flag) => flag.replace(/maxage=\d+/, 'maxage=7'));
    const run = await status({ flags }, '--exit-code');
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain(`kube-apiserver-i-1 on node-1:
           --audit-log-maxage: runs with 7, the spec says ${spec.kubeAPIServer['auditLogMaxAge']}
           --audit-policy-file: runs without, the spec says ${spec.kubeAPIServer['auditPolicyFile']}`);
  });

  it('says that it does not know, and exits 4, where it may not look', async () => {
    const run = await status({}, '--context', 'other');
    expect(run.exitCode).toBe(4);
    expect(run.stdout).toContain('the kubeconfig has no context other');
    expect(run.stdout).toContain('kops export kubeconfig --name=other --admin');
  });
});
