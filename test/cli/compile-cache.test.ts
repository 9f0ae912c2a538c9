import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isOursAlone } from '../../src/cli/compile-cache.ts';
import { runCli } from '../e2e/run-cli.ts';

const KEEPS_WHAT_IT_COMPILED = Number(process.versions.node.split('.')[0]) >= 22;

let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kops-audit-cache-'));
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
    expect(isOursAlone(folder)).toBe(true);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test('serves where it is there and only this user can go in', () => {
    make(0o700);
    expect(isOursAlone(folder)).toBe(true);
  });

  test.each([0o755, 0o770, 0o777, 0o701])('does not serve with mode %o', (mode) => {
    make(mode);
    expect(isOursAlone(folder)).toBe(false);
  });

  test('does not serve where others could put another in its place', () => {
    make(0o700);
    chmodSync(dirname(folder), 0o777);
    expect(isOursAlone(folder)).toBe(false);
  });

  test('does not serve as a link', () => {
    mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
    mkdirSync(join(root, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(root, 'elsewhere'), folder);
    expect(isOursAlone(folder)).toBe(false);
  });

  test('does not serve as a file, and that is no error', () => {
    mkdirSync(dirname(folder), { recursive: true });
    writeFileSync(folder, '');
    expect(isOursAlone(folder)).toBe(false);
  });

  test.skipIf(process.getuid?.() !== 0)('does not serve where it is another user’s', async () => {
    make(0o700);
    const { chownSync } = await import('node:fs');
    chownSync(folder, 12345, 12345);
    expect(isOursAlone(folder)).toBe(false);
  });
});

test('the program keeps what it compiled there, on a Node that can', async () => {
  const { exitCode } = await runCli(['--version'], { env: { XDG_CACHE_HOME: root } });
  expect(exitCode).toBe(0);
  expect(existsSync(folder) && readdirSync(folder).length > 0).toBe(KEEPS_WHAT_IT_COMPILED);
});
