import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn as spawnOnTerminal } from '@lydell/node-pty';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KOPS_VERSIONS } from './kops-cache.ts';
import { CLI } from './run-cli.ts';
import { CLUSTER, openScene, type Scene } from './scene.ts';

const ENABLE = ['enable', '--cluster', CLUSTER];
const [NEWEST] = KOPS_VERSIONS;

/** A kops that stops for `seconds` at one command, after it made the file `running`; `before` or `after` its work. */
const PAUSED = {
  asked: '[ "$1" = get ] && { touch running; sleep 5; }',
  storing: '[ "$1" = replace ] && { touch running; sleep 0.5; }',
  stored: '[ "$1" = replace ] && { "$kops" "$@"; touch running; sleep 5; exit; }',
  updating: `case "$*" in 'update cluster'*--yes*) trap 'exit 130' INT; touch running; while :; do sleep 0.05; done;; esac`,
};

describe('what comes from outside', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene({ version: NEWEST, update: true });
  });
  beforeEach(() => scene.restore());
  afterAll(() => scene.close());

  interface Ended {
    exitCode: unknown;
    said: string;
  }

  function start(
    args: string[],
    program = process.execPath,
    first = [CLI],
  ): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(program, [...first, ...args], { cwd: scene.desk, env: scene.env });
    let said = '';
    child.stdout.resume();
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    const closed = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    return { child, ended: closed.then((exitCode) => ({ exitCode, said: said.replaceAll(/\s+/g, ' ') })) };
  }

  /** Sends a signal as soon as kops has come to the pause. */
  async function signalled(signal: NodeJS.Signals, pause: string): Promise<Ended> {
    await scene.wrapKops(pause);
    const { child, ended } = start([...ENABLE, '--yes']);
    await until(() => existsSync(join(scene.desk, 'running')));
    child.kill(signal);
    return ended;
  }

  /** Runs the program in a shell with a limit, or with its output led elsewhere; `$@` is the whole command. */
  const inShell = (script: string, args: string[]): Promise<Ended> =>
    start(args, '/bin/sh', ['-c', script, 'sh', process.execPath, CLI]).ended;

  const outcomes = async (): Promise<string[]> => (await scene.journal()).map(({ entry }) => entry.outcome);
  const isOn = async (): Promise<boolean> => 'kubeAPIServer' in (await scene.stored()).spec;
  const locks = async (): Promise<string[]> => {
    const names = await readdir(join(scene.box.dir, 'home'), { recursive: true });
    return names.filter((name) => /\/lock$|\.tmp$/.test(name));
  };

  it.each(['SIGTERM', 'SIGHUP'] as const)('%s while kops is asked: nothing is written', async (signal) => {
    expect(await signalled(signal, PAUSED.asked)).toEqual({
      exitCode: 130,
      said: 'Interrupted. Nothing was written. ',
    });
    expect([await isOn(), await outcomes(), await locks()]).toEqual([false, [], []]);
  });

  it.each(['SIGTERM', 'SIGHUP'] as const)(
    '%s while kops stores: it finishes, and nothing more is done',
    async (signal) => {
      const { exitCode, said } = await signalled(signal, PAUSED.storing);
      expect(exitCode).toBe(130);
      expect(said).toContain('interrupted: the new spec is stored but not yet applied: no instance has changed.');
      expect([await isOn(), await outcomes(), await locks()]).toEqual([true, ['interrupted'], []]);
    },
  );

  it.each(['SIGTERM', 'SIGHUP'] as const)('%s while kops updates: it is waited for', async (signal) => {
    const { exitCode, said } = await signalled(signal, PAUSED.updating);
    expect(exitCode).toBe(130);
    expect(said).toContain('interrupted: the new spec is stored, and `kops update` was stopped halfway.');
    expect([await isOn(), await outcomes(), await locks()]).toEqual([true, ['interrupted'], []]);
  });

  it('a terminal that goes away at the question: nothing is written, and no lock is left', async () => {
    const before = await scene.storedText();
    const pty = spawnOnTerminal(process.execPath, [CLI, ...ENABLE], {
      cwd: scene.desk,
      env: { ...scene.env, TERM: 'xterm' },
    });
    const ended = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
    await new Promise<void>((resolve) =>
      pty.onData((text) => (text.includes('Store this spec') ? resolve() : undefined)),
    );
    expect(await locks()).toHaveLength(1);
    pty.kill('SIGHUP');
    expect(await ended).toBe(130);
    expect([await scene.storedText(), await outcomes(), await locks()]).toEqual([before, [], []]);
  });

  it('killed while kops stores: the next run takes its lock over, tells of it, and ends the work', async () => {
    expect(await signalled('SIGKILL', PAUSED.stored)).toMatchObject({ exitCode: 'SIGKILL' });
    expect([await isOn(), await outcomes(), (await locks()).length]).toEqual([true, ['started'], 1]);
    await scene.wrapKops('');
    const run = await scene.cli(...ENABLE, '--yes');
    expect(run).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining('was cut off: its spec is stored; whether it was applied is not known'),
    });
    expect([await outcomes(), await locks()]).toEqual([['done'], []]);
  });

  it('two at once: the second is refused, and the first goes on', async () => {
    await scene.wrapKops(PAUSED.storing);
    const { ended } = start([...ENABLE, '--yes', '--no-update']);
    await until(() => existsSync(join(scene.desk, 'running')));
    const second = await scene.cli('disable', '--cluster', CLUSTER, '--yes');
    expect(second).toMatchObject({
      exitCode: 2,
      said: expect.stringContaining('is being changed by another kops-audit: process'),
    });
    expect(await ended).toMatchObject({ exitCode: 0 });
    expect([await isOn(), await outcomes(), await locks()]).toEqual([true, ['spec-written'], []]);
  });

  it('kops hangs when it is asked: stopped after --timeout, nothing is written', async () => {
    await scene.wrapKops('[ "$1" = get ] && exec sleep 300');
    const run = await scene.cli(...ENABLE, '--yes', '--timeout', '1500ms');
    expect(run).toMatchObject({
      exitCode: 4,
      said: expect.stringContaining('kops did not finish within 1.5 s: kops get'),
    });
    expect([await isOn(), await outcomes(), await locks()]).toEqual([false, [], []]);
  });

  it('kops hangs over the spec: stopped after five times --timeout, and what is stored is read back', async () => {
    await scene.wrapKops('[ "$1" = replace ] && exec sleep 300');
    const run = await scene.cli(...ENABLE, '--yes', '--timeout', '4s', '--no-update');
    expect(run).toMatchObject({ exitCode: 4, said: expect.stringContaining('it took too long and was stopped') });
    expect(run.said).toContain('Nothing was written: the old spec is in force.');
    expect([await isOn(), await outcomes(), await locks()]).toEqual([false, ['not-written'], []]);
  });

  it('a banner on stdout: what kops printed is not guessed at, nothing is written', async () => {
    await scene.wrapKops(`[ "$1" = get ] && echo '*** A new kops is available ***'`);
    const run = await scene.cli(...ENABLE, '--yes');
    expect(run).toMatchObject({
      exitCode: 4,
      said: expect.stringContaining('should have printed one Cluster as JSON, but printed "*** A new'),
    });
    expect([await isOn(), await outcomes(), await locks()]).toEqual([false, [], []]);
  });

  it('the state store goes away half way: it says that it does not know, and the next run finds out', async () => {
    const state = join(scene.box.dir, 'state');
    await scene.wrapKops(`[ "$1" = replace ] && mv '${state}' '${state}-away'`);
    const run = await scene.cli(...ENABLE, '--yes');
    expect(run).toMatchObject({
      exitCode: 5,
      said: expect.stringContaining('the spec was sent, but it could not be read back'),
    });
    expect(await outcomes()).toEqual(['started']);
    await rename(`${state}-away`, state).catch(() => {});
    await scene.wrapKops('');
    const next = await scene.cli(...ENABLE, '--yes');
    expect(next).toMatchObject({ exitCode: 0, said: expect.stringContaining('was cut off: it wrote nothing') });
    expect([await isOn(), await outcomes()]).toEqual([true, ['not-written', 'done']]);
  });

  it('a damaged journal entry: enable works, rollback refuses and names the file', async () => {
    await scene.cli(...ENABLE, '--yes');
    const [{ path } = { path: '' }] = await scene.journal();
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 300));
    const refused = await scene.cli('rollback', '--cluster', CLUSTER, '--yes');
    expect(refused).toMatchObject({ exitCode: 2, said: expect.stringContaining('it is incomplete') });
    expect(refused.said).toContain('is damaged');
    expect(await isOn()).toBe(true);
    expect(await scene.cli(...ENABLE, '--yes', '--log-max-age', '7')).toMatchObject({ exitCode: 0 });
    expect((await scene.stored()).spec['kubeAPIServer']).toMatchObject({ auditLogMaxAge: 7 });
  });

  it('no room for the journal: nothing is written', async () => {
    const { exitCode, said } = await inShell('ulimit -f 1; exec "$@"', [...ENABLE, '--yes', '--no-update']);
    expect(exitCode).toBe(2);
    expect(said).toContain('cannot be written: the file would be larger than the system allows');
    expect(said).toContain('Nothing was changed.');
    expect([await isOn(), await outcomes(), await locks()]).toEqual([false, [], []]);
  });

  it('no room for the file: it stays as it was, byte for byte', async () => {
    const text = await scene.storedText();
    await writeFile(join(scene.desk, 'cluster.yaml'), text);
    const { exitCode, said } = await inShell('ulimit -f 1; exec "$@"', [
      'enable',
      '-f',
      'cluster.yaml',
      '--yes',
      '--no-journal',
    ]);
    expect(exitCode).toBe(2);
    expect(said).toContain('cluster.yaml: was not written: the file would be larger than the system allows');
    expect(await readFile(join(scene.desk, 'cluster.yaml'), 'utf8')).toBe(text);
    expect(await readdir(scene.desk)).toEqual(['cluster.yaml']);
  });

  it('a reader that went away: the run goes on', async () => {
    const { exitCode } = await inShell('{ "$@"; echo $? > status; } | true', [...ENABLE, '--yes', '--no-update']);
    expect([exitCode, await readFile(join(scene.desk, 'status'), 'utf8')]).toEqual([0, '0\n']);
    expect([await isOn(), await outcomes()]).toEqual([true, ['spec-written']]);
  });

  it('no room for stdout: what could not be shown is not written', async () => {
    const { exitCode, said } = await inShell('exec "$@" > /dev/full', [...ENABLE, '--yes', '--no-update']);
    expect(exitCode).toBe(4);
    expect(said).toContain('stdout cannot be written: ENOSPC');
    expect([await isOn(), await outcomes(), await locks()]).toEqual([false, [], []]);
  });

  it('no home: it asks for a folder, or to go without', async () => {
    const { exitCode, said } = await inShell('unset HOME; exec "$@"', [...ENABLE, '--yes', '--no-update']);
    expect(exitCode).toBe(2);
    expect(said).toContain('there is no folder for the journal: HOME is not set');
    expect(await isOn()).toBe(false);
    const without = await inShell('unset HOME; exec "$@"', [...ENABLE, '--yes', '--no-update', '--no-journal']);
    expect([without.exitCode, await isOn()]).toEqual([0, true]);
  });
});

async function until(ready: () => boolean): Promise<void> {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 20));
}
