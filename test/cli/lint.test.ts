import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliResult } from '../e2e/run-cli.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';
import { expectShortError } from './short-error.ts';

const GOOD = `# kops-audit-ignore noise-recorded this test needs a short one
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`;
const WARNING = GOOD.replace('- level', '- level: None\n  users: ["*"]\n- level');
const REFUSED = GOOD.replace('Metadata', 'metadata');
const FIXABLE = GOOD.replace('- level', '- level: None\n  resources: [{resources: [Events]}]   # old\n- level');
const CLUSTER = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.36.0
  fileAssets:
  - name: hook
    path: /srv/kubernetes/kube-apiserver/audit/hook.yaml
    roles: [Master, ControlPlane, APIServer]
    content: |
      users: [{name: u, user: {token: s3cr3t-t0ken}}]
  - name: audit
    path: /srv/kubernetes/kube-apiserver/audit/policy.yaml
    roles: [Master, ControlPlane, APIServer]
    content: |
${FIXABLE.replaceAll(/^/gm, '      ').trimEnd()}
  kubeAPIServer:
    auditPolicyFile: /srv/kubernetes/kube-apiserver/audit/policy.yaml
    auditLogPath: /var/log/s3cr3t-t0ken.log
    auditWebhookConfigFile: /srv/kubernetes/kube-apiserver/audit/hook.yaml
`;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-lint-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

function run(args: string[], input = ''): Promise<CliResult> {
  return runCli(['lint', ...args], { cwd: dir, env: { PATH: '/nonexistent', HOME: dir }, input });
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(dir, name), content);
  return name;
}

describe('lint', () => {
  it('has nothing to say of what is right', async () => {
    expect(await run([await file('p.yaml', GOOD)])).toEqual({
      exitCode: 0,
      stdout: 'no findings in 1 file; 1 ignored\n',
      stderr: '',
    });
  });

  it('shows what is wrong, with its line', async () => {
    const { exitCode, stdout } = await run([await file('p.yaml', REFUSED)]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^p\.yaml:6:10: error: rule 1: .*"metadata"/);
    expect(stdout).toContain('\n  6 | - level: metadata\n    |          ^^^^^^^^\n');
    expect(stdout).toMatch(/\n1 error, 1 info in 1 file\n$/);
  });

  it.each([
    [[], 0],
    [['--fail-on', 'error'], 0],
    [['--fail-on', 'warning'], 1],
    [['--fail-on', 'info'], 1],
  ])('fails from the severity on that is asked for: %j', async (flags, exitCode) => {
    expect(await run([await file('p.yaml', WARNING), ...flags])).toMatchObject({ exitCode });
  });

  it('goes on after a file that cannot be read, and ends with 2', async () => {
    await file('a.yaml', WARNING);
    await file('b.yaml', REFUSED);
    await file('c.yaml', 'kind: ConfigMap\n');
    const { exitCode, stdout, stderr } = await run(['none.yaml', 'a.yaml', 'b.yaml', 'a.yaml', 'c.yaml']);
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^a\.yaml:7:\d+: /);
    expect(stdout).toMatch(/\nb\.yaml:6:10: error: /);
    expect(stdout).toMatch(/\n1 error, \d+ warnings?, 1 info in 4 files; 1 ignored; 2 unreadable\n$/);
    expect(stderr).toBe(`error: none.yaml: cannot be read: there is no such file
