import type { Place } from '../../errors.ts';
import { offsetOf } from '../../policy/load/place.ts';
import type { SpecDocument } from './documents.ts';
import { pointerKeys } from '../../yaml/json-patch.ts';

/**
 * Finds the line and column of the value that a JSON pointer leads to; where it leads nowhere, of the nearest part on the way.
 *
 * @throws UserError where the document can't be read.
 */
export function placeOf(document: SpecDocument, pointer: string): Required<Place> {
  const path = pointerKeys(pointer).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  return document.placeAt(offsetOf(document.node(), path));
}
