import { type Mark, type Reader, markOf, problemAt, startReading } from './reader.ts';
import type { Token } from './token.ts';

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
export function nextTokenNumber({ tokens, head, handedOut }: Scanner): number {
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
  mark: Mark;
}

const MAX_LENGTH = 1024;

/**
 * Tells whether a key may still be one: on one line, and no longer than 1,024 characters (`yaml_simple_key_is_valid` of `scannerc.go`).
 *
 * @throws YamlProblem where it can't, and must.
 */
export function isStillPossible(scanner: Scanner, key: SimpleKey): boolean {
  if (!key.possible) return false;
  if (key.mark.line >= scanner.line && key.mark.index + MAX_LENGTH >= scanner.index) return true;
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
  const at = scanner.simpleKeys.length - 1;
  scanner.simpleKeys[at] = { possible: true, required, tokenNumber, mark: markOf(scanner) };
  scanner.simpleKeysByToken.set(tokenNumber, at);
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
  return { possible: false, required: false, tokenNumber, mark: markOf(scanner) };
}

function missingColon({ mark }: SimpleKey): Error {
  return problemAt(mark, "could not find expected ':'");
}
