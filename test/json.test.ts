import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson, type Json, sameJson } from '../src/json.ts';

it.each<[Json | undefined, Json | undefined, boolean]>([
  [{ a: 1, b: [{ c: null }] }, { b: [{ c: null }], a: 1 }, true],
  [{ a: undefined as unknown as Json }, {}, true],
  [{ a: undefined as unknown as Json }, { b: 1 }, false],
  [{ a: null }, {}, false],
  [{}, { a: null }, false],
  [[1, 2], [2, 1], false],
  [[1], [1, 1], false],
  [[], {}, false],
  [1, '1', false],
  [undefined, undefined, true],
  [undefined, null, false],
  [JSON.parse('{"__proto__": 1, "hasOwnProperty": 2}') as Json, { hasOwnProperty: 2 }, false],
])('tells whether %j and %j are the same', (a, b, isSame) => {
  expect(sameJson(a, b)).toBe(isSame);
  expect(sameJson(b, a)).toBe(isSame);
});

it('says what the canonical texts say', () => {
  const value = fc.jsonValue({ depthSize: 'small' }) as fc.Arbitrary<Json>;
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(sameJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
      expect(sameJson(a, JSON.parse(JSON.stringify(a)) as Json)).toBe(true);
    }),
  );
});
