import {
  END,
  type Reader,
  codeAt,
  codeOf,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isDigit,
  isHexDigit,
  isLineEnd,
  isSpace,
  isTab,
  need,
  problemAt,
  skip,
  skipOn,
  take,
  takeBreak,
  takeEmptyLines,
  skipPlainly,
  neverEnds,
} from './characters.ts';
import { type Scanner, type Token, documentMark, skipBlanks, skipBreak, skipComment, token } from './tokens.ts';

/**
 * Reads a text without quotes (`yaml_parser_scan_plain_scalar` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanPlain(scanner: Scanner): Token {
  const start = scanner.offset;
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
  const { offset, flowLevel } = scanner;
  const isEnd = flowLevel > 0 ? endsFlowWord : endsWord;
  while (!isBlankOrEnd(codeAt(scanner)) && !endsPlain(scanner)) {
    skip(scanner);
    need(scanner, 2);
    skipPlainly(scanner, isEnd);
  }
  return scanner.text.slice(offset, scanner.offset);
}

const FLOW_INDICATORS: ReadonlySet<number> = new Set([...',?[]{}'].map(codeOf));

function endsPlain(scanner: Scanner): boolean {
  const code = codeAt(scanner);
  if (code === COLON && isBlankOrEnd(codeAt(scanner, 1))) return true;
  return scanner.flowLevel > 0 && FLOW_INDICATORS.has(code);
}

const COLON = codeOf(':');
const SPACE = codeOf(' ');

function endsWord(code: number, next: number): boolean {
  return code === SPACE || (code === COLON && isBlankOrEnd(next));
}

function endsFlowWord(code: number, next: number): boolean {
  return endsWord(code, next) || FLOW_INDICATORS.has(code);
}

function checkTab(scanner: Scanner, { gap, column }: Plain): void {
  if (!gap.broken || scanner.column >= column || !isTab(codeAt(scanner))) return;
  throw problemAt(scanner.offset, 'found a tab character that violates indentation');
}

const BACKSLASH = codeOf('\\');
const SINGLE = codeOf("'");
const DOUBLE = codeOf('"');

/**
 * Reads a text in quotes (`yaml_parser_scan_flow_scalar` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanQuoted(scanner: Scanner, single: boolean): Token {
  const start = scanner.offset;
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

function checkLine(scanner: Scanner, start: number): void {
  need(scanner, 4);
  if (documentMark(scanner)) throw problemAt(start, 'found unexpected document indicator');
  if (codeAt(scanner) === END) throw problemAt(start, 'found unexpected end of stream');
}

// Up to a blank, a line break or the quote; tells whether it ended at an escaped line break.
function scanWords(scanner: Scanner, single: boolean, start: number, parts: string[]): boolean {
  for (let code = codeAt(scanner); !isBlankOrEnd(code); code = codeAt(scanner)) {
    if (single && code === SINGLE && codeAt(scanner, 1) !== SINGLE) return false;
    if (!single && code === DOUBLE) return false;
    if (!single && code === BACKSLASH && isBreak(codeAt(scanner, 1))) return skipEscapedBreak(scanner);
    parts.push(scanPiece(scanner, single, start));
    need(scanner, 2);
  }
  return false;
}

function endsSingle(code: number): boolean {
  return code === SPACE || code === SINGLE;
}

function endsDouble(code: number): boolean {
  return code === SPACE || code === DOUBLE || code === BACKSLASH;
}

function skipEscapedBreak(scanner: Scanner): true {
  need(scanner, 3);
  skip(scanner);
  takeBreak(scanner);
  return true;
}

function scanPiece(scanner: Scanner, single: boolean, start: number): string {
  const code = codeAt(scanner);
  if (!single && code === BACKSLASH) return scanEscape(scanner, start);
  const { offset } = scanner;
  skip(scanner);
  if (single && code === SINGLE) {
    skip(scanner);
    return "'";
  }
  skipPlainly(scanner, single ? endsSingle : endsDouble);
  return scanner.text.slice(offset, scanner.offset);
}

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
function scanEscape(scanner: Scanner, start: number): string {
  const letter = String.fromCharCode(codeAt(scanner, 1));
  const length = CODE_LENGTHS[letter];
  const simple = ESCAPES[letter];
  if (length === undefined && simple === undefined) throw problemAt(scanner.offset, 'found unknown escape character');
  skip(scanner);
  skip(scanner);
  return simple ?? scanCode(scanner, length ?? 0, start);
}

function scanCode(scanner: Scanner, length: number, start: number): string {
  need(scanner, length);
  for (let ahead = 0; ahead < length; ahead++) {
    if (!isHexDigit(codeAt(scanner, ahead))) throw problemAt(scanner.offset, 'did not find expected hexdecimal number');
  }
  const value = Number.parseInt(scanner.text.slice(scanner.offset, scanner.offset + length), 16);
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    throw problemAt(start, 'found invalid Unicode character escape code');
  }
  for (let count = 0; count < length; count++) skip(scanner);
  return String.fromCodePoint(value);
}

/** The blanks and line breaks between two words of a text. */
interface Gap {
  blanks: string;
  /** The first line break, and those after it. */
  leadingBreak: string;
  trailingBreaks: string;
  /** Whether a line ended in it. */
  broken: boolean;
}

function noGap(): Gap {
  return { blanks: '', leadingBreak: '', trailingBreaks: '', broken: false };
}

