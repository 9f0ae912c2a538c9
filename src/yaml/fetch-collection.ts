import { decreaseFlowLevel, increaseFlowLevel, rollIndent } from './levels.ts';
import { markOf, problemAt, skip } from './reader.ts';
import { type Scanner, insertToken, removeSimpleKey, saveSimpleKey } from './scanner.ts';
import { type TokenType, token } from './token.ts';

/** Reads what stands at the place into tokens. Throws YamlProblem. */
export type FetchRule = (scanner: Scanner) => void;

/** Reads `[` or `{`. These functions are those of the same names in go-yaml's `scannerc.go`, release 2.4.4. */
export function fetchFlowStart(scanner: Scanner, type: TokenType): void {
  saveSimpleKey(scanner);
  increaseFlowLevel(scanner);
  scanner.simpleKeyAllowed = true;
  fetchIndicator(scanner, type);
}

/** Reads `]` or `}`. */
export function fetchFlowEnd(scanner: Scanner, type: TokenType): void {
  removeSimpleKey(scanner);
  decreaseFlowLevel(scanner);
  scanner.simpleKeyAllowed = false;
  fetchIndicator(scanner, type);
}

/** Reads `,`. */
export function fetchFlowEntry(scanner: Scanner): void {
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = true;
  fetchIndicator(scanner, 'flow-entry');
}

/** Reads `-`. */
export function fetchBlockEntry(scanner: Scanner): void {
  if (scanner.flowLevel === 0) {
    if (!scanner.simpleKeyAllowed) {
      throw problemAt(scanner, 'block sequence entries are not allowed in this context');
    }
    rollIndent(scanner, 'block-sequence-start', markOf(scanner));
  }
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = true;
  fetchIndicator(scanner, 'block-entry');
}

/** Adds the token of one character. */
export function fetchIndicator(scanner: Scanner, type: TokenType): void {
  const start = markOf(scanner);
  skip(scanner);
  insertToken(scanner, token(type, start, scanner.offset));
}
