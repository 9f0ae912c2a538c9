import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/load/load.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';
const RULES = 'rules:\n- level: None\n';

function aliases(levels: number): string {
  const names = 'abcdefghijklmn'.slice(0, levels);
  return [...names]
    .map((name, at) => `${name}: &${name} [${`${at === 0 ? 'x' : `*${names[at - 1]}`},`.repeat(9)}]\n`)
    .join('');
}

describe('what nobody writes', () => {
  it.each([
    ['9,990 lists in one another', `${HEAD}x: ${'['.repeat(9990)}${']'.repeat(9990)}\n${RULES}`, true],
    ['10,001 lists', `${HEAD}x: ${'['.repeat(10_001)}${']'.repeat(10_001)}\n${RULES}`, false],
    [
      '10,000 lists, which with the map are too deep for JSON',
      `${HEAD}x: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n${RULES}`,
      false,
    ],
    ['9,990 items in one another', `${HEAD}x:\n${'- '.repeat(9990)}a\n${RULES}`, true],
    ['half a million brackets', `${HEAD}x: ${'['.repeat(500_000)}`, false],
    ['half a million dashes', `${HEAD}x: ${'- '.repeat(500_000)}`, false],
    ['half a million JSON brackets', `{"a":${'['.repeat(500_000)}`, false],
    ['a few aliases of aliases', `${HEAD}${aliases(3)}${RULES}`, true],
    ['a bomb of aliases', `${HEAD}${aliases(14)}${RULES}`, false],
    ['anchors in themselves', `${HEAD}x: &x [*x]\n${RULES}`, false],
    ['a merge of itself', `${HEAD}x: &x {<<: *x}\n${RULES}`, false],
    ['a key of 1,024 characters', `${HEAD}${'x'.repeat(1024)}: a\n${RULES}`, true],
    ['a key of 1,025 characters', `${HEAD}${'x'.repeat(1025)}: a\n${RULES}`, false],
    ['10,000 rules', `${HEAD}rules:\n${'- level: None\n'.repeat(10_000)}`, true],
  ])('%s', (_name, text, taken) => {
    expect(loadPolicy(text).policy !== null).toBe(taken);
  });

  it('lists a thousand errors and a thousand warnings, and how many more there are', () => {
    const { policy, diagnostics } = loadPolicy(`${HEAD}rules:\n${'- level: none\n  user: [a]\n'.repeat(1500)}`);
    expect(policy).toBe(null);
    expect(diagnostics).toHaveLength(2002);
    expect(diagnostics.slice(-2).map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'more-problems: 500 more errors are not listed',
      'more-problems: 500 more warnings are not listed',
    ]);
  });

  it('cuts a long text in a message', () => {
    const [found] = loadPolicy(`${HEAD}rules:\n- level: ${'x'.repeat(5000)}\n`).diagnostics;
    expect(found?.message.length).toBeLessThan(150);
  });
});
