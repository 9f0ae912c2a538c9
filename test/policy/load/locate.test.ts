import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { runs } from '../../helpers/runs.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

function found(text: string, path: (string | number)[], atKey?: boolean): string | undefined {
  const range = loadPolicy(text).locate(path, atKey);
  return range && text.slice(range.start.offset, range.end.offset);
}

describe('locate', () => {
  const text = `${HEAD}rules: # all
# one
- level: None # e
  users: [a,
    b]   # f

# about the next

-   verbs:
    - get
    # tail
- &r {level: Metadata}
- *r
# end
`;

  it.each([
    [['kind'], 'Policy'],
    [['rules', 0], 'level: None # e\n  users: [a,\n    b]'],
    [['rules', 0, 'users'], '[a,\n    b]'],
    [['rules', 0, 'users', 1], 'b'],
    [['rules', 1], 'verbs:\n    - get'],
    [['rules', 1, 'verbs', 0], 'get'],
    [['rules', 2], '&r {level: Metadata}'],
    [['rules', 3], '*r'],
    [['rules', 3, 'level'], 'Metadata'],
    [['rules', 4], undefined],
    [['rules', 'level'], undefined],
    [['rules', 0, 'level', 'x'], undefined],
  ])('%j', (path, expected) => expect(found(text, path)).toBe(expected));

  it('gives the key where it is asked for, of two the last', () => {
    expect(found(text, ['rules', 0, 'users'], true)).toBe('users');
    expect(
      loadPolicy(`${HEAD}rules:\n- level: None\n  level: Metadata\n`).locate(['rules', 0, 'level'], true)?.start.line,
    ).toBe(5);
  });

  it('counts lines and columns from 1', () => {
    expect(loadPolicy(text).locate(['rules', 1])).toEqual({
      start: { offset: text.indexOf('verbs'), line: 11, column: 5 },
      end: { offset: text.indexOf('get') + 3, line: 12, column: 10 },
    });
  });

  it('ends a block of text at its last line', () => {
    expect(found(`${HEAD}x: |\n  a\n  b\n\n\nrules: []\n`, ['x'])).toBe('|\n  a\n  b');
  });

  it('finds what is in JSON', () => {
    const json = '{"apiVersion": "audit.k8s.io/v1", "rules": [{"level": "None"}, {"level": 1}]}';
    expect(found(json, ['rules', 1])).toBe('{"level": 1}');
    expect(found(json, ['rules', 0, 'level'])).toBe('"None"');
  });

  it.each([
    ['not a level', `${HEAD}rules:\n- level: x\n- level: None\n`, 'level: x'],
    ['cut off', `${HEAD}rules:\n- level: None\n- level: [a`, 'level: None'],
    ['a tag that lies', `${HEAD}rules:\n- level: None\n- level: !!int a\n`, 'level: None'],
    [
      'a bomb',
      `${HEAD}rules:\n- level: None\na: &a [b,b,b,b,b,b,b,b,b,b]\nb: &b [${'*a,'.repeat(200)}]\nc: [${'*b,'.repeat(200)}]`,
      'level: None',
    ],
    ['JSON cut off', '{"rules": [{"level": "None"}, {"level"', '{"level": "None"}'],
  ])('finds what could be read of a refused policy: %s', (_name, broken, expected) => {
    expect(loadPolicy(broken).policy).toBe(null);
    expect(found(broken, ['rules', 0])).toBe(expected);
  });

  it('never throws', () => {
    const step = fc.oneof(
      fc.constantFrom('rules', 'level', '__proto__', 'length'),
      fc.integer({ min: -2, max: 5 }),
      fc.string(),
    );
    const piece = fc.constantFrom(
      'rules:\n',
      '- ',
      'level: ',
      '[',
      '{',
      '}',
      '&a ',
      '*a',
      '<<: ',
      '"',
      '|\n',
      '\n',
      '{"rules":',
    );
    fc.assert(
      fc.property(fc.array(piece), fc.array(step), fc.boolean(), (pieces, path, atKey) => {
        const whole = HEAD + pieces.join('');
        const range = loadPolicy(whole).locate(path, atKey);
        if (range) expect(range.end.offset).toBeLessThanOrEqual(whole.length);
        if (range) expect(range.start.offset).toBeLessThanOrEqual(range.end.offset);
      }),
      runs(300, 2000),
    );
  });
});
