import * as fs from 'node:fs';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { dirname, join, relative } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { subjectFolder } from '../../../src/change/journal/files.ts';
import { noJournal, openJournal } from '../../../src/change/journal/journal.ts';
import type { Journal, NewEntry, Subject } from '../../../src/change/journal/entry.ts';
import { UserError } from '../../../src/errors.ts';
import { temporaryFolder } from '../../input/temporary.ts';

vi.mock('node:fs', { spy: true });

const START = Date.parse('2026-03-04T05:06:07.089Z');
const CLUSTER: Subject = { type: 'cluster', cluster: 'm.k8s.local', stateStore: 's3://one' };

interface Clock {
  time: number;
}

function journalIn(dir: string, clock: Clock = { time: START }): Journal {
  return openJournal({ dir, env: {}, now: () => new Date(clock.time), toolVersion: '0.1.0' });
}

function change(subject: Subject = CLUSTER, before = 'spec: {}\n'): NewEntry {
  return { command: 'enable', subject, kopsVersion: '1.36.0', patch: [{ op: 'remove', path: '/spec/x' }], before };
}

async function failure(work: Promise<unknown>): Promise<UserError> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

function failOnce(call: 'writeFileSync' | 'renameSync' | 'mkdirSync' | 'fsyncSync', code: string): void {
  vi.mocked(fs[call]).mockImplementationOnce(() => {
    throw Object.assign(new Error(`${code}: from the test`), { code, syscall: call });
  });
}

