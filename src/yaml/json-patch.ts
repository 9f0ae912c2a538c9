import jsonpatch from 'fast-json-patch';
import { type Json, sameJson } from '../json.ts';

/** One RFC 6902 operation. Plans use these four and no others. */
export type Operation = { op: 'add' | 'replace' | 'test'; path: string; value: Json } | { op: 'remove'; path: string };

/**
 * Applies an RFC 6902 patch in validated mode; the document itself is left alone, and the result shares nothing with the patch.
 *
 * @throws PatchConflict where a `test` fails or a path is not there.
 */
export function applyOperations<T>(document: T, operations: readonly Operation[]): T {
  let result = structuredClone(document);
  for (const operation of operations) result = applyOne(result, operation);
  return result;
}

// What is compared may have a key `hasOwnProperty`, which the package would call.
function applyOne<T>(document: T, operation: Operation): T {
  try {
    if (operation.op !== 'test')
      return jsonpatch.applyOperation(document, structuredClone(operation), true).newDocument;
    if (sameJson(jsonpatch.getValueByPointer(document, operation.path) as Json, operation.value)) return document;
  } catch (error) {
    if (!(error instanceof jsonpatch.JsonPatchError || error instanceof TypeError)) throw error;
  }
  throw new PatchConflict(operation);
}

/** An operation that does not fit the document it was to be applied to. Its text holds no value: values may be secret. */
export class PatchConflict extends Error {
  override name = 'PatchConflict';
  readonly operation: Operation;

  constructor(operation: Operation) {
    super(`${operation.op} ${operation.path} does not fit the document`);
    this.operation = operation;
  }
}

/** Splits a JSON pointer (RFC 6901) into its keys. */
export function pointerKeys(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Joins keys to a JSON pointer (RFC 6901). */
export function pointerTo(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
