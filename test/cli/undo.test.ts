import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../docs/markdown.ts';
import type { CliResult } from '../e2e/run-cli.ts';
import { runWarmCli as runCli } from '../helpers/warm-cli.ts';

/** As a person keeps it, in a form that splicing alone would not give back: `{ }` far from its key, CRLF. */
const SPEC = `# prod
apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata: {name: a.example.com}
spec:
  kubernetesVersion: 1.30.0 # pinned
  kubeAPIServer:   { }
  fileAssets: [ ]
`.replaceAll('\n', '\r\n');

let dir: string;
const file = (): string => join(dir, 'c.yaml');
const text = (): Promise<string> => readFile(file(), 'utf8');
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kops-audit-undo-'));
  await writeFile(file(), SPEC);
});
afterEach(() => rm(dir, { recursive: true }));

async function cli(...args: string[]): Promise<CliResult & { said: string }> {
  const run = await runCli(args, { cwd: dir, env: { PATH: '/nonexistent', HOME: join(dir, 'home') } });
  return { ...run, said: run.stderr.replaceAll(/\s+/g, ' ') };
}

async function entryFiles(): Promise<string[]> {
  const journal = join(dir, 'home/.local/state/kops-audit');
  const names = await readdir(journal, { recursive: true });
  return names.filter((name) => name.endsWith('.json')).map((name) => join(journal, name));
}

describe('a file', () => {
  it('is given back byte for byte by rollback, and by a rollback of that', async () => {
    await cli('enable', '-f', 'c.yaml', '--yes', '--policy', 'metadata');
    const on = await text();
    expect(on).toContain('auditPolicyFile');
    expect(await cli('rollback', '-f', 'c.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await text()).toBe(SPEC);
    const { entries } = JSON.parse((await cli('history', '-o', 'json')).stdout);
    expect(await cli('rollback', entries[0].id, '--yes')).toMatchObject({ exitCode: 0 });
    expect(await text()).toBe(on);
    expect(await cli('rollback', '-f', 'c.yaml', '--dry-run')).toMatchObject({ exitCode: 0 });
  });

  it('that is as kops prints it is given back byte for byte by disable', async () => {
    const example = join(ROOT, 'templates/examples/ha-cluster.yaml');
    await copyFile(example, file());
    await cli('enable', '-f', 'c.yaml', '--yes', '--policy', 'metadata');
    await cli('disable', '-f', 'c.yaml', '--yes', '--keep-policy');
    expect(await text()).toContain('name: audit-policy');
    expect(await text()).not.toContain('auditPolicyFile');
    expect(await cli('disable', '-f', 'c.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await text()).toBe(await readFile(example, 'utf8'));
  });

  it('is not kept from disable by an error that stood in it before', async () => {
    const before = SPEC.replace('{ }', '{auditLogPth: /x, auditLogPath: /var/log/a/b.log, auditLogMode: batch}');
    await writeFile(file(), before);
    expect(await cli('enable', '-f', 'c.yaml', '--dry-run')).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('kOps does not know spec.kubeAPIServer.auditLogPth'),
    });
    expect(await cli('disable', '-f', 'c.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await text()).toContain('kubeAPIServer:   {auditLogPth: /x}');
  });

  it.each([
    ['disable', 'after', 'name: theirs'],
    ['rollback', 'after', 'path: /etc/theirs'],
    ['disable', 'before', 'name: theirs'],
    ['rollback', 'before', 'path: /etc/theirs'],
  ])('is not kept from %s by a file asset with an unknown key that came since, %s ours', async (way, place, named) => {
    await writeFile(file(), SPEC.replace('fileAssets: [ ]', 'fileAssets:').replaceAll('\r', ''));
    await cli('enable', '-f', 'c.yaml', '--yes', '--policy', 'metadata');
    const theirs = `  - ${named}\n    contents: x\n`;
    const now = await text();
    const at = place === 'after' ? now.length : now.indexOf('  fileAssets:\n') + '  fileAssets:\n'.length;
    await writeFile(file(), `${now.slice(0, at)}${theirs}${now.slice(at)}`);
    const run = await cli(way, '-f', 'c.yaml', '--yes');
    expect(run).toMatchObject({ exitCode: 0 });
    expect(await text()).not.toContain('audit');
    expect(await text()).toContain(theirs);
  });

  it('keeps what was changed since; where that is what would be taken back, nothing is', async () => {
    await cli('enable', '-f', 'c.yaml', '--yes', '--policy', 'metadata');
    await writeFile(file(), (await text()).replace('# pinned', '# pinned for now'));
    expect(await cli('rollback', '-f', 'c.yaml', '--yes')).toMatchObject({ exitCode: 0 });
    expect(await text()).toContain('# pinned for now');
    expect(await text()).not.toContain('audit');

    await cli('enable', '-f', 'c.yaml', '--yes', '--policy', 'metadata');
    const theirs = (await text()).replace('auditLogMaxAge: 30', 'auditLogMaxAge: 7');
    await writeFile(file(), theirs);
    const run = await cli('rollback', '-f', 'c.yaml', '--yes');
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.said).toContain(
      'somebody changed these values of a.example.com since: spec.kubeAPIServer.auditLogMaxAge',
    );
    expect(run.said).toContain('the change set it to 30 now it is 7');
    expect(run.said).toContain('add: --force auditLogMaxAge');
    expect(await text()).toBe(theirs);

    expect(await cli('rollback', '-f', 'c.yaml', '--yes', '--force', 'auditLogMxAge')).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('this rollback does not touch that hint: Did you mean auditLogMaxAge?'),
    });
    expect(await text()).toBe(theirs);
    const forced = await cli('rollback', '-f', 'c.yaml', '--yes', '--force', 'auditLogMaxAge');
    expect(forced).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('-    auditLogMaxAge: 7') });
    expect(forced.stdout.replaceAll(/\s+/g, ' ')).toContain('the change set it to 30, now it is 7.');
    expect(await text()).not.toContain('audit');
  });

  it('goes back to what it was some time ago, once', async () => {
    await cli('enable', '-f', 'c.yaml', '--yes', '--policy', 'metadata');
    await cli('enable', '-f', 'c.yaml', '--yes', '--log-max-age', '90');
    const run = await cli('rollback', '-f', 'c.yaml', '--yes', '--to', '2h');
    expect(run).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /Note {5}Back to what the spec was at .* UTC, where the journal\n +begins\.\n +Takes back 2 changes: enable \w{8}, enable \w{8}\.\n/,
      ),
    });
    expect(await text()).toBe(SPEC);
    const again = await cli('rollback', '-f', 'c.yaml', '--yes', '--to', '2h');
    expect(again).toMatchObject({ exitCode: 0, said: expect.stringContaining('Nothing to do') });
    expect(await cli('rollback', '-f', 'c.yaml', '--yes', '--to', '0m')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('No recorded change was made since'),
    });
  });
});