describe('begin and finish', () => {
  it('puts the whole entry on disk before it resolves', async () => {
    const journal = journalIn(join(temporaryFolder(), 'journal'));
    const open = await journal.begin(change(CLUSTER, '\ufeffkind: Cluster # ü\r\n\u0000'));
    const entry = await journal.read(open.id);
    expect(entry).toMatchObject({ ...change(CLUSTER, '\ufeffkind: Cluster # ü\r\n\u0000'), id: open.id });
    expect(entry).toMatchObject({ formatVersion: 1, time: '2026-03-04T05:06:07.089Z', toolVersion: '0.1.0' });
    expect(entry).toMatchObject({ outcome: 'started', pid: process.pid });
    expect(entry.user).not.toBe('');
  });

  it('can be finished by a later run: only the outcome differs', async () => {
    const dir = join(temporaryFolder(), 'journal');
    const { id, finish, file } = await journalIn(dir).begin({ ...change(), groupsHash: 'sha256:0' });
    await finish('interrupted', 'on its way');
    const left = await journalIn(dir).read(id);
    const again = await journalIn(dir, { time: START + 5000 }).reopen(left);
    expect([again.id, again.file]).toEqual([id, file]);
    expect(await journalIn(dir).read(id)).toEqual(left);
    expect(await again.finish('done')).toBeUndefined();
    const { message: _, ...rest } = left;
    const outcomeTime = '2026-03-04T05:06:12.089Z';
    expect(await journalIn(dir).read(id)).toEqual({ ...rest, outcome: 'done', outcomeTime });
    expect(left).toMatchObject({ message: 'on its way', groupsHash: 'sha256:0' });
    expect(readdirSync(dirname(file ?? ''))).toHaveLength(1);
  });

  it('makes the folder 0700 and the files 0600, whatever the umask says', async () => {
    const home = temporaryFolder();
    const env = { HOME: home };
    mkdirSync(join(home, '.local/state/kops-audit'), { recursive: true, mode: 0o755 });
    const journal = openJournal({ env, now: () => new Date(START), toolVersion: '0.1.0' });
    const { file } = await journal.begin(change());
    expect(journal.dir).toBe(join(home, '.local/state/kops-audit'));
    expect(statSync(file ?? '').mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file ?? '')).mode & 0o777).toBe(0o700);
    expect(statSync(join(home, '.local/state/kops-audit')).mode & 0o777).toBe(0o700);
  });

  it('leaves the permissions of a folder that was named alone', async () => {
    const dir = temporaryFolder();
    chmodSync(dir, 0o755);
    await journalIn(dir).begin(change());
    expect(statSync(dir).mode & 0o777).toBe(0o755);
  });

  it('syncs the entry before the rename, and the folder after it', async () => {
    const dir = temporaryFolder();
    vi.clearAllMocks();
    await journalIn(dir).begin(change());
    const synced = vi.mocked(fs.fsyncSync).mock.invocationCallOrder;
    const renamed = vi.mocked(fs.renameSync).mock.invocationCallOrder[0] ?? 0;
    expect(synced.some((order) => order < renamed)).toBe(true);
    expect(synced.some((order) => order > renamed)).toBe(true);
  });

  it('records how far it came, the last word counts', async () => {
    const clock = { time: START };
    const journal = journalIn(temporaryFolder(), clock);
    const open = await journal.begin(change());
    clock.time += 1000;
    expect(await open.finish('spec-written')).toBeUndefined();
    expect((await journal.read(open.id)).outcome).toBe('spec-written');
    clock.time += 1000;
    expect(await open.finish('failed', 'kops update failed')).toBeUndefined();
    const entry = await journal.read(open.id);
    expect(entry).toMatchObject({ outcome: 'failed', message: 'kops update failed', before: 'spec: {}\n' });
    expect(entry.outcomeTime).toBe('2026-03-04T05:06:09.089Z');
  });

  it('gives a warning and keeps the entry where the outcome cannot be recorded', async () => {
    const journal = journalIn(temporaryFolder());
    const open = await journal.begin(change());
    failOnce('writeFileSync', 'ENOSPC');
    expect(await open.finish('done')).toContain('could not be recorded');
    expect((await journal.read(open.id)).outcome).toBe('started');
  });

  it.each([
    ['writeFileSync', 'ENOSPC', 'the disk is full'],
    ['fsyncSync', 'EIO', 'EIO'],
    ['renameSync', 'EROFS', 'the file system is read-only'],
  ] as const)(
    'names --journal and --no-journal when %s fails with %s, and leaves nothing',
    async (call, code, reason) => {
      const dir = temporaryFolder();
      mkdirSync(join(dir, subjectFolder(CLUSTER)));
      failOnce(call, code);
      const error = await failure(journalIn(dir).begin(change()));
      expect(error.message).toContain(`the journal in ${dir} cannot be written: ${reason}`);
      expect(error.hint).toContain('--journal DIR');
      expect(error.hint).toContain('--no-journal');
      expect(readdirSync(join(dir, subjectFolder(CLUSTER)))).toEqual([]);
    },
  );

  it('says so when the folder cannot be made, also where the system says ENOENT to it for ever', async () => {
    const dir = join(temporaryFolder(), 'journal');
    failOnce('mkdirSync', 'EACCES');
    const error = await failure(journalIn(dir).begin(change()));
    expect(error.message).toBe(`the journal in ${dir} cannot be written: permission denied`);
    expect(error.hint).toContain('--no-journal');
    symlinkSync('/nowhere/at/all', dir);
    expect((await failure(journalIn(join(dir, 'a', 'b')).lock(CLUSTER))).message).toContain('cannot be written');
    vi.mocked(fs.mkdirSync).mockImplementation(() => {
      throw Object.assign(new Error('ENOENT: from the test'), { code: 'ENOENT', syscall: 'mkdir' });
    });
    onTestFinished(() => void vi.mocked(fs.mkdirSync).mockReset());
    expect((await failure(journalIn(`${dir}2/a`).lock(CLUSTER))).message).toContain('there is no such file');
  });

  it('says so when a file is where the folder should be', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect((await failure(journalIn(join(file, 'journal')).begin(change()))).message).toContain('is not a directory');
    expect((await failure(journalIn(file).lock(CLUSTER))).hint).toContain('--no-journal');
  });
});

describe('where the journal is', () => {
  const open = (env: Record<string, string>, dir?: string) =>
    openJournal({ env, now: () => new Date(START), toolVersion: '0.1.0', ...(dir !== undefined && { dir }) }).dir;

  it('is XDG_STATE_HOME, else HOME, and --journal outranks both', () => {
    expect(open({ XDG_STATE_HOME: '/state', HOME: '/home/a' })).toBe('/state/kops-audit');
    expect(open({ XDG_STATE_HOME: 'relative', HOME: '/home/a' })).toBe('/home/a/.local/state/kops-audit');
    expect(open({ XDG_STATE_HOME: '', HOME: '/home/a' })).toBe('/home/a/.local/state/kops-audit');
    expect(open({ XDG_STATE_HOME: '/state', HOME: '/home/a' }, '/elsewhere')).toBe('/elsewhere');
  });

  it('is refused in a container without a home', () => {
    expect(() => open({})).toThrow('HOME is not set');
    expect(open({}, '/elsewhere')).toBe('/elsewhere');
  });

  it('is not made by reading', async () => {
    const dir = join(temporaryFolder(), 'journal');
    expect(await journalIn(dir).list()).toEqual([]);
    expect(await journalIn(dir).list(CLUSTER)).toEqual([]);
    expect(existsSync(dir)).toBe(false);
  });
});

