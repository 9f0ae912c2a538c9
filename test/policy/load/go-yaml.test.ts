import { LineCounter } from 'yaml';
import { describe, expect, it } from 'vitest';
import { GoYamlError, goValue, parseGoYaml } from '../../../src/policy/load/go-yaml.ts';

function read(text: string): unknown {
  const document = parseGoYaml(text);
  expect(document.errors).toEqual([]);
  return goValue(document.contents);
}

// Results recorded from sigs.k8s.io/yaml (go-yaml v2), as k8s.io/apiserver v0.37.2 loads policies with it.
describe('scalars', () => {
  it.each([
    ['y', true],
    ['Yes', true],
    ['ON', true],
    ['n', false],
    ['No', false],
    ['off', false],
    ['tRue', 'tRue'],
    ['yEs', 'yEs'],
    ['~', null],
    ['Null', null],
    ['nuLL', 'nuLL'],
    ['', null],
    ['0123', 83],
    ['08', 8],
    ['0o17', 15],
    ['0o8', '0o8'],
    ['0x1F', 31],
    ['-0x1F', -31],
    ['0xG', '0xG'],
    ['0b101', 5],
    ['1_000', 1000],
    ['1_', 1],
    ['_1', '_1'],
    ['+1', 1],
    ['1e3', 1000],
    ['1e', '1e'],
    ['1e400', '1e400'],
    ['.5', 0.5],
    ['1.', 1],
    ['.', '.'],
    ['1.2.3', '1.2.3'],
    ['12:30:45', '12:30:45'],
    ['2026-01-02', '2026-01-02'],
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z'],
    ['1,000', '1,000'],
    ['=', '='],
    ['<<', '<<'],
    ["'yes'", 'yes'],
    ['"0123"', '0123'],
    ["''", ''],
    ['!!str yes', 'yes'],
    ['! yes', 'yes'],
    ['!foo yes', 'yes'],
    ['!!int "3"', 3],
    ['!!float 3', 3],
    ['!!bool "yes"', true],
    ['!!binary YWxpY2U=', 'alice'],
  ])('reads %s as Go does', (text, value) => {
    expect(read(`a: ${text}`)).toEqual({ a: value });
  });

  it.each([
    '!!int abc',
    '!!bool maybe',
    '!!null x',
    '!!binary ???',
    '!!timestamp x',
    '!!float "x"',
    '.inf',
    '-.INF',
    '.NaN',
  ])('refuses %s and says where', (text) => {
    const document = parseGoYaml(`a: 1\nb: ${text}\n`);
    const failure = thrown(() => goValue(document.contents));
    expect(failure).toBeInstanceOf(GoYamlError);
    expect((failure as GoYamlError).offset).toBeGreaterThanOrEqual(8);
  });
});

describe('keys', () => {
  it('keeps the last of two, and tells of the second', () => {
    const text = 'a: 1\nb: 2\na: 3\n';
    const lines = new LineCounter();
    const document = parseGoYaml(text, lines);
    const seen: number[] = [];
    const value = goValue(document.contents, {
      onDuplicate: (key) => seen.push(lines.linePos(key.range?.[0] ?? 0).line),
    });
    expect(value).toEqual({ a: 3, b: 2 });
    expect(seen).toEqual([3]);
  });

  it('turns numbers and booleans into text', () => {
    expect(read('yes: a\n010: b\n1.5: c\n')).toEqual({ true: 'a', 8: 'b', '1.5': 'c' });
  });

  it.each(['~: x', '? [a]\n: x', '{{ .Values }}: x'])('refuses %s', (text) => {
    expect(() => read(text)).toThrow(GoYamlError);
  });

  it('keeps __proto__ an ordinary key', () => {
    const value = read('__proto__: {a: 1}\n') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect('a' in value).toBe(false);
  });
});

describe('aliases and merges', () => {
  const base = 'x: &x {level: None, verbs: [get]}\n';

  it('lets the own key win over a merge before it', () => {
    expect(read(`${base}r: {<<: *x, level: Metadata}\n`)).toMatchObject({ r: { level: 'Metadata', verbs: ['get'] } });
  });

  it('lets a merge win over a key before it, against the YAML draft', () => {
    expect(read(`${base}r: {level: Metadata, <<: *x}\n`)).toMatchObject({ r: { level: 'None' } });
  });

  it('prefers the first map of a merged list', () => {
    expect(read('r: {<<: [{a: 1}, {a: 2, b: 2}]}')).toEqual({ r: { a: 1, b: 2 } });
  });

  it('leaves a quoted "<<" alone', () => {
    expect(read('"<<": a\n!!str <<: b\n')).toEqual({ '<<': 'b' });
  });

  it.each(['<<: x', '<<: null', '<<: [x]', 's: &s [{a: 1}]\nr: {<<: *s}'])('refuses the merge %s', (text) => {
    expect(() => read(text)).toThrow('"<<" needs a map');
  });

  it('takes the last anchor of a name before the alias', () => {
    expect(read('a: &n 1\nb: *n\nc: &n 2\nd: *n\n')).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it('resolves an alias in a part of a document when told the document', () => {
    const document = parseGoYaml('a: &n 1\nb: {c: *n}\n');
    expect(goValue(document.get('b', true) as never, { document })).toEqual({ c: 1 });
  });

  it('refuses an anchor that contains itself, and one that is not there', () => {
    expect(() => read('a: &a [*a]')).toThrow('contains itself');
    expect(() => goValue(parseGoYaml('a: *n\nb: &n 1\n').contents)).toThrow('no anchor "n"');
  });

  it('refuses a bomb of aliases quickly', () => {
    const levels = 'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(9)}]`);
    expect(() => read(`a: &a [x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}\n`)).toThrow('too many aliases');
  });
});

describe('parseGoYaml', () => {
  it('reads the first document only, and an empty text as nothing', () => {
    expect(read('---\na: 1\n---\n{ [ broken\n')).toEqual({ a: 1 });
    expect(read('# nothing\n')).toBe(null);
  });

  it('refuses what is nested so deeply that the parser would overflow', () => {
    for (const text of ['['.repeat(100_000), '- '.repeat(20_000), '{a: '.repeat(3000)]) {
      expect(parseGoYaml(text).errors.map((error) => error.message)).toEqual(['nested more than 250 levels deep']);
    }
    expect(parseGoYaml(`${'['.repeat(200)}${']'.repeat(200)}`).errors).toEqual([]);
  });
});

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