describe('a journal', () => {
  it('with a damaged entry: it is listed, and nothing is taken back past it', async () => {
    await cli('enable', '-f', 'c.yaml', '--yes', '--policy', 'metadata');
    const [entry = ''] = await entryFiles();
    await writeFile(entry, (await readFile(entry, 'utf8')).slice(0, 500));
    const { stdout, exitCode } = await cli('history', '-f', 'c.yaml');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/ damaged /);
    expect(await cli('history', '--cluster', 'b.example.com')).toMatchObject({ exitCode: 0, stdout: '' });
    const id = entry.slice(-34, -5).replace('/', '');
    expect(await cli('history', 'show', id)).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('is damaged'),
    });
    expect(await cli('rollback', '-f', 'c.yaml', '--yes')).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('a journal entry of a.example.com is damaged'),
    });
  });

  it('whose newest change was cut off before the write: it is told, and the one before is taken back', async () => {
    await cli('enable', '-f', 'c.yaml', '--yes', '--policy', 'metadata');
    const on = await text();
    await cli('disable', '-f', 'c.yaml', '--yes');
    await writeFile(file(), on);
    const entry = (await entryFiles()).toSorted().at(-1) ?? '';
    const { createHash } = await import('node:crypto');
    const { message: _, outcomeTime: __, ...was } = JSON.parse(await readFile(entry, 'utf8')).entry;
    const cutOff = { ...was, outcome: 'started', pid: 2 ** 22 + 1 };
    const checksum = `sha256:${createHash('sha256').update(JSON.stringify(cutOff)).digest('hex')}`;
    await writeFile(entry, JSON.stringify({ checksum, entry: cutOff }));
    const run = await cli('rollback', '-f', 'c.yaml', '--yes');
    expect(run).toMatchObject({
      exitCode: 0,
      said: expect.stringMatching(/disable .* was cut off: it wrote nothing\./),
    });
    expect(await text()).toBe(SPEC);
  });

  it('that is not there has no history; one that cannot be read is an error', async () => {
    expect(await cli('history')).toMatchObject({ exitCode: 0, stdout: '', stderr: 'Nothing is recorded.\n' });
    await writeFile(join(dir, 'j'), '');
    expect(await cli('history', '--journal', 'j')).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('--journal j is not a folder'),
    });
    await cli('enable', '-f', 'c.yaml', '--yes', '--journal', 'other');
    expect((await cli('history', '--journal', 'other')).stdout).toMatch(/ enable +written /);
  });

  it.each([
    [['rollback', '-f', 'c.yaml'], 'there is nothing to take back for a.example.com: no change is recorded'],
    [
      ['rollback', 'a.example.com'],
      'a.example.com is not the ID of a change hint: Write it as kops-audit rollback --cluster a.example.com',
    ],
    [['rollback', 'c.yaml'], 'c.yaml is not the ID of a change hint: Write it as kops-audit rollback -f c.yaml'],
    [['rollback', 'x', '-f', 'c.yaml'], 'the journal has no change x of a.example.com'],
    [['rollback', 'x', '-f', 'c.yaml', '--to', '2026-01-01'], 'give an ID or --to, not both'],
    [['rollback', '-f', 'c.yaml', '--to', 'monday'], '--to monday is not a time'],
    [['rollback', '-f', 'c.yaml', '--to', '2026-13-01'], '--to 2026-13-01 is not a time'],
    [['rollback', '-f', 'c.yaml', '--to', '2926-01-01'], '--to 2926-01-01 is in the future'],
    [['rollback', '-f', 'c.yaml', '--no-journal'], 'rollback needs the journal'],
    [['rollback', '-f', '-'], 'rollback does not work on a stream'],
    [['history', 'show', '../x'], 'the journal has no entry ../x'],
    [['history', '-o', 'xml'], '--output xml is not known'],
  ])('%j is refused', async (args, message) => {
    const run = await cli(...args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.said).toContain(`error: ${message}`);
    expect(await text()).toBe(SPEC);
  });
});

