import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Memo } from '../../src/events/memo.ts';
import { runs } from '../helpers/runs.ts';

describe('Memo', () => {
  it('gives what the bytes are, also where others are like them', () => {
    const memo = new Memo((bytes, start, end) => bytes.toString('latin1', start, end));
    const like = fc.tuple(fc.constantFrom(1, 8, 40, 1000, 2000), fc.nat(), fc.constantFrom('a', 'b'));
    const word = like.map(([length, at, letter]) => {
      const text = 'x'.repeat(length);
      return text.slice(0, at % length) + letter + text.slice((at % length) + 1);
    });
    fc.assert(
      fc.property(word, fc.nat(3), (text, start) => {
        const bytes = Buffer.from(`${'-'.repeat(start)}${text}-`);
        expect(memo.get(bytes, start, start + text.length)).toBe(text);
      }),
      runs(500, 50_000),
    );
  });

  it('reads the same bytes once, and again what is longer than is remembered', () => {
    let read = 0;
    const memo = new Memo(() => (read += 1));
    for (const length of [0, 5, 1024]) {
      const before = read;
      for (let time = 0; time < 3; time++) memo.get(Buffer.alloc(length + time, 'y'), time, length + time);
      expect(read - before).toBe(1);
    }
    for (let time = 0; time < 3; time++) memo.get(Buffer.alloc(1025), 0, 1025);
    expect(read).toBe(6);
  });
});
