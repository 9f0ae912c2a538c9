const isWide = process.env['PROPERTY_RUNS'] === 'wide';

/**
 * How often a property is tried: `quick` times in `npm test`, enough to find the mistakes it is there for, and `wide` times with
 * `PROPERTY_RUNS=wide`, as `npm run test:wide` does.
 */
export function runs(quick: number, wide: number): { numRuns: number } {
  return { numRuns: isWide ? wide : quick };
}

/** Every so many of these in `npm test`, the first one included, and all of them with `PROPERTY_RUNS=wide`. */
export function sampled<T>(rows: readonly T[], every: number): T[] {
  return rows.filter((_row, at) => isWide || at % every === 0);
}
