import { describe, expect, it } from 'vitest';
import { createMasker } from '../../src/report/mask.ts';
import { maskSpecText } from '../../src/report/mask-spec.ts';

const POLICY = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';

function masked(text: string): string {
  return maskSpecText(text, createMasker([]));
}

function spec(content: string, more = ''): string {
  return `kind: Cluster\nspec:\n  fileAssets:\n  - name: x\n    content: ${content}\n    path: /etc/x\n${more}  channel: stable\n`;
}

describe('maskSpecText', () => {
  it.each<[string, string, string]>([
    ['an emoji as an escape', '"\\U0001F512 a=b"', '"‹secret #1›"'],
    ['every kind of escape', '"\\x3a\\_\\N\\L\\P\\e\\u00e9\\0"', '"‹secret #1›"'],
    ['double quotes over lines', '"one\n\n      two \\\n      three"', '"‹secret #1›"'],
    ['single quotes', "'it''s\n      two'", "'‹secret #1›'"],
    ['plain over lines', 'one\n      two', '‹secret #1›'],
    ['a literal block', '|-\n      one\n\n      two', '|-\n      ‹secret #1›'],
    ['a folded block', '>2+ # note\n        one\n      two\n', '>2+ # note\n        ‹secret #1›\n'],
    ['a tag and an anchor', '!!str &x "one"', '!!str &x "‹secret #1›"'],
    ['a number', '12345', '‹secret #1›'],
    ['a list', '[one, "two"]', '[‹secret #1›, "‹secret #2›"]'],
    ['base64 of a script', '"IyEvYmluL3NoCg=="\n    isBase64: true', '"‹secret #1›"\n    isBase64: true'],
    [
      'a policy',
      `|\n${POLICY.replaceAll(/^(?=.)/gm, '      ')}`.trimEnd(),
      `|\n${POLICY.replaceAll(/^(?=.)/gm, '      ')}`.trimEnd(),
    ],
    [
      'a policy in base64',
      `${Buffer.from(POLICY).toString('base64')}\n    isBase64: yes`,
      `${Buffer.from(POLICY).toString('base64')}\n    isBase64: yes`,
    ],
    [
      'a policy and another document',
      `|\n${`${POLICY}---\na: b\n`.replaceAll(/^(?=.)/gm, '      ')}`.trimEnd(),
      '|\n      ‹secret #1›',
    ],
  ])('masks a content by its place: %s', (_what, content, shown) => {
    expect(masked(spec(content))).toBe(spec(shown));
  });

  it('follows anchors, aliases and merges to where a content is written', () => {
    const text = `x-a: &a "HUNTER2"\nx-b: &b {content: HUNTER2, name: b}\nspec:\n  fileAssets:\n  - {name: a, content: *a}\n  - <<: *b\n  - <<: [*b]\n---\n`;
    expect(masked(text)).not.toContain('HUNTER2');
    expect(masked('x: &c [{content: HUNTER2}]\nspec:\n  fileAssets: *c\n')).not.toContain('HUNTER2');
  });

  it('reads JSON, CRLF, a byte order mark, and keys in quotes', () => {
    const value = { spec: { fileAssets: [{ name: 'x', content: '\u{1f512} "HUNTER2"\n' }, { content: POLICY }] } };
    expect(masked(JSON.stringify(value))).toBe(
      JSON.stringify(value).replace('\u{1f512} \\"HUNTER2\\"\\n', '‹secret #1›'),
    );
    const escaped = `{"spec":{"file\\u0041ssets":[{"con\\u0074ent":"\\ud83d\\udd12 a\\/b"},{"content":"apiVersion: audit.k8s.io\\/v1\\nkind: Policy\\n"}]}}`;
    expect(masked(escaped)).toBe(escaped.replace('\\ud83d\\udd12 a\\/b', '‹secret #1›'));
    expect(masked(spec('|-\n      HUNTER2\n      b').replaceAll('\n', '\r\n'))).toBe(
      spec('|-\n      ‹secret #1›').replaceAll('\n', '\r\n'),
    );
    expect(masked(`\ufeff${spec('HUNTER2')}`)).toBe(`\ufeff${spec('‹secret #1›')}`);
    expect(masked(`"spec":\n  'fileAssets':\n  - "con\\x74ent": "HUNTER2"\n`)).not.toContain('HUNTER2');
  });

  it('masks credentials anywhere in the spec, and in comments', () => {
    const more =
      '  cloudConfig:\n    password: "a b"\n    proxy: http://me:pw-12@host\n  # token: old-12345\n  # content: |\n';
    const shown =
      '  cloudConfig:\n    password: "‹secret #1›"\n    proxy: http://‹secret #2›@host\n  # token: ‹secret #3›\n  # content: |\n';
    expect(masked(spec('""', more))).toBe(spec('""', shown));
  });

  it.each(['Content', 'CONTENT'])('masks a content whose key is spelt %s, which kOps drops', (key) => {
    const text = spec('HUNTER2').replace('content:', `${key}:`);
    expect(masked(text)).toBe(text.replace('HUNTER2', '‹secret #1›'));
    expect(masked(JSON.stringify({ spec: { FileAssets: [{ [key]: 'HUNTER2' }] } }))).not.toContain('HUNTER2');
  });

  it('gives equal values equal numbers, whatever way they are written', () => {
    const masker = createMasker(['a\nb\n']);
    expect(maskSpecText(spec('|\n      a\n      b'), masker)).toContain('‹secret #1›');
    expect(maskSpecText(spec('"a\\nb\\n"'), masker)).toContain('"‹secret #1›"');
  });

  it('masks a text that go-yaml refuses line by line', () => {
    const text = masked(spec('"a\\/HUNTER2\n      HUNTER2"', '    # HUNTER3\n  kubeAPIServer: {token: HUNTER2}\n'));
    expect(text).not.toContain('HUNTER2');
    expect(text).toContain('    path: /etc/x\n');
  });

  it('masks all it can where the text breaks off', () => {
    expect(masked(spec('HUNTER2', '  - {a: [\n').replace('  channel: stable\n', '\tx'))).not.toContain('HUNTER2');
  });
});
