import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import * as fs from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkWritable } from '../../src/input/write.ts';
import { readSpecFile } from '../../src/input/read.ts';
import { writeSpecFile } from '../../src/input/write.ts';
import { UserError } from '../../src/errors.ts';
import { compileInto, FILE_SOURCES } from './compiled.ts';
import { temporaryFolder } from './temporary.ts';

vi.mock('node:fs', { spy: true });

const isRoot = process.getuid?.() === 0;

function specFile(content = 'kind: Cluster\n'): string {
  const path = join(temporaryFolder(), 'cluster.yaml');
  writeFileSync(path, content);
  return path;
}

async function failure(work: Promise<unknown>): Promise<UserError> {
  const error = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: from the test, ${syscall}`), { code, syscall });
}

describe('writeSpecFile', () => {
  it('replaces the content and keeps the mode, and leaves nothing else behind', async () => {
    const path = specFile();
    chmodSync(path, 0o604);
    await writeSpecFile(await readSpecFile(path), 'kind: Other\n');
    expect(readFileSync(path, 'utf8')).toBe('kind: Other\n');
    expect(statSync(path).mode & 0o7777).toBe(0o604);
    expect(readdirSync(join(path, '..'))).toEqual(['cluster.yaml']);
  });

  it('replaces the target of a link in its own directory, and keeps the link', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real', 'spec.yaml'), 'old');
    symlinkSync('real/spec.yaml', join(folder, 'link.yaml'));
    await writeSpecFile(await readSpecFile(join(folder, 'link.yaml')), 'new');
    expect(lstatSync(join(folder, 'link.yaml')).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(folder, 'real', 'spec.yaml')).isSymbolicLink()).toBe(false);
    expect(readFileSync(join(folder, 'real', 'spec.yaml'), 'utf8')).toBe('new');
    expect(readdirSync(folder).toSorted()).toEqual(['link.yaml', 'real']);
  });

  it.runIf(isRoot)('keeps owner and group', async () => {
    const path = specFile();
    chownSync(path, 65534, 12345);
    await writeSpecFile(await readSpecFile(path), 'new');
    expect(statSync(path)).toMatchObject({ uid: 65534, gid: 12345 });
  });

  it('writes a new file and never the old one: who has it open still reads the old content', async () => {
    const path = specFile('old');
    const before = statSync(path).ino;
    await writeSpecFile(await readSpecFile(path), 'new');
    expect(statSync(path).ino).not.toBe(before);
  });

  const meanwhile: Array<[string, (path: string) => void]> = [
    ['was appended to', (path) => appendFileSync(path, '# more\n')],
    ['was replaced', (path) => (writeFileSync(`${path}.new`, 'kind: Other\n'), renameSync(`${path}.new`, path))],
    ['went away', (path) => rmSync(path)],
    ['got another mode', (path) => chmodSync(path, 0o600)],
    ['got another name', (path) => linkSync(path, `${path}.too`)],
    ['became a link', (path) => (renameSync(path, `${path}.real`), symlinkSync('cluster.yaml.real', path))],
    ['became a directory', (path) => (rmSync(path), mkdirSync(path))],
  ];

  it.each(meanwhile)('refuses when the file %s meanwhile', async (_, change) => {
    const path = specFile();
    const file = await readSpecFile(path);
    change(path);
    const after = readdirSync(join(path, '..')).toSorted();
    const error = await failure(writeSpecFile(file, 'new'));
    expect(error.message).toBe('was not written: the file changed in the meantime');
    expect(readdirSync(join(path, '..')).toSorted()).toEqual(after);
    expect(after.map((name) => join(path, '..', name)).filter(holdsNew)).toEqual([]);
  });

  it('shows the new content to nobody else before it has its mode', async () => {
    const path = specFile();
    const file = await readSpecFile(path);
    const modes: number[] = [];
    vi.mocked(fs.fchmodSync).mockImplementationOnce((fd) => void modes.push(fs.fstatSync(fd).mode & 0o777));
    await writeSpecFile(file, 'new');
    expect(modes).toEqual([0o600]);
  });

  it('looks for a change after the new content is on disk', async () => {
    const path = specFile();
    const file = await readSpecFile(path);
    vi.mocked(fs.fsyncSync).mockImplementationOnce(() => appendFileSync(path, '# in the last moment\n'));
    const error = await failure(writeSpecFile(file, 'new'));
    expect(error.message).toBe('was not written: the file changed in the meantime');
    expect(readFileSync(path, 'utf8')).toBe('kind: Cluster\n# in the last moment\n');
  });

  it('refuses when a link was turned to another file of the same content', async () => {
    const path = specFile();
    writeFileSync(`${path}.two`, readFileSync(path));
    symlinkSync('cluster.yaml', `${path}.link`);
    const file = await readSpecFile(`${path}.link`);
    rmSync(`${path}.link`);
    symlinkSync('cluster.yaml.two', `${path}.link`);
    expect((await failure(writeSpecFile(file, 'new'))).message).toContain('changed in the meantime');
    expect(readFileSync(path, 'utf8')).toBe('kind: Cluster\n');
  });

  const faults: Array<['writeFileSync' | 'fsyncSync' | 'fchmodSync' | 'renameSync', string, string]> = [
    ['writeFileSync', 'ENOSPC', 'the disk is full'],
    ['writeFileSync', 'EDQUOT', 'your disk quota is used up'],
    ['fsyncSync', 'ENOSPC', 'the disk is full'],
    ['fsyncSync', 'EIO', 'EIO: from the test, fsyncSync'],
    ['fchmodSync', 'EPERM', 'the system does not allow it'],
    ['renameSync', 'EBUSY', 'it is a mount point, which cannot be replaced'],
  ];

  it.each(faults)('leaves the old file and nothing else when %s fails with %s', async (call, code, reason) => {
    const path = specFile();
    const file = await readSpecFile(path);
    vi.mocked(fs[call]).mockImplementationOnce(() => {
      throw systemError(code, call);
    });
    const error = await failure(writeSpecFile(file, 'new'));
    expect(error.message).toBe(`was not written: ${reason}`);
    expect(readFileSync(path, 'utf8')).toBe('kind: Cluster\n');
    expect(readdirSync(join(path, '..'))).toEqual(['cluster.yaml']);
  });

  it.runIf(isRoot)('leaves the old file on a disk that is really full', async () => {
    const folder = temporaryFolder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
    if (mounted.status !== 0) return;
    onTestFinished(() => void spawnSync('umount', [folder]));
    const path = join(folder, 'cluster.yaml');
    writeFileSync(path, 'old');
    const error = await failure(writeSpecFile(await readSpecFile(path), 'x'.repeat(128 * 1024)));
    expect(error.message).toBe('was not written: the disk is full');
    expect(readdirSync(folder)).toEqual(['cluster.yaml']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('is the old or the new file whenever the process is killed', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'cluster.yaml');
    const [even, odd] = ['a'.repeat(300_000), 'b'.repeat(300_000)];
    writeFileSync(path, even);
    compileInto(folder, FILE_SOURCES);
    writeFileSync(join(folder, 'loop.js'), LOOP);
    for (let round = 0; round < 12; round += 1) {
      await killWhileWriting(folder, path, round * 3);
      expect([even, odd].includes(readFileSync(path, 'utf8'))).toBe(true);
    }
  }, 30_000);
});

const LOOP = `
import { readSpecFile } from './input/read.js';
import { writeSpecFile } from './input/write.js';
for (;;) {
  const file = await readSpecFile(process.argv[2]);
  await writeSpecFile(file, file.text[0] === 'a' ? 'b'.repeat(300000) : 'a'.repeat(300000));
  process.stdout.write('.');
}
`;

async function killWhileWriting(folder: string, path: string, delay: number): Promise<void> {
  const child = spawn(process.execPath, [join(folder, 'loop.js'), path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, delay));
  child.kill('SIGKILL');
  await once(child, 'exit');
}

function holdsNew(path: string): boolean {
  return existsSync(path) && statSync(path).isFile() && readFileSync(path, 'utf8') === 'new';
}

describe('checkWritable', () => {
  it('lets an ordinary file pass', async () => {
    await expect(checkWritable(await readSpecFile(specFile()))).resolves.toBeUndefined();
  });

  it('refuses hard links', async () => {
    const path = specFile();
    linkSync(path, `${path}.too`);
    const error = await failure(checkWritable(await readSpecFile(path)));
    expect(error.message).toContain('it has 2 names (hard links)');
    expect(error.place).toEqual({ file: path });
  });

  it('refuses a file without a write bit, for root too, and writeSpecFile does as well', async () => {
    const path = specFile();
    chmodSync(path, 0o444);
    const file = await readSpecFile(path);
    expect((await failure(checkWritable(file))).message).toMatch(/^cannot be written: /);
    expect((await failure(writeSpecFile(file, 'new'))).message).toMatch(/^cannot be written: /);
    expect(readFileSync(path, 'utf8')).toBe('kind: Cluster\n');
  });

  it('refuses a directory without a write bit, for root too', async () => {
    const path = specFile();
    const folder = join(path, '..');
    chmodSync(folder, 0o555);
    onTestFinished(() => chmodSync(folder, 0o755));
    const error = await failure(checkWritable(await readSpecFile(path)));
    expect(error.message).toContain(`cannot be replaced: its directory ${folder} cannot be written: `);
  });

  it.runIf(isRoot)('refuses a file of another owner, or of a group one is not in, unless root', () => {
    const folder = temporaryFolder();
    compileInto(folder, FILE_SOURCES);
    writeFileSync(join(folder, 'check.js'), CHECK);
    chmodSync(folder, 0o777);
    expect(checkAs(folder, { uid: 0, gid: 65534 })).toContain('cannot keep its owner (0:65534)');
    expect(checkAs(folder, { uid: 65534, gid: 0 })).toContain('user 65534 cannot keep its owner (65534:0)');
    expect(checkAs(folder, { uid: 65534, gid: 65534 })).toBe('fine');
  });

  it.runIf(isRoot)('says that a file may not be read, written, or that its directory may not be written', () => {
    const folder = temporaryFolder();
    compileInto(folder, FILE_SOURCES);
    writeFileSync(join(folder, 'check.js'), CHECK);
    const owner = { uid: 65534, gid: 65534 };
    chmodSync(folder, 0o755);
    expect(checkAs(folder, { ...owner, mode: 0o000 })).toBe('cannot be read: permission denied');
    expect(checkAs(folder, { ...owner, mode: 0o466 })).toBe('cannot be written: permission denied');
    expect(checkAs(folder, owner)).toBe(
      `cannot be replaced: its directory ${folder} cannot be written: permission denied`,
    );
  });
});

const CHECK = `
import { readSpecFile } from './input/read.js';
import { checkWritable } from './input/write.js';
readSpecFile(process.argv[2]).then(checkWritable).then(() => console.log('fine'), (error) => console.log(error.message));
`;

/** What checkWritable says to the user nobody of a file with this owner and mode. */
function checkAs(folder: string, { uid, gid, mode = 0o666 }: { uid: number; gid: number; mode?: number }): string {
  const path = join(folder, 'cluster.yaml');
  writeFileSync(path, 'kind: Cluster\n');
  chownSync(path, uid, gid);
  chmodSync(path, mode);
  const options = { uid: 65534, gid: 65534, encoding: 'utf8' } as const;
  return spawnSync(process.execPath, [join(folder, 'check.js'), path], options).stdout.trim();
}
