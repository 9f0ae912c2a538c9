/** The classes of the values of an attribute: each value that a policy mentions is its own, all others are one, number 0. */
export interface Classes {
  /** How many there are. */
  size: number;
  of(value: string): number;
}

/** Gives the classes of the values that a policy mentions. Two values of one class match the same rules. */
export function classesOf(mentioned: Iterable<string>): Classes {
  const numbers = new Map<string, number>();
  for (const value of mentioned) if (!numbers.has(value)) numbers.set(value, numbers.size + 1);
  return { size: numbers.size + 1, of: (value) => numbers.get(value) ?? 0 };
}
