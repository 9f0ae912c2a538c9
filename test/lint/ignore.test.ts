import { describe, expect, it } from 'vitest';
import { withIgnores } from '../../src/lint/ignore.ts';
import { type LocatedFinding, told } from '../../src/lint/rule.ts';
import { textLines } from '../../src/lint/text-lines.ts';

function finding(rule: string, line: number, fatal = false): LocatedFinding {
  const start = { offset: 0, line, column: 1 };
  const severity = fatal ? 'error' : 'warning';
  return {
    rule,
    severity,
    fatal,
    subject: '',
    args: {},
    pointer: '',
    range: { start, end: start },
  };
}

function apply(text: string, ...findings: LocatedFinding[]): LocatedFinding[] {
  const lines = textLines(text);
  return withIgnores(findings, { lines, first: 1, last: lines.count }, ['no-catch-all', 'literal-star', 'yaml-syntax']);
}

/** Rule, message and mend of what is said of the comments themselves. */
function problems(findings: LocatedFinding[]): [string, string, string][] {
  return findings
    .filter(({ rule }) => rule.startsWith('ignore-'))
    .map(told)
    .map(({ rule, message, fix }) => [rule, message, fix]);
}

describe('withIgnores', () => {
  it('marks what a comment covers, with its reason, and nothing else', () => {
    const found = apply(
      'kind: x\na: 1 # kops-audit-ignore literal-star, no-catch-all it is so\nb: 2',
      finding('literal-star', 2),
      finding('no-catch-all', 2),
      finding('literal-star', 3),
    );
    expect(found.map(({ rule, ignored }) => [rule, ignored])).toEqual([
      ['literal-star', 'it is so'],
      ['no-catch-all', 'it is so'],
      ['literal-star', undefined],
    ]);
  });

  it('does nothing without a reason, and says so', () => {
    const found = apply('kind: x\na: 1 # kops-audit-ignore literal-star', finding('literal-star', 2));
    expect(found[0]).not.toHaveProperty('ignored');
    expect(problems(found)).toEqual([
      [
        'ignore-incomplete',
        'no reason is given for ignoring literal-star',
        'Write: # kops-audit-ignore RULE the reason',
      ],
    ]);
    expect(found[1]?.range).toEqual({
      start: { offset: 13, line: 2, column: 6 },
      end: { offset: 45, line: 2, column: 38 },
    });
  });

  it('names the rule that was meant', () => {
    expect(problems(apply('kind: x\na: 1 # kops-audit-ignore literal-stra so\n'))).toEqual([
      ['ignore-unknown-rule', 'there is no rule literal-stra here', 'Did you mean literal-star?'],
    ]);
    expect(problems(apply('kind: x\na: 1 # kops-audit-ignore\n'))).toEqual([
      ['ignore-incomplete', 'this comment names no rule', 'Write: # kops-audit-ignore RULE the reason'],
    ]);
  });

  it('tells of a comment that ignores nothing', () => {
    expect(problems(apply('# kops-audit-ignore literal-star so\nkind: x\n', finding('no-catch-all', 2)))).toEqual([
      ['ignore-unused', 'nothing here breaks literal-star', 'Remove the comment.'],
    ]);
  });

  it('never ignores what keeps the API server from starting', () => {
    const found = apply('# kops-audit-ignore yaml-syntax I know\nkind: [\n', finding('yaml-syntax', 2, true));
    expect(found[0]).not.toHaveProperty('ignored');
    expect(problems(found)).toEqual([
      ['ignore-fatal', 'yaml-syntax cannot be ignored: it keeps the API server down', 'Fix the finding itself.'],
    ]);
  });

  it('cannot be ignored itself', () => {
    const text = '# kops-audit-ignore ignore-unused so\n# kops-audit-ignore literal-star so\nkind: x\n';
    expect(problems(apply(text)).map(([rule]) => rule)).toEqual(['ignore-unknown-rule', 'ignore-unused']);
  });
});
