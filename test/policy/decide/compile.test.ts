import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileParts, compilePolicy } from '../../../src/policy/decide/compile.ts';
import { decide } from '../../../src/policy/decide/decide.ts';
import type { Policy, PolicyRule, RequestAttributes } from '../../../src/policy/types.ts';
import { longPolicy, policy, requestFor } from './arbitraries.ts';
import { BRANCHES, branchesOf } from './branches.ts';
import { runs } from '../../helpers/runs.ts';

interface Round {
  policies: Policy[];
  requests: RequestAttributes[];
}

// Many requests a round, so that masks are used again for other requests of their class.
function rounds(policy: () => fc.Arbitrary<Policy>): fc.Arbitrary<Round> {
  return fc.array(policy(), { maxLength: 3 }).chain((policies) =>
    fc.record({
      policies: fc.constant(policies),
      requests: fc.array(requestFor(policies), { minLength: 20, maxLength: 40 }),
    }),
  );
}

function agree({ policies, requests }: Round): void {
  const [evaluate, parts] = [compilePolicy(policies), compileParts(policies)];
  for (const request of requests) {
    const expected = policies.map((policy) => decide(policy, request));
    expect(evaluate(request)).toEqual(expected);
    const rules = new Int32Array(policies.length + 1);
    parts.rules(parts.who(request), parts.what(request), rules, 1);
    expect([...rules]).toEqual([0, ...expected.map(({ rule }) => rule)]);
  }
}

describe('compilePolicy, and compileParts', () => {
  it('is decide, for policies of a few rules', () => {
    fc.assert(fc.property(rounds(policy), agree), runs(60, 250));
  });

  it('is decide, for policies of more rules than fit in a word', () => {
    fc.assert(fc.property(rounds(longPolicy), agree), runs(30, 100));
  });

  // Else the properties above would say little.
  it('is tried in every way in which a rule can win, and for every rule', () => {
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    for (const { rule, winner, request } of sample(policy)) {
      count(`rule ${rule}`);
      if (winner) branchesOf(winner, request).forEach(count);
    }
    const wanted = [...Object.keys(BRANCHES), ...Array.from({ length: 7 }, (_, rule) => `rule ${rule}`)];
    expect(wanted.filter((what) => (seen.get(what) ?? 0) < 10)).toEqual([]);
  });

  it('is tried for rules of every word', () => {
    const words = sample(longPolicy).map(({ rule }) => Math.ceil(rule / 32));
    for (const word of [0, 1, 2, 3, 4]) expect(words.filter((each) => each === word).length).toBeGreaterThan(15);
  });
});

function sample(
  policy: () => fc.Arbitrary<Policy>,
): { rule: number; winner: PolicyRule | undefined; request: RequestAttributes }[] {
  return fc.sample(rounds(policy), { numRuns: 150, seed: 4 }).flatMap(({ policies, requests }) =>
    policies.flatMap((policy) =>
      requests.map((request) => {
        const { rule } = decide(policy, request);
        return { rule, winner: policy.rules[rule - 1], request };
      }),
    ),
  );
}

describe('a compiled policy', () => {
  const numbers = Array.from({ length: 10_000 }, (_, index) => index);

  it('may have 10,000 rules', () => {
    const resources = (index: number) => [
      { group: `g${index % 7}`, resources: [`r${index}/s`], resourceNames: ['', 'n'] },
    ];
    const rules = numbers.map((index): PolicyRule => {
      return { level: 'Metadata', users: [`u${index}`], verbs: [`v${index % 9}`], resources: resources(index) };
    });
    const requests = [0, 31, 32, 63, 64, 5000, 9998, 9999].flatMap((index): RequestAttributes[] => {
      const target = { isResourceRequest: true, apiGroup: `g${index % 7}`, resource: `r${index}`, subresource: 's' };
      const request = { ...target, user: `u${index}`, verb: `v${index % 9}` };
      return [request, { ...request, name: 'other' }, { ...request, user: 'u1' }];
    });
    const decisions = requests.map(compilePolicy([{ rules }]));
    expect(decisions).toEqual(requests.map((request) => [decide({ rules }, request)]));
    expect(decisions.at(-3)).toMatchObject([{ rule: 10_000 }]);
  });

  it('may mention more targets than there are numbers for', () => {
    const resources = numbers.map((i) => ({ group: `g${i}`, resources: [`r${i}/s${i}`], resourceNames: [`n${i}`] }));
    const policy: Policy = { rules: [{ level: 'Metadata', resources }] };
    const evaluate = compilePolicy([policy]);
    const rulesOf = (i: number): number[] => {
      const target = { isResourceRequest: true, apiGroup: `g${i}`, resource: `r${i}`, subresource: `s${i}` };
      return [i, i - 1, i + 1].map((name) => evaluate({ ...target, name: `n${name}` })[0]!.rule);
    };
    expect([1, 9998, 9999].map(rulesOf)).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]);
  });

  it('takes any number of paths, as long as they may be', () => {
    const policy: Policy = { rules: [{ level: 'None', nonResourceURLs: ['/a*', '/9998'] }, { level: 'Metadata' }] };
    const evaluate = compilePolicy([policy]);
    const paths = [...numbers.map((index) => `/${index}`), '/9998', `/a${'b'.repeat(5000)}`, `/${'b'.repeat(5000)}`];
    const rules = paths.map((path) => evaluate({ path })[0]!.rule);
    expect(rules.flatMap((rule, index) => (rule === 1 ? [index] : []))).toEqual([9998, 10_000, 10_001]);
  });

  it('gives the same frozen decision each time', () => {
    const evaluate = compilePolicy([{ rules: [], omitStages: ['Panic'] }]);
    const [decision] = evaluate({});
    expect(evaluate({ path: '/' })[0]).toBe(decision);
    expect(Object.isFrozen(decision) && Object.isFrozen(decision!.omitStages)).toBe(true);
  });

  it('decides as before, however many are compiled after it', () => {
    const ruleOf = (index: number): PolicyRule => ({ level: 'Metadata', users: [`user-${index}`] });
    const policies = Array.from({ length: 300 }, (_, at): Policy => {
      return { rules: Array.from({ length: 70 }, (_, rule) => ruleOf(100 * at + rule)) };
    });
    const compiled = policies.map((policy) => compilePolicy([policy]));
    for (const [at, evaluate] of compiled.entries()) {
      const rules = [0, 40, 69, 70].map((rule) => evaluate({ user: `user-${100 * at + rule}` })[0]!.rule);
      expect(rules).toEqual([1, 41, 70, 0]);
    }
  });

  it('answers with nothing for no policies', () => expect(compilePolicy([])({})).toEqual([]));
});
