import { describe, expect, it } from 'vitest';
import { createScreen } from './screen.ts';

function shown(text: string, columns = 10, rows = 3): string[] {
  const screen = createScreen(columns, rows);
  screen.write(text);
  return screen.lines();
}

describe('the model of a terminal', () => {
  it.each<[string, string, string[]]>([
    ['lines', 'a\r\nb', ['a', 'b']],
    ['wrapping', 'abcdefghijkl', ['abcdefghij', 'kl']],
    ['overwriting', 'abc\rX', ['Xbc']],
    ['colours', '\u001b[1ma\u001b[22m', ['a']],
    ['going up and to a column', 'abc\r\ndef\u001b[1A\u001b[2GX', ['aXc', 'def']],
    ['going right and left', 'a\u001b[3Cb\u001b[2DX', ['a   Xb'.replace('  X', ' X ').trimEnd()].map(() => 'a  Xb')],
    ['erasing a line', 'abc\u001b[2K\u001b[1Gx', ['x']],
    ['erasing to its end', 'abc\u001b[2G\u001b[K', ['a']],
    ['erasing from its beginning', 'abc\u001b[2G\u001b[1K', ['  c']],
    ['erasing below', 'a\r\nb\r\nc\u001b[H\u001b[J', ['']],
    ['scrolling', 'a\r\nb\r\nc\r\nd\u001b[HX', ['a', 'X', 'c', 'd']],
    ['not going above the top', 'a\r\nb\r\nc\r\nd\u001b[9A\rX', ['a', 'X', 'c', 'd']],
  ])('knows %s', (_, text, lines) => {
    expect(shown(text)).toEqual(lines);
  });
});
