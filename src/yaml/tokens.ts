import {
  type Reader,
  codeAt,
  codeOf,
  isBlank,
  isBlankOrEnd,
  isBreak,
  isLineEnd,
  isSpace,
  isTab,
  need,
  problemAt,
  skip,
  takeEmptyLines,
  skipOn,
  startReading,
  takeBreak,
  skipPlainly,
  neverEnds,
  isNoSpace,
} from './characters.ts';

export type TokenType =
  | 'stream-start'
  | 'stream-end'
  | 'version-directive'
  | 'tag-directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence-start'
  | 'block-mapping-start'
  | 'block-end'
  | 'flow-sequence-start'
  | 'flow-sequence-end'
  | 'flow-mapping-start'
  | 'flow-mapping-end'
  | 'flow-entry'
  | 'block-entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** How a scalar is written: without quotes, in quotes, as a block behind `|` or `>`. */
export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

/** A piece of YAML. `start` and `end` are offsets in the text. */
export interface Token {
  type: TokenType;
  start: number;
  end: number;
  /** A scalar's text, an anchor's name, a tag's handle, a version. */
  value: string;
  /** What follows the handle of a tag, the prefix of a tag directive. */
  suffix: string;
  /** How a scalar is written. */
  style: ScalarStyle;
}

/** A token from a place on, up to another (or empty). */
export function token(
  type: TokenType,
  start: number,
  end: number = start,
  value = '',
  style: ScalarStyle = 'plain',
): Token {
  return { type, start, end, value, suffix: '', style };
}

/** What go-yaml's scanner knows (`yaml_parser_t` of `yamlh.go`, release 2.4.4). */
export interface Scanner extends Reader {
  tokens: Token[];
  /** The next token to hand out, and how many were. */
  head: number;
  handedOut: number;
  started: boolean;
  ended: boolean;
  /** How many brackets are open. */
  flowLevel: number;
  /** The column of the innermost block, -1 outside of all. */
  indent: number;
  indents: number[];
  simpleKeyAllowed: boolean;
  /** A possible key without `?` for each level of brackets, and where those with a token number stand. */
  simpleKeys: SimpleKey[];
  simpleKeysByToken: Map<number, number>;
  /** The comments passed over, in order. */
  comments: Comment[];
}

/** A comment: from its `#` to the end of its line, as offsets in the text. */
export interface Comment {
  start: number;
  end: number;
}

/** A scanner at the start of a text. Throws YamlProblem as `startReading` does. */
export function startScanning(text: string, wide: boolean): Scanner {
  return {
    ...startReading(text, wide),
    tokens: [],
    head: 0,
    handedOut: 0,
    started: false,
    ended: false,
    flowLevel: 0,
    indent: -1,
    indents: [],
    simpleKeyAllowed: true,
    simpleKeys: [],
    simpleKeysByToken: new Map(),
    comments: [],
  };
}

/** Adds a token; with a place, before the token that many behind the next one. */
export function insertToken(scanner: Scanner, token: Token, place = -1): void {
  if (place < 0) scanner.tokens.push(token);
  else scanner.tokens.splice(scanner.head + place, 0, token);
}

/** The number that the token added next will have. */
function nextTokenNumber({ tokens, head, handedOut }: Scanner): number {
  return handedOut + (tokens.length - head);
}

const KEPT = 1024;

/** Hands out the next token; those handed out are dropped now and then. */
export function shiftToken(scanner: Scanner): void {
  scanner.head++;
  scanner.handedOut++;
  if (scanner.head < KEPT) return;
  scanner.tokens = scanner.tokens.slice(scanner.head);
  scanner.head = 0;
}

/** A place where a key without `?` may have begun. */
export interface SimpleKey {
  possible: boolean;
  /** Nothing but a key can stand there. */
  required: boolean;
  tokenNumber: number;
  /** Where it began. */
  offset: number;
  index: number;
  line: number;
  column: number;
}

const MAX_LENGTH = 1024;

/**
 * Tells whether a key may still be one: on one line, and no longer than 1,024 characters (`yaml_simple_key_is_valid` of `scannerc.go`).
 *
 * @throws YamlProblem where it can't, and must.
 */
export function isStillPossible(scanner: Scanner, key: SimpleKey): boolean {
  if (!key.possible) return false;
  if (key.line >= scanner.line && key.index + MAX_LENGTH >= scanner.index) return true;
  if (key.required) throw missingColon(key);
  key.possible = false;
  return false;
}

/** Remembers that a key may begin here. Throws YamlProblem where the one before had to be a key. */
export function saveSimpleKey(scanner: Scanner): void {
  if (!scanner.simpleKeyAllowed) return;
  const required = scanner.flowLevel === 0 && scanner.indent === scanner.column;
  const tokenNumber = nextTokenNumber(scanner);
  removeSimpleKey(scanner);
  const key = lastSimpleKey(scanner);
  key.possible = true;
  key.required = required;
  key.tokenNumber = tokenNumber;
  key.offset = scanner.offset;
  key.index = scanner.index;
  key.line = scanner.line;
  key.column = scanner.column;
  scanner.simpleKeysByToken.set(tokenNumber, scanner.simpleKeys.length - 1);
}

