const isWide = process.env['PROPERTY_RUNS'] === 'wide';

/**
 * How often a property is tried: `quick` times in `npm test`, enough to find the mistakes it is there for, and `wide` times with
 * `PROPERTY_RUNS=wide`, as `npm run test:wide` does.
 */
export function runs(quick: number, wide: number): { numRuns: number } {
  return { numRuns: isWide ? wide : quick };
}
