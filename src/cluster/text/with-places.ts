import { UserError } from '../../errors.ts';
import { SpecError } from '../types.ts';
import type { SpecDocument } from './documents.ts';
import { placeOf } from './place.ts';

/** Runs what reads a spec from a document; an error about a value in it then names the file, line and column. */
export function withPlaces<T>(document: SpecDocument, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    throw new UserError(error.message, {
      place: placeOf(document, error.pointer),
      ...(error.hint ? { hint: error.hint } : {}),
    });
  }
}
