import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KopsObject } from '../../src/cluster/types.ts';
import { ExternalError, UserError } from '../../src/errors.ts';
import { classifyChanges } from '../../src/kops/preview.ts';
import { createKops, type Kops, type KopsOptions } from '../../src/kops/kops.ts';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const POLICY_FILE = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const POLICY =
  'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n# No changes need to be applied\n';

function withAuditing(cluster: KopsObject, apiServer: Record<string, string> = {}): KopsObject {
  const { spec } = cluster;
  const fileAssets = [{ name: 'audit-policy', path: POLICY_FILE, roles: ['Master'], content: POLICY }];
  const kubeAPIServer = { auditPolicyFile: POLICY_FILE, auditLogPath: '/var/log/kube-audit/audit.log', ...apiServer };
  return { ...cluster, spec: { ...spec, fileAssets, kubeAPIServer } };
}

async function errorOf(work: Promise<unknown>): Promise<Error & { hint?: string }> {
  const thrown: unknown = await work.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(Error);
  return thrown as Error & { hint?: string };
}

describe.each(KOPS_VERSIONS)('the adapter with kops %s', (version) => {
  let box: Sandbox;
  const kopsIn = (more: Partial<KopsOptions> = {}): Kops => createKops({ env: box.env, timeoutMs: 30_000, ...more });

  beforeAll(async () => {
    box = await createSandbox({ version, clusters: ['prod.k8s.local', 'test.k8s.local'] });
  });
  afterAll(() => box.close());

  it('tells its version', async () => {
    expect(await kopsIn().version()).toBe(version);
  });

  it('reads the names, the Cluster and its groups, whatever KOPS_CLUSTER_NAME says', async () => {
    const kops = kopsIn({ env: { ...box.env, KOPS_CLUSTER_NAME: 'test.k8s.local' } });
    expect(await kops.clusterNames()).toEqual(['prod.k8s.local', 'test.k8s.local']);
    const cluster = await kops.getCluster('prod.k8s.local');
    expect(cluster).toMatchObject({
      kind: 'Cluster',
      metadata: { name: 'prod.k8s.local' },
      spec: { kubernetesVersion: '1.32.4' },
    });
    const groups = await kops.getInstanceGroups('prod.k8s.local');
    expect(groups.map(({ metadata, spec }) => [metadata.name, spec['role']])).toEqual([
      ['control-plane-main', 'Master'],
      ['nodes-main', 'Node'],
    ]);
  });

  it('refuses an unknown cluster and names the near ones', async () => {
    const kops = kopsIn();
    const calls = [
      () => kops.getCluster('prd.k8s.local'),
      () => kops.getInstanceGroups('prd.k8s.local'),
      () => kops.previewUpdate('prd.k8s.local'),
    ];
    for (const call of calls) {
      const error = await errorOf(call());
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toBe('there is no cluster "prd.k8s.local" in the state store');
      expect(error.hint).toMatch(/^Did you mean prod\.k8s\.local/);
    }
    expect((await errorOf(kops.getCluster('zzzzzzzzz'))).hint).toBe('It holds prod.k8s.local, test.k8s.local.');
  });

  it('has no last applied version before the first update, and none for a cluster that is not there', async () => {
    expect(await kopsIn().lastApplied('prod.k8s.local')).toBeNull();
    expect(await kopsIn().lastApplied('nope.k8s.local')).toBeNull();
  });

  it('previews a first update, runs it, and is then up to date', async () => {
    const kops = kopsIn();
    const first = await kops.previewUpdate('test.k8s.local');
    expect(first).toMatchObject({ upToDate: false, understood: true });
    expect(first.changes.map(({ action }) => action)).toContain('create');
    expect(first.text).toMatch(/Must specify --yes to apply changes\n$/);

    const lines: string[] = [];
    const logged: string[] = [];
    const run = await kops.update('test.k8s.local', {}, (line, from) => (from === 'log' ? logged : lines).push(line));
    expect(run).toMatchObject({ failed: false, exitCode: 0, error: '', stderr: '' });
    expect(run.command).toBe('kops update cluster --name=test.k8s.local --yes --create-kube-config=false');
    expect(lines).toContain('Cluster changes have been applied to the cloud.');
    expect(logged.join('\n')).toContain('Tasks: 0 done');

    expect(await kops.previewUpdate('test.k8s.local')).toMatchObject({ upToDate: true, understood: true, changes: [] });
    expect(await kops.lastApplied('test.k8s.local')).toBe(version);
  });

  it('replaces, reads back, and previews just that change', async () => {
    const kops = kopsIn();
    const before = await kops.getCluster('test.k8s.local');
    const run = await kops.replace(withAuditing(before));
    expect(run).toMatchObject({ failed: false, exitCode: 0, stdout: '', stderr: '', error: '' });
    const after = await kops.getCluster('test.k8s.local');
    expect(after.spec['fileAssets']).toEqual([
      { name: 'audit-policy', path: POLICY_FILE, roles: ['Master'], content: POLICY },
    ]);
    expect(after.spec['kubeAPIServer']).toMatchObject({ auditPolicyFile: POLICY_FILE });

    const preview = await kops.previewUpdate('test.k8s.local');
    expect(preview).toMatchObject({ upToDate: false, understood: true });
    const { controlPlane, managedFiles, other } = classifyChanges(
      preview,
      await kops.getInstanceGroups('test.k8s.local'),
      'test.k8s.local',
    );
    expect(managedFiles.map(({ action, kind, name }) => `${action} ${kind}/${name}`)).toEqual([
      'modify ManagedFile/cluster-completed.spec',
    ]);
    expect([...controlPlane, ...other]).toEqual([]);
    expect(managedFiles[0]?.text).toContain('auditLogPath: /var/log/kube-audit/audit.log');
  });

  it('hands an interrupt on to an update, which can be run again', async () => {
    const control = new AbortController();
    const run = await kopsIn({ signal: control.signal }).update('test.k8s.local', {}, () => control.abort());
    expect(run).toMatchObject({ failed: true, interrupted: true, timedOut: false, error: 'it was interrupted' });
    expect(await kopsIn().update('test.k8s.local')).toMatchObject({ failed: false });
    expect(await kopsIn().previewUpdate('test.k8s.local')).toMatchObject({ upToDate: true });
  });

  it('lets a replace finish though it is interrupted', async () => {
    const control = new AbortController();
    const cluster = await kopsIn().getCluster('test.k8s.local');
    const { auditLogMaxAge: _, ...apiServer } = cluster.spec['kubeAPIServer'] as Record<string, string>;
    const changed = {
      ...cluster,
      spec: { ...cluster.spec, kubeAPIServer: { ...apiServer, auditLogMaxAge: 7 } },
    } as KopsObject;
    const replacing = kopsIn({ signal: control.signal, onCommand: () => setTimeout(() => control.abort(), 5) }).replace(
      changed,
    );
    expect(await replacing).toMatchObject({ failed: false, interrupted: true });
    expect((await kopsIn().getCluster('test.k8s.local')).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 7 });
  });

  it('reports a rejected replace in the words of kops, and the spec is the old one', async () => {
    const kops = kopsIn();
    const before = await kops.getCluster('prod.k8s.local');
    const run = await kops.replace(withAuditing(before, { auditWebhookConfigFile: '/etc/other/webhook.yaml' }));
    expect(run).toMatchObject({ failed: true, exitCode: 1, timedOut: false, interrupted: false });
    expect(run.error).toContain('the audit webhook config must be placed in the same directory as the audit policy');
    expect(await kops.getCluster('prod.k8s.local')).toEqual(before);
  });

  it('never creates a cluster by replacing', async () => {
    const kops = kopsIn();
    const cluster = await kops.getCluster('prod.k8s.local');
    const run = await kops.replace({ ...cluster, metadata: { ...cluster.metadata, name: 'new.k8s.local' } });
    expect(run.error).toContain('does not exist');
    expect(await kops.clusterNames()).not.toContain('new.k8s.local');
  });

  it('refuses an update by a kops older than the last one', async () => {
    const file = join(box.dir, 'state/test.k8s.local/kops-version.txt');
    const recorded = await readFile(file, 'utf8');
    await writeFile(file, '99.0.0');
    expect(await kopsIn().lastApplied('test.k8s.local')).toBe('99.0.0');
    const error = await errorOf(kopsIn().previewUpdate('test.k8s.local'));
    await writeFile(file, recorded);
    expect(error).toBeInstanceOf(UserError);
    expect(error.message).toBe('this kops is older than the one that last updated the cluster');
  });

  it('hands --state on, and refuses without a state store or with one of no known kind', async () => {
    const { KOPS_STATE_STORE = '', ...env } = box.env;
    expect(await kopsIn({ env, state: KOPS_STATE_STORE }).clusterNames()).toHaveLength(2);
    const missing = await errorOf(kopsIn({ env }).getCluster('prod.k8s.local'));
    expect(missing).toBeInstanceOf(UserError);
    expect(missing.message).toBe('kops has no state store');
    for (const way of ['--state', 'KOPS_STATE_STORE', '~/.kops.yaml']) expect(missing.hint).toContain(way);
    const odd = await errorOf(kopsIn({ env, state: 'foo://x' }).getCluster('prod.k8s.local'));
    expect(odd).toBeInstanceOf(UserError);
    expect(odd.message).toContain('kops cannot use this state store');
  });

  it('says that an empty state store is empty', async () => {
    const kops = kopsIn({ state: `file://${box.dir}/home` });
    expect(await kops.clusterNames()).toEqual([]);
    expect((await errorOf(kops.getCluster('prod.k8s.local'))).hint).toContain('has no clusters');
    const nowhere = await errorOf(kopsIn({ state: 'file:///nowhere' }).getCluster('prod.k8s.local'));
    expect(nowhere.hint).toMatch(
      /^kops cannot list the clusters either \(kops failed: .*\)\. Is it the right state store\?$/,
    );
  });

  it('finds no groups where there are none', async () => {
    const folder = join(box.dir, 'state/prod.k8s.local/instancegroup');
    await rename(folder, `${folder}-away`);
    expect(await kopsIn().getInstanceGroups('prod.k8s.local')).toEqual([]);
    await rename(`${folder}-away`, folder);
  });

  it('gives the error of a roll and of a validation, which need a cloud', async () => {
    const lines: string[] = [];
    const roll = await kopsIn().rollingUpdate('test.k8s.local', { yes: true });
    expect(roll.command).toBe(
      'kops rolling-update cluster --name=test.k8s.local --instance-group-roles=master,apiserver --yes',
    );
    expect(roll).toMatchObject({ failed: true, exitCode: 1 });
    expect(roll.error).toMatch(/^getting rest config: .*masterPublicName must be set/);
    const validation = await kopsIn().validate('test.k8s.local', '1s', (line, from) => lines.push(`${from}: ${line}`));
    expect(validation.error).toMatch(/^validation failed: getting rest config/);
    expect(lines).toContain('stdout: Validating cluster test.k8s.local');
  });

  it('takes the roles of the roll and the groups of the way back', async () => {
    const roll = await box.kops(
      'rolling-update',
      'cluster',
      '--name=test.k8s.local',
      '--instance-group-roles=master,apiserver',
      '--cloudonly',
    );
    expect(roll).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('No rolling-update required.') });
    const line = kopsIn().commandLine.rollGroupsCloudOnly('test.k8s.local', ['control-plane-main']);
    const back = await box.kops(...line.split(' ').slice(1));
    expect(back).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('No rolling-update required.') });
  });

  it('reports that metal has no Terraform', async () => {
    const run = await kopsIn().update('test.k8s.local', { target: 'terraform', out: join(box.dir, 'tf') });
    expect(run.error).toBe('cloud provider metal does not support the terraform target');
  });

  it('stops a read that takes too long', async () => {
    const error = await errorOf(kopsIn({ timeoutMs: 1 }).previewUpdate('test.k8s.local'));
    expect(error).toBeInstanceOf(ExternalError);
    expect(error.hint).toContain('--timeout');
  });
});
