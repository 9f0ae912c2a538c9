import { scanDirective } from './directive.ts';
import { unrollIndent } from './levels.ts';
import { markOf, skip } from './reader.ts';
import { type Scanner, insertToken, noKey, removeSimpleKey } from './scanner.ts';
import { token } from './token.ts';

/** Begins the stream. These functions are those of the same names in go-yaml's `scannerc.go`, release 2.4.4. */
export function fetchStreamStart(scanner: Scanner): void {
  scanner.simpleKeys.push(noKey(scanner));
  scanner.started = true;
  insertToken(scanner, token('stream-start', scanner));
}

/** Ends the stream, with all blocks. */
export function fetchStreamEnd(scanner: Scanner): void {
  if (scanner.column !== 0) {
    scanner.column = 0;
    scanner.line++;
  }
  closeAll(scanner);
  insertToken(scanner, token('stream-end', scanner));
}

/** Reads a line that begins with `%`. */
export function fetchDirective(scanner: Scanner): void {
  closeAll(scanner);
  insertToken(scanner, scanDirective(scanner));
}

/** Reads `---` or `...`. */
export function fetchDocumentMark(scanner: Scanner, type: 'document-start' | 'document-end'): void {
  closeAll(scanner);
  const start = markOf(scanner);
  for (let count = 0; count < 3; count++) skip(scanner);
  insertToken(scanner, token(type, start, scanner.offset));
}

function closeAll(scanner: Scanner): void {
  unrollIndent(scanner, -1);
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = false;
}
