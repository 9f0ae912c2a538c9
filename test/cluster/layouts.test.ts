import { describe, expect, it } from 'vitest';
import { isNewerThanTable, layoutsFor, LAYOUTS } from '../../src/cluster/layouts.ts';

describe('layoutsFor', () => {
  it.each([
    ['1.19.0', '1.19.0'],
    ['1.20.3', '1.19.0'],
    ['1.21.5', '1.21.0'],
    ['1.25.4', '1.22.0'],
    ['1.26.5', '1.26.0'],
    ['1.26.6', '1.26.6'],
    ['1.27.0-alpha.1', '1.26.6'],
    ['1.27.0', '1.27.0'],
    ['1.36.2', '1.27.0'],
    ['1.99.0', '1.27.0'],
  ])('gives kOps %s the row from %s on', (version, from) => {
    expect(layoutsFor(version).map((layout) => layout.from)).toEqual([from]);
  });

  it('gives every row where the release is not known', () => {
    expect(layoutsFor(null)).toEqual(LAYOUTS);
  });
});

describe('isNewerThanTable', () => {
  it('is true only of later minor releases', () => {
    expect(['1.37.0', '1.37.9', '1.38.0', '2.0.0'].map(isNewerThanTable)).toEqual([false, false, true, true]);
  });
});
