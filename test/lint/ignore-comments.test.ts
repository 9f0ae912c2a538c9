import { describe, expect, it } from 'vitest';
import { ignoreComments, type IgnoreComment } from '../../src/lint/ignore.ts';
import { textLines } from '../../src/lint/text-lines.ts';

function comments(text: string, isText?: (line: number) => boolean): IgnoreComment[] {
  const lines = textLines(text);
  return ignoreComments({ lines, first: 1, last: lines.count, ...(isText ? { isText } : {}) });
}

const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  verbs:
  - get
  - list
- level: Metadata
`;

/** The policy with a line put before a line, or a comment behind it. */
function above(line: number, text: string): string {
  return POLICY.split('\n')
    .toSpliced(line - 1, 0, text)
    .join('\n');
}
function behind(line: number, comment: string): string {
  const lines = POLICY.split('\n');
  return lines.with(line - 1, `${lines[line - 1]} ${comment}`).join('\n');
}

describe('ignoreComments', () => {
  it('takes each of several in a row, and one in the line below them, as being about the same', () => {
    const row = '# kops-audit-ignore r x\n\n# kops-audit-ignore r x';
    const text = `${above(8, row).replace('Metadata', 'Metadata # kops-audit-ignore r x')}# kops-audit-ignore r x\n${row}`;
    const extents = comments(text).map(({ line, from, to }) => [line, from, to]);
    expect(extents.slice(0, 3)).toEqual([
      [8, 11, 11],
      [10, 11, 11],
      [11, 11, 11],
    ]);
    expect(extents.slice(3).map(([, from, to]) => [from, to])).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
  });

  it('finds rules and reason, and where the comment stands', () => {
    expect(comments(behind(5, '# kops-audit-ignore rule-a, rule-b because so'))).toEqual([
      { line: 5, column: 10, endColumn: 55, rules: ['rule-a', 'rule-b'], reason: 'because so', from: 5, to: 7 },
    ]);
  });

  it.each([
    ['# kops-audit-ignore rule-a', ['rule-a'], ''],
    ['#kops-audit-ignore rule-a:  with a colon ', ['rule-a'], 'with a colon'],
    ['# kops-audit-ignore: rule-a - with a dash', ['rule-a'], 'with a dash'],
    ['# kops-audit-ignore rule-a ,rule-b,  rule-c why', ['rule-a', 'rule-b', 'rule-c'], 'why'],
    ['# kops-audit-ignore', [], ''],
    ['# kops-audit-ignore: ', [], ''],
  ])('reads %j', (comment, rules, reason) => {
    expect(comments(above(4, comment))).toMatchObject([{ rules, reason }]);
  });

  it.each(['# kops-audit-ignored x y', '# see kops-audit-ignore x y', 'verbs: ["# kops-audit-ignore a b"]'])(
    'takes nothing else for one: %j',
    (line) => {
      expect(comments(above(4, line))).toEqual([]);
    },
  );

  it.each([
    ['a rule item, from above', above(4, '# kops-audit-ignore r x'), 5, 8],
    ['a rule item, from the end of its line', behind(4, '# kops-audit-ignore r x'), 4, 7],
    ['a key, from above', above(5, '  # kops-audit-ignore r x'), 6, 8],
    ['a list item', behind(6, '# kops-audit-ignore r x'), 6, 6],
    ['a key with its list in the same column', behind(3, '# kops-audit-ignore r x'), 3, 8],
    ['the last rule', above(8, '# kops-audit-ignore r x'), 9, 9],
    ['nothing, where nothing follows', `${POLICY}# kops-audit-ignore r x`, 1, 0],
    ['the whole document, from its head', `# kops-audit-ignore r x\n${POLICY}`, 1, 10],
    ['the whole document, behind a mark', `---\n\n# kops-audit-ignore r x\n${POLICY}`, 1, 12],
  ])('is about %s', (_what, text, from, to) => {
    expect(comments(text)).toMatchObject([{ from, to }]);
  });

  it('goes on over other comments and blank lines to what it is about', () => {
    expect(comments(above(4, '# kops-audit-ignore r x\n\n# more'))).toMatchObject([{ from: 7, to: 10 }]);
  });

  it('stops at the end of the document', () => {
    expect(comments(`${POLICY}---\n# kops-audit-ignore r x\n${POLICY}`)).toEqual([]);
    expect(comments(`# kops-audit-ignore r x\n${POLICY}---\n${POLICY}`)).toMatchObject([{ from: 1, to: 9 }]);
  });

  it('does not look into block texts', () => {
    expect(comments(above(4, '# kops-audit-ignore r x'), (line) => line === 4)).toEqual([]);
  });

  it('reads CRLF', () => {
    expect(comments(behind(4, '# kops-audit-ignore r x').replaceAll('\n', '\r\n'))).toMatchObject([
      { rules: ['r'], reason: 'x', from: 4, to: 7, endColumn: 38 },
    ]);
  });
});
