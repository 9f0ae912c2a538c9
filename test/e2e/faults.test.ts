import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const ENABLE = ['enable', '--cluster', CLUSTER];
const STORE = 'Store this spec of m.k8s.local?';

describe.each(KOPS_VERSIONS)('when storing goes wrong, kops %s', (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, clusters: [CLUSTER, 'other.k8s.local'], update: true });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  /** Specs that kops reads but refuses to store again. */
  const REJECTED: [string, (spec: Record<string, unknown>) => void, string][] = [
    ['a file asset without content', (spec) => (spec['fileAssets'] = [{ name: 'motd', path: '/etc/motd' }]), 'content'],
    ['no subnets', (spec) => (spec['subnets'] = []), 'subnet'],
    ['a wrong CIDR', (spec) => (spec['sshAccess'] = ['nowhere']), 'sshAccess'],
    ['no Kubernetes version', (spec) => delete spec['kubernetesVersion'], 'kubernetesVersion'],
  ];
  it.each(REJECTED)(
    'kops refuses the spec for %s: nothing is written, and its reason is shown',
    async (_, edit, reason) => {
      await scene.editStored(edit);
      const before = await scene.storedText();
      const run = await scene.cli(...ENABLE, '--yes', '--no-update');
      expect(run.said).toContain(reason);
      expect(run).toMatchObject({
        exitCode: 4,
        said: expect.stringContaining('Nothing was written: the old spec is in force.'),
      });
      expect(await scene.storedText()).toBe(before);
      expect((await scene.journal())[0]?.entry.outcome).toBe('not-written');
    },
  );

  it('refuses when somebody changed the spec while the question was open', async () => {
    const change = (): Promise<unknown> => scene.editStored((spec) => (spec['kubernetesVersion'] = '1.32.5'));
    const run = await scene.ask(ENABLE, [{ after: STORE, send: 'y\r', first: change }]);
    expect(run.screen).toContain('somebody changed the spec');
    expect(run.screen).toContain('spec.kubernetesVersion');
    expect(run.exitCode).toBe(2);
    const { spec } = await scene.stored();
    expect(spec).toMatchObject({ kubernetesVersion: '1.32.5' });
    expect(spec).not.toHaveProperty('kubeAPIServer');
    expect(await scene.journal()).toMatchObject([{ entry: { outcome: 'not-written' } }]);
  });

  it('notices that somebody wrote right after us', async () => {
    await scene.wrapKops(`
      if [ "$1" = replace ]; then
        "$kops" "$@"
        exec "$kops" edit cluster ${CLUSTER} --set=spec.kubeAPIServer.auditLogMaxAge=3 --unset=spec.fileAssets
      fi`);
    const run = await scene.cli(...ENABLE, '--yes');
    expect(run.said).toContain('it reads back different at spec.fileAssets, spec.kubeAPIServer.auditLogMaxAge');
    expect(run.stderr).toContain(`kops get cluster --name=${CLUSTER} -o yaml`);
    expect(run.exitCode).toBe(5);
    expect((await scene.stored()).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 3 });
    expect(await scene.journal()).toMatchObject([{ entry: { outcome: 'failed' } }]);
  });

  it('says that nothing was written when kops is killed before it writes', async () => {
    await scene.wrapKops('[ "$1" = replace ] && kill -9 $$');
    const before = await scene.storedText();
    const run = await scene.cli(...ENABLE, '--yes');
    expect(run).toMatchObject({ exitCode: 4, said: expect.stringContaining('it was killed by SIGKILL') });
    expect(run.said).toContain('Nothing was written: the old spec is in force.');
    expect(await scene.storedText()).toBe(before);
  });

  it('goes on when kops is killed after it wrote: the spec reads back as planned', async () => {
    await scene.wrapKops('[ "$1" = replace ] && { "$kops" "$@"; kill -9 $$; }');
    const run = await scene.cli(...ENABLE, '--yes', '--no-update');
    expect(run).toMatchObject({ exitCode: 0, said: expect.stringContaining('is stored and reads back as planned') });
    expect((await scene.stored()).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 30 });
  });

  it('says what to do when the spec cannot be read back', async () => {
    await scene.wrapKops(`
      if [ "$1" = replace ]; then "$kops" "$@"; touch stored; exit; fi
      if [ -e stored ]; then echo 'Error: the store is gone' >&2; exit 1; fi`);
    const run = await scene.cli(...ENABLE, '--yes');
    expect(run.said).toContain('the spec was sent, but it could not be read back: kops failed: the store is gone');
    expect(run.exitCode).toBe(5);
    expect((await scene.stored()).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 30 });
  });

  it('refuses a kops older than the one last applied', async () => {
    await writeFile(join(scene.box.dir, 'state', CLUSTER, 'kops-version.txt'), '1.99.0');
    const before = await scene.storedText();
    for (const more of [[], ['--no-update'], ['--allow-kops-upgrade', '--include-pending']]) {
      const run = await scene.cli(...ENABLE, '--yes', ...more);
      expect(run).toMatchObject({
        exitCode: 2,
        said: expect.stringContaining(`kops is ${version}, but the cluster was last updated by 1.99.0`),
      });
    }
    expect(await scene.storedText()).toBe(before);
  });

  it('with a newer kops, --yes needs --allow-kops-upgrade', async () => {
    await writeFile(join(scene.box.dir, 'state', CLUSTER, 'kops-version.txt'), '1.31.0');
    const before = await scene.storedText();
    const refused = await scene.cli(...ENABLE, '--yes', '--include-pending');
    expect(refused).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('the cluster was last updated by 1.31.0'),
    });
    expect(refused.said).toContain('--allow-kops-upgrade');
    expect(await scene.storedText()).toBe(before);
    expect(await scene.cli(...ENABLE, '--yes', '--include-pending', '--allow-kops-upgrade')).toMatchObject({
      exitCode: 0,
    });
  });

  it('writes nothing where it cannot keep the old spec, unless --no-journal is given', async () => {
    const before = await scene.storedText();
    const journal = join(scene.box.dir, 'home', 'journal');
    await writeFile(journal, 'not a folder');
    const refused = await scene.cli(...ENABLE, '--yes', '--no-update', '--journal', journal);
    expect(refused).toMatchObject({ exitCode: 2, said: expect.stringContaining('--no-journal') });
    expect(await scene.storedText()).toBe(before);
    expect(await scene.cli(...ENABLE, '--yes', '--no-update', '--no-journal')).toMatchObject({ exitCode: 0 });
    expect(await scene.journal()).toEqual([]);
  });

  it('writes the journal before the spec', async () => {
    await scene.wrapKops('[ "$1" = replace ] && cp -r "$HOME/.local/state/kops-audit" seen');
    const before = await scene.stored();
    await scene.cli(...ENABLE, '--yes', '--no-update');
    const [{ path } = { path: '' }] = await scene.journal();
    const seen = JSON.parse(await readFile(path.replace('home/.local/state/kops-audit', 'desk/seen'), 'utf8'));
    expect(seen.entry).toMatchObject({ outcome: 'started', kopsVersion: version });
    expect(JSON.parse(seen.entry.before)).toEqual(before);
  });
});
