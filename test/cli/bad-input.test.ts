import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliResult } from '../e2e/run-cli.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';
import { expectShortError } from './short-error.ts';

const SPEC = `# ours
apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.30.0 # pinned
`;
const OTHER = SPEC.replace('a.example.com', 'b.example.com');

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-cli-'));
});
afterEach(async () => {
  await chmod(dir, 0o755);
  await rm(dir, { recursive: true, force: true });
});

function run(args: string[], input = ''): Promise<CliResult> {
  return runCli(args, { cwd: dir, env: { PATH: '/nonexistent', HOME: join(dir, 'home') }, input });
}

/** Everything in the folder but the journal: kind, mode and content. */
async function everything(): Promise<Record<string, string>> {
  const names = (await readdir(dir)).filter((name) => name !== 'home');
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await describeFile(join(dir, name))])));
}

async function describeFile(path: string): Promise<string> {
  const stats = await lstat(path);
  if (stats.isSymbolicLink()) return `link to ${await readlink(path)}`;
  return `${stats.mode.toString(8)} ${stats.ino} ${stats.isFile() ? await readFile(path, 'latin1') : ''}`;
}

/** What is wrong, the text, and how the message goes on after the file's name. */
const TEXTS: [string, string, RegExp][] = [
  ['YAML that does not parse', SPEC.replace('name: a.example.com', 'name: [a'), /:6:5: .*/],
  ['a tab as indentation', SPEC.replace('  name', '\tname'), /:5:1: .*tab/i],
  ['a key given twice', `${SPEC}  kubernetesVersion: 1.31.0\n`, /:8:3: .*kubernetesVersion/],
  [
    'a template with {{ }}',
    SPEC.replace('a.example.com', '{{.clusterName}}'),
    /:5:9: is a template with \{\{ \}\}, not a spec /,
  ],
  ['no kind', 'a: b\n', /: no Cluster document here, only a document without a kind /],
  ['no Cluster document', 'kind: ConfigMap\n', /: no Cluster document here, only ConfigMap /],
  [
    'two of the same name',
    `${SPEC}---\n${SPEC}`,
    /:9: two Cluster documents have the name a\.example\.com: at line 1 and at line 9/,
  ],
  [
    'several clusters',
    `${SPEC}---\n${OTHER}`,
    /: holds 2 clusters hint: Pick one with --cluster: a\.example\.com, b\.example\.com\. /,
  ],
  [
    'a Cluster without a name',
    SPEC.replace('  name: a.example.com', '  labels: {}'),
    /:2:1: this Cluster has no metadata\.name /,
  ],
  [
    'a Cluster without a spec',
    SPEC.replace(/spec:[^]*/, ''),
    /:2:1: Cluster a\.example\.com has no spec hint: There must be a map below `spec:`\. /,
  ],
  [
    'spec as a list',
    SPEC.replace(/spec:[^]*/, 'spec: []\n'),
    /:2:1: Cluster a\.example\.com has no spec hint: There must be a map below `spec:`\. /,
  ],
  ['fileAssets as a string', `${SPEC}  fileAssets: none\n`, /:8:15: spec\.fileAssets is a string, not a list /],
  ['kubeAPIServer as a list', `${SPEC}  kubeAPIServer: []\n`, /:8:18: spec\.kubeAPIServer is .*list/],
  [
    'a number in quotes',
    `${SPEC}  kubeAPIServer:\n    auditLogMaxAge: "10"\n`,
    /:9:21: spec\.kubeAPIServer\.auditLogMaxAge is a string; kOps wants a whole number without quotes/,
  ],
];

describe('enable -f with a text that will not do', () => {
  it.each(TEXTS)('%s, in a file', async (_, text, message) => {
    await writeFile(join(dir, 'cluster.yaml'), text);
    const before = await everything();
    expectShortError(
      await run(['enable', '-f', 'cluster.yaml', '--yes']),
      new RegExp(`^error: cluster\\.yaml${message.source}`, message.flags),
    );
    expect(await everything()).toEqual(before);
  });

  it.each(TEXTS)('%s, on stdin', async (_, text, message) => {
    expectShortError(
      await run(['enable', '-f', '-'], text),
      new RegExp(`^error: stdin${message.source}`, message.flags),
    );
  });

  it('nothing on stdin', async () => {
    expectShortError(await run(['enable', '-f', '-']), /^error: stdin is empty /);
  });

  it('bytes that are no text', async () => {
    await writeFile(join(dir, 'cluster.yaml'), Buffer.from([0xff, 0xfe, 0x00, 0x41, 0xc3]));
    expectShortError(await run(['enable', '-f', 'cluster.yaml', '--yes']), /^error: cluster\.yaml: /);
  });
});

