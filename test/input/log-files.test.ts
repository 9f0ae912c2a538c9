import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { fileSource, openLogs } from '../../src/input/log-files.ts';
import { temporaryFolder } from './temporary.ts';

const LINE = '{"auditID":"a","stage":"Panic","verb":"get","stageTimestamp":"2026-11-23T05:55:26Z"}\n';

const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);

function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

interface Read {
  /** What the files hold, by server and name. */
  texts: Record<string, string>;
  missing: string[];
}

async function read(
  words: readonly string[],
  stdin: readonly (string | Uint8Array)[] = [],
  reader?: string,
): Promise<Read> {
  const missing: string[] = [];
  const onMissing = (text: string): unknown => missing.push(text);
  const servers = openLogs(words, { stdin: Readable.from(stdin), ...(reader !== undefined && { reader }), onMissing });
  const texts: Record<string, string> = {};
  for (const { server, sources } of servers)
    for (const { name, open } of sources) {
      const pieces: Uint8Array[] = [];
      for await (const piece of open()) {
        pieces.push(Buffer.from(piece));
        await setTimeout(5);
      }
      texts[`${server}:${name.slice(name.lastIndexOf('/') + 1)}`] = Buffer.concat(pieces).toString();
    }
  return { texts, missing };
}

function refused(words: readonly string[], reader?: string): Promise<unknown> {
  return read(words, [XZ], reader).catch((error: unknown) =>
    error instanceof UserError ? `${error.message} | ${error.hint}` : error,
  );
}

