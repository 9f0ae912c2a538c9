/**
 * The values of one selector (users, verbs, …) as bits: bit 0 stands for every value that is not mentioned, then one bit a
 * mentioned value. A set of values is a bigint.
 */
export interface Values {
  mentioned: readonly string[];
  /** Every value. */
  all: bigint;
  /** The set a selector stands for; a selector that is not set stands for every value. */
  bitsOf(selector: readonly string[] | undefined): bigint;
  /** The bit of one value. */
  bitOf(value: string): bigint;
}

/** Collects the values that any of the selectors mentions. */
export function valuesOf(selectors: Iterable<readonly string[] | undefined>): Values {
  const mentioned = [...new Set([...selectors].flatMap((selector) => selector ?? []))];
  const places = new Map(mentioned.map((value, at) => [value, BigInt(at + 1)]));
  const all = (1n << BigInt(mentioned.length + 1)) - 1n;
  const bitOf = (value: string): bigint => 1n << (places.get(value) ?? 0n);
  return { mentioned, all, bitOf, bitsOf: (selector) => (selector?.length ? union(selector, bitOf) : all) };
}

function union(values: readonly string[], bitOf: (value: string) => bigint): bigint {
  let bits = 0n;
  for (const value of values) bits |= bitOf(value);
  return bits;
}

/** The places of the bits that are set, lowest first. */
export function placesOf(bits: bigint): number[] {
  const text = bits.toString(2);
  const places: number[] = [];
  for (let at = text.lastIndexOf('1'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('1', at - 1)) {
    places.push(text.length - 1 - at);
  }
  return places;
}

/** The lowest bit that is set; -1 where none is. */
export function firstPlace(bits: bigint): number {
  const text = bits.toString(2);
  return bits === 0n ? -1 : text.length - 1 - text.lastIndexOf('1');
}
