import { type Mark, problemAt } from './reader.ts';
import { type Scanner, insertToken, nextTokenNumber, lastSimpleKey, noKey } from './scanner.ts';
import { type TokenType, token } from './token.ts';

const MAX_LEVELS = 10_000;

/** Opens a bracket. Throws YamlProblem beyond 10,000 (`scannerc.go`). */
export function increaseFlowLevel(scanner: Scanner): void {
  scanner.simpleKeys.push(noKey(scanner, nextTokenNumber(scanner)));
  scanner.flowLevel++;
  if (scanner.flowLevel > MAX_LEVELS) throw problemAt(scanner, `exceeded max depth of ${MAX_LEVELS}`);
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
export function rollIndent(scanner: Scanner, type: TokenType, mark: Mark, tokenNumber?: number): void {
  if (scanner.flowLevel > 0 || scanner.indent >= mark.column) return;
  scanner.indents.push(scanner.indent);
  scanner.indent = mark.column;
  if (scanner.indents.length > MAX_LEVELS) throw problemAt(scanner, `exceeded max depth of ${MAX_LEVELS}`);
  insertToken(scanner, token(type, mark), tokenNumber === undefined ? -1 : tokenNumber - scanner.handedOut);
}

/** Closes the blocks that are right of a column. */
export function unrollIndent(scanner: Scanner, column: number): void {
  if (scanner.flowLevel > 0) return;
  while (scanner.indent > column) {
    insertToken(scanner, token('block-end', scanner));
    scanner.indent = scanner.indents.pop() ?? -1;
  }
}
