/** Why a text can't be read. `offset` counts UTF-16 units from the start; `problem` is the wording of go-yaml v2 where it has one. */
export class YamlProblem extends Error {
  override name = 'YamlProblem';
  readonly offset: number;

  constructor(problem: string, offset: number) {
    super(problem);
    this.offset = offset;
  }
}

/**
 * The kinds of characters that go-yaml v2.4.4 tells apart (`yamlprivateh.go`), as UTF-16 code units; 0 stands for the end of the text.
 */
export const END = 0;

/** The code of a character, for comparisons: `codeOf(':')`. */
export function codeOf(character: string): number {
  return character.charCodeAt(0);
}

const TAB = 9;
const SPACE = 32;
const LF = 10;
const CR = 13;
const NEL = 0x85;

export function isTab(code: number): boolean {
  return code === TAB;
}

export function isSpace(code: number): boolean {
  return code === SPACE;
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** A line break of YAML 1.1: LF, CR, next line, line separator, paragraph separator. */
export function isBreak(code: number): boolean {
  return code === LF || code === CR || code === NEL || isSeparator(code);
}

/** A line break that stays as it is where others become LF. */
function isSeparator(code: number): boolean {
  return code === 0x2028 || code === 0x2029;
}

export function isLineEnd(code: number): boolean {
  return code === END || isBreak(code);
}

export function isBlankOrEnd(code: number): boolean {
  return code === SPACE || code === TAB || isLineEnd(code);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** What names of anchors, directives and tag handles are made of: ASCII letters, digits, `_` and `-`. */
export function isNameCharacter(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 45;
}

export function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function isCrLf(code: number, next: number): boolean {
  return code === CR && next === LF;
}

/** The first half of a character beyond U+FFFF. */
function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** How much of a text go-yaml has decoded. */
interface Blocks {
  readonly text: string;
  /** The text was UTF-16. */
  readonly wide: boolean;
  /** Where what is decoded ends. */
  limit: number;
}

const BLOCK_BYTES = 512;
const BYTE_ORDER_MARK = 0xfeff;

// A text without these is decoded at once: what the blocks are for can't happen in it.
const STRANGE = /[^\t\n\r\x20-\x7E\x85\xA0-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Begins a text; a byte order mark at its start is passed over. */
function firstBlock(text: string, wide: boolean): Blocks {
  const blocks = { text, wide, limit: 0 };
  if (!STRANGE.test(text)) return { ...blocks, limit: text.length };
  const marked = text.charCodeAt(0) === BYTE_ORDER_MARK;
  if (marked) blocks.limit = 1;
  advance(blocks, BLOCK_BYTES - (marked ? (wide ? 2 : 3) : 0));
  return blocks;
}

/**
 * Decodes up to 512 bytes more, as go-yaml v2.4.4 does (`readerc.go`): a character it refuses is an error only once its block is reached,
 * and a character cut off at the end of the file only once more is asked for.
 *
 * @throws YamlProblem
 */
function nextBlock(blocks: Blocks): void {
  const before = blocks.limit;
  advance(blocks, BLOCK_BYTES);
  if (blocks.limit === before && before < blocks.text.length) throw refused(before);
}

function advance(blocks: Blocks, budget: number): void {
  const { text, wide } = blocks;
  let at = blocks.limit;
  let left = budget;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (!wide && left > 0 && isPlainByte(code)) {
      left--;
      at++;
      continue;
    }
    const width = wide ? 2 : byteWidth(text, at, code);
    const pair = isHighSurrogate(code) && isLowSurrogate(text.charCodeAt(at + 1));
    const needed = wide && isHighSurrogate(code) ? 4 : width;
    if (needed > left || isCutOff(text, at, needed, wide)) break;
    if (!isAllowed(code, pair)) throw refused(at);
    left -= needed;
    at += pair ? 2 : 1;
  }
  blocks.limit = at;
}

// Nearly every character: one byte, and allowed.
function isPlainByte(code: number): boolean {
  return code === LF || (code >= 0x20 && code <= 0x7e);
}

// Bytes that are no UTF-8 stand in the text as U+DC00 and the byte (`../bytes.ts`); a leading one waits for those it announces.
function byteWidth(text: string, at: number, code: number): number {
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (isHighSurrogate(code) && isLowSurrogate(text.charCodeAt(at + 1))) return 4;
  return isLowSurrogate(code) ? announcedWidth(code & 0xff) : 3;
}

function announcedWidth(byte: number): number {
  if ((byte & 0xe0) === 0xc0) return 2;
  if ((byte & 0xf0) === 0xe0) return 3;
  return (byte & 0xf8) === 0xf0 ? 4 : 1;
}

function isCutOff(text: string, at: number, needed: number, wide: boolean): boolean {
  if (at + needed <= text.length || !isBroken(text.charCodeAt(at))) return false;
  let bytes = 0;
  for (let next = at; next < text.length; next++) bytes += wide ? 2 : followingWidth(text.charCodeAt(next));
  return bytes < needed;
}

function isBroken(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

function followingWidth(code: number): number {
  if (code < 0x80 || isLowSurrogate(code)) return 1;
  return code < 0x800 ? 2 : 3;
}

function isAllowed(code: number, pair: boolean): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  if (code <= 0x7e) return true;
  if (code < 0xa0) return code === 0x85;
  if (isBroken(code)) return pair;
  return code <= 0xfffd;
}

function refused(at: number): YamlProblem {
  return new YamlProblem('control characters are not allowed', at);
}

/** A place as go-yaml counts it: `index` and `column` in characters from 0, `offset` in UTF-16 units of the text. */
interface Mark {
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

/**
 * Passes over ASCII characters other than control characters, up to one that ends them: as many as go-yaml holds already, with what it
 * looks at behind them. What is left is for the caller, one by one.
 */
export function skipPlainly(reader: Reader, isEnd: (code: number, next: number) => boolean): void {
  const { text, blocks, offset } = reader;
  const last = blocks.limit - MOST_AHEAD;
  let at = offset;
  let code = text.charCodeAt(at);
  while (at < last && code >= SPACE && code < 127) {
    const next = text.charCodeAt(at + 1);
    if (isEnd(code, next)) break;
    at++;
    code = next;
  }
  reader.offset = at;
  reader.index += at - offset;
  reader.column += at - offset;
}

/** For `skipPlainly` up to the end of a line. */
export function neverEnds(): boolean {
  return false;
}

/** For `skipPlainly` over spaces. */
export function isNoSpace(code: number): boolean {
  return code !== SPACE;
}

// Nothing asks for more than four characters, of two units each.
const MOST_AHEAD = 9;

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

/** Passes over empty lines, as far as go-yaml holds the text already, and gives their breaks: there may be millions. */
export function takeEmptyLines(reader: Reader): string {
  const { text, blocks, offset } = reader;
  let at = offset;
  while (at + 4 <= blocks.limit && text.charCodeAt(at) === LF) at++;
  reader.offset = at;
  reader.index += at - offset;
  reader.line += at - offset;
  return text.slice(offset, at);
}

/** The error of a problem at an offset. */
export function problemAt(offset: number, problem: string): YamlProblem {
  return new YamlProblem(problem, offset);
}
