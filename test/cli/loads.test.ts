import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from '../e2e/run-cli.ts';
import { cluster, GROUPS } from '../helpers/cluster.ts';

const EXAMPLE = join(import.meta.dirname, '../../templates/examples/ha-cluster.yaml');

/** What takes milliseconds to load: most of what these commands do takes less. */
const SLOW = ['child_process', 'crypto', 'fs/promises', 'net', 'perf_hooks', 'stream', 'tty', 'zlib'];

/** Written where the program ends: what was loaded, and whether Node waited until nothing was left to do. */
const TELL = `let waited = false;
process.on('beforeExit', () => { waited = true; });
process.on('exit', () => {
  const builtins = process.moduleLoadList.flatMap((name) => name.startsWith('NativeModule ') ? [name.slice(13)] : []);
  const files = Object.keys(require.cache).map((path) => require('path').basename(path));
  require('fs').writeFileSync(process.env.TOLD, JSON.stringify({ builtins, files, waited }));
});`;

/** Written where the program ends: the files of it that were loaded once the spec was another one. */
const TELL_LATE = `const { readFileSync, writeFileSync } = require('fs');
const Module = require('module');
const [first, late, load] = [readFileSync(process.env.SPEC, 'utf8'), [], Module._load];
Module._load = (id, parent, ...more) => {
  const isNew = id.startsWith('./cli-') && !(require('path').join(parent.path, id) in require.cache);
  if (isNew && readFileSync(process.env.SPEC, 'utf8') !== first) late.push(id);
  return load(id, parent, ...more);
};
process.on('exit', () => writeFileSync(process.env.TOLD, JSON.stringify(late)));`;

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'kops-audit-loads-'));
  writeFileSync(join(dir, 'tell.cjs'), TELL);
  writeFileSync(join(dir, 'tell-late.cjs'), TELL_LATE);
  writeFileSync(join(dir, 'p.yaml'), 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n');
});
afterAll(() => rmSync(dir, { recursive: true }));

function loadedBy(args: string[]): { builtins: string[]; groups: string[]; waited: boolean } {
  const told = join(dir, 'told.json');
  const env = { HOME: dir, PATH: '', TOLD: told, NODE_DISABLE_COMPILE_CACHE: '1' };
  execFileSync(process.execPath, ['-r', join(dir, 'tell.cjs'), CLI, ...args], { cwd: dir, env, stdio: 'pipe' });
  const { builtins, files, waited } = JSON.parse(readFileSync(told, 'utf8'));
  return {
    builtins: builtins.filter((name: string) => SLOW.includes(name)),
    groups: files.flatMap((name: string) => /^cli-([a-z-]+)-[\w-]{8}\.cjs$/.exec(name)?.[1] ?? []).toSorted(),
    waited,
  };
}

// Which parts of the program, by the first words of their files. What a start takes is told by `npm run bench`; this holds what it comes from, which no load of the machine changes.
describe('a command loads no more than it needs, and ends when it is done', () => {
  it.each([
    [['--version'], ['rolldown-runtime', 'start']],
    [
      ['lint', 'p.yaml'],
      ['commands', 'lint', 'lint', 'load', 'requests', 'rolldown-runtime', 'rules', 'start', 'yaml'],
    ],
    [
      ['policy', 'explain', 'get', 'pods'],
      ['commands', 'explain', 'explanation', 'requests', 'rolldown-runtime', 'rules', 'start', 'yaml'],
    ],
    [
      ['enable', '-f', EXAMPLE, '--dry-run'],
      ['change', 'commands', 'pipeline', 'rolldown-runtime', 'rules', 'spec', 'start', 'yaml'],
    ],
  ])('%j', (args, groups) => {
    expect(loadedBy(args)).toEqual({ builtins: [], groups, waited: false });
  });
});

// An upgrade may take the files of the program away while it asks, or while kops works for minutes.
describe('once a spec is written nothing more is loaded', () => {
  const lateOf = (args: string[], spec: string): { status: number | null; late: unknown } => {
    const env = { HOME: dir, PATH: `${dir}:/usr/bin:/bin`, FAKE_KOPS_DIR: dir, NODE_DISABLE_COMPILE_CACHE: '1' };
    const told = { SPEC: join(dir, spec), TOLD: join(dir, 'late.json') };
    const words = ['-r', join(dir, 'tell-late.cjs'), CLI, ...args];
    const { status } = spawnSync(process.execPath, words, { cwd: dir, env: { ...env, ...told } });
    return { status, late: JSON.parse(readFileSync(told.TOLD, 'utf8')) };
  };

  it('of a file', () => {
    copyFileSync(EXAMPLE, join(dir, 'c.yaml'));
    expect(lateOf(['enable', '-f', 'c.yaml', '--yes'], 'c.yaml')).toEqual({ status: 0, late: [] });
    expect(readFileSync(join(dir, 'c.yaml'), 'utf8')).toContain('auditLogPath');
  });

  it('of a cluster in a state store, and kops fails later', () => {
    copyFileSync(join(import.meta.dirname, '../leaks/fake-kops.sh'), join(dir, 'kops'));
    chmodSync(join(dir, 'kops'), 0o755);
    writeFileSync(join(dir, 'cluster.json'), JSON.stringify(cluster()));
    writeFileSync(join(dir, 'groups.json'), JSON.stringify(GROUPS));
    writeFileSync(join(dir, 'preview.txt'), 'Must specify --yes to apply changes\n');
    writeFileSync(join(dir, 'relay.txt'), '');
    mkdirSync(join(dir, 'fails'));
    const fails = {
      at: 'rolling-update',
      exit: '1',
      stdout: '',
      stderr: 'größer als 日本, zu breit für eine Zeile '.repeat(5),
    };
    for (const [name, text] of Object.entries(fails)) writeFileSync(join(dir, 'fails', name), `${text}\n`);
    const flags = [
      '--cluster',
      'm.k8s.local',
      '--yes',
      '--include-pending',
      '--rolling-update',
      '--allow-api-downtime',
    ];
    expect(lateOf(['enable', ...flags], 'cluster.json')).toEqual({ status: 5, late: [] });
    expect(readFileSync(join(dir, 'cluster.json'), 'utf8')).toContain('auditLogPath');
  });
});