/** Forgets the possible key of this level. Throws YamlProblem where it had to be one. */
export function removeSimpleKey(scanner: Scanner): void {
  const key = lastSimpleKey(scanner);
  if (!key.possible) return;
  if (key.required) throw missingColon(key);
  key.possible = false;
  scanner.simpleKeysByToken.delete(key.tokenNumber);
}

/** The possible key of this level. */
export function lastSimpleKey(scanner: Scanner): SimpleKey {
  return scanner.simpleKeys.at(-1) ?? noKey(scanner);
}

/** What stands for "no key". */
export function noKey(scanner: Scanner, tokenNumber = 0): SimpleKey {
  const { offset, index, line, column } = scanner;
  return { possible: false, required: false, tokenNumber, offset, index, line, column };
}

function missingColon({ offset }: SimpleKey): Error {
  return problemAt(offset, "could not find expected ':'");
}

const MAX_LEVELS = 10_000;

/** Opens a bracket. Throws YamlProblem beyond 10,000 (`scannerc.go`). */
export function increaseFlowLevel(scanner: Scanner): void {
  scanner.simpleKeys.push(noKey(scanner, nextTokenNumber(scanner)));
  scanner.flowLevel++;
  if (scanner.flowLevel > MAX_LEVELS) throw problemAt(scanner.offset, `exceeded max depth of ${MAX_LEVELS}`);
}

/** Closes a bracket, if one is open. */
export function decreaseFlowLevel(scanner: Scanner): void {
  if (scanner.flowLevel === 0) return;
  scanner.flowLevel--;
  scanner.simpleKeysByToken.delete(lastSimpleKey(scanner).tokenNumber);
  scanner.simpleKeys.pop();
}

/**
 * Opens a block where a column is right of the last one, with the token that begins it: here, or before the token of a number.
 *
 * @throws YamlProblem beyond 10,000 levels.
 */
export function rollIndent(
  scanner: Scanner,
  type: TokenType,
  { offset, column }: Pick<Scanner, 'offset' | 'column'>,
  tokenNumber?: number,
): void {
  if (scanner.flowLevel > 0 || scanner.indent >= column) return;
  scanner.indents.push(scanner.indent);
  scanner.indent = column;
  if (scanner.indents.length > MAX_LEVELS) throw problemAt(scanner.offset, `exceeded max depth of ${MAX_LEVELS}`);
  insertToken(scanner, token(type, offset), tokenNumber === undefined ? -1 : tokenNumber - scanner.handedOut);
}

/** Closes the blocks that are right of a column. */
export function unrollIndent(scanner: Scanner, column: number): void {
  if (scanner.flowLevel > 0) return;
  while (scanner.indent > column) {
    insertToken(scanner, token('block-end', scanner.offset));
    scanner.indent = scanner.indents.pop() ?? -1;
  }
}

/**
 * Passes over blanks, comments and line breaks up to the next token (`yaml_parser_scan_to_next_token` of go-yaml's `scannerc.go`,
 * release 2.4.4). Tabs count as blanks inside brackets, and where no key can begin.
 */
export function skipToToken(scanner: Scanner): void {
  for (;;) {
    need(scanner, 1);
    if (scanner.column === 0 && bufferBeginsWithMark(scanner)) skip(scanner);
    need(scanner, 1);
    skipPlainly(scanner, isNoSpace);
    while (isSpace(codeAt(scanner)) || (isTab(codeAt(scanner)) && takesTabs(scanner))) skipOn(scanner);
    skipComment(scanner);
    if (!isBreak(codeAt(scanner))) return;
    need(scanner, 2);
    takeBreak(scanner);
    if (!bufferBeginsWithMark(scanner)) takeEmptyLines(scanner);
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
  while (!isLineEnd(codeAt(scanner))) {
    skipOn(scanner);
    skipPlainly(scanner, neverEnds);
  }
  scanner.comments.push({ start, end: scanner.offset });
}

/** Passes over a line break, if one stands here. */
export function skipBreak(reader: Reader): void {
  if (!isBreak(codeAt(reader))) return;
  need(reader, 2);
  takeBreak(reader);
}

/** Whether `---` or `...` stands here, at the start of a line. */
export function documentMark(reader: Reader): 'document-start' | 'document-end' | undefined {
  if (reader.column !== 0 || !isBlankOrEnd(codeAt(reader, 3))) return undefined;
  if (reader.text.startsWith('---', reader.offset)) return 'document-start';
  return reader.text.startsWith('...', reader.offset) ? 'document-end' : undefined;
}