error: c.yaml: no audit policy and no Cluster here, only ConfigMap
  hint: Give a Policy of audit.k8s.io/v1, the spec of a cluster as
    \`kops get all --name NAME -o yaml\` prints it, a configuration of kubeadm or
    kind, or the static pod of a kube-apiserver.
`);
  });

  it('reads stdin', async () => {
    const { exitCode, stdout } = await run(['-'], REFUSED);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^stdin:6:10: error: /);
  });

  it('finds the policy in a Cluster, and shows no secret in any form', async () => {
    await file('c.yaml', `${CLUSTER}---\napiVersion: v1\nkind: Secret\n`);
    for (const output of ['text', 'json', 'sarif', 'github', 'junit']) {
      const { exitCode, stdout, stderr } = await run(['c.yaml', '-o', output, '-v']);
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/webhook-unreadable/);
      expect(stdout).toMatch(/resource-not-plural/);
      expect(stdout).toMatch(/log-in-var-log/);
      expect(stdout + stderr).not.toContain('s3cr3t-t0ken');
      expect(stderr).toContain('c.yaml:30: Secret is not looked at\n');
    }
    for (const output of ['text', 'json']) {
      const { stdout, stderr } = await run(['c.yaml', '--fix', '--dry-run', '-o', output]);
      expect(output === 'text' ? stdout : stderr).toMatch(/^\+ .*events/m);
      expect(stdout + stderr).not.toContain('s3cr3t-t0ken');
    }
  });

  it('reads a policy in UTF-16 as kube-apiserver does, and does not fix it', async () => {
    const bytes = Buffer.from(`\uFEFF${FIXABLE}`, 'utf16le');
    const name = await file('p.yaml', bytes);
    const { exitCode, stdout } = await run([name]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('(resource-not-plural)')]);
    const { exitCode: failed, stderr } = await run([name, '--fix']);
    expect([failed, stderr]).toEqual([2, expect.stringContaining('is not UTF-8, so nothing in it is fixed')]);
    expect(await readFile(join(dir, name))).toEqual(bytes);
  });

  it('tells of a broken byte in a policy where it stands', async () => {
    const bytes = Buffer.concat([Buffer.from(`${GOOD}# `), Buffer.from([0xff]), Buffer.from('\n')]);
    const { exitCode, stdout } = await run([await file('p.yaml', bytes)]);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('p.yaml:7:3: error: ')]);
    expect(stdout).toContain('(not-utf-8)');
  });

  it.each(['json', 'sarif'])('writes %s that parses', async (output) => {
    const { stdout } = await run([await file('p.yaml', WARNING), '-o', output]);
    expect(JSON.parse(stdout)).toMatchObject(output === 'json' ? { kind: 'LintReport' } : { version: '2.1.0' });
  });

  it('names a file for CI from the folder it runs in', async () => {
    const path = join(dir, await file('ein paar.yaml', WARNING));
    expect((await run([path, '-o', 'github'])).stdout).toMatch(/^::warning file=ein paar\.yaml,/m);
    expect((await run(['./ein paar.yaml', '-o', 'sarif'])).stdout).toContain('"uri": "ein%20paar.yaml"');
  });

  it.each([
    [
      ['--output', 'xml', 'p.yaml'],
      /^error: --output xml is not known hint: Give one of text, json, sarif, github, junit\./,
    ],
    [['--fail-on', 'all', 'p.yaml'], /^error: --fail-on all is not known hint: Give one of error, warning, info\./],
    [['--dry-run', 'p.yaml'], /^error: --dry-run goes with --fix/],
    [['--exit-code', 'p.yaml'], /^error: --exit-code goes with --fix/],
    [['--exclude', 'x'], /^error: --exclude goes with a folder/],
    [['--cluster', 'x', 'p.yaml'], /^error: --cluster does not go with p\.yaml/],
    [['--fix', '--cluster', 'x'], /^error: --fix goes with files/],
    [['--fix', '-', 'p.yaml'], /^error: --fix of stdin does not go with other files/],
    [['-', '-'], /^error: stdin can be read only once/],
    [['--kubernetes-version', 'new', 'p.yaml'], /^error: --kubernetes-version new is not a version/],
    [['--kops-version', '1.2', 'p.yaml'], /^error: --kops-version 1\.2 is not a kOps release/],
    [[], /^error: nothing to look at hint: Give files \(`-` is stdin\), or --cluster NAME/],
  ])('refuses %j', async (args, message) => {
    expectShortError(await run(args), message);
  });
});

