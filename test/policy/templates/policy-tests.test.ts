import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readPolicyTest } from '../../../src/policy/test/read.ts';
import { coverageOf, runPolicyTest } from '../../../src/policy/test/run.ts';
import { NAMES, policy } from './sources.ts';

describe.each(NAMES)('%s.policy-test.yaml', (name) => {
  const { test, mistakes } = readPolicyTest(
    readFileSync(new URL(`./${name}.policy-test.yaml`, import.meta.url), 'utf8'),
  );
  const tested = policy(name, test?.set);
  const results = test ? runPolicyTest(test, tested) : [];

  it('is about this template, and has nothing wrong', () => {
    expect(mistakes).toEqual([]);
    expect(test?.policy).toBe(name);
  });

  it.each(results.map((result) => [result.name, result] as const))('%s', (_, { requests }) => {
    expect(requests.filter(({ passed }) => !passed).map(({ text, actual }) => ({ text, actual }))).toEqual([]);
  });

  it('has a case for each rule, each with a name of its own', () => {
    expect(coverageOf(tested, results).undecided).toEqual([]);
    expect(new Set(results.map((result) => result.name)).size).toBe(results.length);
    const unnamed = results.filter((result) => result.name === result.requests[0]?.text);
    expect(unnamed).toEqual([]);
  });
});
