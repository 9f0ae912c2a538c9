import {
  type Reader,
  codeAt,
  codeOf,
  isBlank,
  isBlankOrEnd,
  isDigit,
  isHexDigit,
  isLineEnd,
  isNameCharacter,
  need,
  problemAt,
  skip,
  skipOn,
  take,
} from './characters.ts';
import { type Scanner, type Token, skipBlanks, skipBreak, skipComment, token } from './tokens.ts';

const MAY_FOLLOW: ReadonlySet<number> = new Set([...'?:,]}%@`'].map(codeOf));

/**
 * Reads `&name` or `*name` (`yaml_parser_scan_anchor` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanAnchor(scanner: Scanner, type: 'alias' | 'anchor'): Token {
  const start = scanner.offset;
  skip(scanner);
  const name = scanWord(scanner);
  const next = codeAt(scanner);
  if (name === '' || !(isBlankOrEnd(next) || MAY_FOLLOW.has(next))) {
    throw problemAt(start, 'did not find expected alphabetic or numeric character');
  }
  return token(type, start, scanner.offset, name);
}

/**
 * Reads a tag: `!<uri>`, `!handle!suffix`, `!suffix` or `!` (`yaml_parser_scan_tag` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanTag(scanner: Scanner): Token {
  const start = scanner.offset;
  need(scanner, 2);
  const [handle, suffix] =
    codeAt(scanner, 1) === codeOf('<') ? scanVerbatim(scanner, start) : scanShort(scanner, start);
  need(scanner, 1);
  if (!isBlankOrEnd(codeAt(scanner))) throw problemAt(start, 'did not find expected whitespace or line break');
  return { ...token('tag', start, scanner.offset, handle), suffix };
}

function scanVerbatim(scanner: Scanner, start: number): [string, string] {
  skip(scanner);
  skip(scanner);
  const uri = scanTagUri(scanner, '', start);
  if (codeAt(scanner) !== codeOf('>')) throw problemAt(start, "did not find the expected '>'");
  skip(scanner);
  return ['', uri];
}

function scanShort(scanner: Scanner, start: number): [string, string] {
  const handle = scanTagHandle(scanner, false, start);
  if (handle.length > 1 && handle.endsWith('!')) return [handle, scanTagUri(scanner, '', start)];
  const suffix = scanTagUri(scanner, handle, start);
  return suffix === '' ? ['', '!'] : ['!', suffix];
}

/** Reads `!`, `!!` or `!name!`; outside of a directive also `!name`, which is no handle. */
function scanTagHandle(scanner: Scanner, inDirective: boolean, start: number): string {
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
function scanTagUri(scanner: Scanner, head: string, start: number): string {
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
function scanEscapes(scanner: Scanner, start: number): string {
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

function scanOctet(scanner: Scanner, start: number): number {
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

/**
 * Reads a `%YAML` or `%TAG` line (`yaml_parser_scan_directive` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanDirective(scanner: Scanner): Token {
  const start = scanner.offset;
  skip(scanner);
  const name = scanName(scanner, start);
  if (name !== 'YAML' && name !== 'TAG') throw problemAt(start, 'found unknown directive name');
  const found = name === 'YAML' ? scanVersion(scanner, start) : scanTagDirective(scanner, start);
  skipBlanks(scanner);
  skipComment(scanner);
  if (!isLineEnd(codeAt(scanner))) throw problemAt(start, 'did not find expected comment or line break');
  skipBreak(scanner);
  return found;
}

function scanName(scanner: Scanner, start: number): string {
  const name = scanWord(scanner);
  if (name === '') throw problemAt(start, 'could not find expected directive name');
  if (!isBlankOrEnd(codeAt(scanner))) throw problemAt(start, 'found unexpected non-alphabetical character');
  return name;
}

function scanVersion(scanner: Scanner, start: number): Token {
  skipBlanks(scanner);
  const major = scanVersionNumber(scanner, start);
  if (codeAt(scanner) !== codeOf('.')) throw problemAt(start, "did not find expected digit or '.' character");
  skip(scanner);
  const minor = scanVersionNumber(scanner, start);
  return token('version-directive', start, scanner.offset, `${major}.${minor}`);
}

function scanVersionNumber(scanner: Scanner, start: number): number {
  let digits = '';
  need(scanner, 1);
  for (; isDigit(codeAt(scanner)); skipOn(scanner)) {
    if (digits.length === 2) throw problemAt(start, 'found extremely long version number');
    digits += String.fromCharCode(codeAt(scanner));
  }
  if (digits === '') throw problemAt(start, 'did not find expected version number');
  return Number(digits);
}

function scanTagDirective(scanner: Scanner, start: number): Token {
  skipBlanks(scanner);
  const handle = scanTagHandle(scanner, true, start);
  need(scanner, 1);
  if (!isBlank(codeAt(scanner))) throw problemAt(start, 'did not find expected whitespace');
  skipBlanks(scanner);
  const prefix = scanTagUri(scanner, '', start);
  need(scanner, 1);
  if (!isBlankOrEnd(codeAt(scanner))) throw problemAt(start, 'did not find expected whitespace or line break');
  return { ...token('tag-directive', start, scanner.offset, handle), suffix: prefix };
}

/** Takes ASCII letters, digits, `_` and `-`. Throws YamlProblem as `need` does. */
function scanWord(reader: Reader): string {
  need(reader, 1);
  const { offset } = reader;
  while (isNameCharacter(codeAt(reader))) skipOn(reader);
  return reader.text.slice(offset, reader.offset);
}
