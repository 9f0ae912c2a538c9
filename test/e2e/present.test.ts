import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const ENABLE = ['enable', '--cluster', CLUSTER, '--yes', '--no-update'];
const SAFE_PATH = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const ALL_ROLES = ['Master', 'ControlPlane', 'APIServer'];
const BY_HAND = '# our policy\napiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';

interface HandMade {
  path: string;
  roles?: string[];
  keys?: Record<string, unknown>;
  others?: unknown[];
}

describe.each(KOPS_VERSIONS)('enable on a cluster with auditing, kops %s', (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  function byHand({ path, roles = ALL_ROLES, keys = {}, others = [] }: HandMade): Promise<void> {
    return scene.editStored((spec) => {
      spec['fileAssets'] = [...others, { name: 'ours', path, roles, content: BY_HAND }];
      spec['kubeAPIServer'] = { auditPolicyFile: path, auditLogPath: '/var/log/ours/audit.log', ...keys };
    });
  }

  it('keeps a safe one, and adds only what is missing', async () => {
    const path = '/srv/kubernetes/kube-apiserver/ours/policy.yaml';
    await byHand({ path, keys: { auditLogMaxAge: 7, eventTTL: '2h0m0s' } });
    const before = await scene.stored();
    expect(await scene.cli(...ENABLE)).toMatchObject({ exitCode: 0 });
    const { kubeAPIServer, ...others } = (await scene.stored()).spec;
    const { kubeAPIServer: _, ...kept } = before.spec;
    expect(others).toEqual(kept);
    expect(kubeAPIServer).toEqual({
      auditPolicyFile: path,
      auditLogPath: '/var/log/ours/audit.log',
      auditLogMaxAge: 7,
      auditLogMaxBackups: 10,
      auditLogMaxSize: 100,
      eventTTL: '2h0m0s',
    });
    const text = await scene.storedText();
    expect(await scene.cli(...ENABLE)).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Nothing to do') });
    expect(await scene.storedText()).toBe(text);
  });

  it('moves one that would keep the API server from starting, and says why', async () => {
    const other = { name: 'motd', path: '/etc/motd', content: 'hello\n' };
    await byHand({ path: '/var/log/ours/policy.yaml', others: [other] });
    const run = await scene.cli(...ENABLE);
    expect(run).toMatchObject({ exitCode: 0 });
    expect(`${run.stdout}${run.stderr}`.replaceAll(/\s+/g, ' ')).toContain(
      'The policy moves from /var/log/ours/policy.yaml to /srv/kubernetes/kube-apiserver/audit/policy.yaml: the policy and the log must not share',
    );
    const { kubeAPIServer, fileAssets } = (await scene.stored()).spec;
    expect(kubeAPIServer).toMatchObject({ auditPolicyFile: SAFE_PATH, auditLogPath: '/var/log/ours/audit.log' });
    expect(fileAssets).toEqual([other, { name: 'ours', path: SAFE_PATH, roles: ALL_ROLES, content: BY_HAND }]);
  });

  it('mends roles that reach no API server', async () => {
    await byHand({ path: SAFE_PATH, roles: ['Master'] });
    const run = await scene.cli(...ENABLE);
    expect(run).toMatchObject({ exitCode: 0 });
    expect((await scene.stored()).spec['fileAssets']).toEqual([
      { name: 'ours', path: SAFE_PATH, roles: ALL_ROLES, content: BY_HAND },
    ]);
  });

  it('replaces the policy only with --policy, and leaves one in the spec', async () => {
    await byHand({ path: SAFE_PATH });
    expect(await scene.cli(...ENABLE, '--policy', 'metadata')).toMatchObject({ exitCode: 0 });
    const [asset, ...more] = (await scene.stored()).spec['fileAssets'] as unknown as [
      Record<string, unknown>,
      ...unknown[],
    ];
    expect(more).toEqual([]);
    expect(asset).toMatchObject({
      path: SAFE_PATH,
      roles: ALL_ROLES,
      content: expect.stringMatching(/^# kops-audit \{"policy":"metadata"/),
    });
    await scene.cli(...ENABLE, '--policy', 'gce', '--log-max-age', '90');
    const { kubeAPIServer, fileAssets } = (await scene.stored()).spec;
    expect(fileAssets).toEqual([{ ...asset, content: expect.stringMatching(/^# kops-audit \{"policy":"gce"/) }]);
    expect(kubeAPIServer).toMatchObject({ auditLogMaxAge: 90, auditLogPath: '/var/log/ours/audit.log' });
  });

  it('keeps what was edited by hand in a policy of ours, unless --policy is given', async () => {
    await scene.cli(...ENABLE);
    const edited = (content: string): string => content.replace('level: Metadata', 'level: Request');
    await scene.editStored((spec) => {
      const [asset] = spec['fileAssets'] as [{ content: string }];
      asset.content = edited(asset.content);
    });
    const text = await scene.storedText();
    expect(await scene.cli(...ENABLE)).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await scene.storedText())).toEqual(JSON.parse(text));
    const run = await scene.cli(...ENABLE, '--policy', 'gce');
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^-.*level: Request$/m) });
  });

  it('refuses auditDynamicConfiguration', async () => {
    await byHand({ path: SAFE_PATH, keys: { auditDynamicConfiguration: true } });
    const before = await scene.storedText();
    const run = await scene.cli(...ENABLE, '--log-max-age', '8');
    expect(run.said).toContain('auditDynamicConfiguration');
    expect(run.exitCode).toBe(2);
    expect(await scene.storedText()).toBe(before);
  });
});
