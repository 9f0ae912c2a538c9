import { UserError } from '../../errors.ts';
import type { SpecDocument } from './documents.ts';

/** The error for a text that has a form in which an edit is not sure to change what was meant and nothing else. */
export function unsafe(
  document: Pick<SpecDocument, 'placeAt'>,
  offset: number,
  message: string,
  hint: string = BY_HAND,
): UserError {
  return new UserError(`cannot be edited safely: ${message}`, { place: document.placeAt(offset), hint });
}

const BY_HAND = 'Nothing was written. Write this part in the usual form, or make the change by hand.';
