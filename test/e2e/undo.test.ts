import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const AT = ['--cluster', CLUSTER];
const LOG = join(import.meta.dirname, '../../templates/examples/audit-log.jsonl');
const STORE = 'Store this spec of m.k8s.local?';
const UPDATE = 'Run `kops update cluster --yes` now?';
const WEBHOOK = `apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: https://hook.example.com}}]
users: [{name: u, user: {token: HUNTER2SECRET}}]
contexts: [{name: x, context: {cluster: c, user: u}}]
current-context: x
`;

describe.each(KOPS_VERSIONS)('undoing on a live cluster, kops %s', (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, update: true, clusters: [CLUSTER, 'other.k8s.local'] });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  const outcomes = async (): Promise<unknown[]> =>
    (await scene.journal()).map(({ entry: { command, outcome, undoes } }) => [command, outcome, undoes?.length ?? 0]);

  it('enable, rollback, disable, history', async () => {
    const { spec: first } = await scene.stored();
    expect(await scene.cli('enable', ...AT, '--yes')).toMatchObject({ exitCode: 0 });
    const back = await scene.cli('rollback', ...AT, '--yes');
    expect(back).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('-  kubeAPIServer:\n') });
    expect(back.said).toContain('needs the same change, or the next `kops replace` undoes it.');
    expect((await scene.stored()).spec).toEqual(first);

    await scene.cli('enable', ...AT, '--yes', '--policy', 'metadata');
    const off = await scene.cli('disable', ...AT, '--yes');
    expect(off).toMatchObject({ exitCode: 0, said: expect.stringContaining('kops-audit disable -f FILE') });
    expect((await scene.stored()).spec).toEqual(first);
    const preview = await scene.box.kops('update', 'cluster', `--name=${CLUSTER}`);
    expect(preview.stdout).toMatch(/No changes need to be applied\n$/);
    expect(await scene.cli('disable', ...AT, '--yes')).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining('Nothing to do'),
    });

    const { stdout } = await scene.cli('history', ...AT);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(2, 4).join(' '))).toEqual([
      'COMMAND OUTCOME',
      'disable applied',
      'enable applied',
      'rollback applied',
      'enable rolled back',
      '',
    ]);
    expect((await scene.journal())[0]?.entry.subject).toEqual({
      type: 'cluster',
      cluster: CLUSTER,
      stateStore: scene.env['KOPS_STATE_STORE'],
    });
  });

  it('keeps what somebody else changed since, and refuses where that is what would be taken back', async () => {
    await scene.cli('enable', ...AT, '--yes', '--no-update');
    await scene.editStored((spec) => void (spec['sshAccess'] = ['203.0.113.0/24']));
    expect(await scene.cli('rollback', ...AT, '--dry-run', '--no-update')).toMatchObject({ exitCode: 0 });
    await scene.editStored((spec) => {
      (spec['kubeAPIServer'] as Record<string, unknown>)['auditLogMaxAge'] = 7;
    });
    const text = await scene.storedText();
    const run = await scene.cli('rollback', ...AT, '--yes', '--no-update');
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.said).toContain(
      'somebody changed these values of m.k8s.local since: spec.kubeAPIServer.auditLogMaxAge the change set it to 30 now it is 7',
    );
    expect(await scene.storedText()).toBe(text);
    const forced = await scene.cli('rollback', ...AT, '--yes', '--no-update', '--force', 'auditLogMaxAge');
    expect(forced).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('-    auditLogMaxAge: 7') });
    expect((await scene.stored()).spec).toMatchObject({ sshAccess: ['203.0.113.0/24'] });
    expect((await scene.stored()).spec).not.toHaveProperty('kubeAPIServer');
  });

  it('takes a change back whose update was declined: what is pending is only that', async () => {
    const before = (await scene.stored()).spec;
    await scene.ask(
      ['enable', ...AT],
      [
        { after: 'Store this spec', send: 'y\r' },
        { after: 'Run `kops update', send: 'n\r' },
      ],
    );
    expect((await scene.stored()).spec).toHaveProperty('kubeAPIServer');
    expect(await scene.cli('rollback', ...AT, '--yes')).toMatchObject({ exitCode: 0 });
    expect((await scene.stored()).spec).toEqual(before);
  });

  it('--to takes all changes since a time back', async () => {
    const { spec: first } = await scene.stored();
    await scene.cli('enable', ...AT, '--yes', '--no-update', '--policy', 'metadata');
    await scene.cli('enable', ...AT, '--yes', '--no-update', '--log-max-age', '90');
    const [one] = await scene.journal();
    const run = await scene.cli('rollback', ...AT, '--yes', '--no-update', '--to', '2020-01-01');
    expect(run).toMatchObject({ exitCode: 0 });
    expect((await scene.stored()).spec).toEqual(first);
    expect((await outcomes()).at(-1)).toEqual(['rollback', 'spec-written', 2]);
    const again = await scene.cli('rollback', one?.entry.id.slice(-8, -2) ?? '', ...AT, '--no-update', '--yes');
    expect(again).toMatchObject({ exitCode: 2, said: expect.stringContaining('is already taken back') });
  });

  it('goes on with a rollback whose update was declined when it is run again', async () => {
    const { spec: first } = await scene.stored();
    await scene.cli('enable', ...AT, '--yes');
    const run = await scene.ask(
      ['rollback', ...AT],
      [
        { after: STORE, send: 'y\r' },
        { after: UPDATE, send: 'n\r' },
      ],
    );
    expect(run.exitCode).toBe(5);
    const again = await scene.cli('rollback', ...AT, '--yes');
    expect(again).toMatchObject({ exitCode: 0, said: expect.stringContaining('`kops update` is finished') });
    expect((await scene.stored()).spec).toEqual(first);
    expect(await outcomes()).toEqual([
      ['enable', 'done', 0],
      ['rollback', 'done', 1],
    ]);
    expect(await scene.cli('rollback', ...AT, '--yes')).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('every recorded change is already taken back'),
    });
  });

  it('takes a webhook back, and shows its credentials nowhere', async () => {
    await writeFile(join(scene.desk, 'hook.yaml'), WEBHOOK);
    const { spec: first } = await scene.stored();
    const runs = [await scene.cli('enable', ...AT, '--yes', '--no-update', '--webhook-config', 'hook.yaml')];
    const [one] = await scene.journal();
    runs.push(
      await scene.cli('history', 'show', one?.entry.id ?? ''),
      await scene.cli('history', 'show', one?.entry.id ?? '', '-o', 'json'),
      await scene.cli('history', '-o', 'json'),
      await scene.cli('disable', ...AT, '--dry-run'),
      await scene.cli('rollback', ...AT, '--dry-run', '-o', 'json'),
      await scene.cli('disable', ...AT, '--save-plan', 'off.plan'),
      await scene.cli('rollback', ...AT, '--yes', '--no-update'),
    );
    expect(runs.map(({ exitCode }) => exitCode)).toEqual(runs.map(() => 0));
    for (const run of runs) expect(run.stdout + run.stderr).not.toContain('HUNTER2SECRET');
    expect(runs[1]?.stdout).toContain('‹secret #1›');
    expect(await readFile(join(scene.desk, 'off.plan'), 'utf8')).not.toContain('HUNTER2SECRET');
    expect((await scene.stored()).spec).toEqual(first);
  });
});

