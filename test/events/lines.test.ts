import { describe, expect, it } from 'vitest';
import { lineBreaker } from '../../src/events/lines.ts';

describe('lineBreaker', () => {
  it('holds no line that is longer than any event, says so, and goes on behind it', () => {
    const found: (string | number)[] = [];
    const feed = lineBreaker(
      (bytes, start, end) => found.push(bytes.toString('latin1', start, end)),
      (length) => found.push(length),
      10,
    );
    for (const chunk of ['a\nbbb', 'bbbb', 'bbbb', 'bb\ncc', 'c\n', '0123456789', '\n', '0123456789', 'x'])
      feed(Buffer.from(chunk));
    feed();
    expect(found).toEqual(['a', 13, 'ccc', '0123456789', 11]);
  });
});
