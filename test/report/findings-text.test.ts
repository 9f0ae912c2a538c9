import { describe, expect, it } from 'vitest';
import { lintView, type LintViewOptions } from '../../src/report/findings-text.ts';
import type { ToldLint } from '../../src/report/findings.ts';
import { plainStyle } from '../../src/report/text.ts';
import { finding, lintOf, UNREADABLE } from './findings.ts';

function view(lints: ToldLint[], more: Partial<LintViewOptions> = {}): string {
  return lintView(lints, { style: plainStyle, columns: 80, ...more });
}

describe('lintView', () => {
  it('shows the place, the line, why and what to do, and counts in the last line', () => {
    const broken = finding({
      rule: 'unknown-key',
      severity: 'error',
      message: 'two',
      range: finding().range,
      fix: '',
    });
    expect(view([lintOf([finding(), { ...broken, why: 'Because.' }])]))
      .toBe(`policy.yaml:7:17: warning: rule 1: "Pods" matches nothing
  (resource-not-plural)
  7 |     resources: [Pods, nodes]
    |                 ^^^^
    A policy knows a resource by its plural.
    Fix: Write pods.

policy.yaml:7:17: error: two (unknown-key)
  7 |     resources: [Pods, nodes]
    |                 ^^^^
    Because.

1 error, 1 warning in 1 file
`);
  });

  it('tells the reason once, and what to do where it is another', () => {
    const text = view([lintOf([finding(), finding(), finding({ fix: 'Write nodes.' })]), lintOf([finding()])]);
    expect(text.match(/A policy knows/g)).toHaveLength(1);
    expect(text.match(/Write .*\./g)).toEqual(['Write pods.', 'Write nodes.', 'Write pods.']);
    expect(text.match(/Fix: /g)).toHaveLength(3);
    expect(text).toMatch(/\n\n4 warnings in 2 files\n$/);
  });

  it('says so where there is nothing', () => {
    expect(view([lintOf([])])).toBe('no findings in 1 file\n');
    expect(view([lintOf([], { errors: [UNREADABLE] })])).toBe('no findings in 1 file; 1 unreadable\n');
  });

  it('counts what is ignored, and shows it when asked', () => {
    const lints = [lintOf([finding({ ignored: 'it is so' })])];
    expect(view(lints)).toBe('no findings in 1 file; 1 ignored\n');
    expect(view(lints, { verbose: true })).toContain(
      'policy.yaml:7:17: ignored: rule 1: "Pods" matches nothing\n  (resource-not-plural)\n',
    );
    expect(view(lints, { verbose: true })).toContain('    ignored: it is so\n');
  });

  it('leaves infos out when quiet, but counts them', () => {
    expect(view([lintOf([finding({ severity: 'info' })])], { quiet: true })).toBe('1 info in 1 file\n');
  });

  it('does not flood', () => {
    const lints = [lintOf(Array.from({ length: 10_000 }, () => finding()))];
    const text = view(lints);
    expect(text.split('\n').length).toBeLessThan(60);
    expect(text).toContain(
      `policy.yaml: … and 9990 more of resource-not-plural; --verbose shows all

By rule:
  10000  warning  resource-not-plural

10000 warnings in 1 file`,
    );
    expect(view(lints, { verbose: true }).match(/matches nothing/g)).toHaveLength(10_000);
  });

  it.each([80, 40])('fits into %d columns', (columns) => {
    const source = `${'x'.repeat(60)}: [Pods, ${'y'.repeat(90)}]`;
    const at = (from: number, to: number): ReturnType<typeof finding> =>
      finding({
        source,
        range: { start: { offset: 0, line: 123, column: from }, end: { offset: 0, line: 123, column: to } },
      });
    for (const each of [at(64, 68), at(1, 3), at(1, 160), at(150, 161), at(161, 161), at(64, 160)]) {
      const lines = view([lintOf([each])], { columns }).split('\n');
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      const [shown = '', mark = ''] = [
        lines.find((line) => line.startsWith('  123 |')),
        lines.find((line) => line.startsWith('      |')),
      ];
      const { start, end } = each.range;
      const below = shown.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1).replace('…', '');
      expect(source.slice(start.column - 1, Math.max(end.column - 1, start.column)).startsWith(below)).toBe(true);
    }
  });

  it('makes control characters harmless and keeps the mark in its place', () => {
    const text = view([
      lintOf([
        finding({
          message: '\u001B[2J',
          source: '\t   \u001B[31m x: [Pods, nodes]',
          range: { start: { offset: 0, line: 7, column: 15 }, end: { offset: 0, line: 7, column: 19 } },
        }),
      ]),
    ]);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
    const [line = '', mark = ''] = text.split('\n').slice(1);
    expect(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('Pods');
  });

  it('folds what follows from another finding, and shows it when asked', () => {
    const { start } = finding().range;
    const follower = finding({ rule: 'no-catch-all', followsFrom: { rule: 'resource-not-plural', start } });
    const lints = [lintOf([finding(), follower, follower])];
    expect(view(lints)).toContain('    Fix: Write pods.\n    2 more findings follow from it (--verbose shows them).\n');
    expect(view(lints)).not.toContain('no-catch-all');
    expect(view(lints)).toMatch(/\n3 warnings in 1 file\n$/);
    const all = view(lints, { verbose: true });
    expect(all).toContain('    2 more findings follow from it.\n');
    expect(all.match(/This follows from resource-not-plural in line 7: fix that first\./g)).toHaveLength(2);
  });

  it('sums many findings up by rule, the worst and the most frequent first', () => {
    const findings = [
      ...Array.from({ length: 6 }, () => finding({ rule: 'few' })),
      ...Array.from({ length: 8 }, () => finding()),
      finding({ rule: 'bad', severity: 'error' }),
      finding({ rule: 'left-out', ignored: 'so it is' }),
    ];
    const table = `By rule:
  1  error    bad
  8  warning  resource-not-plural
  6  warning  few

1 error, 14 warnings in 1 file; 1 ignored
`;
    expect(view([lintOf(findings)])).toContain(`\n\n${table}`);
    expect(view([lintOf(findings.slice(0, 9))])).not.toContain('By rule');
  });

  it('tells how many files of a folder held what was looked for', () => {
    const text = view([lintOf([])], { others: 36 });
    expect(text).toBe('no findings in 37 files, 1 of them looked at\n');
  });

  it('marks the label of the fix, and only that', () => {
    const style = { ...plainStyle, bold: (text: string) => `<${text}>` };
    expect(view([lintOf([finding()])], { style })).toContain('\n    <Fix: >Write pods.\n');
  });

  it('shows no line where it must not', () => {
    const { source: _secret, ...rest } = finding();
    expect(view([lintOf([rest])])).not.toContain('7 |');
  });
});
