import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readyPolicy } from '../../src/commands/policy/loaded-policy.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { lintPolicy } from '../../src/lint/lint-policy.ts';
import { loadPolicy } from '../../src/policy/load/load.ts';
import { type ReadyTemplate, renderPolicy, renderReady } from '../../src/policy/render/render.ts';
import { readTemplate } from '../../src/policy/render/template.ts';
import { VERSION } from '../../src/version.ts';
import { ROOT } from '../docs/markdown.ts';
import { sampled } from '../helpers/runs.ts';

/** From the oldest that kOps 1.19 runs to later ones than there are. */
const RELEASES = Array.from({ length: 30 }, (_, index) => `1.${11 + index}`);

describe.each(Object.entries(readTemplates()))('the template %s that the build has loaded', (name, source) => {
  const ready = JSON.parse(readFileSync(join(ROOT, 'dist/policies', `${name}.json`), 'utf8')) as ReadyTemplate;
  const { text } = renderPolicy(source, { name, toolVersion: VERSION });
  const loaded = loadPolicy(text);

  it('is what rendering and loading it gives', () => {
    expect(ready.text).toBe(text);
    expect(ready.policy).toEqual(loaded.policy);
    expect(loaded.diagnostics).toEqual([]);
  });

  it('is what rendering it for a release gives, or says that it is not', () => {
    for (const kubernetesVersion of RELEASES) {
      const how = { name, toolVersion: '9.9.9', made: ['fileAssets'], kubernetesVersion };
      const made = renderReady(ready, how);
      const { parameters: _parameters, ...rendered } = renderPolicy(source, how);
      expect(made ?? rendered).toEqual(rendered);
      expect(made !== null).toBe(Number(kubernetesVersion.slice(2)) >= ready.since);
    }
    expect(renderReady(ready, { name, toolVersion: '9.9.9', set: { anything: 'else' } })).toBeNull();
  });

  it('is sound with each release for which it is this text', () => {
    const releases = RELEASES.filter((release) => Number(release.slice(2)) >= ready.since);
    for (const kubernetesVersion of sampled(releases.toReversed(), 4))
      expect(lintPolicy(ready.text, { kubernetesVersion }).filter(({ ignored }) => ignored === undefined)).toEqual([]);
    expect(ready.isSound).toBe(true);
  });

  it('says what its head says', () => {
    const { title, shares } = readTemplate(source, name);
    expect(ready).toMatchObject({ title, shares });
  });

  it('knows where its parts stand', () => {
    const { locate } = readyPolicy(name, ready).loaded;
    const paths = loaded.policy!.rules.flatMap((_, index) => [
      ['rules', index] as const,
      ['rules', index, 'level'] as const,
    ]);
    for (const path of [...paths, ['rules'] as const, ['rules', 99] as const])
      expect(locate(path)).toEqual(loaded.locate(path));
  });
});