describe('a saved plan', () => {
  beforeEach(async () => {
    await cli('enable', '-f', 'c.yaml', '--policy', 'metadata', '--save-plan', 'on.plan');
  });

  it('is saved, and nothing is changed; -o json, --exit-code and an older plan go along', async () => {
    const run = await cli('enable', '-f', 'c.yaml', '--save-plan', 'on.plan', '-o', 'json', '--exit-code');
    expect(run).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('The plan is saved in on.plan; nothing else was written.'),
    });
    expect(JSON.parse(run.stdout)).toMatchObject({ kind: 'Plan', changes: true });
    expect(JSON.parse(await readFile(join(dir, 'on.plan'), 'utf8'))).toMatchObject({
      kind: 'SavedPlan',
      plan: { command: 'enable', subject: { type: 'file', cluster: 'a.example.com', path: 'c.yaml' } },
    });
    expect(await text()).toBe(SPEC);
  });

  it('is a file: there is none on stdin', async () => {
    expect(await cli('apply', '-')).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('a saved plan is a file: it is not read from stdin'),
    });
  });

  it('needs a question answered, is applied to a copy elsewhere, and once', async () => {
    expect(await cli('apply', 'on.plan')).toMatchObject({ exitCode: 3 });
    await writeFile(join(dir, 'copy.yaml'), SPEC);
    expect(await cli('apply', 'on.plan', '-f', 'copy.yaml', '--yes')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('+++ copy.yaml (planned)'),
    });
    expect(await text()).toBe(SPEC);
    const after = await readFile(join(dir, 'copy.yaml'), 'utf8');
    await cli('enable', '-f', 'c.yaml', '--policy', 'metadata', '--yes');
    expect(after).toBe(await text());
    expect(await cli('apply', 'on.plan', '--yes')).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining('Nothing to do'),
    });
  });

  it.each([
    [['apply', 'on.plan', '--cluster', 'b'], 'the plan is for cluster a.example.com, not for --cluster b'],
    [['apply', 'on.plan', '--state', 's3://x'], '--state goes with a live cluster, not with -f'],
    [['apply', 'c.yaml'], 'c.yaml: is not a saved plan'],
    [['apply', 'no.plan'], 'no.plan: cannot be read: there is no such file'],
    [['enable', '-f', 'c.yaml', '--save-plan', 'c.yaml'], 'c.yaml: is not a saved plan, so it is not replaced'],
    [['enable', '-f', 'c.yaml', '--save-plan', 'p', '--yes'], '--save-plan does not go with --yes'],
    [['enable', '-f', '-', '--save-plan', 'p'], '--save-plan needs a spec that is kept somewhere'],
  ])('%j is refused', async (args, message) => {
    const run = await cli(...args);
    expect(run.exitCode).toBe(2);
    expect(run.said).toContain(`error: ${message}`);
    expect(await text()).toBe(SPEC);
  });

  it('is refused where the spec moved, or it is damaged', async () => {
    await writeFile(file(), SPEC.replace('{ }', '{logLevel: 2}'));
    const moved = await cli('apply', 'on.plan', '--yes');
    expect(moved).toMatchObject({ exitCode: 2, stdout: '' });
    expect(moved.said).toContain('the plan no longer fits a.example.com: spec.kubeAPIServer changed since');
    await writeFile(file(), SPEC);
    const plan = await readFile(join(dir, 'on.plan'), 'utf8');
    await writeFile(join(dir, 'on.plan'), plan.replace('audit.log', 'audit.lag'));
    expect(await cli('apply', 'on.plan', '--yes')).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('on.plan: is damaged: its checksum is wrong'),
    });
    expect(await text()).toBe(SPEC);
  });
});
