import type { PolicyRule, RequestAttributes } from '../types.ts';

/** One bit for each slot, 32 to a word. */
export type Mask = Int32Array;

/** The rules of all policies, one after the other; each policy is filled up with undefined to the end of its last word. */
export type Slots = readonly (PolicyRule | undefined)[];

/** Gives the slots that a request matches in one dimension. The mask is shared: read only. */
export type Dimension = (request: RequestAttributes) => Mask;

const BITS = 32;
const MOST_REMEMBERED = 4096;

/** Gives how many words the rules of one policy fill. */
export function wordsOf(rules: readonly PolicyRule[]): number {
  return Math.ceil(rules.length / BITS);
}

/** Gives the slots of one policy. */
export function slotsOf(rules: readonly PolicyRule[]): Slots {
  return Array.from({ length: wordsOf(rules) * BITS }, (_, index) => rules[index]);
}

/** Gives the mask of the slots whose rule passes a test. */
export function maskOf(slots: Slots, test: (rule: PolicyRule) => boolean): Mask {
  const mask = new Int32Array(slots.length / BITS);
  slots.forEach((rule, index) => {
    if (rule && test(rule)) mask[Math.floor(index / BITS)]! |= 1 << (index % BITS);
  });
  return mask;
}

/** Gives the mask of the slots that are in either of two. */
export function union(first: Mask, second: Mask): Mask {
  return first.map((word, index) => word | second[index]!);
}

/** Gives the lowest slot, counted from that of the word `from`, that is in all masks; -1 if there is none before the word `to`. */
export function lowestInAll(masks: readonly Mask[], from: number, to: number): number {
  for (let at = from; at < to; at++) {
    let word = -1;
    for (const mask of masks) word &= mask[at]!;
    if (word !== 0) return (at - from) * BITS + Math.clz32(1) - Math.clz32(word & -word);
  }
  return -1;
}

/**
 * Makes a dimension out of a test of one rule. Requests with the same key must pass the same tests, so that their mask is worked out
 * once; those without a key are tested each time. Forgets all where there are too many, since a log has no end of values.
 */
export function dimension(
  slots: Slots,
  keyOf: (request: RequestAttributes) => number | string | undefined,
  test: (rule: PolicyRule, request: RequestAttributes) => boolean,
): Dimension {
  const known = new Map<number | string, Mask>();
  return (request) => {
    const key = keyOf(request);
    const found = key === undefined ? undefined : known.get(key);
    if (found) return found;
    const mask = maskOf(slots, (rule) => test(rule, request));
    if (known.size >= MOST_REMEMBERED) known.clear();
    if (key !== undefined) known.set(key, mask);
    return mask;
  };
}
