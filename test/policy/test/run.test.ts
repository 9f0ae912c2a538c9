import { describe, expect, it } from 'vitest';
import { readPolicyTest } from '../../../src/policy/test/read.ts';
import { type CaseResult, coverageOf, percentOf, runPolicyTest } from '../../../src/policy/test/run.ts';
import type { Policy } from '../../../src/policy/types.ts';

const POLICY: Policy = {
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
  rules: [
    { level: 'None', users: ['system:kube-proxy'] },
    { level: 'Metadata', verbs: ['get', 'watch'] },
    { level: 'None', verbs: ['get'], resources: [{ group: '', resources: ['secrets'] }] },
    { level: 'Request', resources: [{ group: '' }], omitManagedFields: false },
  ],
};

function run(cases: string, only?: RegExp): CaseResult[] {
  const { test, mistakes } = readPolicyTest(`policy: x\ncases:\n${cases}`);
  expect(mistakes).toEqual([]);
  return runPolicyTest(test!, POLICY, only ? { only } : {});
}

function differs(request: string, expectation: string): string[] | undefined {
  const [result] = run(`- request: ${request}\n  expect: ${expectation}\n`);
  expect(result?.passed).toBe(result?.requests[0]?.differs.length === 0);
  return result?.requests[0]?.differs;
}

describe('runPolicyTest', () => {
  it.each([
    ['get pods/a', 'Metadata', []],
    ['get pods/a', 'None', ['level']],
    ['get pods/a', '{ level: Metadata, rule: 2 }', []],
    ['get pods/a', '{ level: Metadata, rule: 3 }', ['rule']],
    ['get pods/a', '{ level: None, rule: 3 }', ['level', 'rule']],
    ['get pods/a', '{ level: Metadata, stages: [ResponseComplete] }', []],
    ['get pods/a', '{ level: Metadata, stages: [] }', ['stages']],
    ['get pods/a', '{ level: Metadata, stages: [ResponseComplete, RequestReceived] }', ['stages']],
    ['watch pods', '{ level: Metadata, stages: [ResponseComplete] }', ['stages']],
    ['watch pods', '{ level: Metadata, stages: [ResponseComplete, ResponseStarted] }', []],
    ['watch pods', '{ level: Metadata, omitManagedFields: true }', []],
    ['watch pods', '{ level: Metadata, omitManagedFields: false }', ['omitManagedFields']],
    ['create pods', '{ level: Request, rule: 4, omitManagedFields: false }', []],
    ['create deployments', '{ level: None, rule: 0, stages: [] }', []],
    ['create deployments', '{ level: None, rule: 1 }', ['rule']],
    ['get pods/a --as system:kube-proxy', '{ level: None, rule: 1, stages: [] }', []],
  ])('finds of %s that of %s differ: %j', (request, expectation, expected) => {
    expect(differs(request, expectation)).toEqual(expected);
  });

  it('gives what the policy really does', () => {
    expect(run('- request: watch pods\n  expect: None\n')[0]?.requests[0]?.actual).toEqual({
      level: 'Metadata',
      rule: 2,
      stages: ['ResponseStarted', 'ResponseComplete'],
      omitManagedFields: true,
    });
  });

  it('fails a case where one of its requests fails', () => {
    const [result] = run('- requests: [get pods/a, create pods]\n  expect: Metadata\n');
    expect(result?.passed).toBe(false);
    expect(result?.requests.map(({ passed }) => passed)).toEqual([true, false]);
  });

  it('runs only what is asked for', () => {
    const cases =
      '- { name: one a, request: get pods/a, expect: None }\n- { name: two, request: get pods/b, expect: None }\n';
    expect(run(cases, /^one/).map(({ name }) => name)).toEqual(['one a']);
    expect(run(cases, /w|a/g).map(({ name }) => name)).toEqual(['one a', 'two']);
    expect(run(cases, /three/)).toEqual([]);
  });
});

describe('coverageOf', () => {
  const results = run('- requests: [get pods/a, create deployments]\n  expect: None\n');

  it('counts what decided, failed cases too, and leaves out what never can', () => {
    expect(coverageOf(POLICY, results)).toEqual({ rules: 4, decided: [2], undecided: [1, 3, 4], unreachable: [] });
    const coverage = coverageOf(POLICY, results, [3]);
    expect(coverage).toEqual({ rules: 4, decided: [2], undecided: [1, 4], unreachable: [3] });
    expect(percentOf(coverage)).toBeCloseTo(33.333, 2);
  });

  it('is not rounded, and is 100 % of nothing', () => {
    const part = { rules: 3, decided: [1, 2], undecided: [3], unreachable: [] };
    expect(percentOf(part)).toBeGreaterThan(66.66);
    expect(percentOf(part)).toBeLessThan(66.67);
    expect(percentOf({ rules: 1, decided: [], undecided: [], unreachable: [1] })).toBe(100);
  });
});
