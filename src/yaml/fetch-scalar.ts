import { scanAnchor } from './anchor.ts';
import { scanBlockScalar } from './block-scalar.ts';
import { scanPlain } from './plain-scalar.ts';
import { scanQuoted } from './quoted-scalar.ts';
import { type Scanner, insertToken, removeSimpleKey, saveSimpleKey } from './scanner.ts';
import { scanTag } from './tag.ts';
import type { Token } from './token.ts';

/** Reads `*name` or `&name`. These functions are those of the same names in go-yaml's `scannerc.go`, release 2.4.4. */
export function fetchAnchor(scanner: Scanner, type: 'alias' | 'anchor'): void {
  fetchPossibleKey(scanner, () => scanAnchor(scanner, type));
}

/** Reads `!tag`. */
export function fetchTag(scanner: Scanner): void {
  fetchPossibleKey(scanner, () => scanTag(scanner));
}

/** Reads a text in quotes. */
export function fetchQuoted(scanner: Scanner, single: boolean): void {
  fetchPossibleKey(scanner, () => scanQuoted(scanner, single));
}

/** Reads a text without quotes. */
export function fetchPlain(scanner: Scanner): void {
  fetchPossibleKey(scanner, () => scanPlain(scanner));
}

/** Reads a text that begins with `|` (literal) or `>`. */
export function fetchBlockScalar(scanner: Scanner, literal: boolean): void {
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = true;
  insertToken(scanner, scanBlockScalar(scanner, literal));
}

function fetchPossibleKey(scanner: Scanner, scan: () => Token): void {
  saveSimpleKey(scanner);
  scanner.simpleKeyAllowed = false;
  insertToken(scanner, scan());
}
