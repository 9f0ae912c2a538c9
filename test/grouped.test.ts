import { expect, it } from 'vitest';
import { grouped } from '../src/grouped.ts';

it('puts items together by what they have in common, in their order', () => {
  expect([...grouped(['ab', 'c', 'de', 'f'], ({ length }) => length)]).toEqual([
    [2, ['ab', 'de']],
    [1, ['c', 'f']],
  ]);
  expect(grouped([], String).size).toBe(0);
});
