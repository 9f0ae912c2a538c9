import { type Blocks, firstBlock, nextBlock } from './blocks.ts';
import { END, isBreak, isCrLf, isHighSurrogate, isSeparator } from './characters.ts';
import { YamlProblem } from './problem.ts';

/** A place as go-yaml counts it: `index` and `column` in characters from 0, `offset` in UTF-16 units of the text. */
export interface Mark {
  index: number;
  line: number;
  column: number;
  offset: number;
}

/** A text being read, and where. The fields of a Mark are those of the next character. */
export interface Reader extends Mark {
  readonly text: string;
  readonly blocks: Blocks;
  /** Where the piece begins that go-yaml holds in its buffer. */
  bufferStart: number;
}

/**
 * Begins to read a text. `wide`: it was UTF-16.
 *
 * @throws YamlProblem where the first block holds a character that is not allowed.
 */
export function startReading(text: string, wide: boolean): Reader {
  const blocks = firstBlock(text, wide);
  const offset = text.startsWith('\uFEFF') ? 1 : 0;
  return { text, blocks, bufferStart: offset, offset, index: 0, line: 0, column: 0 };
}

/** The code unit `ahead` of the place; END behind the text. */
export function codeAt(reader: Reader, ahead = 0): number {
  const at = reader.offset + ahead;
  return at < reader.text.length ? reader.text.charCodeAt(at) : END;
}

/**
 * Makes sure that go-yaml would hold that many characters (`yaml_parser_update_buffer` of `readerc.go`).
 *
 * @throws YamlProblem where it meets a character that is not allowed.
 */
export function need(reader: Reader, characters: number): void {
  const { blocks, offset } = reader;
  if (offset + 2 * characters <= blocks.limit) return;
  if (unread(reader, characters) >= characters) return;
  reader.bufferStart = offset;
  while (blocks.limit < blocks.text.length && unread(reader, characters) < characters) nextBlock(blocks);
}

function unread({ text, blocks, offset }: Reader, most: number): number {
  let at = offset;
  let count = 0;
  for (; at < blocks.limit && count < most; count++) at += isHighSurrogate(text.charCodeAt(at)) ? 2 : 1;
  return count;
}

/** Passes over one character. */
export function skip(reader: Reader): void {
  reader.offset += isHighSurrogate(codeAt(reader)) ? 2 : 1;
  reader.index++;
  reader.column++;
}

/** Passes over one character and asks for the next. */
export function skipOn(reader: Reader): void {
  skip(reader);
  need(reader, 1);
}

/** Takes one character. */
export function take(reader: Reader): string {
  const { text, offset } = reader;
  skip(reader);
  return text.slice(offset, reader.offset);
}

/** Passes over a line break, if there is one; gives what it becomes in a text: LF, or itself where it is a separator. */
export function takeBreak(reader: Reader): string {
  const code = codeAt(reader);
  if (!isBreak(code)) return '';
  const width = isCrLf(code, codeAt(reader, 1)) ? 2 : 1;
  reader.offset += width;
  reader.index += width;
  reader.column = 0;
  reader.line++;
  return isSeparator(code) ? String.fromCharCode(code) : '\n';
}

/** Passes over empty lines, as far as go-yaml holds the text already: there may be millions. */
export function skipEmptyLines(reader: Reader): void {
  const { text, blocks, offset } = reader;
  let at = offset;
  while (at + 4 <= blocks.limit && text.charCodeAt(at) === LF) at++;
  reader.offset = at;
  reader.index += at - offset;
  reader.line += at - offset;
}

const LF = 10;

/** The place, to keep. */
export function markOf({ index, line, column, offset }: Mark): Mark {
  return { index, line, column, offset };
}

/** The error of a problem at the place, or at another. */
export function problemAt({ offset }: Mark, problem: string): YamlProblem {
  return new YamlProblem(problem, offset);
}
