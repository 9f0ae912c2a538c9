import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitWords } from '../../../src/policy/test/split-words.ts';

describe('splitWords', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['  ', []],
    ['get pods', ['get', 'pods']],
    [' get\t pods\n -n  prod ', ['get', 'pods', '-n', 'prod']],
    [`--as 'Jane Doe'`, ['--as', 'Jane Doe']],
    [`--as "Jane Doe"`, ['--as', 'Jane Doe']],
    [`--as=Jane' 'Doe`, ['--as=Jane Doe']],
    ['--as Jane\\ Doe', ['--as', 'Jane Doe']],
    [`'' ""`, ['', '']],
    [`"a\\"b" 'c\\d' "e\\f"`, ['a"b', 'c\\d', 'e\\f']],
    [`"it's"`, ["it's"]],
    [`CN=x,O=y \\'`, ['CN=x,O=y', "'"]],
  ])('splits %j as a shell does', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  it.each([
    [`get pods --as 'x`, "the quote ' is not closed"],
    [`get "pods`, 'the quote " is not closed'],
    [`get po"d"s'`, "the quote ' is not closed"],
    ['get pods \\', 'a backslash stands at the end of the request'],
  ])('refuses %j', (line, message) => {
    expect(() => splitWords(line)).toThrow(message);
  });

  it('gives back any words that were put in single quotes', () => {
    const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (words) => {
        expect(splitWords(words.map(quote).join(' '))).toEqual(words);
      }),
    );
  });
});
