import { describe, expect, it } from 'vitest';
import { formatDiff, unifiedDiff } from '../../src/report/diff.ts';
import { plainStyle, type Style } from '../../src/report/text.ts';

const NAMES = { before: 'cluster.yaml', after: 'cluster.yaml (new)' };
const TEN = Array.from({ length: 10 }, (_, index) => `line ${index + 1}`);

function diffText(before: string, after: string, context?: number): string {
  return formatDiff(unifiedDiff(before, after, { ...NAMES, ...(context !== undefined && { context }) }), plainStyle);
}

describe('unifiedDiff', () => {
  it('is empty for equal texts', () => {
    expect(unifiedDiff('a\n', 'a\n', NAMES)).toEqual([]);
    expect(formatDiff([], plainStyle)).toBe('');
  });

  it('shows three lines around a change, with line numbers, as diff -u does', () => {
    const after = TEN.with(4, 'changed');
    expect(diffText(`${TEN.join('\n')}\n`, `${after.join('\n')}\n`)).toBe(
      [
        '--- cluster.yaml',
        '+++ cluster.yaml (new)',
        '@@ -2,7 +2,7 @@',
        ' line 2',
        ' line 3',
        ' line 4',
        '-line 5',
        '+changed',
        ' line 6',
        ' line 7',
        ' line 8',
        '',
      ].join('\n'),
    );
  });

  it('counts as diff -u does where one side has one line or none', () => {
    expect(unifiedDiff('', 'a\n', NAMES)[2]).toEqual({ kind: 'hunk', text: '@@ -0,0 +1 @@' });
    expect(unifiedDiff('a\n', '', NAMES)[2]).toEqual({ kind: 'hunk', text: '@@ -1 +0,0 @@' });
  });

  it('takes other amounts of context, and joins hunks that touch', () => {
    const before = `${TEN.join('\n')}\n`;
    const after = before.replace('line 2', 'two').replace('line 9', 'nine');
    expect(unifiedDiff(before, after, { ...NAMES, context: 1 }).filter(({ kind }) => kind === 'hunk')).toHaveLength(2);
    expect(unifiedDiff(before, after, NAMES).filter(({ kind }) => kind === 'hunk')).toHaveLength(1);
  });

  it('tells a missing last newline', () => {
    expect(diffText('a\nb', 'a\nc\n', 0)).toContain('-b\n\\ No newline at end of file\n+c\n');
    expect(unifiedDiff('a', 'b', NAMES).filter(({ kind }) => kind === 'note')).toHaveLength(2);
  });

  it('does not cut long lines', () => {
    const long = 'x'.repeat(5000);
    expect(diffText('a\n', `${long}\n`)).toContain(`+${long}\n`);
  });
});

describe('formatDiff', () => {
  it('shows no CR where every line has one, and shows it where only some have', () => {
    expect(diffText('a\r\nb\r\n', 'a\r\nc\r\n')).not.toContain('\\r');
    expect(diffText('a\r\nb\n', 'a\r\nc\n')).toContain(' a\\r\n');
    expect(diffText('a\nb\n', 'a\r\nb\n')).toContain('-a\n+a\\r\n');
  });

  it('makes escape sequences of a spec harmless', () => {
    expect(diffText('a\n', 'a\u001b[2J\u202e\n')).toContain('+a\\x1b[2J\\u202e\n');
  });

  it('colours by the kind of line', () => {
    const mark = (name: string) => (text: string) => `<${name}>${text}`;
    const style: Style = {
      ...plainStyle,
      green: mark('g'),
      red: mark('r'),
      cyan: mark('c'),
      bold: mark('b'),
      dim: mark('d'),
    };
    expect(formatDiff(unifiedDiff('x\na\n', 'x\nb', NAMES), style).split('\n')).toEqual([
      '<b>--- cluster.yaml',
      '<b>+++ cluster.yaml (new)',
      '<c>@@ -1,2 +1,2 @@',
      ' x',
      '<r>-a',
      '<g>+b',
      '<d>\\ No newline at end of file',
      '',
    ]);
  });
});
