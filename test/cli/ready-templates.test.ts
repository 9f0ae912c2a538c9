import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readyPolicy } from '../../src/commands/policy/loaded-policy.ts';
import { readTemplates, type ReadyTemplate } from '../../src/input/templates.ts';
import { loadPolicy } from '../../src/policy/load/load.ts';
import { renderPolicy } from '../../src/policy/render/render.ts';
import { VERSION } from '../../src/version.ts';
import { ROOT } from '../docs/markdown.ts';

describe.each(Object.entries(readTemplates()))('the template %s that the build has loaded', (name, source) => {
  const ready = JSON.parse(readFileSync(join(ROOT, 'dist/policies', `${name}.json`), 'utf8')) as ReadyTemplate;
  const { text } = renderPolicy(source, { name, toolVersion: VERSION });
  const loaded = loadPolicy(text);

  it('is what rendering and loading it gives', () => {
    expect(ready.text).toBe(text);
    expect(ready.policy).toEqual(loaded.policy);
    expect(loaded.diagnostics).toEqual([]);
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
