import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPage, ROOT } from './markdown.ts';

const SCREENS = [...readPage('docs/wizard.md').matchAll(/<!-- screen: (\S+) -->\n```text\n([\s\S]*?)^```$/gm)];

describe('docs/wizard.md', () => {
  it('shows screens', () => {
    expect(SCREENS.map(([, name]) => name)).toEqual(['store-1', 'store-2', 'store-4', 'store-6', 'store-end']);
  });

  it.each(SCREENS.map(([, name = '', text = '']) => [name, text]))('shows the screen %s as it is', (name, text) => {
    expect(text).toBe(readFileSync(join(ROOT, `test/terminal/screens/${name}.txt`), 'utf8'));
  });
});
