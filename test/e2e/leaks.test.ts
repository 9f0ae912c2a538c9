import { afterAll, beforeAll, expect, it } from 'vitest';
import { leaked } from '../leaks/search.ts';
import { marked, specWith } from '../leaks/shapes.ts';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const [NEWEST] = KOPS_VERSIONS;
const NOW = marked('Now');
const OLD = marked('Old');

/** kOps itself cannot print the others again. */
const isKept = ({ name }: { name: string }): boolean => name !== 'control characters';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ version: NEWEST, update: true });
  await scene.restore();
});
afterAll(() => scene.close());

it("shows no secret of a rotation in the real kops' preview, neither the one in force nor the next", async () => {
  await scene.editStored((spec) => (spec['fileAssets'] = specWith(OLD.all.filter(isKept))['fileAssets']!));
  await scene.box.kops('update', 'cluster', `--name=${CLUSTER}`, '--yes', '--create-kube-config=false');
  const rotated = OLD.all.map((shape, at) => (at % 2 === 0 ? NOW.all[at]! : shape));
  await scene.editStored((spec) => (spec['fileAssets'] = specWith(rotated.filter(isKept))['fileAssets']!));
  const preview = await scene.box.kops('update', 'cluster', `--name=${CLUSTER}`);
  const marks = [...OLD.marks, ...NOW.marks];
  expect(leaked(preview.stdout, marks).length).toBeGreaterThan(20);
  const run = await scene.cli('enable', '--cluster', CLUSTER, '--yes', '--include-pending', '--verbose');
  expect(run.stderr).toContain('‹secret #');
  expect(run.stderr).toContain('ManagedFile/cluster-completed.spec');
  expect(leaked(run.stdout + run.stderr, marks)).toEqual([]);
});