describe('names', { timeout: 30_000 }, () => {
  const hostile = ['../../etc', '..', '.', '', '/', 'a/../../b', 'x\0y', '%2e%2e', '-rf', 'A'.repeat(5000), 'c\\..\\d'];

  it.each(hostile)('keeps cluster %j inside the folder', async (cluster) => {
    const dir = join(temporaryFolder(), 'journal');
    const { file } = await journalIn(dir).begin(change({ type: 'cluster', cluster }));
    expect(relative(dir, file ?? '')).toMatch(/^cluster-[a-z0-9_]*-[0-9a-f]{16}\/[0-9TZ]+-[0-9a-f]{8}\.json$/);
    expect(readdirSync(dirname(dir))).toEqual(['journal']);
    expect(await journalIn(dir).list({ type: 'cluster', cluster })).toHaveLength(1);
  });

  it('gives each subject its own folder, and only safe characters', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostile));
    fc.assert(
      fc.property(text, text, (one, two) => {
        const [first, second] = [one, two].map((cluster) => subjectFolder({ type: 'cluster', cluster }));
        expect(first).toMatch(/^cluster-[a-z0-9_]{0,60}-[0-9a-f]{16}$/);
        expect(first === second).toBe(one === two);
      }),
    );
  });

  it('does not mix a cluster and a file of one name, nor names that differ in case', () => {
    const cluster = (name: string) => subjectFolder({ type: 'cluster', cluster: name });
    expect(cluster('A.b')).not.toBe(cluster('a.b'));
    expect(cluster('x')).not.toBe(subjectFolder({ type: 'file', path: 'x', cluster: 'x' }));
  });

  it('reads nothing by an id that is a path', async () => {
    const dir = join(temporaryFolder(), 'journal');
    await journalIn(dir).begin(change());
    writeFileSync(join(dir, 'secret.json'), '{}');
    expect((await failure(journalIn(dir).read('../secret'))).message).toBe('the journal has no entry ../secret');
  });
});

describe('list', () => {
  it('gives the newest first, also of one millisecond and when the clock goes back', async () => {
    const clock = { time: START };
    const journal = journalIn(temporaryFolder(), clock);
    const ids: string[] = [];
    for (const step of [0, 0, 0, 5, -3600_000, -86_400_000, 1]) {
      clock.time += step;
      ids.push((await journal.begin(change())).id);
    }
    const listed = await journal.list(CLUSTER);
    expect(listed.map(({ id }) => id)).toEqual(ids.toReversed());
    expect(new Set(ids).size).toBe(7);
    expect((await journal.read(ids[6] ?? '')).time).toBe(new Date(clock.time).toISOString());
  });

  it('does not collide when two processes begin in the same millisecond', async () => {
    const dir = temporaryFolder();
    const ids = await Promise.all(Array.from({ length: 50 }, async () => (await journalIn(dir).begin(change())).id));
    expect(new Set(ids).size).toBe(50);
    expect(await journalIn(dir).list()).toHaveLength(50);
  });

  it('tells state stores apart where both are known, and files from clusters', async () => {
    const journal = journalIn(temporaryFolder());
    const file: Subject = { type: 'file', path: '/a/m.k8s.local', cluster: 'm.k8s.local' };
    await journal.begin(change(CLUSTER));
    await journal.begin(change({ ...CLUSTER, stateStore: 's3://two' }));
    await journal.begin(change({ type: 'cluster', cluster: 'm.k8s.local' }));
    await journal.begin(change(file));
    await journal.begin(change({ ...file, cluster: 'other' }));
    expect(await journal.list({ ...CLUSTER, stateStore: 's3://one/' })).toHaveLength(2);
    expect(await journal.list({ type: 'cluster', cluster: 'm.k8s.local' })).toHaveLength(3);
    expect(await journal.list(file)).toHaveLength(1);
    expect(await journal.list()).toHaveLength(5);
  });

  it('tells running, unfinished and finished entries apart', async () => {
    const journal = journalIn(temporaryFolder());
    const open = await journal.begin(change());
    const statusNow = async () => (await journal.list())[0]?.status;
    expect(await statusNow()).toBe('running');
    reseal(open.file ?? '', { pid: deadPid() });
    expect(await statusNow()).toBe('unfinished');
    await open.finish('spec-written');
    expect(await statusNow()).toBe('running');
    reseal(open.file ?? '', { processStart: '1' });
    expect(await statusNow()).toBe('unfinished');
    await open.finish('spec-written', 'the update was declined');
    expect(await statusNow()).toBe('finished');
    await open.finish('done');
    expect(await statusNow()).toBe('finished');
  });

  const damages: Array<[string, (path: string) => void, string]> = [
    ['cut short', (path) => truncateSync(path, statSync(path).size - 20), 'it is incomplete'],
    ['emptied', (path) => truncateSync(path, 0), 'it is incomplete'],
    [
      'changed in one letter',
      (path) => edit(path, (text) => text.replace('enable', 'enabld')),
      'its checksum is wrong',
    ],
    ['replaced by other JSON', (path) => writeFileSync(path, '[1]'), 'it is not a journal entry'],
    ['from the future', (path) => reseal(path, { formatVersion: 2 }), 'a newer kops-audit wrote it (format 2)'],
    [
      'named by another id',
      (path) => reseal(path, { id: '20260304T050607089Z-00000000' }),
      'it is not a journal entry',
    ],
    ['of no time', (path) => reseal(path, { time: 'noon' }), 'it is not a journal entry'],
  ];

  it.each(damages)('marks an entry that is %s, and still lists the others', async (_, damage, problem) => {
    const journal = journalIn(temporaryFolder());
    const good = await journal.begin(change());
    const bad = await journal.begin(change());
    damage(bad.file ?? '');
    const listed = await journal.list(CLUSTER);
    expect(listed.map(({ status }) => status)).toEqual(['damaged', 'running']);
    expect(listed[0]).toEqual({ status: 'damaged', id: bad.id, file: bad.file, problem });
    expect(listed[1]?.id).toBe(good.id);
    expect((await failure(journal.read(bad.id))).message).toBe(`the journal entry ${bad.id} is damaged: ${problem}`);
  });

  it('does not stumble over what else lies there', async () => {
    const dir = temporaryFolder();
    const journal = journalIn(dir);
    const { file, id } = await journal.begin(change());
    writeFileSync(join(dir, 'notes.txt'), 'x');
    writeFileSync(join(dirname(file ?? ''), 'copy.json'), 'x');
    mkdirSync(join(dirname(file ?? ''), '20260304T050607089Z-00000000.json'));
    expect((await journal.list()).map((entry) => entry.status).toSorted()).toEqual(['damaged', 'running']);
    expect((await journal.read(id)).id).toBe(id);
  });
});