describe('openLogs', () => {
  it('reads a folder with all that lies in it, a server for each folder, and no file twice', async () => {
    const folder = folderWith({
      'cp-1/audit.log': 'a',
      'cp-1/audit.log.1': 'b',
      'cp-2/audit.log': 'c',
      'cp-2/notes.txt': 'd',
    });
    symlinkSync(folder, join(folder, 'cp-2/loop'));
    symlinkSync(join(folder, 'cp-2/audit.log'), join(folder, 'cp-2/again.log'));
    const { texts } = await read([folder, join(folder, 'cp-1/audit.log')]);
    expect(texts).toEqual({ 'cp-1:audit.log': 'a', 'cp-1:audit.log.1': 'b', 'cp-2:again.log': 'c' });
  });

  it('says which logs in a folder are links that lead nowhere or in a circle, and reads the others', async () => {
    const folder = folderWith({ 'audit.log': 'a' });
    symlinkSync('nowhere', join(folder, 'old.log'));
    symlinkSync('round.log', join(folder, 'round.log'));
    symlinkSync('round', join(folder, 'round'));
    const { texts, missing } = await read([folder]);
    expect(texts).toEqual({ ':audit.log': 'a' });
    expect(missing).toEqual([
      `${folder}/old.log cannot be read: there is no such file`,
      `${folder}/round.log cannot be read: its symbolic links form a loop`,
    ]);
  });

  it('says of a file that becomes shorter while it is read that its end is missing', async () => {
    const size = 5 * 1024 * 1024;
    const folder = folderWith({ 'audit.log': LINE.repeat(size / LINE.length) });
    const file = join(folder, 'audit.log');
    const missing: string[] = [];
    const [log] = openLogs([file], { stdin: Readable.from([]), onMissing: (text) => missing.push(text) });
    let had = 0;
    for await (const piece of log?.sources[0]?.open() ?? []) {
      if (had === 0) truncateSync(file, 3_000_000);
      had += piece.length;
    }
    const whole = LINE.length * Math.floor(size / LINE.length);
    expect(missing).toEqual([`${file} was made shorter while it was read: its end is missing`]);
    expect(had).toBeLessThan(whole);
  });

  it('decompresses by the first bytes, whatever the name: several members, stdin byte by byte', async () => {
    const zipped = Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]);
    const folder = folderWith({ 'zipped.log': zipped, 'plain.log.gz': 'three\n', 'empty.log': '' });
    const { texts } = await read(
      [folder, '-'],
      [...zipped].map((byte) => Uint8Array.of(byte)),
    );
    expect(Object.values(texts).toSorted()).toEqual(['', 'one\ntwo\n', 'one\ntwo\n', 'three\n']);
  });

  it('decompresses a file of many pieces', async () => {
    const text = Array.from({ length: 1_000_000 }, (_, index) => `${index}\n`).join('');
    const folder = folderWith({ 'audit.log.gz': gzipSync(text, { level: 0 }) });
    expect(Object.values((await read([folder])).texts)[0] === text).toBe(true);
  });

  it('gives what stands before the end of a .gz that breaks off, and says so', async () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `${index} ${Math.sin(index)}\n`).join('');
    const zipped = gzipSync(text);
    const half = zipped.subarray(0, zipped.length * 0.8);
    const folder = folderWith({ 'audit.log.gz': half });
    const { texts, missing } = await read([folder]);
    const [got = ''] = Object.values(texts);
    const whole = gunzipSync(half, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    expect([text.startsWith(got), got.length]).toEqual([true, whole.length]);
    expect(missing).toEqual([expect.stringContaining('audit.log.gz breaks off')]);
  });

  it('sorts files by their first event where their names do not tell, compressed ones too', async () => {
    const later = LINE.replace('05:55', '06:55');
    const folder = folderWith({
      'a.log': later,
      'b.log.gz': gzipSync(LINE),
      'c.json': `[{"line":${JSON.stringify(later.replace('06:', '07:'))}}]`,
    });
    expect(Object.keys((await read([folder])).texts)).toEqual([':b.log.gz', ':a.log', ':c.json']);
  });

  it('reads a file only up to what was there when it was opened', async () => {
    const folder = folderWith({ 'audit.log': Buffer.alloc(5_000_000, LINE) });
    const [server] = openLogs([folder], { stdin: Readable.from([]), onMissing: () => {} });
    let size = 0;
    for await (const piece of server?.sources[0]?.open() ?? []) {
      size += piece.length;
      writeFileSync(join(folder, 'audit.log'), LINE, { flag: 'a' });
    }
    expect(size).toBe(5_000_000);
  });

  it('refuses what is named and not there or no log, with what to do', async () => {
    const files = {
      'p.log': 'PAR1abc',
      'x.log': XZ,
      'l.log': '2026-11-23T05:55:26Z AUDIT: id="a" stage="x"\n',
    };
    const folder = folderWith({ ...files, 'sub/notes.txt': '' });
    expect(await refused([join(folder, 'none.log')])).toContain('there is no such file');
    expect(await refused(['https://logs.example.com/audit.log'], 'logs')).toMatch(
      /is a URL.*curl -fL 'https:\S+' \| kops-audit/,
    );
    expect(await refused(['s3://b/audit.log.gz'], 'logs')).toMatch(
      /is a URL.*aws s3 cp 's3:\/\/b\/audit\.log\.gz' - \| kops-audit/,
    );
    expect(await refused(['file:///var/a.log'])).toMatch(/its path: \/var\/a\.log/);
    expect(await refused(['sftp://h/a.log'])).toMatch(/Copy it to this machine, and name the file/);
    expect(await refused([join(folder, 'p.log')])).toMatch(/Parquet.*duckdb/);
    expect(await refused([join(folder, 'l.log')])).toMatch(/legacy.*JSON/);
    expect(await refused([join(folder, 'sub')])).toMatch(/no audit log.*names/);
  });

  it('names the command that takes what is in a file from stdin, where there is one', async () => {
    const folder = folderWith({ 'x.log': XZ, 'sub/x.log': XZ });
    const given = /compressed with xz.*: xz -dc .*x\.log \| kops-audit policy replay -$/;
    const open = 'is compressed with xz | Pipe it through xz -dc, or put what that gives into a file first.';
    expect(await refused([join(folder, 'x.log')], 'policy replay')).toMatch(given);
    expect(await refused([join(folder, 'sub')], 'policy replay')).toMatch(given);
    expect(await refused(['-'], 'policy replay')).toBe(open);
    expect(await refused([join(folder, 'sub')])).toBe(open);
    expect(await refused(['s3://b/audit.log.gz'])).toMatch(/Copy it to this machine, and name the file/);
  });

  it.skipIf(process.getuid?.() === 0)('goes on where something in a folder cannot be read, and says so', async () => {
    const folder = folderWith({ 'a.log': 'a', 'b.log': 'b', 'c/c.log': 'c' });
    chmodSync(join(folder, 'a.log'), 0);
    chmodSync(join(folder, 'c'), 0);
    const { texts, missing } = await read([folder]);
    expect(Object.values(texts)).toEqual(['', 'b']);
    expect(missing).toHaveLength(2);
  });

  it('goes on where a file in a folder is gone by the time it is read', async () => {
    const folder = folderWith({ 'a.log': 'a', 'b.log': 'b' });
    const missing: string[] = [];
    const [server] = openLogs([folder], { stdin: Readable.from([]), onMissing: (text) => missing.push(text) });
    rmSync(join(folder, 'a.log'));
    for (const source of server?.sources ?? []) for await (const _ of source.open());
    expect(missing).toEqual([expect.stringMatching(/a\.log cannot be read: there is no such file/)]);
  });
});

describe('fileSource', () => {
  async function read(range: { from: number; to: number }): Promise<{ text: string; missing: string[] }> {
    const path = join(temporaryFolder(), 'audit.log');
    writeFileSync(path, 'first\nsecond\nthird\n');
    const missing: string[] = [];
    const pieces: Buffer[] = [];
    const source = fileSource(path, { onMissing: (text) => missing.push(text.replace(path, 'FILE')) });
    for await (const piece of source.open(range)) pieces.push(Buffer.from(piece));
    return { text: Buffer.concat(pieces).toString(), missing };
  }

  it('gives the bytes of a range', async () => {
    expect(await read({ from: 6, to: 13 })).toEqual({ text: 'second\n', missing: [] });
  });

  it('says where a file became shorter than it was', async () => {
    const missing = ['FILE was made shorter while it was read: its end is missing'];
    expect(await read({ from: 13, to: 40 })).toEqual({ text: 'third\n', missing });
  });
});
