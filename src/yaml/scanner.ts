import { END, codeAt, codeOf, isBlank, isBlankOrEnd, need, problemAt, skip } from './characters.ts';
import { scanBlockScalar, scanPlain, scanQuoted } from './scalars.ts';
import { scanAnchor, scanDirective, scanTag } from './tags.ts';
import {
  type Scanner,
  type SimpleKey,
  type Token,
  type TokenType,
  decreaseFlowLevel,
  documentMark,
  increaseFlowLevel,
  insertToken,
  isStillPossible,
  lastSimpleKey,
  noKey,
  removeSimpleKey,
  rollIndent,
  saveSimpleKey,
  skipToToken,
  token,
  unrollIndent,
} from './tokens.ts';

/**
 * The next token, not handed out yet (`yaml_parser_fetch_more_tokens` of go-yaml's `scannerc.go`, release 2.4.4).
 *
 * @throws YamlProblem
 */
export function peekToken(scanner: Scanner): Token {
  while (needsMore(scanner)) fetchToken(scanner);
  return scanner.tokens[scanner.head] as Token;
}

// A token that may turn out to be a key can't be handed out before that is known.
function needsMore(scanner: Scanner): boolean {
  if (scanner.head === scanner.tokens.length) return true;
  const at = scanner.simpleKeysByToken.get(scanner.handedOut);
  if (at === undefined) return false;
  const key = scanner.simpleKeys[at];
  if (!key) throw problemAt(scanner.offset, 'kube-apiserver crashes here');
  return isStillPossible(scanner, key);
}

function fetchToken(scanner: Scanner): void {
  need(scanner, 1);
  if (!scanner.started) return fetchStreamStart(scanner);
  skipToToken(scanner);
  unrollIndent(scanner, scanner.column);
  need(scanner, 4);
  const code = codeAt(scanner);
  if (code === END) return fetchStreamEnd(scanner);
  if (scanner.column === 0 && code === codeOf('%')) return fetchDirective(scanner);
  const mark = documentMark(scanner);
  if (mark) return fetchDocumentMark(scanner, mark);
  return byFirstCharacter(scanner, code);
}

const RULES: Readonly<Record<string, FetchRule>> = {
  '[': (scanner) => fetchFlowStart(scanner, 'flow-sequence-start'),
  '{': (scanner) => fetchFlowStart(scanner, 'flow-mapping-start'),
  ']': (scanner) => fetchFlowEnd(scanner, 'flow-sequence-end'),
  '}': (scanner) => fetchFlowEnd(scanner, 'flow-mapping-end'),
  ',': fetchFlowEntry,
  '-': (scanner) => (isBlankOrEnd(codeAt(scanner, 1)) ? fetchBlockEntry(scanner) : fetchPlain(scanner)),
  '?': (scanner) => (endsIndicator(scanner) ? fetchKey(scanner) : fetchPlain(scanner)),
  ':': (scanner) => (endsIndicator(scanner) ? fetchValue(scanner) : fetchPlain(scanner)),
  '*': (scanner) => fetchAnchor(scanner, 'alias'),
  '&': (scanner) => fetchAnchor(scanner, 'anchor'),
  '!': fetchTag,
  '|': (scanner) => (scanner.flowLevel === 0 ? fetchBlockScalar(scanner, true) : noToken(scanner)),
  '>': (scanner) => (scanner.flowLevel === 0 ? fetchBlockScalar(scanner, false) : noToken(scanner)),
  "'": (scanner) => fetchQuoted(scanner, true),
  '"': (scanner) => fetchQuoted(scanner, false),
  '#': noToken,
  '%': noToken,
  '@': noToken,
  '`': noToken,
};

function byFirstCharacter(scanner: Scanner, code: number): void {
  const rule = code < 128 ? RULES[String.fromCharCode(code)] : undefined;
  if (rule) rule(scanner);
  else if (isBlank(code)) noToken(scanner);
  else fetchPlain(scanner);
}

// "?" and ":" are indicators before a blank, and anywhere inside brackets.
function endsIndicator(scanner: Scanner): boolean {
  return scanner.flowLevel > 0 || isBlankOrEnd(codeAt(scanner, 1));
}

function noToken(scanner: Scanner): never {
  throw problemAt(scanner.offset, 'found character that cannot start any token');
}

/** Reads what stands at the place into tokens. Throws YamlProblem. */
type FetchRule = (scanner: Scanner) => void;

/** Reads `[` or `{`. These functions are those of the same names in go-yaml's `scannerc.go`, release 2.4.4. */
function fetchFlowStart(scanner: Scanner, type: TokenType): void {
  saveSimpleKey(scanner);
  increaseFlowLevel(scanner);
  scanner.simpleKeyAllowed = true;
  fetchIndicator(scanner, type);
}

