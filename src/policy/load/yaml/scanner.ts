import { type Reader, startReading } from './reader.ts';
import type { SimpleKey } from './simple-key.ts';
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
