import { describe, expect, it } from 'vitest';
import { foldedDiff } from '../../src/report/fold.ts';

const STAMP = '# kops-audit {"policy":"p","version":"0.1.0","set":{},"made":[],"sha256":"0"}';

/** A policy with a rule a user; the stamp is its first line. */
function policy(users: readonly string[], stamp: string = STAMP): string {
  const rules = users.flatMap((user) => ['- level: None', `  users: [${user}]`, '# Why it is so.']);
  return [stamp, 'apiVersion: audit.k8s.io/v1', 'kind: Policy', 'rules:', ...rules, '- level: Metadata', ''].join('\n');
}

const TWENTY = Array.from({ length: 20 }, (_, at) => `user-${at}`);
const POLICY = policy(TWENTY);

const block = (text: string): string => `|\n${text.replaceAll(/^(?=.)/gm, '      ')}`;

/** A spec with a file asset whose content is written so; null: none. */
function spec(content: string | null, { keys = '', age = 30 } = {}): string {
  const assets = content === null ? '' : `  fileAssets:\n  - content: ${content}    name: audit-policy\n${keys}`;
  return `kind: Cluster\nspec:\n  api: {}\n${assets}  kubeAPIServer:\n    auditLogMaxAge: ${age}\n    other: 1\n  zones: []\n`;
}

interface Shown {
  lines: string[];
  /** The lines that were left out, for each fold. */
  left: (readonly string[])[];
}

function fold(before: string, after: string): Shown {
  const { lines, folds } = foldedDiff(before, after, (each) => [`… ${each.side} ${each.lines.length}`]);
  return { lines: lines.map(({ text }) => text), left: folds.map((each) => each.lines) };
}

const LINES = POLICY.trimEnd().split('\n');

/** Quotes that go over several lines hold neither the blanks at their ends nor empty lines. */
const plain = (lines: readonly string[]): string[] => lines.map((line) => line.trim()).filter((line) => line !== '');

