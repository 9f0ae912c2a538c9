import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliResult } from '../e2e/run-cli.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';
const NONE_LAST = `${HEAD}rules:\n- level: Metadata\n  verbs: [get] # reads\n# noise\n- level: None\n  nonResourceURLs: ["/healthz*"]\n`;
const NONE_FIRST = `${HEAD}rules:\n# noise\n- level: None\n  nonResourceURLs: ["/healthz*"]\n- level: Metadata\n  verbs: [get] # reads\n`;
const SUMMARY = `1 kind of requests changes: 1 recorded no longer.
Get requests for /healthz* are recorded no longer, by anyone.
`;
const DIFFERENCE = '\nMetadata → None\n  - get /healthz*, by anyone\n    rule 1 → rule 1\n';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kops-audit-compare-'));
  await writeFile(join(folder, 'last.yaml'), NONE_LAST);
  await writeFile(join(folder, 'first.yaml'), NONE_FIRST);
  await writeFile(join(folder, 'bad.yaml'), `${HEAD}rules:\n- level: Meta\n`);
  await writeFile(join(folder, 'tagged.yaml'), `${HEAD}rules:\n- level: !param:l Metadata\n- level: None\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function policy(args: string, input = ''): Promise<CliResult> {
  return runCli(['policy', ...args.split(' ')], { env: { HOME: folder, PATH: '/usr/bin:/bin' }, cwd: folder, input });
}

describe('policy diff', () => {
  it('tells what differs', async () => {
    const { exitCode, stdout, stderr } = await policy('diff last.yaml first.yaml');
    expect([exitCode, stdout, stderr]).toEqual([0, `last.yaml → first.yaml: ${SUMMARY}${DIFFERENCE}`, '']);
  });

  it('tells only what that comes to with --summary', async () => {
    const { stdout } = await policy('diff last.yaml first.yaml --summary');
    expect(stdout).toBe(`last.yaml → first.yaml: ${SUMMARY}`);
  });

  it('ends with 1 on --exit-code where they differ, as text and JSON, and with 0 where not', async () => {
    expect((await policy('diff last.yaml first.yaml --exit-code')).exitCode).toBe(1);
    const { exitCode, stdout } = await policy('diff - first.yaml --exit-code -o json', NONE_LAST);
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      1,
      {
        kind: 'PolicyComparison',
        formatVersion: 1,
        before: 'stdin',
        same: false,
        summary: {
          totals: { gone: 1, newly: 0, more: 0, less: 0, otherwise: 0 },
          effects: ['Get requests for /healthz* are recorded no longer, by anyone.'],
          complete: true,
        },
      },
    ]);
    const same = await policy('diff kops kops --exit-code');
    expect([same.exitCode, same.stdout]).toEqual([0, 'kops → kops: every request is recorded as before.\n']);
  });

  it('sets a parameter of the second policy', async () => {
    const { stdout } = await policy('diff kops kops --set readsLevel=None -o json');
    const { classes } = JSON.parse(stdout) as { classes: { before: { level: string }; after: { level: string } }[] };
    expect(new Set(classes.map(({ before, after }) => `${before.level} ${after.level}`))).toEqual(
      new Set(['Metadata None']),
    );
  });

  it.each([
    ['diff gce', /^error: two policies are needed/],
    ['diff gce kops -f x.yaml', /^error: three policies are named/],
    ['diff gce kops -o yaml', /^error: --output yaml is not known/],
    ['diff - -', /^error: stdin can be read only once/],
    ['diff gce bad.yaml', /^error: bad\.yaml:4:10: rule 1: "Meta" is not a level/],
    ['diff gce absent.yaml', /^error: absent\.yaml: cannot be read/],
    ['order last.yaml', /^error: --by is missing/],
    ['order last.yaml --by all', /^error: --by all is not known/],
    ['order gce --by least --write', /^error: --write needs a file, and gce is not one/],
    ['order tagged.yaml --by least --write', /^error: tagged\.yaml: is not a plain policy/],
  ])('refuses: %s', async (args, message) => {
    const { exitCode, stdout, stderr } = await policy(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});

describe('policy order', () => {
  it('prints the sorted policy, and what that changes on stderr', async () => {
    const { exitCode, stdout, stderr } = await policy('order last.yaml --by least');
    expect([exitCode, stdout, stderr]).toEqual([0, NONE_FIRST, `last.yaml → the new order: ${SUMMARY}${DIFFERENCE}`]);
    expect(await policy('order last.yaml --by most')).toEqual({
      exitCode: 0,
      stdout: NONE_LAST,
      stderr: 'The rules of last.yaml are already in that order.\n',
    });
  });

  it('replaces the file', async () => {
    const file = join(folder, 'written.yaml');
    await writeFile(file, `\uFEFF${NONE_LAST}`);
    const { exitCode, stdout } = await policy('order written.yaml --by least -w');
    expect([exitCode, stdout, await readFile(file, 'utf8')]).toEqual([0, '', `\uFEFF${NONE_FIRST}`]);
  });

  it('leaves out a stamp that no longer holds, and says so', async () => {
    const { stdout, stderr } = await policy('order gce --by least');
    expect(stdout).not.toContain('# kops-audit {');
    expect(stderr).toMatch(/\nThe stamp in its first line is left out: it described the policy before\.\n$/);
  });
});
