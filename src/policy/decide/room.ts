import type { Decision } from '../types.ts';

/**
 * Where compiled policies lie, together with what they have in common: the numbers of texts, and decisions. Where many policies are
 * asked in turn, what a decision costs is the memory it touches, and so they lie close to each other.
 */
export class Room {
  readonly names: Names = new Names();
  /** By place of a block, the bits that a resource of any name satisfies: only for blocks whose tables are not enough for that. */
  readonly odd: Map<number, (resource: string, subresource: string) => number> = new Map();
  readonly #decisions: Decision[] = [];
  readonly #numbers: Map<string, number> = new Map();
  flat: Int32Array = new Int32Array(2 ** 12);
  used = 0;

  /** Gives the number of a decision. */
  numberOf(decision: Decision): number {
    const key = JSON.stringify(decision);
    const known = this.#numbers.get(key) ?? this.#decisions.length;
    if (known < this.#decisions.length) return known;
    this.#numbers.set(key, known);
    this.#decisions.push(Object.freeze({ ...decision, omitStages: Object.freeze([...decision.omitStages]) }));
    return known;
  }

  /** Gives the decision of a number. It is frozen and shared. */
  decision(number: number | undefined): Decision {
    const decision = this.#decisions[number ?? -1];
    if (!decision) throw new Error(`there is no decision ${number}`);
    return decision;
  }

  /** Puts numbers behind all that are there. */
  add(numbers: ArrayLike<number>): void {
    const end = this.used + numbers.length;
    if (end > this.flat.length) {
      const larger = new Int32Array(2 * end);
      larger.set(this.flat);
      this.flat = larger;
    }
    this.flat.set(numbers, this.used);
    this.used = end;
  }
}

/** Numbers for the texts that rules mention, from 1: equal texts have equal ones. What no rule mentions has number 0. */
class Names {
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
    return this.#numberIn(this.#numbers, text);
  }

  addPair(first: string, second: string): number {
    const seconds = this.#pairs.get(first) ?? new Map<string, number>();
    this.#pairs.set(first, seconds);
    return this.#numberIn(seconds, second);
  }

  #numberIn(numbers: Map<string, number>, text: string): number {
    const number = numbers.get(text) ?? ++this.size;
    numbers.set(text, number);
    return number;
  }
}

const MOST_NAMES = 10_000;
const MOST_NUMBERS = 2 ** 20;
let current = new Room();

/** Gives the room for the next policies: a new one where much was put into the last, as nothing is ever taken out. */
export function roomForMore(): Room {
  if (current.names.size > MOST_NAMES || current.used > MOST_NUMBERS) current = new Room();
  return current;
}
