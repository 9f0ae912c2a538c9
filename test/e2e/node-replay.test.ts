import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayOf } from '../replay/json.ts';
import { KOPS_VERSIONS } from './kops-cache.ts';
import type { Apiserver } from './kube-apiserver/apiserver.ts';
import { KUBECTL_FOLDER } from './kube-apiserver/build.ts';
import { authorization } from './kube-apiserver/identities.ts';
import { makeNodes, type Nodes, say } from './kube-apiserver/kubelets.ts';
import { type Lab, openLab } from './kube-apiserver/lab.ts';
import { kubeconfig } from './kube-apiserver/static-pod.ts';
import { runCli, type CliResult } from './run-cli.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const [VERSION] = KOPS_VERSIONS;

let scene: Scene;
let lab: Lab;
let nodes: Nodes;
let apiserver: Apiserver;
let env: Record<string, string>;

/** A real kops knows the cluster, and a real kube-apiserver runs with the policy that `enable` put into its spec. */
beforeAll(async () => {
  [scene, lab] = await Promise.all([openScene({ version: VERSION }), openLab()]);
  await scene.restore();
  const enabled = await scene.cli('enable', '--cluster', CLUSTER, '--policy', 'metadata', '--yes', '--no-update');
  if (enabled.exitCode !== 0) throw new Error(enabled.stderr);
  const { stdout: policy } = await scene.cli('policy', 'show', '--cluster', CLUSTER);
  await writeFile(join(lab.dir, 'policy.yaml'), policy);
  nodes = await makeNodes(lab.dir);
  const log = join(nodes.kubelets['cp-1']?.root ?? '', 'kube-audit/audit.log');
  const flags = [`--audit-policy-file=${lab.dir}/policy.yaml`, `--audit-log-path=${log}`];
  apiserver = await lab.start([...nodes.flags, ...flags]);
  await nodes.register(apiserver);
  for (const node of ['cp-2', 'cp-3']) {
    const folder = join(nodes.kubelets[node]?.root ?? '', 'kube-audit');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'audit.log'), '');
  }
  env = { ...scene.env, PATH: [KUBECTL_FOLDER, scene.env['PATH'] ?? ''].join(delimiter) };
  await writeFile(join(lab.dir, 'kubeconfig'), kubeconfig(CLUSTER, lab.dir, apiserver.port));
});
afterAll(async () => {
  await nodes?.close();
  await lab?.close();
  await scene?.close();
});

function replay(...args: string[]): Promise<CliResult> {
  return runCli(['policy', 'replay', ...args], { env, cwd: lab.dir });
}

function ofCluster(...args: string[]): Promise<CliResult> {
  return replay('--cluster', CLUSTER, '--kubeconfig', join(lab.dir, 'kubeconfig'), ...args);
}

describe('policy replay of a cluster that real kops and a real kube-apiserver know', () => {
  it('reads the log on the nodes, puts the policy in force first, and finds that it recorded all of it', async () => {
    await apiserver.send({ path: '/api/v1/namespaces/default/secrets/s', headers: authorization('alice') });
    const run = await ofCluster('--policy', 'kops', '-o', 'json');
    expect(run.stderr).not.toContain('error:');
    expect(run.exitCode).toBe(0);
    const { log, recordedWith, policies } = replayOf(run.stdout);
    expect(log.events).toBeGreaterThan(100);
    expect(log.unreadable).toBe(0);
    expect(recordedWith).toMatchObject({
      name: expect.stringContaining(CLUSTER),
      events: log.events,
      bytes: log.bytes,
      underRecorded: 0,
    });
    const [inForce, kops] = policies;
    expect(inForce).toMatchObject({
      name: recordedWith?.name,
      events: log.events,
      bytes: log.bytes,
      unseen: { effects: [] },
    });
    expect(kops?.name).toBe('kops');
    expect(kops?.events).toBeLessThan(log.events);
    expect(kops?.unseen?.effects.join(' ')).toMatch(/would be recorded with the request body/);
  });

  it('says so in its text too', async () => {
    const { stdout, exitCode } = await ofCluster('--policy', 'kops');
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/All of this log is as .* of m\.k8s\.local records\s+it\./),
    ]);
  });

  it('tells what there is where a node cannot be read, and that something is missing', async () => {
    const kubelet = nodes.kubelets['cp-2'];
    if (!kubelet) throw new Error('no kubelet');
    kubelet.fault = (_request, response) => {
      say(response, 403, 'Forbidden');
      return true;
    };
    const run = await ofCluster('--policy', 'kops', '-o', 'json');
    kubelet.fault = null;
    expect([run.exitCode, run.stderr]).toEqual([4, expect.stringContaining('missing: ')]);
    expect(replayOf(run.stdout).log.events).toBeGreaterThan(100);
  });

  it('takes the policy of a spec in a file for a log that is named, and says where that was another', async () => {
    await writeFile(join(lab.dir, 'cluster.yaml'), await scene.storedText());
    const log = join(nodes.kubelets['cp-1']?.root ?? '', 'kube-audit/audit.log');
    await writeFile(join(lab.dir, 'audit.log'), await readFile(log));
    const run = await replay('audit.log', '-f', 'cluster.yaml', '--policy', 'gce', '-o', 'json');
    expect(run.exitCode).toBe(0);
    const { log: own, recordedWith, policies } = replayOf(run.stdout);
    expect(recordedWith).toMatchObject({ events: own.events, bytes: own.bytes });
    expect(policies.map(({ name }) => name)).toEqual([recordedWith?.name, 'gce']);
    const other = await replay('audit.log', '-f', 'cluster.yaml', '--recorded-with', 'gce', '--policy', 'kops');
    expect(other.stdout.replaceAll(/\s+/g, ' ')).toContain('This log was not recorded with gce, or not all of it: ');
  });
});
