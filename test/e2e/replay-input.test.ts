import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from './run-cli.ts';

let dir: string;
let sample: Buffer;
let events: number;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'replay-'));
  sample = gunzipSync(await readFile(new URL('../samples/audit-gce.log.gz', import.meta.url)));
  events = sample.toString().trimEnd().split('\n').length;
  await writeFile(join(dir, 'audit.log'), sample);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const ARGS = ['policy', 'replay', '--policy', 'metadata', '-o', 'json'];
const FULL = ['-c', 'exec "$0" "$@" > /dev/full'];

function start(file: string, args: readonly string[]) {
  const env = { NODE_DISABLE_COMPILE_CACHE: '1', HOME: dir };
  return execa(file, args, { env, extendEnv: false, cwd: dir, reject: false, stdin: 'pipe' });
}

function replay(words: readonly string[]) {
  return start(process.execPath, [CLI, ...ARGS, ...words]);
}

/** As often as it takes, each time as other events: none is there twice. */
function repeated(times: number): string {
  return Array.from({ length: times }, (_, at) => withIds(String(at))).join('');
}

function withIds(prefix: string): string {
  return sample.toString().replaceAll('"auditID":"', `"auditID":"${prefix}-`);
}

function eventsIn(stdout: unknown): number {
  return (JSON.parse(String(stdout)) as { log: { events: number } }).log.events;
}

describe('policy replay of what is no resting file', () => {
  it('reads pipes, one after the other', async () => {
    const pipes = ['one', 'two'].map((name) => join(dir, name));
    for (const pipe of pipes) execFileSync('mkfifo', [pipe]);
    const run = replay(pipes);
    for (const [at, pipe] of pipes.entries()) createWriteStream(pipe).end(withIds(String(at)));
    const { exitCode, stdout, stderr } = await run;
    expect({ exitCode, events: eventsIn(stdout) }).toEqual({ exitCode: 0, events: 2 * events });
    expect(stderr).toContain('in 2 files');
  });

  it('reads of a file that grows what was there, and comes to an end', async () => {
    const file = join(dir, 'grows.log');
    await writeFile(file, repeated(10));
    const run = replay([file]);
    const state = { isDone: false };
    void run.then(() => (state.isDone = true));
    for (let at = 0; !state.isDone; at += 1) await appendFile(file, withIds(`g${at}`));
    const { exitCode, stdout } = await run;
    expect(exitCode).toBe(0);
    expect(eventsIn(stdout)).toBeGreaterThanOrEqual(10 * events);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends by %s while it waits for more, and prints no half answer',
    async (signal) => {
      const run = replay(['-']);
      await new Promise<void>((done) => run.stdin?.write(repeated(4), () => done()));
      run.kill(signal);
      const { exitCode, stdout, stderr } = await run;
      expect({ exitCode, stdout, stderr }).toEqual({
        exitCode: 130,
        stdout: '',
        stderr: 'Interrupted. Nothing was written.',
      });
    },
  );

  it('gives what could be read where something in a folder could not, and names it', async () => {
    const folder = join(dir, 'folder');
    await mkdir(join(folder, 'dir.log'), { recursive: true });
    await writeFile(join(folder, 'audit.log'), sample);
    await symlink('nowhere', join(folder, 'audit-2026-11-23T05-00-00.000.log'));
    await writeFile(
      join(folder, 'old.log.gz'),
      (await readFile(new URL('../samples/audit-metadata.log.gz', import.meta.url))).subarray(0, 60_000),
    );
    const { exitCode, stdout, stderr } = await replay([folder]);
    expect(exitCode).toBe(4);
    expect(eventsIn(stdout)).toBeGreaterThan(events);
    expect(String(stderr).match(/^missing: .*$/gm)).toHaveLength(2);
    expect(String(stderr).replaceAll(/\s+/g, ' ')).toMatch(
      /000\.log cannot be read: there is no such file.*old\.log\.gz breaks off/,
    );
  });

  it.each([
    ['a file that is not there', 'nothing.log', 'cannot be read: there is no such file'],
    ['a folder without a log', 'empty', 'holds no audit log'],
  ])('reads nothing at all where %s is named', async (_, word, said) => {
    await mkdir(join(dir, 'empty'), { recursive: true });
    const { exitCode, stdout, stderr } = await replay(['audit.log', word]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(`${word}: ${said}`);
  });

  it.each(['text', 'json', 'html'])('says that there is no room for %s', async (form) => {
    const { exitCode, stderr } = await start('/bin/sh', [
      ...FULL,
      process.execPath,
      CLI,
      ...ARGS,
      'audit.log',
      '-q',
      '-o',
      form,
    ]);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/^error: stdout cannot be written: ENOSPC[^\n]*\n {2}hint: Make room/);
  });
});
