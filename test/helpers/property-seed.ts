import fc from 'fast-check';
import { runs } from './runs.ts';

/**
 * Property tests look at the same values in every run, so that a failure is one of the change at hand. `PROPERTY_SEED=random` looks at
 * new ones, `PROPERTY_SEED=N` at those of seed N. How many: see `runs`.
 */
const { PROPERTY_SEED } = process.env;
const seed = PROPERTY_SEED === 'random' ? {} : { seed: Number(PROPERTY_SEED ?? 1) };
fc.configureGlobal({ ...runs(30, 100), ...seed });