describe('lint of a folder', () => {
  const tree = async (): Promise<void> => {
    for (const folder of ['clusters/old', 'clusters/.git', 'clusters/node_modules/x'])
      await mkdir(join(dir, folder), { recursive: true });
    await file('clusters/a.yaml', GOOD);
    await file('clusters/b.json', JSON.stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [] }));
    await file('clusters/old/c.yml', REFUSED);
    await file('clusters/d.yaml', 'kind: ConfigMap\n');
    await file('clusters/e.yaml', '{{- if .Values.audit }}\nrules: []\n');
    await file('clusters/f.yaml', 'rules:\n- level: of another program\n');
    await file('clusters/empty.yaml', '');
    await file('clusters/latin.yaml', Uint8Array.from([0x23, 0xe9, 0x0a]));
    await file('clusters/h.txt', REFUSED);
    await file('clusters/.git/g.yaml', REFUSED);
    await file('clusters/node_modules/x/g.yaml', REFUSED);
  };

  it('looks at the policies and specs in it, and counts the other files', async () => {
    await tree();
    const { exitCode, stdout, stderr } = await run(['clusters']);
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^clusters\/b\.json:1:1: error: .*\n(?:.*\n)*\nclusters\/old\/c\.yml:6:10: error: /);
    expect(stdout).toMatch(/ in 8 files, 3 of them looked at; 1\s+ignored\n$/);
  });

  it('leaves out what is excluded, and takes a pattern in quotes', async () => {
    await tree();
    expect(await run(['clusters', '--exclude', 'old', '--exclude', 'b.*'])).toMatchObject({ exitCode: 0 });
    const { exitCode, stdout } = await run(['clusters/**/*.yml', 'clusters/*.yaml', '-o', 'json']);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      summary: { files: 2, others: 5 },
      files: [{ file: 'clusters/old/c.yml' }, { file: 'clusters/a.yaml' }],
    });
  });

  it('names a file without ./, and none twice', async () => {
    await tree();
    const { stdout } = await run(['clusters/old/c.yml', '.', 'clusters', './clusters/a.yaml', '-o', 'json']);
    const { files } = JSON.parse(stdout) as { files: { file: string }[] };
    expect(files.map((each) => each.file)).toEqual(['clusters/old/c.yml', 'clusters/a.yaml', 'clusters/b.json']);
  });

  it('refuses a file that was named and holds neither, also where the folder was given', async () => {
    await tree();
    const { exitCode, stderr } = await run(['clusters', 'clusters/d.yaml']);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^error: clusters\/d\.yaml: no audit policy and no/)]);
  });

  it.each([
    [['clusters/.git/x'], 'there is no such file'],
    [['empty'], String.raw`nothing found to look at \(no file there\)`],
    [['clusters', '--exclude', '*'], String.raw`nothing found to look at \(no file there\)`],
    [['clusters/[d-f].yaml'], String.raw`nothing found to look at \(3 files looked at\)`],
    [['none*'], String.raw`nothing found to look at \(no file there\)`],
  ])('ends with 2 where nothing is found, so that CI does not guard nothing: %j', async (args, message) => {
    await tree();
    await mkdir(join(dir, 'empty'));
    const { exitCode, stderr } = await run(args);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(new RegExp(message.replaceAll(' ', String.raw`\s+`))),
    ]);
  });

  it('tells what else lies beside a static pod, but for what --exclude leaves out', async () => {
    await mkdir(join(dir, 'etc/manifests'), { recursive: true });
    const pod = 'kind: Pod\napiVersion: v1\nspec: {containers: [{name: kube-apiserver, command: [kube-apiserver]}]}\n';
    for (const name of ['kube-apiserver.yaml', 'old.yaml', 'kube-apiserver.yaml.bak'])
      await file(`etc/manifests/${name}`, pod);
    const strays = async (...args: string[]): Promise<string[]> => {
      const { files } = JSON.parse((await run([...args, '-o', 'json'])).stdout);
      const found: { file: string; findings: { rule: string }[] }[] = files;
      return found
        .filter(({ findings }) => findings.some(({ rule }) => rule === 'stray-manifest'))
        .map((each) => each.file);
    };
    const all = ['etc/manifests/old.yaml', 'etc/manifests/kube-apiserver.yaml.bak'];
    expect(await strays('etc')).toEqual(all);
    expect(await strays('etc', '--exclude', '*.bak', '--exclude', 'manifests/old.yaml')).toEqual([]);
    expect(await strays('etc/manifests/*.yaml', '--exclude', 'old.yaml')).toEqual(all.slice(1));
  });

  it('fixes the files in it', async () => {
    await file('p.yaml', FIXABLE);
    await file('other.yaml', 'a: [Events]\n');
    expect(await run(['.', '--fix', '-q'])).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(dir, 'p.yaml'), 'utf8')).toBe(FIXABLE.replace('Events', 'events'));
    expect(await readFile(join(dir, 'other.yaml'), 'utf8')).toBe('a: [Events]\n');
  });
});

