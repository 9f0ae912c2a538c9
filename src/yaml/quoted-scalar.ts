import { END, codeOf, isBlankOrEnd, isBreak } from './characters.ts';
import { documentMark } from './document-mark.ts';
import { scanEscape } from './escape.ts';
import { foldedGap, noGap, scanGap } from './fold.ts';
import { type Mark, codeAt, markOf, need, problemAt, skip, takeBreak } from './reader.ts';
import type { Scanner } from './scanner.ts';
import { type Token, token } from './token.ts';

const BACKSLASH = codeOf('\\');
const SINGLE = codeOf("'");
const DOUBLE = codeOf('"');

/**
 * Reads a text in quotes (`yaml_parser_scan_flow_scalar` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanQuoted(scanner: Scanner, single: boolean): Token {
  const start = markOf(scanner);
  const quote = single ? SINGLE : DOUBLE;
  const parts: string[] = [];
  skip(scanner);
  for (;;) {
    checkLine(scanner, start);
    const gap = { ...noGap(), broken: scanWords(scanner, single, start, parts) };
    need(scanner, 1);
    if (codeAt(scanner) === quote) break;
    scanGap(scanner, gap);
    parts.push(foldedGap(gap));
  }
  skip(scanner);
  return token('scalar', start, scanner.offset, parts.join(''), single ? 'single' : 'double');
}

function checkLine(scanner: Scanner, start: Mark): void {
  need(scanner, 4);
  if (documentMark(scanner)) throw problemAt(start, 'found unexpected document indicator');
  if (codeAt(scanner) === END) throw problemAt(start, 'found unexpected end of stream');
}

// Up to a blank, a line break or the quote; tells whether it ended at an escaped line break.
function scanWords(scanner: Scanner, single: boolean, start: Mark, parts: string[]): boolean {
  for (let code = codeAt(scanner); !isBlankOrEnd(code); code = codeAt(scanner)) {
    if (single && code === SINGLE && codeAt(scanner, 1) !== SINGLE) return false;
    if (!single && code === DOUBLE) return false;
    if (!single && code === BACKSLASH && isBreak(codeAt(scanner, 1))) return skipEscapedBreak(scanner);
    parts.push(scanPiece(scanner, single, start));
    need(scanner, 2);
  }
  return false;
}

function skipEscapedBreak(scanner: Scanner): true {
  need(scanner, 3);
  skip(scanner);
  takeBreak(scanner);
  return true;
}

function scanPiece(scanner: Scanner, single: boolean, start: Mark): string {
  const code = codeAt(scanner);
  if (!single && code === BACKSLASH) return scanEscape(scanner, start);
  const { offset } = scanner;
  skip(scanner);
  if (!single || code !== SINGLE) return scanner.text.slice(offset, scanner.offset);
  skip(scanner);
  return "'";
}
