import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/policy/decide/decide.ts';
import { type Mask, PolicyMasks } from '../../../src/policy/decide/masks.ts';
import type { Decision, Policy, RequestAttributes } from '../../../src/policy/types.ts';
import { runs } from '../../helpers/runs.ts';
import { longPolicy, policy, requestFor } from './arbitraries.ts';
import { RECORDED } from './recorded.ts';

/** As someone decides who has the masks of each attribute. */
function decided(masks: PolicyMasks, request: RequestAttributes): Decision[] {
  const { user, groups = [], verb = '', namespace = '', isResourceRequest, path = '' } = request;
  const { apiGroup = '', resource = '', subresource = '', name = '' } = request;
  const isResource = isResourceRequest === true;
  const target = isResource ? masks.ofResource(apiGroup, resource, subresource, name) : masks.ofPath(path);
  const inNamespace = masks.ofNamespace(isResource ? namespace : undefined);
  return winners(masks, [masks.ofUser(user, groups), masks.ofVerb(verb), inNamespace, target]);
}

function winners(masks: PolicyMasks, all: readonly Mask[]): Decision[] {
  return masks.words.map(({ from, to, decisions }) => {
    for (let at = from; at < to; at++) {
      const word = all.reduce((common, mask) => common & mask[at]!, -1);
      if (word !== 0) return decisions[masks.rules[32 * at + 31 - Math.clz32(word & -word)]!]!;
    }
    return decisions[0]!;
  });
}

interface Round {
  policies: Policy[];
  requests: RequestAttributes[];
}

function rounds(policy: () => fc.Arbitrary<Policy>): fc.Arbitrary<Round> {
  return fc.array(policy(), { maxLength: 3 }).chain((policies) =>
    fc.record({
      policies: fc.constant(policies),
      requests: fc.array(requestFor(policies), { minLength: 20, maxLength: 40 }),
    }),
  );
}

describe('the masks of policies', () => {
  it.each([
    ['a few rules', policy],
    ['more rules than fit in a word', longPolicy],
  ])('decide as decide does, for policies of %s', (_, policy) => {
    const agree = ({ policies, requests }: Round): void => {
      const masks = new PolicyMasks(policies);
      for (const request of requests)
        expect(decided(masks, request)).toEqual(policies.map((each) => decide(each, request)));
    };
    fc.assert(fc.property(rounds(policy), agree), runs(30, 250));
  });

  it.each(Object.entries(RECORDED))('decide as the real evaluator: %s', (_, rows) => {
    const known = new Map<Policy, PolicyMasks>();
    for (const { label, policy, request, expected } of rows) {
      const masks = known.get(policy) ?? new PolicyMasks([policy]);
      known.set(policy, masks);
      const [{ rule, level } = { rule: -1, level: '' }] = decided(masks, request);
      expect({ label, rule, level }).toMatchObject({
        label,
        rule: expected.rule ?? rule,
        level: expected.level ?? level,
      });
    }
  });

  it('are the same for all names that are not told apart', () => {
    const agree = ([policies, requests, name]: [Policy[], RequestAttributes[], string]): void => {
      const masks = new PolicyMasks(policies);
      for (const { apiGroup = '', resource = '', subresource = '', name: own = '' } of requests) {
        if (masks.names.has(own)) continue;
        const of = (text: string): Mask => masks.ofResource(apiGroup, resource, subresource, text);
        expect(of(own)).toEqual(of(name));
      }
    };
    const some = rounds(policy).map(({ policies, requests }): [Policy[], RequestAttributes[], string] => [
      policies,
      requests,
      'a-name-of-no-rule',
    ]);
    fc.assert(fc.property(some, agree), runs(20, 100));
  });

  it('are of no words without rules', () => {
    const masks = new PolicyMasks([{ rules: [], omitStages: ['Panic'] }]);
    expect(masks.ofVerb('get')).toHaveLength(0);
    expect(decided(masks, { path: '/' })).toEqual([decide({ rules: [], omitStages: ['Panic'] }, { path: '/' })]);
  });
});
