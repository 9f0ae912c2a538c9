import { describe, expect, it } from 'vitest';
import { type YamlNode, readYaml } from '../../src/yaml/read.ts';

function nodesOf(text: string): YamlNode[] {
  const { root } = readYaml(text);
  const nodes: YamlNode[] = [];
  for (const open = root ? [root] : []; open.length > 0;) {
    const node = open.shift();
    if (node) nodes.push(node);
    open.unshift(...(node?.children ?? []));
  }
  return nodes;
}

function texts(text: string, ranges: readonly { start: number; end: number }[]): string[] {
  return ranges.map(({ start, end }) => text.slice(start, end));
}

describe('how a node is written', () => {
  it.each([
    ['a', ['plain']],
    ["'a'", ['single']],
    ['"a"', ['double']],
    ['|\n a\n', ['literal']],
    ['>-\n a\n', ['folded']],
    ['a: b', ['block', 'plain', 'plain']],
    ['a:', ['block', 'plain', 'plain']],
    ['- a', ['block', 'plain']],
    ['a:\n- b', ['block', 'plain', 'block', 'plain']],
    ['{a: "b"}', ['flow', 'plain', 'double']],
    ['[a, b: c]', ['flow', 'plain', 'flow', 'plain', 'plain']],
    ['? |\n  a\n: b', ['block', 'literal', 'plain']],
    ['!t', ['plain']],
  ])('of %j are %j', (text, styles) => {
    expect(nodesOf(text).map(({ style }) => style)).toEqual(styles);
  });
});

describe('a node with a tag or an anchor', () => {
  it.each([
    ['&a b', 'a', '&a b', 'b'],
    ['!t &a "b"', 'a', '!t &a "b"', '"b"'],
    ['&a !t\n- b\n- c\n', 'a', '&a !t\n- b\n- c', '- b\n- c'],
    ['!t {a: b} # c', '', '!t {a: b}', '{a: b}'],
    ['&x\nb: c', 'x', '&x\nb: c', 'b: c'],
    ['&x |\n  b\n', 'x', '&x |\n  b', '|\n  b'],
    ['&x', 'x', '&x', ''],
    ['b', '', 'b', 'b'],
    ['- b', '', '- b', '- b'],
  ])('%j', (text, anchor, whole, value) => {
    const [root] = nodesOf(text);
    expect(root?.anchor).toBe(anchor);
    expect(text.slice(root?.start, root?.end)).toBe(whole);
    expect(text.slice(root?.valueStart, root?.end)).toBe(value);
  });

  it('at the first key is that of the key', () => {
    const [map, key] = nodesOf('&x b: c');
    expect([map?.anchor, map?.valueStart, key?.anchor, key?.valueStart]).toEqual(['', 0, 'x', 3]);
  });
});

describe('comments', () => {
  it.each([
    ['# a\nb: c # d\n', ['# a', '# d']],
    ['a: |# as Go has it\n', ['# as Go has it']],
    ['a: | # of the block\n  # text\n b\n', ['# of the block']],
    ['a: [ # b\n  c, # d\n]\n', ['# b', '# d']],
    ["a: 'b # c' # d", ['# d']],
    ['a: b#c\n', []],
    ['a:   #\n  b\n', ['#']],
    ['%YAML 1.1 # a\n--- # b\nc\n# d\n', ['# a', '# b', '# d']],
    ['a: b # c\r\nd: e # f\u0085g: h', ['# c', '# f']],
    ['a\n# b\n--- # c\nd # e\n', ['# b']],
    ['"a": "b"# c\n', ['# c']],
  ])('of %j are %j', (text, comments) => {
    expect(texts(text, readYaml(text).comments)).toEqual(comments);
  });

  it('before a mistake are told', () => {
    const text = 'a: b # c\nd: [ # e\n';
    const { comments, problem } = readYaml(text);
    expect(problem).toBeDefined();
    expect(texts(text, comments)).toEqual(['# c', '# e']);
  });
});

describe('the end of the first document', () => {
  it.each([
    ['a: b\n', 5],
    ['a: b\n---\nc', 5],
    ['a: b\n# c\n...\n', 9],
    ['--- a\n--- b\n', 6],
  ])('of %j is at %i', (text, end) => {
    expect(readYaml(text).end).toBe(end);
  });
});
