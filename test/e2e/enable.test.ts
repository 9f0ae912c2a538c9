import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const ENABLE = ['enable', '--cluster', CLUSTER];
const STORE = 'Store this spec of m.k8s.local?';
const UPDATE = 'Run `kops update cluster --yes` now?';
const ROLL = 'Roll the control plane of m.k8s.local now?';
const ROLL_COMMAND = 'kops rolling-update cluster --name=m.k8s.local --instance-group-roles=master,apiserver --yes';
const CTRL_C = '\x03';

const PLANNED = {
  auditLogMaxAge: 30,
  auditLogMaxBackups: 10,
  auditLogMaxSize: 100,
  auditLogPath: '/var/log/kube-audit/audit.log',
  auditPolicyFile: '/srv/kubernetes/kube-apiserver/audit/policy.yaml',
};

describe.each(KOPS_VERSIONS)('enable on a fresh cluster, kops %s', (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, update: true });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  async function expectNothingPending(): Promise<void> {
    const preview = await scene.box.kops('update', 'cluster', `--name=${CLUSTER}`);
    expect(preview.stdout).toMatch(/No changes need to be applied\n$/);
  }

  it('--yes stores exactly the planned values and runs the update; a second run changes nothing', async () => {
    const before = await scene.stored();
    const policy = await scene.cli('policy', 'show', 'kops', '--kubernetes-version', '1.32.4');
    const first = await scene.cli(...ENABLE, '--yes');
    expect(first).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('+  kubeAPIServer:\n') });
    expect(first.stderr).toContain('`kops update` is finished');
    expect(first.stderr).toContain(`  ${ROLL_COMMAND}\n`);

    const after = await scene.stored();
    const { kubeAPIServer, fileAssets, ...others } = after.spec;
    expect(others).toEqual(before.spec);
    expect(kubeAPIServer).toEqual(PLANNED);
    expect(fileAssets).toEqual([
      {
        name: 'audit-policy',
        path: PLANNED.auditPolicyFile,
        roles: ['Master', 'ControlPlane', 'APIServer'],
        content: expect.any(String),
      },
    ]);
    const [{ content }] = fileAssets as unknown as [{ content: string }];
    expect(content.split('\n')[0]).toMatch(/^# kops-audit \{"policy":"kops",/);
    expect(withoutStamp(content)).toBe(withoutStamp(policy.stdout));
    await expectNothingPending();

    const text = await scene.storedText();
    const second = await scene.cli(...ENABLE, '--yes');
    expect(second).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('Nothing to do') });
    expect(await scene.storedText()).toBe(text);
    expect(await scene.journal()).toHaveLength(1);
  });

  it('records the old spec where only its owner can read it', async () => {
    const before = await scene.stored();
    await scene.cli(...ENABLE, '--yes', '--no-update');
    const [record] = await scene.journal();
    expect(record?.entry).toMatchObject({ command: 'enable', outcome: 'spec-written', kopsVersion: version });
    expect(JSON.parse(record?.entry.before ?? '')).toEqual(before);
    expect((await stat(record?.path ?? '')).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(record?.path ?? ''))).mode & 0o777).toBe(0o700);
  });

  it('asks twice on a terminal, the diff first', async () => {
    const run = await scene.ask(ENABLE, [
      { after: STORE, send: 'y\r' },
      { after: UPDATE, send: 'y\r' },
    ]);
    expect(run.exitCode).toBe(0);
    expect(run.screen.indexOf('+  kubeAPIServer:')).toBeGreaterThan(0);
    expect(run.screen.indexOf('+  kubeAPIServer:')).toBeLessThan(run.screen.indexOf(STORE));
    expect(run.screen.indexOf('modify ManagedFile/cluster-completed.spec')).toBeLessThan(run.screen.indexOf(UPDATE));
    expect((await scene.stored()).spec['kubeAPIServer']).toEqual(PLANNED);
    await expectNothingPending();
  });

  it('writes nothing when the first question is declined', async () => {
    const before = await scene.storedText();
    const run = await scene.ask(ENABLE, [{ after: STORE, send: 'n\r' }]);
    expect(run).toMatchObject({ exitCode: 3, screen: expect.stringContaining('Declined. Nothing was written.') });
    expect(await scene.storedText()).toBe(before);
    expect(await scene.journal()).toEqual([]);
  });

  it('says what is left when the update is declined, and a second run takes it up', async () => {
    const run = await scene.ask(ENABLE, [
      { after: STORE, send: 'y\r' },
      { after: UPDATE, send: 'n\r' },
    ]);
    expect(run.exitCode).toBe(5);
    expect(run.screen).toContain('its update was declined');
    expect(run.screen).toContain(`kops update cluster --name=${CLUSTER} --yes --create-kube-config=false\n`);
    expect(run.screen).toContain(ROLL_COMMAND);
    expect((await scene.stored()).spec['kubeAPIServer']).toEqual(PLANNED);

    const next = await scene.cli(...ENABLE, '--yes');
    expect(next).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('`kops update` is finished') });
    await expectNothingPending();
  });

  it('Ctrl-C at the first question: nothing is written', async () => {
    const before = await scene.storedText();
    const run = await scene.ask(ENABLE, [{ after: STORE, send: CTRL_C }]);
    expect(run).toMatchObject({ exitCode: 130, screen: expect.stringContaining('Interrupted. Nothing was written.') });
    expect(await scene.storedText()).toBe(before);
  });

  it('Ctrl-C at the second question: the spec is stored, and the message says so', async () => {
    const run = await scene.ask(ENABLE, [
      { after: STORE, send: 'y\r' },
      { after: UPDATE, send: CTRL_C },
    ]);
    expect(run).toMatchObject({
      exitCode: 130,
      screen: expect.stringContaining('interrupted: the new spec is stored'),
    });
    expect(run.screen).not.toContain('Nothing was written');
    expect((await scene.stored()).spec['kubeAPIServer']).toEqual(PLANNED);
    expect((await scene.journal())[0]?.entry.outcome).toBe('interrupted');
  });

  it('asks before it rolls; declined or interrupted, it says that the update is finished', async () => {
    const args = [...ENABLE, '--rolling-update'];
    const answers = [
      { after: STORE, send: 'y\r' },
      { after: UPDATE, send: 'y\r' },
    ];
    const declined = await scene.ask(args, [...answers, { after: ROLL, send: 'n\r' }]);
    expect(declined.screen).toContain(ROLL_COMMAND);
    expect(declined.exitCode).toBe(5);
    await scene.restore();
    const interrupted = await scene.ask(args, [...answers, { after: ROLL, send: CTRL_C }]);
    expect(interrupted.exitCode).toBe(130);
    expect(interrupted.screen).toContain('interrupted: the spec is stored and applied');
    await expectNothingPending();
  });

  it('needs a terminal or --yes', async () => {
    const before = await scene.storedText();
    const run = await scene.cli(...ENABLE);
    expect(run).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('Give --yes') });
    expect(run.said).toContain('Nothing was written.');
    expect(await scene.storedText()).toBe(before);
  });

  it('--dry-run writes nothing, and --exit-code tells whether something would change', async () => {
    const before = await scene.storedText();
    expect(await scene.cli(...ENABLE, '--dry-run')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('auditLogMaxAge: 30'),
    });
    expect(await scene.cli(...ENABLE, '--dry-run', '--exit-code')).toMatchObject({ exitCode: 1 });
    expect(await scene.storedText()).toBe(before);
    expect(await scene.journal()).toEqual([]);
    await scene.cli(...ENABLE, '--yes', '--no-update');
    expect(await scene.cli(...ENABLE, '--dry-run', '--exit-code')).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('`kops update` is still to be run'),
    });
    await scene.box.kops('update', 'cluster', `--name=${CLUSTER}`, '--yes', '--create-kube-config=false');
    expect(await scene.cli(...ENABLE, '--dry-run', '--exit-code')).toMatchObject({ exitCode: 0 });
  });
});

function withoutStamp(policy: string): string {
  return policy.slice(policy.indexOf('\n') + 1);
}
