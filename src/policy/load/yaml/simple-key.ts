import { type Mark, markOf, problemAt } from './reader.ts';
import { type Scanner, nextTokenNumber } from './scanner.ts';

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
