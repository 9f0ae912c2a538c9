import { describe, expect, it } from 'vitest';
import { blockText, inlineScalar } from '../../src/yaml/write-value.ts';

describe('inlineScalar', () => {
  it.each([
    ['/var/log/kube-audit/audit.log', '/var/log/kube-audit/audit.log'],
    ['ControlPlane', 'ControlPlane'],
    ['two words', 'two words'],
    ['-', '"-"'],
    ['', '""'],
    ['yes', '"yes"'],
    ['N', '"N"'],
    ['Off', '"Off"'],
    ['null', '"null"'],
    ['0440', '"0440"'],
    ['30s', '"30s"'],
    ['12:30', '"12:30"'],
    ['2026-01-02', '"2026-01-02"'],
    ['<<', '"<<"'],
    ['a: b', '"a: b"'],
    ['a:', '"a:"'],
    ['a #b', '"a #b"'],
    ['ends ', '"ends "'],
    ["it's", '"it\'s"'],
    ['tab\there', '"tab\\there"'],
    ['\u2028\u0085\ufeff', '"\\u2028\\u0085\\ufeff"'],
    ['😀', '"😀"'],
  ])('writes %j as %s', (value, text) => {
    expect(inlineScalar(value, 'block')).toBe(text);
  });

  it('is stricter inside brackets, and quotes everything in JSON', () => {
    expect(inlineScalar('a,b', 'block')).toBe('a,b');
    expect(inlineScalar('a,b', 'flow')).toBe('"a,b"');
    expect(inlineScalar('a:b', 'flow')).toBe('"a:b"');
    expect(inlineScalar('a', 'json')).toBe('"a"');
  });

  it('writes numbers, booleans and null as they are', () => {
    expect([30, 1.5, true, null].map((value) => inlineScalar(value, 'block'))).toEqual(['30', '1.5', 'true', 'null']);
  });
});

describe('blockText', () => {
  it.each([
    ['a\nb\n', '|', ['a', 'b']],
    ['a\n\nb', '|-', ['a', '', 'b']],
    [' a\nb\n', '|2', [' a', 'b']],
    ['\na\n', '|2', ['', 'a']],
    ['# a\n---\n', '|', ['# a', '---']],
  ])('writes %j with the mark %s', (value, header, lines) => {
    expect(blockText(value, 2)).toEqual({ header, lines });
  });

  it.each(['a', 'a \nb\n', 'a\tb\n', 'a\n\n', '\n', 'a\r\nb\n', 'a\u2028\n', 'a\u0007\n'])(
    'does not write %j',
    (value) => {
      expect(blockText(value, 2)).toBeUndefined();
    },
  );
});
