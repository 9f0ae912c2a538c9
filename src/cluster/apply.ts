import jsonpatch from 'fast-json-patch';
import { sameJson } from './json.ts';
import type { Json, Operation } from './types.ts';

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
