import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSpecFile } from '../../src/input/read.ts';
import { UserError } from '../../src/errors.ts';
import { temporaryFolder } from './temporary.ts';

function fileWith(content: string | Uint8Array): string {
  const path = join(temporaryFolder(), 'cluster.yaml');
  writeFileSync(path, content);
  return path;
}

async function failure(path: string): Promise<UserError> {
  const error = await readSpecFile(path).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('readSpecFile', () => {
  it('gives text, bytes, mode, owner and number of links', async () => {
    const path = fileWith('kind: Cluster\n');
    chmodSync(path, 0o640);
    linkSync(path, `${path}.too`);
    const file = await readSpecFile(path);
    expect(file).toMatchObject({ path, target: path, text: 'kind: Cluster\n', mode: 0o640, links: 2 });
    expect(file.uid).toBe(process.getuid?.());
    expect(Buffer.from(file.bytes).toString()).toBe('kind: Cluster\n');
  });

  it('keeps byte order mark, CRLF and missing final newline', async () => {
    const text = '\ufeffkind: Cluster\r\nname: ü';
    const file = await readSpecFile(fileWith(text));
    expect(file.text).toBe(text);
    expect(Buffer.compare(Buffer.from(file.text), file.bytes)).toBe(0);
  });

  it('follows links, and keeps the name that was given', async () => {
    const path = fileWith('kind: Cluster\n');
    symlinkSync('cluster.yaml', `${path}.one`);
    symlinkSync(`${path}.one`, `${path}.two`);
    expect(await readSpecFile(`${path}.two`)).toMatchObject({ path: `${path}.two`, target: path });
  });

  it('says that a file is not there', async () => {
    const error = await failure('/no/such/cluster.yaml');
    expect(error.message).toBe('cannot be read: there is no such file');
    expect(error.place).toEqual({ file: '/no/such/cluster.yaml' });
  });

  it('tells a broken link from a missing file', async () => {
    const path = join(temporaryFolder(), 'link.yaml');
    symlinkSync('nowhere.yaml', path);
    expect((await failure(path)).message).toBe('is a broken symbolic link: its target does not exist');
  });

  it('sees links that go round', async () => {
    const path = join(temporaryFolder(), 'link.yaml');
    symlinkSync('link.yaml', path);
    expect((await failure(path)).message).toBe('cannot be read: its symbolic links form a loop');
  });

  it('refuses a directory, and a path through a file', async () => {
    expect((await failure(temporaryFolder())).message).toBe('is a directory');
    const below = join(fileWith('x'), 'cluster.yaml');
    expect((await failure(below)).message).toBe('cannot be read: a part of the path is not a directory');
  });

  it('refuses a pipe without waiting for a writer', async () => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    const error = await failure(path);
    expect(error.message).toBe('is not a regular file');
    expect(error.hint).toContain('Save its output to a file first');
    expect(error.hint).toContain('-f -');
  });

  it.each(['', '\n \r\n\t', '\ufeff\n'])('refuses the empty file %j', async (content) => {
    expect((await failure(fileWith(content))).message).toBe('is empty');
  });

  it('refuses a file of more than 64 MiB without reading it', async () => {
    const path = fileWith('x');
    truncateSync(path, 64 * 1024 * 1024 + 1);
    expect((await failure(path)).message).toBe('is larger than 64 MiB, too large for a cluster spec');
  });

  it('names line, column and offset of the first byte that is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('a: ü\nb: \ufffd€ '), Buffer.from([0xfc, 0x0a])]);
    const error = await failure(fileWith(bytes));
    expect(error.message).toBe('is not UTF-8: byte 0xfc at offset 16');
    expect(error.place).toMatchObject({ line: 2, column: 7 });
  });

  it.each([
    ['a character cut short', [0x61, 0xe2, 0x82], 'byte 0xe2 at offset 1'],
    ['an overlong one', [0xc0, 0x80], 'byte 0xc0 at offset 0'],
    ['a surrogate', [0x0a, 0xed, 0xa0, 0x80], 'byte 0xed at offset 1'],
  ])('finds %s', async (_, bytes, expected) => {
    expect((await failure(fileWith(Buffer.from(bytes)))).message).toContain(expected);
  });

  it('recognises UTF-16', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('kind: Cluster', 'utf16le')]);
    const error = await failure(fileWith(bytes));
    expect(error.message).toBe('is not UTF-8');
    expect(error.hint).toBe('It looks like UTF-16. Save it as UTF-8.');
  });
});
