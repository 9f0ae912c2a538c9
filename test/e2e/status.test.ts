import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StatusRow } from '../../src/report/status.ts';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { runCli } from './run-cli.ts';
import { openScene, type Scene } from './scene.ts';

const [ON, OFF, BROKEN] = ['on.k8s.local', 'off.k8s.local', 'broken.k8s.local'] as const;

describe.each(KOPS_VERSIONS)('status of three clusters in one store, kops %s', (version) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version, clusters: [ON, OFF, BROKEN], update: true });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  const enable = (...more: string[]): ReturnType<Scene['cli']> =>
    scene.cli('enable', '--cluster', ON, '--policy', 'metadata', '--yes', ...more);

  function breakIt(): Promise<void> {
    return scene.editStored((spec) => {
      spec['kubeAPIServer'] = { auditPolicyFile: '/srv/nowhere.yaml', auditLogPath: '/var/log/audit/audit.log' };
    }, BROKEN);
  }

  async function rows(...args: string[]): Promise<{ exitCode: number | undefined; rows: StatusRow[] }> {
    const { exitCode, stdout } = await scene.cli('status', ...args, '-o', 'json');
    const { clusters, ...head } = JSON.parse(stdout) as { clusters: StatusRow[] };
    expect(head).toEqual({ kind: 'Status', formatVersion: 2 });
    return { exitCode, rows: clusters };
  }

  it('shows one that is on, one that is off and one that is broken', async () => {
    await enable('--no-update');
    await breakIt();
    const run = await scene.cli('status', '--all');
    expect(run).toMatchObject({ exitCode: 0, stderr: '' });
    expect(run.stdout).toBe(`\
CLUSTER           SPEC    APPLIED  RUNNING    POLICY          DISK      FINDINGS
broken.k8s.local  broken  pending  not asked  -               no limit  2E 3W
off.k8s.local     off     yes      not asked  -               -         -
on.k8s.local      on      pending  not asked  metadata 0.1.0  1.1 GiB   -
`);
    expect(await rows('--all', '--exit-code')).toMatchObject({ exitCode: 1 });
    expect(await rows('--cluster', OFF, '--exit-code')).toMatchObject({ exitCode: 0, rows: [{ drift: [] }] });
  });

  it('tells when nothing is pending any more, and when the policy was edited', async () => {
    await enable();
    expect(await rows('--cluster', ON, '--exit-code')).toMatchObject({
      exitCode: 0,
      rows: [{ spec: { state: 'on' }, applied: { state: 'yes' }, drift: [] }],
    });
    await scene.editStored((spec) => {
      const [asset] = spec['fileAssets'] as { content: string }[];
      asset!.content = asset!.content.replace('level: Metadata', 'level: Request');
    }, ON);
    expect(await rows('--cluster', ON, '--exit-code')).toMatchObject({
      exitCode: 1,
      rows: [
        {
          spec: { state: 'drift', policy: { name: 'metadata', edited: true } },
          drift: ['policy-edited', 'update-pending'],
        },
      ],
    });
  });

  it('keeps a cluster that fails as a row, and the others', async () => {
    const { exitCode, rows: three } = await rows('--cluster', OFF, '--cluster', 'of.k8s.local', '--cluster', ON);
    expect(exitCode).toBe(4);
    expect(three).toMatchObject([
      { cluster: OFF, error: null, spec: { state: 'off' } },
      { cluster: 'of.k8s.local', error: expect.any(String), hint: expect.stringContaining(OFF) },
      { cluster: ON, spec: { state: 'off' } },
    ]);
    const alone = await scene.cli('status', '--cluster', 'of.k8s.local');
    expect(alone).toMatchObject({ exitCode: 2, stdout: '' });
    expect(alone.said).toContain('Did you mean off.k8s.local');
  });

  it('says unknown where the preview fails, and goes on where the groups of one cannot be read', async () => {
    await scene.wrapKops(`case "$*" in
*"update cluster --name=${ON}"*) echo 'Error: cloud not reachable' >&2; exit 1;;
*"instancegroups --name=${OFF}"*) echo 'Error: store not reachable' >&2; exit 1;;
esac`);
    const { exitCode, rows: three } = await rows('--all');
    expect(exitCode).toBe(4);
    expect(three).toMatchObject([
      { cluster: BROKEN, spec: { state: 'off' } },
      { cluster: OFF, error: 'kops failed: store not reachable' },
      { cluster: ON, spec: { state: 'off' }, applied: { state: 'unknown', error: 'kops failed: cloud not reachable' } },
    ]);
  });

  it('tells whether each is as it must be: a no outranks what is not known', async () => {
    await enable();
    const required = async (...args: string[]): Promise<unknown[]> => {
      const { exitCode, rows: found } = await rows(...args);
      return [exitCode, ...found.map((row) => [row.required?.state, row.required?.why])];
    };
    const off = ['not-met', 'auditing is off in the spec'];
    expect(await required('--cluster', ON, '--require', 'metadata')).toEqual([0, ['met', null]]);
    expect(await required('--cluster', ON, '--require', 'kops')).toEqual([
      1,
      ['not-met', 'its policy is not kops, nor equal to it'],
    ]);
    expect(await required('--all', '--no-update', '--require', 'on')).toEqual([1, off, off, ['met', null]]);
    await scene.wrapKops(`case "$*" in
*"update cluster --name=${ON}"*) echo 'Error: cloud not reachable' >&2; exit 1;;
*"instancegroups --name=${OFF}"*) echo 'Error: store not reachable' >&2; exit 1;;
esac`);
    const applied = ['unknown', 'whether kops has applied the spec: kops failed: cloud not reachable'];
    expect(await required('--cluster', ON, '--require', 'on')).toEqual([4, applied]);
    expect(await required('--all', '--require', 'on')).toEqual([
      1,
      off,
      ['unknown', 'kops failed: store not reachable'],
      applied,
    ]);
  });

  it('asks kops for the specs once, never more at a time than it may, and changes nothing', async () => {
    const before = await Promise.all([ON, OFF, BROKEN].map((name) => scene.storedText(name)));
    await scene.wrapKops(`echo "start $1 $2" >> "$HOME/calls"
"$kops" "$@"; status=$?
echo "end" >> "$HOME/calls"; exit $status`);
    expect(await scene.cli('status', '--all', '--parallel', '2')).toMatchObject({ exitCode: 0 });
    const calls = (await readFile(join(scene.box.dir, 'home', 'calls'), 'utf8')).trim().split('\n');
    const started = calls.filter((line) => line !== 'end').toSorted();
    const each = (call: string): string[] => [call, call, call];
    expect(started).toEqual([
      'start get clusters',
      ...each('start get instancegroups'),
      ...each('start update cluster'),
      'start version --short',
    ]);
    let running = 0;
    const most = calls.map((line) => (running += line === 'end' ? -1 : 1));
    expect(Math.max(...most)).toBe(2);
    expect(await Promise.all([ON, OFF, BROKEN].map((name) => scene.storedText(name)))).toEqual(before);
  });

  it('shows nothing secret, also where kops says it', async () => {
    const token = 'eyJhbGciOi-very-secret-token';
    await scene.editStored((spec) => {
      spec['fileAssets'] = [
        { name: 'webhook', path: '/srv/kubernetes/kube-apiserver/w.yaml', content: `token: ${token}` },
      ];
    }, ON);
    await scene.wrapKops(`case "$*" in *"update cluster"*) echo "Error: bad ${token}" >&2; exit 1;; esac`);
    const run = await scene.cli('status', '--cluster', ON);
    expect(run.stdout).toContain('unknown: kops failed: bad ‹secret #');
    expect(`${run.stdout}${run.stderr}`).not.toContain(token);
  });

  it('shows how far it is, and stops at Ctrl-C', async () => {
    await scene.wrapKops(`case "$*" in *"update cluster"*) exec sleep 60;; esac`);
    const run = await scene.ask(['status', '--all'], [{ after: 'reading 3 clusters, 0 done', send: '\u0003' }]);
    expect(run).toMatchObject({ exitCode: 130, screen: expect.stringContaining('Interrupted. Nothing was written.') });
  });

  it('ends where there is no kops at all', async () => {
    const env = { ...scene.env, PATH: join(scene.box.dir, 'bin') };
    for (const which of [['--all'], ['--cluster', ON], ['--cluster', ON, '--cluster', OFF]]) {
      const run = await runCli(['status', ...which], { env });
      expect(run).toMatchObject({
        exitCode: 2,
        stdout: '',
        stderr: expect.stringContaining('kops was not found on PATH'),
      });
    }
  });

  it('tells of a change that was cut off', async () => {
    await scene.wrapKops(`case "$*" in *replace*) kill -9 $PPID; exit 1;; esac`);
    await enable();
    const { rows: one } = await rows('--cluster', ON, '--no-update');
    expect(one).toMatchObject([
      { openChanges: [{ command: 'enable', state: 'cut-off', message: expect.stringContaining('it wrote nothing') }] },
    ]);
    expect((await scene.journal()).map(({ entry }) => entry.outcome)).toEqual(['started']);
  });
});
