import { codeOf, isBlankOrEnd } from './characters.ts';
import { codeAt, markOf, problemAt, skip } from './reader.ts';
import type { Scanner } from './scanner.ts';
import { type Token, token } from './token.ts';
import { scanWord } from './word.ts';

const MAY_FOLLOW: ReadonlySet<number> = new Set([...'?:,]}%@`'].map(codeOf));

/**
 * Reads `&name` or `*name` (`yaml_parser_scan_anchor` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanAnchor(scanner: Scanner, type: 'alias' | 'anchor'): Token {
  const start = markOf(scanner);
  skip(scanner);
  const name = scanWord(scanner);
  const next = codeAt(scanner);
  if (name === '' || !(isBlankOrEnd(next) || MAY_FOLLOW.has(next))) {
    throw problemAt(start, 'did not find expected alphabetic or numeric character');
  }
  return token(type, start, scanner.offset, name);
}