/** Takes blanks and line breaks into a gap. `check` sees each blank before it is taken. */
function scanGap(reader: Reader, gap: Gap, check?: () => void): void {
  for (let code = codeAt(reader); isBlank(code) || isBreak(code); code = codeAt(reader)) {
    if (isBlank(code)) {
      check?.();
      if (gap.broken) skip(reader);
      else gap.blanks += take(reader);
    } else {
      need(reader, 2);
      if (gap.broken) gap.trailingBreaks += takeBreak(reader) + takeEmptyLines(reader);
      else Object.assign(gap, { blanks: '', leadingBreak: takeBreak(reader), broken: true });
    }
    need(reader, 1);
  }
}

/** What a gap says: one line break is a blank, several are one less. */
function foldedGap({ blanks, leadingBreak, trailingBreaks, broken }: Gap): string {
  if (!broken) return blanks;
  if (leadingBreak !== '\n') return leadingBreak + trailingBreaks;
  return trailingBreaks === '' ? ' ' : trailingBreaks;
}

interface Header {
  chomping: '+' | '-' | '';
  increment: number;
}

/** What of a block scalar is read: its text, and the line breaks that are not part of it yet. */
interface Block {
  readonly start: number;
  readonly literal: boolean;
  /** The column of its lines; 0 where it is not known yet. */
  indent: number;
  text: string;
  leadingBreak: string;
  trailingBreaks: string;
  /** Whether the last line began with a blank. */
  leadingBlank: boolean;
  end: number;
}

/**
 * Reads a text that begins with `|` or `>` (`yaml_parser_scan_block_scalar` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function scanBlockScalar(scanner: Scanner, literal: boolean): Token {
  const start = scanner.offset;
  skip(scanner);
  const { chomping, increment } = scanHeader(scanner, start);
  const indent = increment === 0 ? 0 : Math.max(scanner.indent, 0) + increment;
  const empty = { text: '', leadingBreak: '', trailingBreaks: '', leadingBlank: false };
  const block: Block = { start, literal, indent, ...empty, end: scanner.offset };
  scanBreaks(scanner, block);
  need(scanner, 1);
  while (scanner.column === block.indent && codeAt(scanner) !== END) scanLine(scanner, block);
  const breaks = chomping === '+' ? block.trailingBreaks : '';
  const text = block.text + (chomping === '-' ? '' : block.leadingBreak) + breaks;
  const written = scanner.text.slice(start, block.end).trimEnd();
  return token('scalar', start, start + written.length, text, literal ? 'literal' : 'folded');
}

function scanHeader(scanner: Scanner, start: number): Header {
  need(scanner, 1);
  const before = scanChomping(scanner);
  need(scanner, 1);
  const increment = scanIncrement(scanner, start);
  if (increment !== 0) need(scanner, 1);
  const chomping = before || (increment === 0 ? '' : scanChomping(scanner));
  skipBlanks(scanner);
  skipComment(scanner);
  if (!isLineEnd(codeAt(scanner))) throw problemAt(start, 'did not find expected comment or line break');
  skipBreak(scanner);
  return { chomping, increment };
}

function scanChomping(scanner: Scanner): Header['chomping'] {
  const code = codeAt(scanner);
  if (code !== codeOf('+') && code !== codeOf('-')) return '';
  skip(scanner);
  return code === codeOf('+') ? '+' : '-';
}

function scanIncrement(scanner: Scanner, start: number): number {
  const code = codeAt(scanner);
  if (!isDigit(code)) return 0;
  if (code === codeOf('0')) throw problemAt(start, 'found an indentation indicator equal to 0');
  skip(scanner);
  return code - codeOf('0');
}

function scanLine(scanner: Scanner, block: Block): void {
  const blank = isBlank(codeAt(scanner));
  const folds = !block.literal && !block.leadingBlank && !blank && block.leadingBreak === '\n';
  if (!folds) block.text += block.leadingBreak;
  else if (block.trailingBreaks === '') block.text += ' ';
  block.text += block.trailingBreaks;
  block.trailingBreaks = '';
  block.leadingBlank = blank;
  const { offset } = scanner;
  while (!isLineEnd(codeAt(scanner))) {
    skipOn(scanner);
    skipPlainly(scanner, neverEnds);
  }
  block.text += scanner.text.slice(offset, scanner.offset);
  need(scanner, 2);
  block.end = scanner.offset;
  block.leadingBreak = takeBreak(scanner);
  scanBreaks(scanner, block);
}

// Passes over indentation and empty lines; the first line that is not empty tells the indentation.
function scanBreaks(scanner: Scanner, block: Block): void {
  let widest = 0;
  for (;;) {
    need(scanner, 1);
    while (isIndentation(scanner, block) && isSpace(codeAt(scanner))) skipOn(scanner);
    widest = Math.max(widest, scanner.column);
    if (isIndentation(scanner, block) && isTab(codeAt(scanner))) {
      throw problemAt(scanner.offset, 'found a tab character where an indentation space is expected');
    }
    if (!isBreak(codeAt(scanner))) break;
    need(scanner, 2);
    block.trailingBreaks += takeBreak(scanner) + takeEmptyLines(scanner);
  }
  if (block.indent === 0) block.indent = Math.max(widest, scanner.indent + 1, 1);
}

function isIndentation(scanner: Scanner, { indent }: Block): boolean {
  return indent === 0 || scanner.column < indent;
}
