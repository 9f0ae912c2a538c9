import { describe, expect, it } from 'vitest';
import { durationText, readDuration } from '../../src/cluster/go-values.ts';

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
