import { editDistance } from './edit-distance.ts';

/**
 * Finds the word that somebody probably meant: the same but for case, or at most two letters (one in a short word) wrong, missing or
 * too many. Undefined when nothing is near.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = word.length < 5 ? 1 : 2;
  const [best] = known
    .filter((name) => Math.abs(name.length - word.length) <= limit)
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter((entry) => entry.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return best?.name;
}
