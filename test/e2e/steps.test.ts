import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLI } from './run-cli.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const ENABLE = ['enable', '--cluster', CLUSTER];
const ROLL_COMMAND = `kops rolling-update cluster --name=${CLUSTER} --instance-group-roles=master,apiserver --yes`;
const UPDATE_COMMAND = `kops update cluster --name=${CLUSTER} --yes --create-kube-config=false`;

describe.each(KOPS_VERSIONS)('the steps after the spec, kops %s', (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, update: true });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  const preview = async (): Promise<string> => (await scene.box.kops('update', 'cluster', `--name=${CLUSTER}`)).stdout;

  it('--no-update stores the spec and names the commands that are left; a later --yes needs --include-pending', async () => {
    const run = await scene.cli(...ENABLE, '--yes', '--no-update');
    expect(run).toMatchObject({ exitCode: 0, said: expect.stringContaining('the cluster itself is unchanged') });
    for (const command of [UPDATE_COMMAND, ROLL_COMMAND]) expect(run.stderr).toContain(`\n  ${command}\n`);
    expect(await preview()).toContain('Must specify --yes to apply changes');
    expect(await scene.cli(...ENABLE, '--yes')).toMatchObject({ exitCode: 2 });
    expect(await scene.cli(...ENABLE, '--yes', '--include-pending')).toMatchObject({ exitCode: 0 });
    expect(await preview()).toMatch(/No changes need to be applied\n$/);
    expect(await scene.journal()).toMatchObject([{ entry: { outcome: 'done' } }]);
  });

  const colleague = (value: number): Promise<unknown> =>
    scene.box.kops('edit', 'cluster', CLUSTER, `--set=spec.kubeAPIServer.maxRequestsInflight=${value}`);
  const declineTheUpdate = (): Promise<unknown> =>
    scene.ask(ENABLE, [
      { after: 'Store this spec of m.k8s.local?', send: 'y\r' },
      { after: 'Run `kops update cluster --yes` now?', send: 'n\r' },
    ]);

  it('--yes takes up an update of ours, and does not take along what a colleague changed since', async () => {
    await declineTheUpdate();
    await colleague(77);
    const refused = await scene.cli(...ENABLE, '--yes');
    expect(refused).toMatchObject({ exitCode: 2, said: expect.stringContaining('--include-pending') });
    expect(refused.stderr).toMatch(/^ +\+ +maxRequestsInflight: 77$/m);
    expect(await preview()).toContain('maxRequestsInflight: 77');
  });

  it('--yes does not take along what a colleague changed after somebody else ran our update', async () => {
    await scene.cli(...ENABLE, '--yes', '--no-update');
    await scene.box.kops('update', 'cluster', `--name=${CLUSTER}`, '--yes', '--create-kube-config=false');
    await colleague(77);
    expect(await scene.cli(...ENABLE, '--yes')).toMatchObject({ exitCode: 2 });
    expect(await preview()).toContain('maxRequestsInflight: 77');
  });

  it('--yes does not take along what a colleague had changed before our --no-update', async () => {
    await colleague(77);
    await scene.cli(...ENABLE, '--yes', '--no-update');
    expect(await scene.cli(...ENABLE, '--yes')).toMatchObject({ exitCode: 2 });
    expect(await preview()).toContain('maxRequestsInflight: 77');
  });

  it('records that an update it took up is done', async () => {
    await declineTheUpdate();
    expect(await scene.cli(...ENABLE, '--yes')).toMatchObject({ exitCode: 0 });
    expect(await scene.journal()).toMatchObject([{ entry: { outcome: 'done' } }]);
  });

  it('shows all that kops would change before it asks, but not the policy once more', async () => {
    await colleague(77);
    const { screen } = await scene.ask(ENABLE, [
      { after: 'Store this spec of m.k8s.local?', send: 'y\r' },
      { after: 'Run `kops update cluster --yes` now?', send: 'n\r' },
    ]);
    const [pending = '', rest = ''] = screen.split('+  fileAssets:');
    expect(pending).toMatch(/^ +\+ +maxRequestsInflight: 77$/m);
    const [, shown = ''] = rest.split('kops update would change:');
    const [before = ''] = shown.split('Run `kops update cluster --yes` now?');
    expect(before).toMatch(/… \d\d+ changed lines of the policy, as in the diff above/);
    expect(before).toMatch(/^ +\+ +maxRequestsInflight: 77$/m);
    expect(before).toMatch(/^ +\+ +auditPolicyFile: /m);
    expect(before).not.toContain('kind: Policy');
  });

  it('stops before writing where something else is pending; --include-pending takes it along', async () => {
    await scene.editStored((spec) => (spec['sshAccess'] = ['10.0.0.0/8']));
    const before = await scene.storedText();
    const refused = await scene.cli(...ENABLE, '--yes');
    expect(refused).toMatchObject({ exitCode: 2, said: expect.stringContaining('has other changes to apply already') });
    expect(refused.said).toContain('--include-pending');
    expect(refused.stderr).toMatch(/^ +\+ +- 10\.0\.0\.0\/8$/m);
    expect(await scene.storedText()).toBe(before);
    expect(await scene.cli(...ENABLE, '--yes', '--include-pending')).toMatchObject({ exitCode: 0 });
    expect((await scene.stored()).spec).toMatchObject({
      sshAccess: ['10.0.0.0/8'],
      kubeAPIServer: { auditLogMaxAge: 30 },
    });
    expect(await preview()).toMatch(/No changes need to be applied\n$/);
  });

  it('where only the update is left and it is not ours, --yes needs --include-pending', async () => {
    await scene.cli(...ENABLE, '--yes', '--no-update', '--no-journal');
    const refused = await scene.cli(...ENABLE, '--yes');
    expect(refused).toMatchObject({ exitCode: 2, said: expect.stringContaining('--include-pending') });
    expect(await preview()).toContain('Must specify --yes to apply changes');
    expect(await scene.cli(...ENABLE, '--yes', '--include-pending')).toMatchObject({ exitCode: 0 });
    expect(await preview()).toMatch(/No changes need to be applied\n$/);
  });

  it('says that the spec is stored when the update fails, and what is left', async () => {
    await scene.wrapKops(`case "$*" in 'update cluster'*--yes*) echo 'Error: out of quota' >&2; exit 1;; esac`);
    const run = await scene.cli(...ENABLE, '--yes');
    expect(run).toMatchObject({
      exitCode: 5,
      said: expect.stringContaining('kops update cluster failed: out of quota'),
    });
    expect(run.stderr).toContain(`\n  ${UPDATE_COMMAND}\n`);
    expect((await scene.stored()).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 30 });
  });

  it('says so too when the preview of the update fails', async () => {
    await scene.wrapKops(`
      [ "$1" = replace ] && touch stored
      case "$*" in 'update cluster'*) [ -e stored ] && { echo 'Error: no cloud' >&2; exit 1; };; esac`);
    const run = await scene.cli(...ENABLE, '--yes');
    expect(run).toMatchObject({
      exitCode: 5,
      said: expect.stringContaining('the spec is stored, but the update was not run'),
    });
  });

  it('--target terraform: metal has none, so the spec is stored and the command is left', async () => {
    const run = await scene.cli(...ENABLE, '--yes', '--target', 'terraform', '--out', 'tf');
    expect(run).toMatchObject({ exitCode: 5, said: expect.stringContaining('does not support the terraform target') });
    expect(run.stderr).toContain(
      `kops update cluster --name=${CLUSTER} --target=terraform --out=tf --create-kube-config=false`,
    );
    expect((await scene.stored()).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 30 });
    const again = await scene.cli(...ENABLE, '--yes', '--target', 'terraform', '--out', 'tf');
    expect(again).toMatchObject({
      exitCode: 5,
      said: expect.stringContaining('does not support the terraform target'),
    });
    await scene.wrapKops(`case "$*" in *--target=terraform*) mkdir tf; exit;; esac`);
    const third = await scene.cli(...ENABLE, '--yes', '--target', 'terraform', '--out', 'tf');
    expect(third).toMatchObject({ exitCode: 0, said: expect.stringContaining('The Terraform files are in tf.') });
    expect(await scene.journal()).toMatchObject([{ entry: { outcome: 'done' } }]);
  });

  it('--target direct wants no warning of Terraform', async () => {
    await scene.editStored((spec) => (spec['target'] = { terraform: {} }));
    const run = await scene.cli(...ENABLE, '--dry-run');
    expect(run.stderr).toContain('terraform-target');
    expect((await scene.cli(...ENABLE, '--dry-run', '--target', 'direct')).stderr).not.toContain('terraform-target');
  });

  it('a roll that fails in a second run prints the way back too', async () => {
    await scene.cli(...ENABLE, '--yes');
    const run = await scene.cli(...ENABLE, '--yes', '--rolling-update', '--allow-api-downtime');
    expect(run.exitCode).toBe(5);
    expect(run.stderr).toMatch(/^ {2}kops-audit rollback \S+ --cluster=m\.k8s\.local$/m);
    expect(run.stderr).toContain('--instance-group=control-plane-main --cloudonly --yes');
  });

  it('--rolling-update --yes needs --allow-api-downtime with one instance', async () => {
    const before = await scene.storedText();
    const run = await scene.cli(...ENABLE, '--yes', '--rolling-update');
    expect(run).toMatchObject({ exitCode: 2, said: expect.stringContaining('--allow-api-downtime') });
    expect(await scene.storedText()).toBe(before);
  });

  it('a roll that fails prints the way back, which can be pasted', async () => {
    const before = await scene.stored();
    const run = await scene.cli(...ENABLE, '--yes', '--rolling-update', '--allow-api-downtime');
    expect(run).toMatchObject({
      exitCode: 5,
      said: expect.stringContaining('kops rolling-update failed: getting rest config'),
    });
    const [, left = ''] = run.stderr.split('What is left to do:\n');
    const back = left
      .split('\n')
      .filter((line) => /^ {2}(kops-audit|kops) /.test(line))
      .map((line) => line.trim())
      .slice(1);
    expect(back).toEqual([
      expect.stringMatching(/^kops-audit rollback \S+ --cluster=m\.k8s\.local$/),
      `kops rolling-update cluster --name=${CLUSTER} --instance-group=control-plane-main --cloudonly --yes`,
    ]);
    await scene.installCli();
    const [rollback = '', roll = ''] = back;
    const pasted = await execa('bash', ['-ec', `${rollback} --yes\n${roll}`], {
      env: scene.env,
      extendEnv: false,
      reject: false,
    });
    expect(pasted.stderr).not.toContain('Error:');
    expect(pasted.exitCode).toBe(0);
    expect((await scene.stored()).spec).toEqual(before.spec);
    expect(await preview()).toMatch(/No changes need to be applied\n$/);
  });

  /** Starts it with --yes, sends an interrupt as soon as kops made the file `running`, and waits for the end. */
  async function interruptedRun(): Promise<{ exitCode: unknown; said: string }> {
    const child = spawn(process.execPath, [CLI, ...ENABLE, '--yes'], { cwd: scene.desk, env: scene.env });
    let said = '';
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    const ended = new Promise((resolve) => child.once('close', resolve));
    await until(() => readFile(join(scene.desk, 'running')));
    child.kill('SIGINT');
    return { exitCode: await ended, said: said.replaceAll(/\s+/g, ' ') };
  }

  it('Ctrl-C while the update runs: it is waited for, and the message says what is stored', async () => {
    await scene.wrapKops(`
      case "$*" in 'update cluster'*--yes*)
        trap 'echo caught > caught; exit 130' INT; touch running
        while :; do sleep 0.05; done;;
      esac`);
    const { exitCode, said } = await interruptedRun();
    expect(said).toContain(
      'interrupted: the new spec is stored, and `kops update` was stopped halfway. Run it again, it is safe to repeat',
    );
    expect(exitCode).toBe(130);
    expect(await readFile(join(scene.desk, 'caught'), 'utf8')).toBe('caught\n');
    expect((await scene.stored()).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 30 });
    await scene.wrapKops('');
    expect(await scene.cli(...ENABLE, '--yes')).toMatchObject({ exitCode: 0 });
    expect(await preview()).toMatch(/No changes need to be applied\n$/);
  });

  it('Ctrl-C while the spec is stored: kops finishes, and nothing more is done', async () => {
    await scene.wrapKops('[ "$1" = replace ] && { touch running; sleep 0.5; }');
    const { exitCode, said } = await interruptedRun();
    expect(said).toContain(
      'interrupted: the new spec is stored but not yet applied: no instance has changed. Run it again',
    );
    expect(exitCode).toBe(130);
    expect((await scene.stored()).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 30 });
    expect(await preview()).toContain('Must specify --yes to apply changes');
  });

  it('Ctrl-C while kops hangs over the spec: it is given half a minute, and what came of it is read back', async () => {
    await scene.wrapKops('[ "$1" = replace ] && { touch running; exec sleep 300; }');
    const before = await scene.storedText();
    const { exitCode, said } = await interruptedRun();
    expect(said).toContain('kops is storing the spec; it gets 30 seconds to finish.');
    expect(said).toContain('Reading back what is stored');
    expect(said).toContain('Interrupted. Nothing was written.');
    expect(exitCode).toBe(130);
    expect(await scene.storedText()).toBe(before);
    expect(await scene.journal()).toMatchObject([{ entry: { outcome: 'not-written' } }]);
  });

  it('Ctrl-C while kops is asked: nothing is written', async () => {
    await scene.wrapKops('[ "$1" = get ] && { touch running; sleep 5; }');
    const before = await scene.storedText();
    const { exitCode, said } = await interruptedRun();
    expect(said).toBe('Interrupted. Nothing was written. ');
    expect(exitCode).toBe(130);
    expect(await scene.storedText()).toBe(before);
  });
});

async function until(work: () => Promise<unknown>): Promise<void> {
  const failed = async (): Promise<boolean> =>
    work().then(
      () => false,
      () => true,
    );
  while (await failed()) await new Promise((resolve) => setTimeout(resolve, 20));
}
