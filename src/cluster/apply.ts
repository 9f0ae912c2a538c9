import jsonpatch from 'fast-json-patch';
import type { Operation } from './types.ts';

/**
 * Applies an RFC 6902 patch in validated mode; the document itself is left alone, and the result shares nothing with the patch.
 *
 * @throws PatchConflict where a `test` fails or a path is not there.
 */
export function applyOperations<T>(document: T, operations: readonly Operation[]): T {
  try {
    return jsonpatch.applyPatch(document, structuredClone(operations) as Operation[], true, false).newDocument;
  } catch (error) {
    if (!(error instanceof jsonpatch.JsonPatchError)) throw error;
    throw new PatchConflict(operations[error.index ?? 0]!);
  }
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