describe('saved plans on a live cluster', () => {
  const version = KOPS_VERSIONS.at(-1)!;
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, update: true, clusters: [CLUSTER, 'other.k8s.local'] });
  });
  beforeEach(async () => {
    await scene.restore();
    await scene.cli('enable', ...AT, '--save-plan', 'on.plan', '--replay', LOG);
  });
  afterAll(() => scene.close());

  it('are saved for their owner alone, and change nothing', async () => {
    const saved = await scene.cli('enable', ...AT, '--save-plan', 'on.plan');
    expect(saved).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('+  kubeAPIServer:\n') });
    expect((await stat(join(scene.desk, 'on.plan'))).mode & 0o777).toBe(0o600);
    expect((await scene.stored()).spec).not.toHaveProperty('kubeAPIServer');
    expect(await scene.journal()).toEqual([]);
  });

  it('are shown anew, asked for again, and applied; once more has nothing to do', async () => {
    const run = await scene.ask(
      ['apply', 'on.plan'],
      [
        { after: STORE, send: 'y\r' },
        { after: UPDATE, send: 'y\r' },
      ],
    );
    expect(run.exitCode).toBe(0);
    expect(run.screen.indexOf('+  kubeAPIServer:')).toBeLessThan(run.screen.indexOf(STORE));
    expect(run.screen.replaceAll(/\s+/g, ' ')).toMatch(
      / On your log: .* a day with `kops`, off now; it spans 51 s only\. \?/,
    );
    expect((await scene.stored()).spec).toHaveProperty('kubeAPIServer.auditLogMaxAge', 30);
    expect((await scene.journal()).map(({ entry }) => [entry.command, entry.outcome])).toEqual([['enable', 'done']]);
    const again = await scene.cli('apply', 'on.plan', '--yes');
    expect(again).toMatchObject({ exitCode: 0, said: expect.stringContaining('Nothing to do') });
  });

  it('are applied where something else changed since, and refused where it is what they depend on', async () => {
    await scene.editStored((spec) => void (spec['sshAccess'] = ['203.0.113.0/24']));
    expect(await scene.cli('apply', 'on.plan', '--dry-run', '--no-update')).toMatchObject({ exitCode: 0 });
    await scene.editStored((spec) => void (spec['kubeAPIServer'] = { logLevel: 2 }));
    const text = await scene.storedText();
    const run = await scene.cli('apply', 'on.plan', '--yes', '--no-update');
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.said).toContain('the plan no longer fits m.k8s.local: spec.kubeAPIServer changed since');
    expect(await scene.storedText()).toBe(text);
    expect(await scene.journal()).toEqual([]);
  });

  it.each([
    [
      'another cluster',
      ['--cluster', 'other.k8s.local'],
      /for cluster m\.k8s\.local, not for --cluster other\.k8s\.local/,
    ],
    ['another store', ['--state', 's3://elsewhere'], /for the state store file:.*, not for --state s3:\/\/elsewhere/],
    ['a file', ['-f', 'x.yaml'], /for a cluster in a state store, not for -f x\.yaml/],
  ])('are refused for %s', async (_what, more, message) => {
    const run = await scene.cli('apply', 'on.plan', '--yes', ...more);
    expect(run).toMatchObject({ exitCode: 2, stdout: '', said: expect.stringMatching(message) });
    expect(await scene.journal()).toEqual([]);
  });

  it('take back a change of another day, by a plan of rollback', async () => {
    const { spec: first } = await scene.stored();
    await scene.cli('apply', 'on.plan', '--yes');
    await scene.cli('rollback', ...AT, '--save-plan', 'back.plan');
    expect(await scene.cli('apply', 'back.plan', '--yes')).toMatchObject({ exitCode: 0 });
    expect((await scene.stored()).spec).toEqual(first);
    expect((await scene.cli('history')).stdout).toContain('rolled back');
  });
});