describe('enable -f with a file that will not do', () => {
  it.each([
    ['is not there', async () => {}, /^error: cluster\.yaml: cannot be read: there is no such file /],
    [
      'is a broken link',
      () => symlink('nowhere', join(dir, 'cluster.yaml')),
      /^error: cluster\.yaml: is a broken symbolic link: its target does not exist /,
    ],
    ['is a directory', () => mkdir(join(dir, 'cluster.yaml')), /^error: cluster\.yaml: is a directory /],
    ['is empty', () => writeFile(join(dir, 'cluster.yaml'), ''), /^error: cluster\.yaml: /],
  ])('a file that %s', async (_, make, message) => {
    await make();
    const before = await everything();
    expectShortError(await run(['enable', '-f', 'cluster.yaml', '--yes']), message);
    expect(await everything()).toEqual(before);
  });

  it.each([
    [
      'is read-only',
      () => chmod(join(dir, 'cluster.yaml'), 0o444),
      /^error: cluster\.yaml: cannot be written: it is read-only$/m,
    ],
    [
      'has a hard link',
      () => link(join(dir, 'cluster.yaml'), join(dir, 'other.yaml')),
      /^error: cluster\.yaml: cannot be replaced: it has 2 names/m,
    ],
    ['is in a read-only folder', () => chmod(dir, 0o555), /^error: cluster\.yaml: cannot be replaced: its directory/m],
  ])('a file that %s: it can be looked at, not changed', async (_, make, message) => {
    await writeFile(join(dir, 'cluster.yaml'), SPEC);
    await make();
    const before = await everything();
    expect(await run(['enable', '-f', 'cluster.yaml', '--dry-run'])).toMatchObject({ exitCode: 0 });
    const result = await run(['enable', '-f', 'cluster.yaml', '--yes', '--no-journal']);
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) });
    expect(await everything()).toEqual(before);
  });

  it('writes nothing where the old text cannot be kept', async () => {
    await writeFile(join(dir, 'cluster.yaml'), SPEC);
    await writeFile(join(dir, 'journal'), '');
    const before = await everything();
    const result = await run(['enable', '-f', 'cluster.yaml', '--yes', '--journal', 'journal']);
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--journal journal is not a folder') });
    expect(await everything()).toEqual(before);
  });

  it('asks nobody where there is no terminal', async () => {
    await writeFile(join(dir, 'cluster.yaml'), SPEC);
    const before = await everything();
    const result = await run(['enable', '-f', 'cluster.yaml']);
    expect(result).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('Give --yes') });
    expect(await everything()).toEqual(before);
  });

  it.each([
    ['its links form a loop', 'around'],
    ['its name is too long', 'a'.repeat(5000)],
  ])('a word of the command line of which the system cannot tell what is there, as %s', async (_, word) => {
    await symlink('around', join(dir, 'around'));
    for (const args of [
      ['lint', word],
      ['enable', word, '--dry-run'],
    ]) {
      const { exitCode, stderr } = await run(args);
      expect(stderr).not.toContain('bug');
      expect(exitCode).toBe(2);
    }
  });
});

describe('a log that must be piped in', () => {
  it.each([
    ['logs'],
    ['logs --check'],
    ['report'],
    ['report --baseline', 'audit.log'],
    ['who delete deployments/web'],
    ['policy replay'],
    ['policy suggest', '--policy gce'],
    ['enable --replay', '-f cluster.yaml --yes'],
  ])('is told how, for the command that was run: %s', async (reader, more = '') => {
    await writeFile(join(dir, 'x.log'), Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]));
    await writeFile(join(dir, 'audit.log'), '');
    await writeFile(join(dir, 'cluster.yaml'), SPEC);
    for (const [log, printing] of [
      ['x.log', 'xz -dc x.log'],
      ['s3://b/a.log', "aws s3 cp 's3://b/a.log' -"],
    ] as const) {
      const { stderr, exitCode } = await run([...reader.split(' '), log, ...more.split(' ').filter(Boolean)]);
      const told = stderr.replaceAll(/\s+/g, ' ');
      expect([told.endsWith(`: ${printing} | kops-audit ${reader} - `), exitCode, told]).toEqual([true, 2, told]);
    }
  });
});
