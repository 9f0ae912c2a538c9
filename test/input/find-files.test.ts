import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UserError } from '../../src/errors.ts';
import { findFiles, globSearch, type Search } from '../../src/input/find-files.ts';

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
async function found(
  folder = '',
  exclude: string[] = [],
  isWanted = (path: string) => path.endsWith('.yaml'),
): Promise<string[]> {
  const top = join(dir, folder);
  return (await all({ folder: top, isWanted, exclude })).map((file) => String(file).slice(top.length + 1));
}

async function all(search: Search, turn = async () => {}): Promise<(string | UserError)[]> {
  const files: (string | UserError)[] = [];
  for await (const file of findFiles(search, turn)) files.push(file);
  return files;
}

describe('findFiles', () => {
  it('finds what is wanted in the order of the names', async () => {
    files('b.yaml', 'a/2.yaml', 'a/10.yaml', 'c/d/e.yaml', 'c.yaml', 'x.txt', '.kops.yaml');
    expect(await found()).toEqual(['.kops.yaml', 'a/10.yaml', 'a/2.yaml', 'b.yaml', 'c/d/e.yaml', 'c.yaml']);
  });

  it('passes over hidden folders and node_modules, unless they are asked for', async () => {
    files('.git/a.yaml', 'x/node_modules/a.yaml', 'x/a.yaml');
    expect(await found()).toEqual(['x/a.yaml']);
    expect(await found('.git')).toEqual(['a.yaml']);
  });

  it('follows links, but not twice, not in a circle and not to nothing', async () => {
    files('a/1.yaml', 'other/2.yaml', 'top.yaml');
    symlinkSync('..', join(dir, 'a/up'));
    symlinkSync('.', join(dir, 'a/same'));
    symlinkSync('../other', join(dir, 'a/linked'));
    symlinkSync('nowhere', join(dir, 'a/dead.yaml'));
    symlinkSync('itself.yaml', join(dir, 'a/itself.yaml'));
    symlinkSync('../other/2.yaml', join(dir, 'a/file.yaml'));
    expect(await found('a')).toEqual(['1.yaml', 'file.yaml', 'linked/2.yaml']);
    expect(await found()).toEqual(['a/1.yaml', 'a/file.yaml', 'a/linked/2.yaml', 'top.yaml']);
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
  ])('leaves out what globs name: %j', async (exclude, expected) => {
    files('a/b.yaml', 'a/c.yaml', 'b.yaml', 'old/a.yaml', 'old/deep/c.yaml');
    expect(await found('', exclude)).toEqual(expected);
  });

  it('takes a glob from where the program runs as well', async () => {
    files('a/b.yaml', 'a/c.yaml');
    expect(await found('', [`${dir}/a/b.yaml`.slice(1)])).toEqual(['a/b.yaml', 'a/c.yaml']);
    expect(await all({ folder: 'test/input', isWanted: () => true, exclude: ['test/input/*'] })).toEqual([]);
  });

  it('says why a folder cannot be read', async () => {
    expect(await all({ folder: join(dir, 'no'), isWanted: () => true, exclude: [] })).toMatchObject([
      { message: 'cannot be read: there is no such file' },
    ]);
  });
});

describe('the turn of a search', () => {
  it('is taken before each folder, also where nothing in it is wanted, and ends it where it throws', async () => {
    files('a/b/1.txt', 'c/2.txt');
    let turns = 0;
    const turn = async (): Promise<void> => {
      if (++turns === 4) throw new Error('stop');
    };
    const search = { folder: dir, isWanted: () => false, exclude: [] };
    await expect(all(search, turn)).rejects.toThrow('stop');
  });
});

describe('globSearch', () => {
  it.each([
    ['**/*.yaml', ['a.yaml', 'clusters/b.yaml', 'clusters/x/c.yaml']],
    ['clusters/*.yaml', ['clusters/b.yaml']],
    ['*.{yaml,json}', ['a.json', 'a.yaml']],
  ])('finds what %s matches', async (pattern, expected) => {
    files('a.yaml', 'a.json', 'clusters/b.yaml', 'clusters/x/c.yaml');
    const search = globSearch(`${dir}/${pattern}`, []);
    expect((await all(search)).map((file) => String(file).slice(dir.length + 1))).toEqual(expected);
  });
});
