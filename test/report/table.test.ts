import { describe, expect, it } from 'vitest';
import { cutMiddle, cutStart, widthOf } from '../../src/report/fit.ts';
import { tableLines } from '../../src/report/table.ts';
import { plainStyle } from '../../src/report/text.ts';

describe('a table with wide characters', () => {
  const columns = [
    { head: 'USER', cells: ['田中太郎', 'alice'] },
    { head: 'VERB', cells: ['get', 'delete'] },
  ];

  it('has its columns below each other', () => {
    expect(tableLines(columns, 80, plainStyle)).toEqual(['USER      VERB', '田中太郎  get', 'alice     delete']);
  });

  it.each(['start', 'end'] as const)('is no wider than there is room where a cell is cut at its %s', (cut) => {
    const long = { head: 'NAME', cells: ['名前'.repeat(40), 'x'], cut };
    const lines = tableLines([...columns, long], 60, plainStyle);
    expect(lines.map(widthOf).toSorted((a, b) => b - a)[0]).toBeLessThanOrEqual(60);
    expect(lines[1]).toContain('…');
  });
});

it.each([
  [cutStart('abcdef', 4), '…def'],
  [cutStart('名前名前', 4), '…前'],
  [cutStart('名前', 4), '名前'],
  [cutMiddle('名前名前名前', 6), '名…前'],
])('a text that is cut keeps within its room: %s', (text, expected) => {
  expect(text).toBe(expected);
});
