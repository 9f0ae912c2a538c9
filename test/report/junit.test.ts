import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { xmlDocument } from '../../src/report/junit.ts';

describe('xmlDocument', () => {
  it.each([
    ['a & b < c > d " e', 'a &amp; b &lt; c &gt; d &quot; e'],
    ['\u0000\u001b[31m\u007f\u0085\u009f\ufffe', '[31m&#133;'],
    ['\u202e\u2028\u200b', '&#8238;&#8232;&#8203;'],
    ['\ud800a\udc00b\u{1f600}', 'ab\u{1f600}'],
    [']]>', ']]&gt;'],
  ])('writes %j safely', (text, escaped) => {
    expect(xmlDocument({ name: 'a', attributes: { b: text }, content: text })).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<a b="${escaped}">${escaped}</a>\n`,
    );
  });

  it('keeps line breaks, in an attribute as numbers', () => {
    expect(xmlDocument({ name: 'a', attributes: { b: '1\n\t2\r' }, content: '1\n\t2\r' })).toContain(
      '<a b="1&#10;&#9;2&#13;">1\n\t2&#13;</a>',
    );
  });

  it('gives back any text that XML can hold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const [, inAttribute = '', inContent = ''] =
          /<a b="([^"<]*)"(?:>([^<]*)<\/a>|\/>)\n$/.exec(
            xmlDocument({ name: 'a', attributes: { b: text }, content: text }),
          ) ?? [];
        expect([unescaped(inAttribute), unescaped(inContent)]).toEqual([text, text]);
      }),
    );
  });
});

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code?: string, name = '') => {
    return code === undefined ? NAMED[name]! : String.fromCodePoint(Number(code));
  });
}