/** Reads `]` or `}`. */
function fetchFlowEnd(scanner: Scanner, type: TokenType): void {
  removeSimpleKey(scanner);
  decreaseFlowLevel(scanner);
  scanner.simpleKeyAllowed = false;
  fetchIndicator(scanner, type);
}

/** Reads `,`. */
function fetchFlowEntry(scanner: Scanner): void {
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = true;
  fetchIndicator(scanner, 'flow-entry');
}

/** Reads `-`. */
function fetchBlockEntry(scanner: Scanner): void {
  if (scanner.flowLevel === 0) {
    if (!scanner.simpleKeyAllowed) {
      throw problemAt(scanner.offset, 'block sequence entries are not allowed in this context');
    }
    rollIndent(scanner, 'block-sequence-start', scanner);
  }
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = true;
  fetchIndicator(scanner, 'block-entry');
}

/** Adds the token of one character. */
function fetchIndicator(scanner: Scanner, type: TokenType): void {
  const start = scanner.offset;
  skip(scanner);
  insertToken(scanner, token(type, start, scanner.offset));
}

/** Begins the stream. These functions are those of the same names in go-yaml's `scannerc.go`, release 2.4.4. */
function fetchStreamStart(scanner: Scanner): void {
  scanner.simpleKeys.push(noKey(scanner));
  scanner.started = true;
  insertToken(scanner, token('stream-start', scanner.offset));
}

/** Ends the stream, with all blocks. */
function fetchStreamEnd(scanner: Scanner): void {
  if (scanner.column !== 0) {
    scanner.column = 0;
    scanner.line++;
  }
  closeAll(scanner);
  insertToken(scanner, token('stream-end', scanner.offset));
}

/** Reads a line that begins with `%`. */
function fetchDirective(scanner: Scanner): void {
  closeAll(scanner);
  insertToken(scanner, scanDirective(scanner));
}

/** Reads `---` or `...`. */
function fetchDocumentMark(scanner: Scanner, type: 'document-start' | 'document-end'): void {
  closeAll(scanner);
  const start = scanner.offset;
  for (let count = 0; count < 3; count++) skip(scanner);
  insertToken(scanner, token(type, start, scanner.offset));
}

function closeAll(scanner: Scanner): void {
  unrollIndent(scanner, -1);
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = false;
}

/** Reads `?`. These functions are those of the same names in go-yaml's `scannerc.go`, release 2.4.4. */
function fetchKey(scanner: Scanner): void {
  if (scanner.flowLevel === 0) openMapping(scanner, 'mapping keys are not allowed in this context');
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = scanner.flowLevel === 0;
  fetchIndicator(scanner, 'key');
}

/** Reads `:`, and makes a key of what stands before it. */
function fetchValue(scanner: Scanner): void {
  const key = lastSimpleKey(scanner);
  if (isStillPossible(scanner, key)) makeKey(scanner, key);
  else afterComplexKey(scanner);
  fetchIndicator(scanner, 'value');
}

function makeKey(scanner: Scanner, key: SimpleKey): void {
  insertToken(scanner, token('key', key.offset), key.tokenNumber - scanner.handedOut);
  rollIndent(scanner, 'block-mapping-start', key, key.tokenNumber);
  key.possible = false;
  scanner.simpleKeysByToken.delete(key.tokenNumber);
  scanner.simpleKeyAllowed = false;
}

function afterComplexKey(scanner: Scanner): void {
  if (scanner.flowLevel === 0) openMapping(scanner, 'mapping values are not allowed in this context');
  scanner.simpleKeyAllowed = scanner.flowLevel === 0;
}

function openMapping(scanner: Scanner, problem: string): void {
  if (!scanner.simpleKeyAllowed) throw problemAt(scanner.offset, problem);
  rollIndent(scanner, 'block-mapping-start', scanner);
}

/** Reads `*name` or `&name`. These functions are those of the same names in go-yaml's `scannerc.go`, release 2.4.4. */
function fetchAnchor(scanner: Scanner, type: 'alias' | 'anchor'): void {
  fetchPossibleKey(scanner, () => scanAnchor(scanner, type));
}

/** Reads `!tag`. */
function fetchTag(scanner: Scanner): void {
  fetchPossibleKey(scanner, () => scanTag(scanner));
}

/** Reads a text in quotes. */
function fetchQuoted(scanner: Scanner, single: boolean): void {
  fetchPossibleKey(scanner, () => scanQuoted(scanner, single));
}

/** Reads a text without quotes. */
function fetchPlain(scanner: Scanner): void {
  fetchPossibleKey(scanner, () => scanPlain(scanner));
}

/** Reads a text that begins with `|` (literal) or `>`. */
function fetchBlockScalar(scanner: Scanner, literal: boolean): void {
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = true;
  insertToken(scanner, scanBlockScalar(scanner, literal));
}

function fetchPossibleKey(scanner: Scanner, scan: () => Token): void {
  saveSimpleKey(scanner);
  scanner.simpleKeyAllowed = false;
  insertToken(scanner, scan());
}
