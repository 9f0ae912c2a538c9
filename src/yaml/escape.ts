import { isHexDigit } from './characters.ts';
import { type Mark, codeAt, need, problemAt, skip } from './reader.ts';
import type { Scanner } from './scanner.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\u0007',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\u001B',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00A0',
  L: '\u2028',
  P: '\u2029',
};

const CODE_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Reads a backslash and what follows it in double quotes (`yaml_parser_scan_flow_scalar` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem at the start of the text for an escape that there is not.
 */
export function scanEscape(scanner: Scanner, start: Mark): string {
  const letter = String.fromCharCode(codeAt(scanner, 1));
  const length = CODE_LENGTHS[letter];
  const simple = ESCAPES[letter];
  if (length === undefined && simple === undefined) throw problemAt(scanner, 'found unknown escape character');
  skip(scanner);
  skip(scanner);
  return simple ?? scanCode(scanner, length ?? 0, start);
}

function scanCode(scanner: Scanner, length: number, start: Mark): string {
  need(scanner, length);
  for (let ahead = 0; ahead < length; ahead++) {
    if (!isHexDigit(codeAt(scanner, ahead))) throw problemAt(scanner, 'did not find expected hexdecimal number');
  }
  const value = Number.parseInt(scanner.text.slice(scanner.offset, scanner.offset + length), 16);
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    throw problemAt(start, 'found invalid Unicode character escape code');
  }
  for (let count = 0; count < length; count++) skip(scanner);
  return String.fromCodePoint(value);
}
