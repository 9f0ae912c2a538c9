import { setTimeout } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompressed } from '../../src/input/decompress.ts';

const MIB = 1024 * 1024;

/** Lines of numbers, which compress to half of it. */
function textOf(length: number): string {
  let [text, number] = ['', 1];
  while (text.length < length) text += `${(number = (number * 48_271) % 2_147_483_647)}\n`;
  return text.slice(0, length);
}

const TEXT = textOf(5 * MIB + 5_000);
const ZIPPED = zlib.gzipSync(TEXT, { level: 1 });
const PIECE = 64 * 1024;

interface Bytes {
  bytes: AsyncIterable<Uint8Array>;
  /** How many pieces were asked for, and whether no more will be. */
  state: { asked: number; isClosed: boolean };
}

/** In two buffers in turn: a piece is good until the next but one is asked for. */
function piecesOf(whole: Uint8Array, failure?: Error): Bytes {
  const state = { asked: 0, isClosed: false };
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const buffers = [Buffer.alloc(PIECE), Buffer.alloc(PIECE)];
    try {
      for (let at = 0; at < whole.length; at += PIECE) {
        const buffer = buffers[state.asked++ % 2] ?? Buffer.alloc(0);
        buffer.set(whole.subarray(at, at + PIECE));
        yield buffer.subarray(0, whole.length - at);
      }
      if (failure) throw failure;
    } finally {
      state.isClosed = true;
    }
  }
  return { bytes: pieces(), state };
}

/** Reads slowly, so that a decoder that goes too far ahead has the time to. */
async function read(bytes: AsyncIterable<Uint8Array>): Promise<{ text: string; said: string[]; chunks: Uint8Array[] }> {
  const said: string[] = [];
  const chunks: Uint8Array[] = [];
  let text = '';
  for await (const chunk of decompressed(bytes, 'FILE', (missing) => said.push(missing))) {
    text += Buffer.from(chunk).toString('latin1');
    chunks.push(chunk);
    await setTimeout(2);
  }
  return { text, said, chunks };
}

function zstd(text: string): Uint8Array {
  const compress: unknown = Reflect.get(zlib, 'zstdCompressSync');
  const made: unknown = typeof compress === 'function' ? compress(text) : undefined;
  return made instanceof Uint8Array ? made : new Uint8Array();
}

describe('decompressed', () => {
  it('gives what was compressed, with two pieces at a time that are good until the next but one', async () => {
    const { text, said } = await read(piecesOf(ZIPPED).bytes);
    expect([text === TEXT, said]).toEqual([true, []]);
  });

  it.skipIf(!('createZstdDecompress' in zlib))('reads zstd', async () => {
    const { text, said } = await read(piecesOf(zstd(TEXT)).bytes);
    expect([text === TEXT, said]).toEqual([true, []]);
  });

  it('reads one .gz behind the other, and leaves out zeros behind them', async () => {
    const { bytes, state } = piecesOf(Buffer.concat([ZIPPED, zlib.gzipSync('second\n'), Buffer.alloc(10 * PIECE)]));
    const { text, said } = await read(bytes);
    expect([text === `${TEXT}second\n`, said, state.isClosed]).toEqual([true, [], true]);
  });

  it('gives all that came before the end where it breaks off, be it little', async () => {
    const { text, said } = await read(piecesOf(ZIPPED.subarray(0, -8)).bytes);
    expect(text.length).toBe(TEXT.length);
    expect(said).toEqual([expect.stringContaining('FILE breaks off')]);
  });

  it('gives what came before damage but for the chunk it is in, and says so', async () => {
    const { text, said } = await read(piecesOf(Buffer.concat([ZIPPED, Buffer.alloc(10 * PIECE, 'rubbish')])).bytes);
    expect([TEXT.startsWith(text), text.length > TEXT.length - 2 * MIB]).toEqual([true, true]);
    expect(said).toEqual([expect.stringContaining('FILE is damaged')]);
  });

  it('gives all that came before where the bytes cannot be read further, and throws why', async () => {
    let length = 0;
    const reading = async (): Promise<void> => {
      const { bytes } = piecesOf(ZIPPED.subarray(0, -8), new Error('disk'));
      for await (const chunk of decompressed(bytes, 'FILE', () => {})) {
        length += chunk.length;
        await setTimeout(2);
      }
    };
    await expect(reading()).rejects.toThrow('disk');
    expect(length).toBe(TEXT.length);
  });

  it('gives the memory of a chunk back when the next is asked for', async () => {
    const { chunks } = await read(piecesOf(ZIPPED).bytes);
    const kept = new Set(chunks.filter(({ length }) => length > 0).map(({ buffer }) => buffer));
    expect(chunks.length).toBeGreaterThan(5);
    expect([...kept].map(({ byteLength }) => byteLength)).toEqual([MIB]);
  });

  it('reads no further than it is read, and closes what it reads from', async () => {
    const { bytes, state } = piecesOf(ZIPPED);
    for await (const _ of decompressed(bytes, 'FILE', () => {})) {
      await setTimeout(50);
      break;
    }
    expect(state.asked).toBeLessThan(ZIPPED.length / PIECE / 2);
    expect(state.isClosed).toBe(true);
  });
});
