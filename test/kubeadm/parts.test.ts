import { describe, expect, it } from 'vitest';
import { member, type Part, readInner, wholeOf } from '../../src/kubeadm/parts.ts';
import { readDocument } from '../../src/yaml/document.ts';

function patchOf(source: string): Part | undefined {
  const { value } = readDocument(source, 'yaml');
  return value ? member(wholeOf(value), 'patch') : undefined;
}

/** What stands at the place of the key `b` of the text in `patch`. */
function placed(source: string): string | undefined {
  const patch = patchOf(source);
  const inner = patch && readInner(source, patch);
  const part = member(member(inner?.part, 'a'), 'b');
  return part && source.slice(part.place.start, part.place.end);
}

describe('a document that stands as a text in another one', () => {
  it.each([
    ['a literal block', 'patch: |\n  a:\n    b: here\n'],
    ['one whose first line is blank', 'patch: |\n\n  a:\n    b: here\n'],
    ['one with an indentation of its own', 'patch: |2\n    a:\n      b: here\n'],
    ['one with a comment at its mark', 'x: 1\npatch: |- # why\n  # more\n  a:\n    b: here'],
    ['one with CRLF', 'patch: |\r\n  a:\r\n    b: here\r\n'],
    ['one in flow style', 'patch: |\n  {a: {b: here}}\n'],
  ])('has the places of the outer text in %s', (_, source) => {
    expect(placed(source)).toBe('here');
  });

  it.each([
    ['quoted', 'patch: "a: {b: here}"\n', '"a: {b: here}"'],
    ['folded', 'patch: >\n  {a:\n  {b: here}}\n', '>\n  {a:\n  {b: here}}'],
  ])('has the place of the whole where it is %s', (_, source, whole) => {
    expect(placed(source)).toBe(whole);
  });

  it('is none where it cannot be read', () => {
    expect(placed('patch: |\n  a: [\n')).toBeUndefined();
  });
});
