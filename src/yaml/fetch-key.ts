import { fetchIndicator } from './fetch-collection.ts';
import { rollIndent } from './levels.ts';
import { markOf, problemAt } from './reader.ts';
import {
  type Scanner,
  insertToken,
  type SimpleKey,
  isStillPossible,
  lastSimpleKey,
  removeSimpleKey,
} from './scanner.ts';
import { token } from './token.ts';

/** Reads `?`. These functions are those of the same names in go-yaml's `scannerc.go`, release 2.4.4. */
export function fetchKey(scanner: Scanner): void {
  if (scanner.flowLevel === 0) openMapping(scanner, 'mapping keys are not allowed in this context');
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = scanner.flowLevel === 0;
  fetchIndicator(scanner, 'key');
}

/** Reads `:`, and makes a key of what stands before it. */
export function fetchValue(scanner: Scanner): void {
  const key = lastSimpleKey(scanner);
  if (isStillPossible(scanner, key)) makeKey(scanner, key);
  else afterComplexKey(scanner);
  fetchIndicator(scanner, 'value');
}

function makeKey(scanner: Scanner, key: SimpleKey): void {
  insertToken(scanner, token('key', key.mark), key.tokenNumber - scanner.handedOut);
  rollIndent(scanner, 'block-mapping-start', key.mark, key.tokenNumber);
  key.possible = false;
  scanner.simpleKeysByToken.delete(key.tokenNumber);
  scanner.simpleKeyAllowed = false;
}

function afterComplexKey(scanner: Scanner): void {
  if (scanner.flowLevel === 0) openMapping(scanner, 'mapping values are not allowed in this context');
  scanner.simpleKeyAllowed = scanner.flowLevel === 0;
}

function openMapping(scanner: Scanner, problem: string): void {
  if (!scanner.simpleKeyAllowed) throw problemAt(scanner, problem);
  rollIndent(scanner, 'block-mapping-start', markOf(scanner));
}