describe('lint --fix', () => {
  it('shows each change, what it does, and with --dry-run the diff, and writes nothing', async () => {
    await file('p.yaml', FIXABLE);
    const { stdout, stderr, exitCode } = await run(['p.yaml', '--fix', '--dry-run']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`p.yaml:7:28: would fix: Events → events
    rule 1: "Events" matches nothing (resource-not-plural)

What that changes in the log:
  - any verb on events (core), by anyone: no longer recorded

--- p.yaml (now)
+++ p.yaml (fixed)
@@ -4,5 +4,5 @@
 omitStages: [RequestReceived]
 rules:
 - level: None
-  resources: [{resources: [Events]}]   # old
+  resources: [{resources: [events]}]   # old
 - level: Metadata

no findings in 1 file; 1 ignored
`);
    expect(await readFile(join(dir, 'p.yaml'), 'utf8')).toBe(FIXABLE);
  });

  it('says so where no finding has a safe fix', async () => {
    const said = 'Nothing was fixed: no finding here has a safe fix.\n';
    await file('p.yaml', REFUSED);
    expect(await run(['p.yaml', '--fix'])).toMatchObject({ exitCode: 1, stderr: said });
    expect(await run(['p.yaml', '--fix', '--quiet'])).toMatchObject({ stderr: '' });
    await file('p.yaml', GOOD);
    expect(await run(['p.yaml', '--fix'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('ends with 1 where something was fixed or would be, if asked', async () => {
    const args = ['--fix', '--dry-run', '--exit-code'];
    await file('p.yaml', FIXABLE);
    expect(await run(['p.yaml', ...args])).toMatchObject({ exitCode: 1 });
    expect(await run([await file('good.yaml', GOOD), ...args])).toMatchObject({ exitCode: 0 });
    expect(await run(['none.yaml', 'p.yaml', ...args])).toMatchObject({ exitCode: 2 });
    expect(await run(['p.yaml', '--fix', '--exit-code'])).toMatchObject({ exitCode: 1 });
    expect(await run(['p.yaml', '--fix', '--exit-code'])).toMatchObject({ exitCode: 0 });
  });

  it('keeps the changes apart from data', async () => {
    await file('p.yaml', FIXABLE);
    const { stdout, stderr } = await run(['p.yaml', '--fix', '--dry-run', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'LintReport' });
    expect(stderr).toMatch(/^p\.yaml:7:28: would fix: Events → events\n/);
  });

  it('writes the file, a link and its mode kept, and shows what is left', async () => {
    await file('p.yaml', FIXABLE.replaceAll('\n', '\r\n'));
    await chmod(join(dir, 'p.yaml'), 0o640);
    await symlink('p.yaml', join(dir, 'link.yaml'));
    const { exitCode, stdout } = await run(['link.yaml', '--fix']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(`link.yaml:7:28: fixed: Events → events
    rule 1: "Events" matches nothing (resource-not-plural)

What that changes in the log:
  - any verb on events (core), by anyone: no longer recorded

no findings in 1 file; 1 ignored
`);
    expect(await readFile(join(dir, 'p.yaml'), 'utf8')).toBe(
      FIXABLE.replace('Events', 'events').replaceAll('\n', '\r\n'),
    );
    expect((await stat(join(dir, 'p.yaml'))).mode & 0o777).toBe(0o640);
  });

  it('fixes the policy in a Cluster and nothing beside it', async () => {
    await file('c.yaml', CLUSTER);
    await run(['c.yaml', '--fix', '--quiet']);
    expect(await readFile(join(dir, 'c.yaml'), 'utf8')).toBe(CLUSTER.replace('Events', 'events'));
  });

  it('gives stdin back fixed, and unchanged where there is nothing to fix', async () => {
    expect(await run(['--fix', '-'], FIXABLE)).toMatchObject({
      exitCode: 0,
      stdout: FIXABLE.replace('Events', 'events'),
    });
    expect(await run(['--fix', '-'], REFUSED)).toMatchObject({ exitCode: 1, stdout: REFUSED });
  });

  it('says so where the file cannot be written, and goes on', async () => {
    await file('a.yaml', FIXABLE);
    await chmod(join(dir, 'a.yaml'), 0o444);
    await file('b.yaml', FIXABLE);
    const { exitCode, stderr } = await run(['a.yaml', 'b.yaml', '--fix']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('error: a.yaml: cannot be written: it is read-only\n');
    expect(await readFile(join(dir, 'a.yaml'), 'utf8')).toBe(FIXABLE);
    expect(await readFile(join(dir, 'b.yaml'), 'utf8')).toBe(FIXABLE.replace('Events', 'events'));
  });
});

const HEAD = GOOD.slice(0, GOOD.indexOf('- level'));

/** Bad inputs, the exit status, and what is said of them. */
const BAD: [string, string | Uint8Array, number, RegExp][] = [
  ['above 1 MiB', `${GOOD}${'# more\n'.repeat(200_000)}`, 1, /larger than 1 MiB/],
  ['10,000 rules', `${HEAD}${'- level: Metadata\n  users: [a]\n'.repeat(10_000)}`, 0, /more of unreachable-rule/],
  ['10,000 levels of brackets', `${HEAD}- level: ${'['.repeat(10_000)}`, 1, /error: /],
  [
    '10,000 levels of keys',
    `${HEAD}${Array.from({ length: 1000 }, (_, n) => `${' '.repeat(n)}a:\n`).join('')}`,
    1,
    /error: /,
  ],
  ['an alias bomb', `${HEAD}- level: None\nx: &a [x,x,x,x,x,x,x,x,x]\n${aliases(9)}`, 1, /error: /],
  ['binary', Uint8Array.from({ length: 5000 }, (_, n) => (n * 37) % 256), 2, /is not UTF-8/],
  ['a spec in UTF-16', Buffer.from(`\uFEFF${CLUSTER}`, 'utf16le'), 2, /is not UTF-8 hint: It looks like UTF-16/],
  ['NUL', `${GOOD}# \0\n`, 1, /U\+0000/],
];

function aliases(levels: number): string {
  return Array.from({ length: levels }, (_, at) => {
    const [name, one] = ['bcdefghij'[at], 'abcdefghi'[at]];
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${one}`).join(',')}]\n`;
  }).join('');
}

describe('lint of bad input', () => {
  it.each(BAD)('answers in words: %s', async (_what, content, exitCode, message) => {
    const result = await run([await file('p.yaml', content)]);
    expect(result.exitCode).toBe(exitCode);
    expect(`${result.stderr}${result.stdout}`.replaceAll(/\s+/g, ' ')).toMatch(message);
    expect(result.stderr).not.toMatch(/\n\s+at .*:\d+/);
    expect(result.stdout.split('\n').length).toBeLessThan(400);
  });
});
