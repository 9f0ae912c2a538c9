import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFiles, globSearch } from '../../src/input/find-files.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kops-audit-find-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function files(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), '');
  }
}

/** What is found below `folder`, from there. */
function found(folder = '', exclude: string[] = [], isWanted = (path: string) => path.endsWith('.yaml')): string[] {
  const top = join(dir, folder);
  return [...findFiles({ folder: top, isWanted, exclude })].map((file) => String(file).slice(top.length + 1));
}

describe('findFiles', () => {
  it('finds what is wanted in the order of the names', () => {
    files('b.yaml', 'a/2.yaml', 'a/10.yaml', 'c/d/e.yaml', 'c.yaml', 'x.txt', '.kops.yaml');
    expect(found()).toEqual(['.kops.yaml', 'a/10.yaml', 'a/2.yaml', 'b.yaml', 'c/d/e.yaml', 'c.yaml']);
  });

  it('passes over hidden folders and node_modules, unless they are asked for', () => {
    files('.git/a.yaml', 'x/node_modules/a.yaml', 'x/a.yaml');
    expect(found()).toEqual(['x/a.yaml']);
    expect(found('.git')).toEqual(['a.yaml']);
  });

  it('follows links, but not twice, not in a circle and not to nothing', () => {
    files('a/1.yaml', 'other/2.yaml', 'top.yaml');
    symlinkSync('..', join(dir, 'a/up'));
    symlinkSync('.', join(dir, 'a/same'));
    symlinkSync('../other', join(dir, 'a/linked'));
    symlinkSync('nowhere', join(dir, 'a/dead.yaml'));
    symlinkSync('itself.yaml', join(dir, 'a/itself.yaml'));
    symlinkSync('../other/2.yaml', join(dir, 'a/file.yaml'));
    expect(found('a')).toEqual(['1.yaml', 'file.yaml', 'linked/2.yaml']);
    expect(found()).toEqual(['a/1.yaml', 'a/file.yaml', 'a/linked/2.yaml', 'top.yaml']);
  });

  it.each([
    [['b.yaml'], ['a/c.yaml', 'old/a.yaml', 'old/deep/c.yaml']],
    [['old'], ['a/b.yaml', 'a/c.yaml', 'b.yaml']],
    [['old/'], ['a/b.yaml', 'a/c.yaml', 'b.yaml']],
    [['/b.yaml'], ['a/b.yaml', 'a/c.yaml', 'old/a.yaml', 'old/deep/c.yaml']],
    [['old/*'], ['a/b.yaml', 'a/c.yaml', 'b.yaml']],
    [['deep/c.yaml'], ['a/b.yaml', 'a/c.yaml', 'b.yaml', 'old/a.yaml', 'old/deep/c.yaml']],
    [['**/deep'], ['a/b.yaml', 'a/c.yaml', 'b.yaml', 'old/a.yaml']],
    [['[bc].yaml', 'old/d*'], ['old/a.yaml']],
    [['!old/*'], ['a/b.yaml', 'a/c.yaml', 'b.yaml', 'old/a.yaml', 'old/deep/c.yaml']],
    [['!b.yaml'], ['a/b.yaml', 'a/c.yaml', 'b.yaml', 'old/a.yaml', 'old/deep/c.yaml']],
  ])('leaves out what globs name: %j', (exclude, expected) => {
    files('a/b.yaml', 'a/c.yaml', 'b.yaml', 'old/a.yaml', 'old/deep/c.yaml');
    expect(found('', exclude)).toEqual(expected);
  });

  it('takes a glob from where the program runs as well', () => {
    files('a/b.yaml', 'a/c.yaml');
    expect(found('', [`${dir}/a/b.yaml`.slice(1)])).toEqual(['a/b.yaml', 'a/c.yaml']);
    expect([...findFiles({ folder: 'test/input', isWanted: () => true, exclude: ['test/input/*'] })]).toEqual([]);
  });

  it('says why a folder cannot be read', () => {
    expect([...findFiles({ folder: join(dir, 'no'), isWanted: () => true, exclude: [] })]).toMatchObject([
      { message: 'cannot be read: there is no such file' },
    ]);
  });
});

describe('globSearch', () => {
  it.each([
    ['**/*.yaml', ['a.yaml', 'clusters/b.yaml', 'clusters/x/c.yaml']],
    ['clusters/*.yaml', ['clusters/b.yaml']],
    ['*.{yaml,json}', ['a.json', 'a.yaml']],
  ])('finds what %s matches', (pattern, expected) => {
    files('a.yaml', 'a.json', 'clusters/b.yaml', 'clusters/x/c.yaml');
    const search = globSearch(`${dir}/${pattern}`, []);
    expect([...findFiles(search)].map((file) => String(file).slice(dir.length + 1))).toEqual(expected);
  });
});