describe('pruning', { timeout: 30_000 }, () => {
  it('keeps the newest 100', async () => {
    const clock = { time: START };
    const journal = journalIn(temporaryFolder(), clock);
    const ids: string[] = [];
    for (let count = 0; count < 104; count += 1) {
      clock.time += 1000;
      ids.push((await journal.begin(change())).id);
    }
    expect((await journal.list(CLUSTER)).map(({ id }) => id)).toEqual(ids.slice(-100).toReversed());
  });

  it('removes what is older than 90 days, but never the newest 10', async () => {
    const clock = { time: START };
    const journal = journalIn(temporaryFolder(), clock);
    for (let count = 0; count < 14; count += 1) await journal.begin(change());
    clock.time += 91 * 24 * 3600 * 1000;
    await journal.begin(change());
    expect(await journal.list(CLUSTER)).toHaveLength(10);
  });

  it('leaves other subjects alone, and removes half-written files only when they are old', async () => {
    const clock = { time: Date.now() };
    const journal = journalIn(temporaryFolder(), clock);
    const { file } = await journal.begin(change());
    const folder = dirname(file ?? '');
    for (const name of ['.old.tmp', '.new.tmp']) writeFileSync(join(folder, name), '');
    utimesSync(join(folder, '.old.tmp'), 1, 1);
    await journal.begin(change({ type: 'cluster', cluster: 'other' }));
    await journal.begin(change());
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual(['.new.tmp']);
    expect(await journal.list()).toHaveLength(3);
  });
});

