import { describe, expect, it } from 'vitest';
import { idNamed, shortId } from '../../../src/change/journal/ids.ts';

const IDS = [
  '20261124T093512204Z-5d0c7a11',
  '20261124T091502118Z-0a1b2c3d',
  '20261123T091502118Z-0a1b9999',
  '20261122T091502118Z-20261123',
];

describe('an id', () => {
  it('is short for a person', () => {
    expect(IDS.map(shortId)).toEqual(['5d0c7a11', '0a1b2c3d', '0a1b9999', '20261123']);
    expect(shortId('e1')).toBe('e1');
  });

  it.each([
    ['5d0c', 0],
    ['5D0C7A11', 0],
    ['0a1b2', 1],
    ['20261124T0935', 0],
    ['20261123T091502118Z-0a1b9999', 2],
    ['20261122', 3],
    ['20261123', 3],
  ])('is named by %s', (word, at) => {
    expect(idNamed(word, IDS)).toBe(IDS[at]);
  });

  it.each(['5d0', '', 'd0c7a', '5d0c7a112', '../x'])('is not named by %j', (word) => {
    expect(idNamed(word, IDS)).toBeUndefined();
  });

  it.each(['0a1b', '20261124'])('is refused where %s may be several, and they are listed', (word) => {
    expect(() => idNamed(word, IDS)).toThrow(
      expect.objectContaining({
        message: `${word} is ambiguous: 2 recorded changes begin with it`,
        hint: expect.stringMatching(/^Give more of the ID:(\n[0-9a-f]{8} {2}of 2026-11-2\d 09:\d\d UTC){2}$/),
      }),
    );
  });
});
