import { codeOf, isBlank, isBlankOrEnd, isDigit, isLineEnd } from './characters.ts';
import { type Mark, codeAt, markOf, need, problemAt, skip, skipOn } from './reader.ts';
import type { Scanner } from './scanner.ts';
import { skipBlanks, skipBreak, skipComment } from './skip.ts';
import { scanTagHandle, scanTagUri } from './tag.ts';
import { type Token, token } from './token.ts';
import { scanWord } from './word.ts';

/**
 * Reads a `%YAML` or `%TAG` line (`yaml_parser_scan_directive` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanDirective(scanner: Scanner): Token {
  const start = markOf(scanner);
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

function scanName(scanner: Scanner, start: Mark): string {
  const name = scanWord(scanner);
  if (name === '') throw problemAt(start, 'could not find expected directive name');
  if (!isBlankOrEnd(codeAt(scanner))) throw problemAt(start, 'found unexpected non-alphabetical character');
  return name;
}

function scanVersion(scanner: Scanner, start: Mark): Token {
  skipBlanks(scanner);
  const major = scanVersionNumber(scanner, start);
  if (codeAt(scanner) !== codeOf('.')) throw problemAt(start, "did not find expected digit or '.' character");
  skip(scanner);
  const minor = scanVersionNumber(scanner, start);
  return token('version-directive', start, scanner.offset, `${major}.${minor}`);
}

function scanVersionNumber(scanner: Scanner, start: Mark): number {
  let digits = '';
  need(scanner, 1);
  for (; isDigit(codeAt(scanner)); skipOn(scanner)) {
    if (digits.length === 2) throw problemAt(start, 'found extremely long version number');
    digits += String.fromCharCode(codeAt(scanner));
  }
  if (digits === '') throw problemAt(start, 'did not find expected version number');
  return Number(digits);
}

function scanTagDirective(scanner: Scanner, start: Mark): Token {
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
