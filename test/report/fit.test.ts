import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutEnd, cutMiddle, cutStart, widthOf } from '../../src/report/fit.ts';
import { runs } from '../helpers/runs.ts';

const PIECES = ['a', 'user ', '↑', '…', '·', 'ж', '漢', '👩‍👩‍👧', 'e\u0301', 'ü', '/'];
const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''));

test.each([cutEnd, cutStart, cutMiddle])('%o: no wider than that, whatever stands before what', (cut) => {
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 60 }), (text, width) => {
      expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width);
    }),
    runs(200, 20_000),
  );
});

test.each([
  [cutEnd, '↑↓ Enter · stops', 10, '↑↓ Enter …'],
  [cutStart, 'stops · Enter ↑↓', 10, '… Enter ↑↓'],
  [cutEnd, '漢字 and more', 6, '漢字 …'],
  [cutMiddle, '↑ much in the middle ↓', 9, '↑ mu…le ↓'],
])('as much stays as fits: %o', (cut, text, width, short) => {
  expect(cut(text, width)).toBe(short);
});
