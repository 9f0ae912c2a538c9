import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { runCli, type CliResult } from './run-cli.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

describe.each(KOPS_VERSIONS)('when kops cannot be asked, kops %s', (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, clusters: [CLUSTER, 'prod.k8s.local'] });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  function enableIn(env: Record<string, string>, cluster = CLUSTER, ...more: string[]): Promise<CliResult> {
    return runCli(['enable', '--cluster', cluster, '--dry-run', ...more], { env, cwd: scene.desk });
  }

  it('no kops on PATH', async () => {
    const run = await enableIn({ ...scene.env, PATH: join(scene.box.dir, 'bin') });
    expect(run).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: kops was not found on PATH\n {2}hint: Install kops/),
    });
  });

  it('no state store: the three ways to name one', async () => {
    const { KOPS_STATE_STORE: _, ...env } = scene.env;
    const run = await enableIn(env);
    expect(run).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: kops has no state store\n/),
    });
    for (const way of ['--state', 'KOPS_STATE_STORE', '~/.kops.yaml']) expect(run.stderr).toContain(way);
    expect(await enableIn(env, CLUSTER, '--state', scene.env['KOPS_STATE_STORE'] ?? '')).toMatchObject({ exitCode: 0 });
  });

  it('an unknown cluster: the near name; none given: how to give one', async () => {
    const unknown = await enableIn(scene.env, 'prdo.k8s.local');
    expect(unknown).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr:
        'error: there is no cluster "prdo.k8s.local" in the state store\n  hint: Did you mean prod.k8s.local or m.k8s.local?\n',
    });
    const none = await scene.cli('enable', '--yes');
    expect(none).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/^error: no cluster given\n {2}hint: Give --cluster NAME/),
    });
  });

  it('KOPS_CLUSTER_NAME is the default of --cluster', async () => {
    const run = await runCli(['enable', '--dry-run'], {
      env: { ...scene.env, KOPS_CLUSTER_NAME: 'prod.k8s.local' },
      cwd: scene.desk,
    });
    expect(run).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^--- prod\.k8s\.local/) });
  });

  it('an empty state store', async () => {
    const empty = join(scene.box.dir, 'empty');
    await rm(empty, { recursive: true, force: true });
    await mkdir(empty);
    const run = await enableIn(scene.env, CLUSTER, '--state', `file://${empty}`);
    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('has no clusters') });
  });

  it('a kops that hangs is stopped at --timeout', async () => {
    await scene.wrapKops('[ "$1" = get ] && exec sleep 60');
    const before = await scene.storedText();
    const started = Date.now();
    const run = await scene.cli('enable', '--cluster', CLUSTER, '--yes', '--timeout', '1s');
    expect(run).toMatchObject({
      exitCode: 4,
      stdout: '',
      said: expect.stringContaining('kops did not finish within 1 s'),
    });
    expect(run.said).toContain('--timeout');
    expect(Date.now() - started).toBeLessThan(8000);
    expect(await scene.storedText()).toBe(before);
  });

  it.each([
    ['rubbish', 'echo hello; exit 0', 'kops should have printed its version, but printed "hello"'],
    ['nothing', 'exit 0', 'kops should have printed its version, but printed nothing'],
    ['an error', "echo 'Error: it rains' >&2; exit 1", 'kops failed: it rains'],
    ['control characters', "printf 'Error: \\033[31mred\\033[0m \\007bell\\n' >&2; exit 1", 'kops failed: '],
    [
      'a lack of credentials',
      "echo 'Error: error reading s3: NoCredentialProviders: no valid providers in chain' >&2; exit 1",
      'credentials',
    ],
  ])('a kops that prints %s', async (_, script, message) => {
    await scene.wrapKops(script);
    const run = await scene.cli('enable', '--cluster', CLUSTER, '--yes');
    expect(run).toMatchObject({ stdout: '', said: expect.stringContaining(message) });
    expect([2, 4]).toContain(run.exitCode);
    expect(run.stderr).not.toMatch(/[\x07\x1b]|\n\s+at /);
  });

  it('a kops that answers with another cluster', async () => {
    await scene.wrapKops(`case "$*" in 'get cluster '*) exec "$kops" get cluster --name=prod.k8s.local -o json;; esac`);
    const run = await scene.cli('enable', '--cluster', CLUSTER, '--yes');
    expect(run).toMatchObject({ exitCode: 4, said: expect.stringContaining('prod.k8s.local') });
    expect((await scene.stored('prod.k8s.local')).spec).not.toHaveProperty('kubeAPIServer');
  });

  it('a kops older than 1.19', async () => {
    await scene.wrapKops('[ "$1" = version ] && { echo 1.18.3; exit; }');
    const run = await scene.cli('enable', '--cluster', CLUSTER, '--yes');
    expect(run).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('kops 1.18.3 is too old: 1.19 is the oldest release'),
    });
  });
});
