import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { isAtLeast } from '../../src/policy/kube-version.ts';

describe('isAtLeast', () => {
  it.each([
    ['1.36.3', 36, true],
    ['1.35.4', 36, false],
    ['v1.36', 36, true],
    ['1.36.0-beta.1', 36, true],
    ['1.9.11', 23, false],
    ['1.100', 36, true],
    [undefined, 99, true],
  ])('%s is at least 1.%i: %s', (version, minor, answer) => {
    expect(isAtLeast(version, minor)).toBe(answer);
  });

  it.each(['', '1', '36', '2.1.0', 'newest', '1.x', '1.36banana'])('refuses %j', (version) => {
    expect(() => isAtLeast(version, 1)).toThrow(UserError);
  });
});
