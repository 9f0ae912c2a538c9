import { describe, expect, it } from 'vitest';
import { durationText, readDuration, readQuantity } from '../../src/cluster/go-values.ts';

/** What `time.ParseDuration` and `Duration.String` of Go 1.26 make of texts. */
const DURATIONS: readonly (readonly [string, bigint, string])[] = [
  ['0', 0n, '0s'],
  ['0s', 0n, '0s'],
  ['10s', 10_000_000_000n, '10s'],
  ['90s', 90_000_000_000n, '1m30s'],
  ['1.5h', 5_400_000_000_000n, '1h30m0s'],
  ['100ms', 100_000_000n, '100ms'],
  ['1500ms', 1_500_000_000n, '1.5s'],
  ['1.5ms', 1_500_000n, '1.5ms'],
  ['500us', 500_000n, '500µs'],
  ['7ns', 7n, '7ns'],
  ['25h', 90_000_000_000_000n, '25h0m0s'],
  ['2562047h47m16.854775807s', 9_223_372_036_854_775_807n, '2562047h47m16.854775807s'],
  ['-2562047h47m16.854775808s', -9_223_372_036_854_775_808n, '-2562047h47m16.854775808s'],
  ['1.0000000005s', 1_000_000_000n, '1s'],
  ['.5s', 500_000_000n, '500ms'],
  ['1.s', 1_000_000_000n, '1s'],
  ['+5s', 5_000_000_000n, '5s'],
  ['-5s', -5_000_000_000n, '-5s'],
  ['0.3h', 1_080_000_000_000n, '18m0s'],
  ['999999999ns', 999_999_999n, '999.999999ms'],
  ['60m', 3_600_000_000_000n, '1h0m0s'],
  ['1m0.000000001s', 60_000_000_001n, '1m0.000000001s'],
];

describe('a duration', () => {
  it.each(DURATIONS)('%s is read and written as Go does', (text, nanoseconds, written) => {
    expect(readDuration(text)).toBe(nanoseconds);
    expect(durationText(nanoseconds)).toBe(written);
  });

  it.each(['', '1', 's', '1 s', '1d', '2562047h47m16.854775808s', '9223372036854775808ns'])('%j is none', (text) => {
    expect(readDuration(text)).toBeNull();
  });
});

describe('a quantity', () => {
  // ParseQuantity of 1e-10000000 takes 3 s; of 1e999999999999, whose exponent is cut to 32 bits, it does not come to an end, and
  // the number that it makes of 1e2000000000 cannot be written out.
  it.each(['1e999999999999', '1e2000000000', '1e-2000000000', '1.5E100001', '-1e-100001'])(
    '%s, with which kOps would not come to an end, is none',
    (text) => {
      expect(readQuantity(text)).toBeUndefined();
    },
  );

  it('of so many digits as Go works out at once is one', () => {
    expect(readQuantity('1e-100000')).toBe(1e-9);
    expect(readQuantity('1e100000')).toBe(Infinity);
    expect(readQuantity('1e4294967296')).toBe(1);
  });
});
