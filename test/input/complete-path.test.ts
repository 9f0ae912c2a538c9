import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { completePath, expandHome } from '../../src/input/complete-path.ts';
import { temporaryFolder } from './temporary.ts';

function folder(): string {
  const root = temporaryFolder();
  for (const name of ['cluster-a.yaml', 'cluster-b.yaml', '.hidden', 'other', 'bad\u001bname'])
    writeFileSync(join(root, name), '');
  mkdirSync(join(root, 'specs'));
  symlinkSync('specs', join(root, 'link'));
  symlinkSync('nowhere', join(root, 'dangling'));
  symlinkSync('itself', join(root, 'itself'));
  writeFileSync(join(root, 'specs', 'one.yaml'), '');
  return root;
}

describe('completePath', () => {
  it.each<[string, string, string[]]>([
    ['o', 'ther', ['other']],
    ['c', 'luster-', ['cluster-a.yaml', 'cluster-b.yaml']],
    ['cluster-', '', ['cluster-a.yaml', 'cluster-b.yaml']],
    ['s', 'pecs/', ['specs/']],
    ['l', 'ink/', ['link/']],
    ['d', 'angling', ['dangling']],
    ['specs/', 'one.yaml', ['one.yaml']],
    ['.h', 'idden', ['.hidden']],
    ['bad', '', []],
    ['x', '', []],
    ['nowhere/x', '', []],
    ['', '', ['cluster-a.yaml', 'cluster-b.yaml', 'dangling', 'itself', 'link/', 'other', 'specs/']],
  ])('%j: %j, of %j', (typed, add, candidates) => {
    expect(completePath(join(folder(), '/') + typed)).toEqual({ add, candidates });
  });

  it('knows the home folder by ~', () => {
    const home = folder();
    vi.stubEnv('HOME', home);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(completePath('~/s')).toEqual({ add: 'pecs/', candidates: ['specs/'] });
    expect(completePath('~')).toEqual({ add: '/', candidates: ['~/'] });
    expect([expandHome('~/x'), expandHome('~'), expandHome('~x'), expandHome('a/~/b')]).toEqual([
      join(home, 'x'),
      home,
      '~x',
      'a/~/b',
    ]);
  });
});
