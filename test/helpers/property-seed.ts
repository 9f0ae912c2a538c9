import fc from 'fast-check';

/**
 * Property tests look at the same values in every run, so that a failure is one of the change at hand. `PROPERTY_SEED=random` looks at
 * new ones, `PROPERTY_SEED=N` at those of seed N.
 */
const { PROPERTY_SEED } = process.env;
if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED ?? 1) });
