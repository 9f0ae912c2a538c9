import { describe, expect, it } from 'vitest';
import { halfReadFindings } from '../../src/cluster/half-read.ts';

// What kOps 1.36.0 and 1.32.0 did with such files (`kops replace -f`).
describe('halfReadFindings', () => {
  it.each([
    ['a separator with a comment', 'a: 1\n--- # x\nb: 1\n', 2, 'kOps reads nothing from this "---"'],
    ['a separator with a blank, CRLF', 'a: 1\r\n--- \r\nb: 1\r\n', 2, 'kOps reads nothing from this "---"'],
    ['in the second section', 'a: 1\n---\nb: 1\n--- # x\nc: 1\n', 4, 'kOps reads nothing from this "---"'],
    ['an end mark with more behind it', 'a: 1\n...\nb: 1\n', 2, 'kOps reads nothing from this "..."'],
    ['a separator at the end', 'a: 1\n---\n', 2, 'no document follows'],
    ['and blank lines', 'a: 1\n\n---\n\n\n', 3, 'no document follows'],
    ['two separators with a blank line between', 'a: 1\n---\n\n---\nb: 1\n', 2, 'no document follows'],
    ['a comment before the first', '# c\n---\na: 1\n', 2, 'kOps takes what stands before'],
    ['a blank line before the first', '\n---\na: 1\n', 2, 'kOps takes what stands before'],
    ['a JSON list', '[{}]', 1, 'does not read a JSON list'],
  ])('finds %s', (_name, text, line, message) => {
    const findings = halfReadFindings(text);
    expect(findings.map((finding) => finding.line)).toEqual([line]);
    expect(findings[0]?.message).toContain(message);
    expect(findings[0]?.hint).not.toBe('');
  });

  // test/e2e/half-read.test.ts holds these to the real kops.
  it.each([
    ['a: 1\n--- # x\nb: 1\n', 'says nothing, and exits with 0'],
    ['a: 1\n...\nb: 1\n', 'says nothing, and exits with 0'],
    ['a: 1\n---\n', 'what stands before is already stored'],
    ['# c\n---\na: 1\n', 'stores nothing'],
    ['[{}]', 'stores nothing'],
  ])('tells of %j whether kops says so', (text, why) => {
    expect(halfReadFindings(text).map((finding) => finding.why)).toEqual([expect.stringContaining(why)]);
  });

  it.each([
    ['one document', 'a: 1\n'],
    ['a mark at the start', '---\na: 1\n---\nb: 1\n'],
    ['a mark with a comment at the start', '--- # c\na: 1\n'],
    ['kOps own output', 'a: 1\n\n---\n\nb: 1\n'],
    ['an end mark', 'a: 1\n...\n'],
    ['dashes inside a text', 'a: |\n  x\n  --- # y\n  z\n'],
    ['two separators in a row', 'a: 1\n---\n---\nb: 1\n'],
    ['JSON', '{"a": 1}'],
    ['nothing', ''],
  ])('finds nothing wrong with %s', (_name, text) => {
    expect(halfReadFindings(text)).toEqual([]);
  });
});
