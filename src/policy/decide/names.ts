/** Numbers for the texts that rules mention, from 1: equal texts have equal ones. What no rule mentions has number 0. */
export class Names {
  readonly #numbers: Map<string, number> = new Map();
  readonly #pairs: Map<string, Map<string, number>> = new Map();
  size = 0;

  of(text: string): number {
    return this.#numbers.get(text) ?? 0;
  }

  /** The number of two texts together. */
  ofPair(first: string, second: string): number {
    return this.#pairs.get(first)?.get(second) ?? 0;
  }

  add(text: string): number {
    return numberIn(this.#numbers, text, () => ++this.size);
  }

  addPair(first: string, second: string): number {
    const seconds = this.#pairs.get(first) ?? new Map<string, number>();
    this.#pairs.set(first, seconds);
    return numberIn(seconds, second, () => ++this.size);
  }
}

function numberIn(numbers: Map<string, number>, text: string, next: () => number): number {
  const number = numbers.get(text) ?? next();
  numbers.set(text, number);
  return number;
}

const MOST_SHARED = 10_000;
let shared = new Names();

/** Gives the names of the next policies. Policies share them, so that those of many are together in memory; new ones where there are too many: none is ever taken back. */
export function sharedNames(): Names {
  if (shared.size > MOST_SHARED) shared = new Names();
  return shared;
}
