import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const FOLDER = fileURLToPath(new URL('../.github/workflows/', import.meta.url));

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const text = readFileSync(FOLDER + file, 'utf8');
  const actions = [...text.matchAll(/\buses:\s*(.*)/g)].map(([, action = '']) => action);

  it('takes each action by the hash of a commit, with its release beside it', () => {
    expect(actions.length).toBeGreaterThan(0);
    expect(actions.filter((action) => !/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  it('takes one action at one release everywhere', () => {
    const names = new Set(actions.map((action) => action.split('@')[0]));
    expect(new Set(actions).size).toBe(names.size);
  });
});
