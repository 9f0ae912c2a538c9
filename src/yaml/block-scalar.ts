import { END, codeOf, isBlank, isBreak, isDigit, isLineEnd, isSpace, isTab } from './characters.ts';
import { type Mark, codeAt, markOf, need, problemAt, skip, skipOn, takeBreak } from './reader.ts';
import type { Scanner } from './scanner.ts';
import { skipBlanks, skipBreak, skipComment } from './skip.ts';
import { type Token, token } from './token.ts';

interface Header {
  chomping: '+' | '-' | '';
  increment: number;
}

/** What of a block scalar is read: its text, and the line breaks that are not part of it yet. */
interface Block {
  readonly start: Mark;
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
  const start = markOf(scanner);
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
  const written = scanner.text.slice(start.offset, block.end).trimEnd();
  return token('scalar', start, start.offset + written.length, text, literal ? 'literal' : 'folded');
}

function scanHeader(scanner: Scanner, start: Mark): Header {
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

function scanIncrement(scanner: Scanner, start: Mark): number {
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
  while (!isLineEnd(codeAt(scanner))) skipOn(scanner);
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
      throw problemAt(scanner, 'found a tab character where an indentation space is expected');
    }
    if (!isBreak(codeAt(scanner))) break;
    need(scanner, 2);
    block.trailingBreaks += takeBreak(scanner);
  }
  if (block.indent === 0) block.indent = Math.max(widest, scanner.indent + 1, 1);
}

function isIndentation(scanner: Scanner, { indent }: Block): boolean {
  return indent === 0 || scanner.column < indent;
}