describe('foldedDiff', () => {
  it('is empty where nothing changes', () => {
    expect(fold(spec(block(POLICY)), spec(block(POLICY)))).toEqual({ lines: [], left: [] });
  });

  it('shows the head of a new policy, what stands around it, and nothing else', () => {
    expect(fold(spec(null), spec(block(POLICY), { age: 7 }))).toEqual({
      lines: [
        '+  fileAssets:',
        '+  - content: |',
        `+      ${STAMP}`,
        '+      apiVersion: audit.k8s.io/v1',
        `… after ${LINES.length - 2}`,
        '+    name: audit-policy',
        '   kubeAPIServer:',
        '-    auditLogMaxAge: 30',
        '+    auditLogMaxAge: 7',
      ],
      left: [LINES.slice(2)],
    });
  });

  it('does the same for one that goes', () => {
    const { lines, left } = fold(spec(block(POLICY)), spec(null));
    expect(lines).toContain(`-      ${STAMP}`);
    expect(lines).toContain(`… before ${LINES.length - 2}`);
    expect(left).toEqual([LINES.slice(2)]);
  });

  it('shows the heads of both where one takes the place of the other, and no line of the one among those of the other', () => {
    const other = policy(Array.from({ length: 20 }, (_, at) => `other-${at}`)).replace('"p"', '"q"');
    expect(fold(spec(block(POLICY)), spec(block(other))).lines).toEqual([
      '   fileAssets:',
      '   - content: |',
      `-      ${STAMP}`,
      `+      ${STAMP.replace('"p"', '"q"')}`,
      `… before ${LINES.length - 2}`,
      `… after ${LINES.length - 2}`,
    ]);
  });

  it('shows the changed lines of one that was edited, below the rule that they belong to', () => {
    const edited = POLICY.replace('user-7]', 'user-7, more]');
    expect(fold(spec(block(POLICY)), spec(block(edited)))).toEqual({
      lines: [
        '   fileAssets:',
        '   - content: |',
        '       rules:',
        '       - level: None',
        '-        users: [user-7]',
        '+        users: [user-7, more]',
      ],
      left: [],
    });
  });

  it('takes files of different names for versions of one policy', () => {
    const [v1, v2] = ['v1.yaml', 'v2.yaml'].map((name) => STAMP.replace('"p"', `"${name}"`));
    const edited = policy(TWENTY, v2).replace('user-17]', 'user-17, more]');
    const { lines, left } = fold(spec(block(policy(TWENTY, v1))), spec(block(edited)));
    expect(lines).toContain('+        users: [user-17, more]');
    expect(left).toEqual([]);
  });

  it('shows the first rules of a larger edit, comments last', () => {
    const edited = policy(TWENTY.map((user, at) => (at < 9 ? `${user}, more` : user))).replace(
      '# Why',
      '# This is why',
    );
    const { lines, left } = fold(spec(block(POLICY)), spec(block(edited)));
    expect(lines.filter((line) => line.startsWith('+'))).toHaveLength(6);
    expect(lines.filter((line) => line.startsWith('-'))).toHaveLength(6);
    expect(left.map((each) => each.length)).toEqual([4, 4]);
    expect(left[1]).toContain('# This is why it is so.');
    expect(left[1]).toContain('  users: [user-8, more]');
  });

  it.each([
    ['without a stamp', policy(TWENTY, '# Mine.'), 3],
    ['that is empty but for its head', policy([]).replace('- level: Metadata\n', ''), Infinity],
  ])('of one %s shows the first lines', (_, text, head) => {
    const lines = text.trimEnd().split('\n');
    const { left } = fold(spec(null), spec(block(text)));
    expect(left).toEqual(head === Infinity ? [] : [lines.slice(head)]);
  });

  it.each<[string, string]>([
    ['double quotes', `${JSON.stringify(POLICY)}\n`],
    ['single quotes', `'${POLICY.replaceAll('\n', '\n\n      ').replaceAll("'", "''")}'\n`],
    ['a folded block', `>\n${POLICY.replaceAll('\n', '\n\n').replaceAll(/^(?=.)/gm, '      ')}`],
  ])('of one in %s shows the beginning, and on a line of its own what is left out', (_, content) => {
    const { lines, left } = fold(spec(null), spec(content));
    expect(left.map(plain)).toEqual([plain(LINES)]);
    expect(lines.filter((line) => line.includes('user-'))).toEqual([]);
    expect(lines.join('\n')).toMatch(/content: .*…\n… after \d+\n\+?\n?\+ {4}name: audit-policy/);
  });

  it('tells what base64 holds', () => {
    const content = `${Buffer.from(POLICY).toString('base64')}\n`;
    const { lines, left } = fold(spec(null), spec(content, { keys: '    isBase64: true\n' }));
    expect(left).toEqual([LINES]);
    expect(lines.slice(1, 3)).toEqual([
      expect.stringMatching(/^\+ {2}- content: [A-Za-z0-9]{60}…$/),
      `… after ${LINES.length}`,
    ]);
  });

  it.each([2, undefined])('folds what stands in a string of JSON, indented by %s', (indent) => {
    const json = (assets: object): string =>
      `${JSON.stringify({ kind: 'Cluster', spec: { ...assets, z: 1 } }, null, indent)}\n`;
    const after = json({ fileAssets: [{ content: POLICY, name: 'audit-policy' }] });
    const { lines, left } = fold(json({}), after);
    expect(left).toEqual([LINES]);
    expect(lines.join('\n')).not.toContain('user-3');
    expect(lines.join('\n')).toContain('"name":');
  });

  it.each([
    ['no policy', block(`${STAMP}\n${'a: b\n'.repeat(20)}`)],
    ['a text that YAML cannot read', `${block(POLICY)}   ]: {\n`],
    ['what an alias stands for', '*other\n'],
  ])('shows %s whole', (_, content) => {
    const { lines, left } = fold(spec(null), `other: &other 1\n${spec(content)}`);
    expect(left).toEqual([]);
    expect(lines.filter((line) => line.startsWith('+'))).toHaveLength(
      `other:\n  fileAssets:\n${content}    name:`.split('\n').length,
    );
  });

  it('takes no line of the spec for one that was left out', () => {
    const odd = '"\\0000"';
    const { lines } = fold(spec(block(POLICY)), spec(`${odd}\n`));
    expect(lines).toContain(`+  - content: ${odd}`);
  });

  it('keeps the CR of a file with CRLF, and folds it all the same', () => {
    const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
    const { left } = fold(crlf(spec(null)), crlf(spec(block(POLICY))));
    expect(left).toEqual([LINES.slice(2)]);
  });
});
