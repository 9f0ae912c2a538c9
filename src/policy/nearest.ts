/**
 * Finds the word that somebody probably meant: the same but for case, or with at most two letters (one in a word of three or four)
 * wrong, missing, too many or swapped with the next one. Undefined when nothing is near; of a word of one or two letters too much would
 * be.
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = LIMITS[word.length] ?? 2;
  const [best] = known
    .filter((name) => Math.abs(name.length - word.length) <= limit && lettersWithout(word, name) <= limit)
    .map((name) => ({ name, distance: editDistance(word.toLowerCase(), name.toLowerCase()) }))
    .filter((entry) => entry.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return best?.name;
}

/** How many letters of a word are not in a name at all: each of them is wrong or too many, and they are counted quickly. */
function lettersWithout(word: string, name: string): number {
  const known = name.toLowerCase();
  return Array.from(word.toLowerCase()).filter((letter) => !known.includes(letter)).length;
}

/** How far off a word of so many letters may be. */
const LIMITS: readonly number[] = [0, 0, 0, 1, 1];

/**
 * Takes two texts; gives the least number of letters to put in, take out, replace or swap with the next one to turn one into the other
 * (Damerau and Levenshtein, no letter touched twice).
 */
export function editDistance(from: string, to: string): number {
  const [a, b] = [Array.from(from), Array.from(to)];
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of a.entries()) {
    const next = [i + 1];
    for (const [j, other] of b.entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      const isSwapped = i > 0 && j > 0 && letter === b[j - 1] && a[i - 1] === other;
      const swapped = isSwapped ? (before[j - 1] ?? 0) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row.at(-1) ?? 0;
}
