import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from '../e2e/run-cli.ts';

const EXAMPLE = join(import.meta.dirname, '../../templates/examples/ha-cluster.yaml');

/** What takes milliseconds to load: most of what these commands do takes less. */
const SLOW = ['child_process', 'crypto', 'fs/promises', 'net', 'perf_hooks', 'stream', 'tty', 'zlib'];

/** Written where the program ends: the modules of Node and the files of the program that were loaded. */
const TELL = `process.on('exit', () => {
  const builtins = process.moduleLoadList.flatMap((name) => name.startsWith('NativeModule ') ? [name.slice(13)] : []);
  const files = Object.keys(require.cache).map((path) => require('path').basename(path));
  require('fs').writeFileSync(process.env.TOLD, JSON.stringify({ builtins, files }));
});`;

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kops-audit-loads-'));
  writeFileSync(join(dir, 'tell.cjs'), TELL);
  writeFileSync(join(dir, 'p.yaml'), 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n');
});
afterAll(() => rmSync(dir, { recursive: true }));

function loadedBy(args: string[]): { builtins: string[]; groups: string[] } {
  const told = join(dir, 'told.json');
  const env = { HOME: dir, PATH: '', TOLD: told, NODE_DISABLE_COMPILE_CACHE: '1' };
  execFileSync(process.execPath, ['-r', join(dir, 'tell.cjs'), CLI, ...args], { cwd: dir, env, stdio: 'pipe' });
  const { builtins, files } = JSON.parse(readFileSync(told, 'utf8'));
  return {
    builtins: builtins.filter((name: string) => SLOW.includes(name)),
    groups: files.flatMap((name: string) => /^cli-([a-z-]+)-[\w-]{8}\.cjs$/.exec(name)?.[1] ?? []).toSorted(),
  };
}

// Which parts of the program, by the first words of their files. What a start takes is told by `npm run bench`; this holds what it comes from, which no load of the machine changes.
describe('a command loads no more than it needs', () => {
  it.each([
    [['--version'], ['rolldown-runtime', 'start']],
    [
      ['lint', 'p.yaml'],
      ['commands', 'lint', 'lint', 'policy', 'requests', 'rolldown-runtime', 'start'],
    ],
    [
      ['policy', 'explain', 'get', 'pods'],
      ['commands', 'explain', 'explanation', 'policy', 'requests', 'rolldown-runtime', 'start'],
    ],
    [
      ['enable', '-f', EXAMPLE, '--dry-run'],
      ['change', 'commands', 'enable', 'lint', 'policy', 'requests', 'rolldown-runtime', 'spec', 'start', 'template'],
    ],
  ])('%j', (args, groups) => {
    expect(loadedBy(args)).toEqual({ builtins: [], groups });
  });
});
