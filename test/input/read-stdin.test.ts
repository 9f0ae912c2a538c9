import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readStdin } from '../../src/input/read.ts';
import { UserError } from '../../src/errors.ts';

async function failure(stream: Readable & { isTTY?: boolean }): Promise<UserError> {
  const error = await readStdin(stream).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

describe('readStdin', () => {
  it('joins the chunks before it decodes', async () => {
    const bytes = Buffer.from('\ufeffname: ü€\r\n');
    const chunks = [...bytes].map((byte) => Buffer.from([byte]));
    expect(await readStdin(Readable.from(chunks))).toBe('\ufeffname: ü€\r\n');
  });

  it('takes a stream that has an encoding', async () => {
    expect(await readStdin(Readable.from(['kind: ', 'Cluster']))).toBe('kind: Cluster');
  });

  it('does not wait at a terminal', async () => {
    const terminal = Object.assign(new Readable({ read() {} }), { isTTY: true });
    expect((await failure(terminal)).message).toBe('`-` reads a cluster spec from stdin, but stdin is a terminal');
    await expect(readStdin(terminal, undefined, 'a policy')).rejects.toThrow('`-` reads a policy from stdin');
  });

  it('says what an empty stdin means', async () => {
    const error = await failure(Readable.from([]));
    expect(error.message).toBe('stdin is empty');
    expect(error.hint).toContain('pipefail');
  });

  it('refuses what is not UTF-8, with the place', async () => {
    const error = await failure(Readable.from([Buffer.from([0x61, 0x0a, 0xff])]));
    expect(error.place).toMatchObject({ file: '-', line: 2, column: 1 });
  });

  it('stops reading after 64 MiB', async () => {
    let given = 0;
    const endless = new Readable({
      read() {
        given += 1;
        this.push(Buffer.alloc(8 * 1024 * 1024, 'x'));
      },
    });
    expect((await failure(endless)).message).toContain('is larger than 64 MiB');
    expect(given).toBeLessThan(16);
  });

  it('names the reason when reading fails', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('EISDIR: illegal operation on a directory, read'));
      },
    });
    expect((await failure(broken)).message).toBe(
      'stdin cannot be read: EISDIR: illegal operation on a directory, read',
    );
  });
});
