import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const URL = 's3://bucket/audit.yaml';
const APPLY = [
  'ship',
  'apply',
  '--cluster',
  CLUSTER,
  '--sink',
  'mezmo',
  '--via',
  'addon',
  '--manifest-url',
  URL,
  '--out',
  'up',
];

describe.each(KOPS_VERSIONS)('ship apply --via addon, with kops %s', { timeout: 240_000 }, (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, update: true });
    await scene.restore();
    const { exitCode, stderr } = await scene.cli('enable', '--cluster', CLUSTER, '--yes');
    if (exitCode !== 0) throw new Error(stderr);
  }, 120_000);
  afterAll(() => scene.close());

  it('puts the URL into the spec, once; rollback and ship remove take it out', async () => {
    const [text, before] = [await scene.storedText(), await scene.stored()];
    const dry = await scene.cli(...APPLY, '--dry-run', '--exit-code');
    expect(dry.exitCode).toBe(1);
    expect(await scene.storedText()).toBe(text);
    expect(await readdir(scene.desk)).not.toContain('up');

    const first = await scene.cli(...APPLY, '--yes');
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.said).toContain(`up/audit.yaml to ${URL}`);
    expect(first.stdout).toMatch(/\+ +addons:\n\+ +- manifest: s3:\/\/bucket\/audit\.yaml/);
    expect((await scene.stored()).spec).toEqual({ ...before.spec, addons: [{ manifest: URL }] });
    const names = version.startsWith('1.36') ? ['audit.yaml'] : ['audit-manifest.yaml', 'audit.yaml'];
    expect(await readdir(join(scene.desk, 'up'))).toEqual(names);
    const texts = await Promise.all(names.map((name) => readFile(join(scene.desk, 'up', name), 'utf8')));
    expect(texts.join('')).toContain('kind: DaemonSet');
    expect(texts.join('')).not.toMatch(/kind: Secret\b/);

    const again = await scene.cli(...APPLY, '--yes');
    expect(again.exitCode).toBe(0);
    expect(again.said).toContain(`Nothing to do: ${CLUSTER} is already as requested.`);

    const back = await scene.cli('rollback', '--cluster', CLUSTER, '--yes');
    expect(back.exitCode).toBe(0);
    expect((await scene.stored()).spec).toEqual(before.spec);

    await scene.cli(...APPLY, '--yes', '--no-update');
    const remove = ['ship', 'remove', '--cluster', CLUSTER, '--via', 'addon', '--manifest-url', URL];
    const run = await scene.cli(...remove, '--yes', '--no-update');
    expect((await scene.stored()).spec).toEqual(before.spec);
    expect(run.said).toContain(
      'What kOps applied before stays in the cluster. To remove it: kubectl -n kops-audit delete',
    );
  });
});
