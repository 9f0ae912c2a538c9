import { codeOf, isBlank, isBreak, isLineEnd, isSpace, isTab } from './characters.ts';
import { type Reader, codeAt, need, skip, skipEmptyLines, skipOn, takeBreak } from './reader.ts';
import type { Scanner } from './scanner.ts';

/**
 * Passes over blanks, comments and line breaks up to the next token (`yaml_parser_scan_to_next_token` of go-yaml's `scannerc.go`,
 * release 2.4.4). Tabs count as blanks inside brackets, and where no key can begin.
 */
export function skipToToken(scanner: Scanner): void {
  for (;;) {
    need(scanner, 1);
    if (scanner.column === 0 && bufferBeginsWithMark(scanner)) skip(scanner);
    need(scanner, 1);
    while (isSpace(codeAt(scanner)) || (isTab(codeAt(scanner)) && takesTabs(scanner))) skipOn(scanner);
    skipComment(scanner);
    if (!isBreak(codeAt(scanner))) return;
    need(scanner, 2);
    takeBreak(scanner);
    if (!bufferBeginsWithMark(scanner)) skipEmptyLines(scanner);
    if (scanner.flowLevel === 0) scanner.simpleKeyAllowed = true;
  }
}

// go-yaml looks for a byte order mark at the start of its buffer, not at the place, and drops the first character of each line after one.
function bufferBeginsWithMark({ text, bufferStart }: Reader): boolean {
  return text.charCodeAt(bufferStart) === 0xfeff;
}

function takesTabs(scanner: Scanner): boolean {
  return scanner.flowLevel > 0 || !scanner.simpleKeyAllowed;
}

/** Passes over blanks. */
export function skipBlanks(reader: Reader): void {
  need(reader, 1);
  while (isBlank(codeAt(reader))) skipOn(reader);
}

/** Passes over a comment, if one stands here, up to its line break. */
export function skipComment(scanner: Scanner): void {
  if (codeAt(scanner) !== codeOf('#')) return;
  const start = scanner.offset;
  while (!isLineEnd(codeAt(scanner))) skipOn(scanner);
  scanner.comments.push({ start, end: scanner.offset });
}

/** Passes over a line break, if one stands here. */
export function skipBreak(reader: Reader): void {
  if (!isBreak(codeAt(reader))) return;
  need(reader, 2);
  takeBreak(reader);
}