describe('lock', () => {
  const lockFile = (dir: string) => join(dir, subjectFolder(CLUSTER), 'lock');

  it('is held by one, names the holder, and can be taken again after its release', async () => {
    const dir = temporaryFolder();
    const lock = await journalIn(dir).lock(CLUSTER);
    const error = await failure(journalIn(dir).lock({ ...CLUSTER, stateStore: 's3://two' }));
    expect(error.message).toBe(
      `cluster m.k8s.local is being changed by another kops-audit: process ${process.pid}, since 2026-03-04T05:06:07.089Z`,
    );
    await lock.release();
    await lock.release();
    const again = await journalIn(dir).lock(CLUSTER);
    await lock.release();
    expect(existsSync(lockFile(dir))).toBe(true);
    await again.release();
    expect(readdirSync(dirname(lockFile(dir)))).toEqual([]);
  });

  it('does not hold up another subject', async () => {
    const dir = temporaryFolder();
    await journalIn(dir).lock(CLUSTER);
    await expect(journalIn(dir).lock({ type: 'cluster', cluster: 'other' })).resolves.toBeDefined();
  });

  it('is held by a process that lives, and taken over when that was killed, waited for or not', async () => {
    const dir = temporaryFolder();
    await (await journalIn(dir).lock(CLUSTER)).release();
    const child = spawn('sleep', ['60']);
    onTestFinished(() => void child.kill('SIGKILL'));
    writeLock(lockFile(dir), { pid: child.pid });
    expect((await failure(journalIn(dir).lock(CLUSTER))).message).toContain(`process ${child.pid}, since`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await expect(journalIn(dir).lock(CLUSTER)).resolves.toBeDefined();
  });

  it.runIf(process.platform === 'linux')('sees that a pid was used again', async () => {
    const dir = temporaryFolder();
    await (await journalIn(dir).lock(CLUSTER)).release();
    writeLock(lockFile(dir), { processStart: '1' });
    await expect(journalIn(dir).lock(CLUSTER)).resolves.toBeDefined();
  });

  it.runIf(process.platform === 'linux')('sees that a process is only waited for', async () => {
    const dir = temporaryFolder();
    await (await journalIn(dir).lock(CLUSTER)).release();
    const parent = spawn('sh', ['-c', 'sleep 1 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = await once(parent.stdout, 'data');
    const zombie = Number(String(line));
    const isZombie = (): void => expect(readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z ');
    await vi.waitFor(isZombie, { timeout: 30_000 });
    writeLock(lockFile(dir), { pid: zombie });
    await expect(journalIn(dir).lock(CLUSTER)).resolves.toBeDefined();
  });

  it('counts for 24 hours when another machine made it', async () => {
    const dir = temporaryFolder();
    const clock = { time: START };
    await (await journalIn(dir).lock(CLUSTER)).release();
    writeLock(lockFile(dir), { host: 'elsewhere', since: new Date(START).toISOString(), pid: deadPid() });
    clock.time = START - 3600_000;
    expect((await failure(journalIn(dir, clock).lock(CLUSTER))).hint).toContain(`remove ${lockFile(dir)}`);
    clock.time = START + 23 * 3600_000;
    expect((await failure(journalIn(dir, clock).lock(CLUSTER))).message).toContain('on elsewhere, since');
    clock.time = START + 25 * 3600_000;
    await expect(journalIn(dir, clock).lock(CLUSTER)).resolves.toBeDefined();
  });

  it.each(['', '{', 'null', '{"pid":"x"}'])('is taken over when it is damaged: %j', async (text) => {
    const dir = temporaryFolder();
    await (await journalIn(dir).lock(CLUSTER)).release();
    writeFileSync(lockFile(dir), text);
    await expect(journalIn(dir).lock(CLUSTER)).resolves.toBeDefined();
  });

  it('puts a lock back that came while a stale one was removed', async () => {
    const dir = temporaryFolder();
    await (await journalIn(dir).lock(CLUSTER)).release();
    writeLock(lockFile(dir), { pid: deadPid() });
    const real = fs.renameSync;
    vi.mocked(fs.renameSync).mockImplementationOnce((from, to) => {
      writeLock(lockFile(dir), {});
      real(from, to);
    });
    expect((await failure(journalIn(dir).lock(CLUSTER))).message).toContain(`process ${process.pid}`);
    expect(existsSync(lockFile(dir))).toBe(true);
  });
});

describe('noJournal', () => {
  it('lets everything pass and keeps nothing', async () => {
    const journal = noJournal();
    const lock = await journal.lock(CLUSTER);
    const open = await journal.begin(change());
    expect(open.file).toBeUndefined();
    expect(await open.finish('done')).toBeUndefined();
    await lock.release();
    expect(await journal.list()).toEqual([]);
    expect((await failure(journal.read('x'))).message).toContain('--no-journal');
  });
});

function deadPid(): number {
  return spawnSync('true').pid;
}

function writeLock(path: string, holder: Record<string, unknown>): void {
  const here = { pid: process.pid, host: hostname(), since: '2026-03-04T05:06:07.089Z' };
  writeFileSync(path, JSON.stringify({ ...here, ...holder }));
}

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

/** Changes an entry and gives it a right checksum, as another version of the tool would. */
function reseal(path: string, values: Record<string, unknown>): void {
  edit(path, (text) => {
    const { entry } = JSON.parse(text) as { entry: object };
    const changed = { ...entry, ...values };
    return JSON.stringify({
      checksum: `sha256:${createHash('sha256').update(JSON.stringify(changed)).digest('hex')}`,
      entry: changed,
    });
  });
}
