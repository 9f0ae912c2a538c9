import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/json.ts';
import { type DecodedYaml, decodeYaml } from '../../src/yaml/decode.ts';
import { plainJson } from '../../src/yaml/document.ts';
import { readYaml } from '../../src/yaml/read.ts';

interface Problem {
  offset: number;
  message: string;
}

function decoded(text: string): DecodedYaml {
  const { root, problem } = readYaml(text);
  const value = root ? decodeYaml(root) : { value: { kind: 'null' as const, start: 0, end: 0 }, duplicates: [] };
  return problem ? { ...value, problem } : value;
}

function problemOf(text: string): Problem | undefined {
  const { value, problem } = decoded(text);
  return problem ?? (value.flaw && { offset: value.flaw.start, message: value.flaw.message });
}

function read(text: string): Json {
  expect(problemOf(text)).toBe(undefined);
  return plainJson(decoded(text).value);
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
    expect(problemOf(`a: 1\nb: ${text}\n`)?.offset).toBe(8);
  });
});

describe('keys', () => {
  it('keeps the last of two, and tells of the second', () => {
    const text = 'a: 1\nb: 2\na: 3\n';
    expect(read(text)).toEqual({ a: 3, b: 2 });
    expect(decoded(text).duplicates).toEqual([{ key: 'a', start: 10, end: 11, merged: false }]);
  });

  it('turns numbers and booleans into text', () => {
    expect(read('yes: a\n010: b\n1.5: c\n')).toEqual({ true: 'a', 8: 'b', '1.5': 'c' });
  });

  it.each(['~: x', '? [a]\n: x', '{{ .Values }}: x'])('refuses %s', (text) => {
    expect(problemOf(text)?.message).toMatch(/^a key must be text/);
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
    expect(problemOf(text)?.message).toMatch(/^"<<" needs a map/);
  });

  it('takes the last anchor of a name before the alias', () => {
    expect(read('a: &n 1\nb: *n\nc: &n 2\nd: *n\n')).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it('refuses an anchor that contains itself, and one that is not there', () => {
    expect(problemOf('a: &a [*a]')?.message).toContain('contains itself');
    expect(problemOf('a: *n\nb: &n 1\n')?.message).toContain('no anchor "n"');
  });

  it('refuses a bomb of aliases quickly', () => {
    const levels = 'bcdefghi'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(9)}]`);
    expect(problemOf(`a: &a [x,x,x,x,x,x,x,x,x]\n${levels.join('\n')}\n`)?.message).toContain('too many aliases');
  });
});

describe('a text', () => {
  it('reads the first document only, and an empty text as nothing', () => {
    expect(read('---\na: 1\n---\n{ [ broken\n')).toEqual({ a: 1 });
    expect(read('# nothing\n')).toBe(null);
  });

  it('takes 10,000 levels and no more', () => {
    expect(problemOf(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)).toBe(undefined);
    for (const text of ['['.repeat(100_000), '- '.repeat(20_000), '{a: '.repeat(30_000)])
      expect(problemOf(text)?.message).toBe('exceeded max depth of 10000');
  });
});

function keysOf(text: string): string[] {
  const { value } = decoded(text);
  return value.kind === 'map' ? value.entries.map(({ key }) => key) : [];
}

describe('a number as a key', () => {
  // What strconv.FormatFloat(value, 'g', -1, 32) gives, which sigs.k8s.io/yaml 1.6.0 takes.
  it.each([
    ['1', '1'],
    ['0x10', '16'],
    ['1.5', '1.5'],
    ['0.1', '0.1'],
    ['100000.5', '100000.5'],
    ['999999.9', '999999.9'],
    ['1e5', '100000'],
    ['1e6', '1e+06'],
    ['1234567.5', '1.2345675e+06'],
    ['16777217.5', '1.6777218e+07'],
    ['18446744073709551616', '1.8446744e+19'],
    ['3.14159265358979', '3.1415927'],
    ['0.0001', '0.0001'],
    ['0.00001', '1e-05'],
    ['-0.5', '-0.5'],
    ['-0.0', '-0'],
    ['1e39', '.inf'],
    ['-1e39', '-.inf'],
    ['.nan', '.nan'],
    ['1e-46', '0'],
  ])('%s is %s', (written, key) => {
    expect(keysOf(`${written}: x`)).toEqual([key]);
  });
});

describe('a text that begins with a dot', () => {
  it.each([
    ['.5', 0.5],
    ['.5_1', 0.51],
    ['.5_1e1_0', 0.51e10],
    ['._5', '._5'],
    ['.5__1', '.5__1'],
    ['.5_', '.5_'],
    ['.5e_1', '.5e_1'],
    ['.', '.'],
  ])('%s', (written, value) => {
    expect(read(written)).toBe(value);
  });
});
