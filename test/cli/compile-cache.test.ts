import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { ownFolder } from '../../src/cli/compile-cache.ts';
import { CLI, runCli } from '../e2e/run-cli.ts';

let root: string;
let folder: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'kops-audit-cache-')));
  folder = join(root, 'kops-audit', 'compiled');
});

afterEach(() => rmSync(root, { recursive: true }));

function make(mode: number): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(dirname(folder), 0o755);
  chmodSync(folder, mode);
}

describe('the folder of the compile cache', () => {
  test('is made where it is missing, for this user alone', () => {
    expect(ownFolder(root)).toBe(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test('serves where it is there and only this user can go in', () => {
    make(0o700);
    expect(ownFolder(root)).toBe(folder);
  });

  test.each([0o755, 0o770, 0o777, 0o701])('does not serve with mode %o', (mode) => {
    make(mode);
    expect(ownFolder(root)).toBeNull();
  });

  test('does not serve where others could put another in its place', () => {
    make(0o700);
    chmodSync(dirname(folder), 0o777);
    expect(ownFolder(root)).toBeNull();
  });

  test('does not serve as a link', () => {
    mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
    mkdirSync(join(root, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(root, 'elsewhere'), folder);
    expect(ownFolder(root)).toBeNull();
  });

  test('does not serve as a file, and that is no error', () => {
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(folder, '');
    expect(ownFolder(root)).toBeNull();
  });

  test('does not serve where others can write above it', () => {
    make(0o700);
    chmodSync(root, 0o777);
    expect(ownFolder(root)).toBeNull();
    chmodSync(root, 0o1777);
    expect(ownFolder(root)).toBe(folder);
  });

  test('is called without links, so that another end of one is no other folder', () => {
    symlinkSync(root, `${root}-link`);
    onTestFinished(() => rmSync(`${root}-link`));
    expect(ownFolder(`${root}-link`)).toBe(folder);
  });

  test('is made in a home that there is', () => {
    expect(ownFolder(join(root, '.cache'))).toBe(join(root, '.cache', 'kops-audit', 'compiled'));
    expect(ownFolder(join(root, 'nobody', '.cache'))).toBeNull();
    expect(existsSync(join(root, 'nobody'))).toBe(false);
  });

  test.skipIf(process.getuid?.() !== 0)('does not serve where it is another user’s', () => {
    make(0o700);
    chownSync(folder, 12345, 12345);
    expect(ownFolder(root)).toBeNull();
  });

  test.skipIf(process.getuid?.() !== 0)('does not serve in the home of another user, where nothing is made', () => {
    chownSync(root, 12345, 12345);
    expect(ownFolder(join(root, '.cache'))).toBeNull();
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('the program', () => {
  const run = async (env: Record<string, string> = {}): Promise<void> => {
    const all = { XDG_CACHE_HOME: root, NODE_DISABLE_COMPILE_CACHE: '', ...env };
    const { exitCode, stdout } = await runCli(['policy', 'list'], { env: all });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('metadata');
  };
  const kept = (): Map<string, Buffer> => {
    const names = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
    const files = names.map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
    return new Map(files.map((file) => [file, readFileSync(file)]));
  };
  const places = (): Map<string, number> => new Map([...kept().keys()].map((file) => [file, statSync(file).ino]));

  test('keeps what it compiled, for this user alone, and takes it the next time', async () => {
    await run();
    const first = places();
    expect(first.size).toBeGreaterThan(2);
    for (const file of first.keys()) expect(statSync(file).mode & 0o777).toBe(0o600);
    await run();
    expect(places()).toEqual(first);
  });

  test('takes it the next time where a command reads logs, under flags of V8 of its own', async () => {
    const logs = async (): Promise<Map<string, number>> => {
      await runCli(['logs', '--sample', '-q'], { env: { XDG_CACHE_HOME: root, NODE_DISABLE_COMPILE_CACHE: '' } });
      return places();
    };
    const first = await logs();
    expect(first.size).toBeGreaterThan(2);
    expect(await logs()).toEqual(first);
  });

  test('is written in ASCII, as which it is read', () => {
    const dist = dirname(CLI);
    const files = readdirSync(dist).filter((name) => name.endsWith('.cjs'));
    expect(files.length).toBeGreaterThan(10);
    // oxlint-disable-next-line no-control-regex
    for (const file of files) expect(readFileSync(join(dist, file), 'utf8')).not.toMatch(/[^\0-\x7f]/);
  });

  test('goes after a month, once something else is kept', async () => {
    await run();
    const old = join(folder, 'v1.0.0-x64', 'other', 'cli-old.cjs');
    mkdirSync(dirname(old), { recursive: true });
    writeFileSync(old, '');
    utimesSync(old, 0, 0);
    await run();
    expect(existsSync(old)).toBe(true);
    const first = [...kept().keys()].find((file) => file !== old) ?? '';
    rmSync(first);
    await run();
    expect(existsSync(old)).toBe(false);
    expect(existsSync(first)).toBe(true);
  });

  test('loads nothing by import(), which Node refuses to a script that is run from the cache', () => {
    const dist = dirname(CLI);
    const files = readdirSync(dist).filter((name) => name.endsWith('.cjs'));
    expect(files.filter((file) => /\bimport\(/.test(readFileSync(join(dist, file), 'latin1')))).toEqual([]);
  });

  test('leaves a damaged file aside and writes it anew', async () => {
    await run();
    const before = kept();
    const first = places();
    for (const [file, bytes] of before) writeFileSync(file, bytes.subarray(0, bytes.length / 2));
    await run();
    expect([...kept().keys()].toSorted()).toEqual([...before.keys()].toSorted());
    for (const [file, at] of places()) expect(at).not.toBe(first.get(file));
  });

  test('never runs what the disk has changed', async () => {
    await run();
    const before = kept();
    for (const [file, bytes] of before) {
      // Past the head, which V8 checks; a power failure leaves such a page of zeros.
      writeFileSync(file, Buffer.from(bytes).fill(0, Math.floor(bytes.length / 10), Math.floor(bytes.length / 4)));
    }
    const damaged = places();
    await run();
    for (const [file, at] of places()) expect(at).not.toBe(damaged.get(file));
  });

  test.skipIf(!existsSync('/proc/self'))('does without where no folder can be made', async () => {
    const { exitCode } = await runCli(['policy', 'list'], {
      env: { HOME: '/proc/self', XDG_CACHE_HOME: '', NODE_DISABLE_COMPILE_CACHE: '' },
    });
    expect(exitCode).toBe(0);
  });

  test('keeps nothing where others could write, and where it shall not', async () => {
    await run({ NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(kept().size).toBe(0);
    make(0o777);
    await run();
    expect(kept().size).toBe(0);
  });
});
