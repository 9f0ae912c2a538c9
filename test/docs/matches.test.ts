import { describe, expect, it } from 'vitest';
import { mismatch } from './matches.ts';

describe('mismatch', () => {
  it.each([
    ['a\nb\n', 'a\nb'],
    ['a\nb\nc\nd\n', 'a\n…\nd'],
    ['a\nb\nc\n', '…\nc'],
    ['a\nb\nc\n', 'a\n…'],
    ['a\nx\nb\ny\nb\n', 'a\n…\nb\n…\nb'],
    ['x\nend\ny\nend\n', '…\nend'],
    ['', ''],
    ['a  \n\nb\n\n', 'a\nb'],
    ['abc\nd\n', 'ab…\nd'],
  ])('takes %j for %j', (printed, expected) => {
    expect(mismatch(printed, expected)).toBeNull();
  });

  it.each([
    ['a\nb\n', 'a', 'printed beyond the page: b'],
    ['a\n', 'a\nb', 'not printed here: b'],
    ['a\nb\n', 'a\n…\nb', 'not printed here: b'],
    ['b\n', '…\nb', 'not printed here: b'],
    ['a\nb\nc\n', '…\nb', 'not printed here: b'],
    ['a\nb\n', 'b\n…', 'not printed here: b'],
    ['a\n', '', 'printed beyond the page: a'],
    ['abc\n', 'ac…', 'not printed here: ac…'],
    ['', 'a', 'not printed here: a'],
  ])('does not take %j for %j', (printed, expected, why) => {
    expect(mismatch(printed, expected)).toBe(why);
  });
});
