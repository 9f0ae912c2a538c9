import { describe, expect, it } from 'vitest';
import { engineNamed } from '../../src/events/kernel.ts';
import { AT_ONCE, lineBreaker, type TakeLine } from '../../src/events/lines.ts';

function breaker(found: (string | number)[], room: Buffer, longest: number): ReturnType<typeof lineBreaker> {
  const take: TakeLine = (bytes, start, end) => {
    expect(bytes[end]).toBe(10);
    found.push(bytes.toString('latin1', start, end));
  };
  return lineBreaker({ take, tooLong: (length) => found.push(length), room, longest });
}

describe('lineBreaker', () => {
  it('holds no line that is longer than any event, says so, and goes on behind it', () => {
    const found: (string | number)[] = [];
    const lines = breaker(found, Buffer.alloc(64), 10);
    for (const chunk of ['a\nbbb', 'bbbb', 'bbbb', 'bb\ncc', 'c\n', '0123456789', '\n', '0123456789', 'x'])
      lines.chunk(Buffer.from(chunk));
    lines.end();
    expect(found).toEqual(['a', 13, 'ccc', '0123456789', 11]);
  });

  it.each([4, 5, 6, 8, 9, 64])('gives the same lines whatever the room and the chunks: %i bytes', (size) => {
    const text = 'a\n\nbb\nccc\ndddd\neeeeeeeeeeeeeeee\nf\nggggggg';
    for (const step of [1, 2, 3, 7, 100]) {
      const found: (string | number)[] = [];
      const lines = breaker(found, Buffer.alloc(size), 100);
      for (let at = 0; at < text.length; at += step) lines.chunk(Buffer.from(text.slice(at, at + step)));
      lines.end();
      expect(found).toEqual(text.split('\n'));
    }
  });

  it.each([4, 5, 6, 8, 9, 64])('gives them too where bytes are put into its room: %i bytes', (size) => {
    const text = Buffer.from('a\n\nbb\nccc\ndddd\neeeeeeeeeeeeeeee\nf\nggggggg');
    for (const step of [1, 2, 3, 7, 100]) {
      const found: (string | number)[] = [];
      const lines = breaker(found, Buffer.alloc(size), 100);
      for (let at = 0; at < text.length;) {
        const count = text.copy(lines.space(100), 0, at, at + step);
        expect(count).toBeGreaterThan(0);
        lines.filled(count);
        at += count;
      }
      lines.end();
      expect(found).toEqual(text.toString().split('\n'));
    }
  });

  it.each([4, 5, 6, 8, 9, 64])('gives them where the next bytes come while lines are taken: %i bytes', (size) => {
    const text = Buffer.from('a\n\nbb\nccc\ndddd\neeeeeeeeeeeeeeee\nf\nggggggg');
    for (const step of [1, 2, 3, 7, 100]) {
      const found: (string | number)[] = [];
      const lines = breaker(found, Buffer.alloc(size), 100);
      let at = 0;
      const next = (): number => {
        const count = text.copy(lines.space(100), 0, at, at + step);
        at += count;
        return count;
      };
      for (let count = next(); count > 0;) {
        const ahead = next();
        lines.filled(count);
        count = ahead;
      }
      lines.end();
      expect(found).toEqual(text.toString().split('\n'));
    }
  });

  it.each([AT_ONCE, Infinity])('leaves lines of nearly 4 MiB in the room of an engine: %d bytes at once', (atOnce) => {
    const { room } = engineNamed('wasm').walker();
    const sizes = [9, 4_194_302, 700_000, 4_194_303, 3_300_000];
    const text = Buffer.from(sizes.map((size) => 'x'.repeat(size)).join('\n'));
    const found: [boolean, number][] = [];
    const take: TakeLine = (bytes, start, end) => found.push([bytes === room, end - start]);
    const lines = lineBreaker({ take, room, tooLong: () => undefined });
    for (let at = 0; at < text.length;) {
      const count = text.copy(lines.space(atOnce), 0, at);
      lines.filled(count);
      at += count;
    }
    lines.end();
    expect(found).toEqual(sizes.map((size) => [true, size]));
  });

  it('gives lines from room that is as large as it can be, wherever in it they begin and end', () => {
    const sizes = [5, 300_000, 700_000, 3, 1_000_000, 2_900_000, 3_300_000, 9, 5_000_000, 200_000];
    const text = Buffer.from(sizes.map((size, at) => String(at).repeat(size)).join('\n'));
    for (const ahead of [false, true]) {
      const found: (string | number)[] = [];
      const lines = breaker(found, Buffer.alloc(12 * 1024 * 1024), 2 ** 28);
      let at = 0;
      const next = (): number => {
        const count = text.copy(lines.space(ahead ? Infinity : AT_ONCE), 0, at);
        at += count;
        return count;
      };
      for (let count = next(); count > 0;) {
        const after = ahead ? next() : 0;
        lines.filled(count);
        count = ahead ? after : next();
      }
      lines.end();
      expect(found.map((line) => [String(line)[0], String(line).length])).toEqual(
        sizes.map((size, place) => [String(place), size]),
      );
    }
  });
});
