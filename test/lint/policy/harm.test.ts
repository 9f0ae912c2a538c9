import { describe, expect, it } from 'vitest';
import { harmOf } from '../../../src/lint/policy/harm.ts';
import type { Policy } from '../../../src/policy/types.ts';

const policy = (rules: number): Policy => ({
  rules: Array.from({ length: rules }, (_, at) => ({ level: 'Metadata', users: [`user-${at}`] })),
});

/** How often the changed policy is made, when asked as often as there are findings. */
function timesMade(of: Policy, findings: number): number {
  let made = 0;
  for (let finding = 0; finding < findings; finding++)
    harmOf(of, (from) => {
      made++;
      return from;
    });
  return made;
}

describe('what a fix would do', () => {
  it('is asked of the first findings only', () => {
    expect(timesMade(policy(3), 1000)).toBe(20);
  });

  it('makes no copy of a large policy for each of its findings', () => {
    expect(timesMade(policy(201), 1000)).toBe(0);
  });
});
