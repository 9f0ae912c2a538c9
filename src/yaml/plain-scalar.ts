import { codeOf, isBlank, isBlankOrEnd, isBreak, isTab } from './characters.ts';
import { documentMark } from './document-mark.ts';
import { type Gap, foldedGap, noGap, scanGap } from './fold.ts';
import { codeAt, markOf, need, problemAt, skip } from './reader.ts';
import type { Scanner } from './scanner.ts';
import { type Token, token } from './token.ts';

/**
 * Reads a text without quotes (`yaml_parser_scan_plain_scalar` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanPlain(scanner: Scanner): Token {
  const start = markOf(scanner);
  const plain: Plain = { column: scanner.indent + 1, text: '', gap: noGap(), end: scanner.offset };
  while (scanPart(scanner, plain));
  if (plain.gap.broken) scanner.simpleKeyAllowed = true;
  return token('scalar', start, plain.end, plain.text);
}

/** What of a plain scalar is read. */
interface Plain {
  /** Where its further lines begin at the left. */
  readonly column: number;
  text: string;
  end: number;
  /** What stands behind the last word. */
  gap: Gap;
}

// A word and the gap behind it; tells whether more can follow.
function scanPart(scanner: Scanner, plain: Plain): boolean {
  need(scanner, 4);
  if (documentMark(scanner) || codeAt(scanner) === codeOf('#')) return false;
  const word = scanWord(scanner);
  if (word !== '')
    Object.assign(plain, { text: plain.text + foldedGap(plain.gap) + word, gap: noGap(), end: scanner.offset });
  if (!(isBlank(codeAt(scanner)) || isBreak(codeAt(scanner)))) return false;
  need(scanner, 1);
  scanGap(scanner, plain.gap, () => checkTab(scanner, plain));
  return scanner.flowLevel > 0 || scanner.column >= plain.column;
}

function scanWord(scanner: Scanner): string {
  const { offset } = scanner;
  while (!isBlankOrEnd(codeAt(scanner)) && !endsPlain(scanner)) {
    skip(scanner);
    need(scanner, 2);
  }
  return scanner.text.slice(offset, scanner.offset);
}

const FLOW_INDICATORS: ReadonlySet<number> = new Set([...',?[]{}'].map(codeOf));

function endsPlain(scanner: Scanner): boolean {
  const code = codeAt(scanner);
  if (code === codeOf(':') && isBlankOrEnd(codeAt(scanner, 1))) return true;
  return scanner.flowLevel > 0 && FLOW_INDICATORS.has(code);
}

function checkTab(scanner: Scanner, { gap, column }: Plain): void {
  if (!gap.broken || scanner.column >= column || !isTab(codeAt(scanner))) return;
  throw problemAt(scanner, 'found a tab character that violates indentation');
}
