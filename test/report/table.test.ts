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

describe('a table that is too wide', () => {
  const long = (head: string, cut: 'start' | 'middle' | 'end') => ({
    head,
    cells: [`${'abcdefgh'.repeat(5)}${head}`],
    cut,
  });
  const row = (columns: Parameters<typeof tableLines>[0], width: number): string =>
    tableLines(columns, width, plainStyle)[1] ?? '';

  it('shares the room among the cells that may be cut, and leaves short ones as they are', () => {
    const verb = { head: 'VERB', cells: ['get'], cut: 'end' } as const;
    const text = row([{ head: 'AT', cells: ['12:00'] }, long('USER', 'middle'), verb, long('NAME', 'end')], 60);
    expect(text).toBe('12:00  abcdefghabc…cdefghUSER  get   abcdefghabcdefghabcde…');
    expect(text.length).toBeLessThanOrEqual(60);
  });

  it('loses a column that may go before less than 32 are left of one, and then cuts', () => {
    const extra = { head: '', cells: ['… 41 more'], dispensable: 1 };
    expect(row([long('NAME', 'start'), extra], 45)).toContain('more');
    expect(row([long('NAME', 'start'), extra], 40)).not.toContain('more');
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
