import { codeOf, isBlankOrEnd, isHexDigit, isNameCharacter } from './characters.ts';
import { type Mark, codeAt, markOf, need, problemAt, skip, take } from './reader.ts';
import type { Scanner } from './scanner.ts';
import { type Token, token } from './token.ts';
import { scanWord } from './word.ts';

/**
 * Reads a tag: `!<uri>`, `!handle!suffix`, `!suffix` or `!` (`yaml_parser_scan_tag` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanTag(scanner: Scanner): Token {
  const start = markOf(scanner);
  need(scanner, 2);
  const [handle, suffix] =
    codeAt(scanner, 1) === codeOf('<') ? scanVerbatim(scanner, start) : scanShort(scanner, start);
  need(scanner, 1);
  if (!isBlankOrEnd(codeAt(scanner))) throw problemAt(start, 'did not find expected whitespace or line break');
  return { ...token('tag', start, scanner.offset, handle), suffix };
}

function scanVerbatim(scanner: Scanner, start: Mark): [string, string] {
  skip(scanner);
  skip(scanner);
  const uri = scanTagUri(scanner, '', start);
  if (codeAt(scanner) !== codeOf('>')) throw problemAt(start, "did not find the expected '>'");
  skip(scanner);
  return ['', uri];
}

function scanShort(scanner: Scanner, start: Mark): [string, string] {
  const handle = scanTagHandle(scanner, false, start);
  if (handle.length > 1 && handle.endsWith('!')) return [handle, scanTagUri(scanner, '', start)];
  const suffix = scanTagUri(scanner, handle, start);
  return suffix === '' ? ['', '!'] : ['!', suffix];
}

/** Reads `!`, `!!` or `!name!`; outside of a directive also `!name`, which is no handle. */
export function scanTagHandle(scanner: Scanner, inDirective: boolean, start: Mark): string {
  need(scanner, 1);
  if (codeAt(scanner) !== codeOf('!')) throw problemAt(start, "did not find expected '!'");
  skip(scanner);
  const handle = `!${scanWord(scanner)}`;
  if (codeAt(scanner) === codeOf('!')) {
    skip(scanner);
    return `${handle}!`;
  }
  if (inDirective && handle !== '!') throw problemAt(start, "did not find expected '!'");
  return handle;
}

const URI_CHARACTERS: ReadonlySet<number> = new Set([..."%;/?:@&=+$,.!~*'()[]"].map(codeOf));

/** Reads the URI of a tag behind a head, whose first character (`!`) is left out. */
export function scanTagUri(scanner: Scanner, head: string, start: Mark): string {
  let uri = head.slice(1);
  let found = head !== '';
  need(scanner, 1);
  for (let code = codeAt(scanner); isNameCharacter(code) || URI_CHARACTERS.has(code); code = codeAt(scanner)) {
    uri += code === codeOf('%') ? scanEscapes(scanner, start) : take(scanner);
    need(scanner, 1);
    found = true;
  }
  if (!found) throw problemAt(start, 'did not find expected tag URI');
  return uri;
}

// The bytes of one character, each as %XX.
function scanEscapes(scanner: Scanner, start: Mark): string {
  const bytes = [scanOctet(scanner, start)];
  const width = leadingWidth(bytes[0] ?? 0);
  if (width === 0) throw problemAt(start, 'found an incorrect leading UTF-8 octet');
  while (bytes.length < width) {
    const octet = scanOctet(scanner, start);
    if ((octet & 0xc0) !== 0x80) throw problemAt(start, 'found an incorrect trailing UTF-8 octet');
    bytes.push(octet);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function scanOctet(scanner: Scanner, start: Mark): number {
  need(scanner, 3);
  const isOctet = codeAt(scanner) === codeOf('%') && isHexDigit(codeAt(scanner, 1)) && isHexDigit(codeAt(scanner, 2));
  if (!isOctet) throw problemAt(start, 'did not find URI escaped octet');
  skip(scanner);
  return Number.parseInt(take(scanner) + take(scanner), 16);
}

function leadingWidth(octet: number): number {
  if ((octet & 0x80) === 0) return 1;
  if ((octet & 0xe0) === 0xc0) return 2;
  if ((octet & 0xf0) === 0xe0) return 3;
  return (octet & 0xf8) === 0xf0 ? 4 : 0;
}
