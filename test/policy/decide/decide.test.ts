import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../src/policy/decide/compile.ts';
import { decide } from '../../../src/policy/decide/decide.ts';
import type { Decision, Policy, RequestAttributes } from '../../../src/policy/types.ts';

const compiled = (policy: Policy, request: RequestAttributes): Decision => compilePolicy([policy])(request)[0]!;

describe.each([
  ['decide', decide],
  ['compilePolicy', compiled],
])('%s', (_name, evaluate) => {
  const policy: Policy = {
    rules: [
      { level: 'Metadata', users: ['bob'], omitStages: ['RequestReceived', 'Panic'], omitManagedFields: false },
      { level: 'Request', users: ['eve'] },
    ],
    omitStages: ['Panic'],
    omitManagedFields: true,
  };

  it('adds the stages of policy and rule, and takes the managed fields of the rule over those of the policy', () => {
    expect(evaluate(policy, { user: 'bob' })).toEqual({
      level: 'Metadata',
      rule: 1,
      omitStages: ['Panic', 'RequestReceived'],
      omitManagedFields: false,
    });
    expect(evaluate(policy, { user: 'eve' })).toEqual({
      level: 'Request',
      rule: 2,
      omitStages: ['Panic'],
      omitManagedFields: true,
    });
  });

  it('is level None, rule 0, with the stages of the policy where no rule matches', () => {
    expect(evaluate(policy, { user: 'alice' })).toEqual({
      level: 'None',
      rule: 0,
      omitStages: ['Panic'],
      omitManagedFields: true,
    });
  });

  it('takes an empty list for no list', () => {
    const lists = { users: [], userGroups: [], verbs: [], namespaces: [], resources: [], nonResourceURLs: [] };
    const resources = [{ resources: [], resourceNames: ['x'] }];
    const names = [{ resources: ['*'], resourceNames: [] }];
    const pod = { isResourceRequest: true, resource: 'pods', name: 'a' };
    expect(evaluate({ rules: [{ level: 'Request', ...lists }] }, {}).rule).toBe(1);
    expect(evaluate({ rules: [{ level: 'Request', ...lists, resources }] }, pod).rule).toBe(1);
    expect(evaluate({ rules: [{ level: 'Request', ...lists, resources: names }] }, pod).rule).toBe(1);
  });

  it('takes a rule without selectors for all requests, and a policy without rules for none', () => {
    const nothing = { omitStages: [], omitManagedFields: false };
    expect(evaluate({ rules: [{ level: 'Metadata' }] }, {})).toEqual({ level: 'Metadata', rule: 1, ...nothing });
    expect(evaluate({ rules: [] }, {})).toEqual({ level: 'None', rule: 0, ...nothing });
  });
});
