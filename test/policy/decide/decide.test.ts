import { describe, expect, it } from 'vitest';
import { compilePolicy } from '../../../src/policy/decide/compile.ts';
import { decide, stagesWritten } from '../../../src/policy/decide/decide.ts';
import type { Decision, Policy, RequestAttributes, Level, Stage } from '../../../src/policy/types.ts';

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

function decision(level: Level, omitStages: Stage[] = []): Decision {
  return { level, rule: 1, omitStages, omitManagedFields: false };
}

const SHORT = ['RequestReceived', 'ResponseComplete'];
const LONG = ['RequestReceived', 'ResponseStarted', 'ResponseComplete'];

// Lists of kube-apiserver, release 1.37; see also conformance.test.ts for what a running one wrote.
describe('stagesWritten', () => {
  it.each<[RequestAttributes, string[]]>([
    [{ verb: 'get', resource: 'pods', isResourceRequest: true }, SHORT],
    [{ verb: 'list', resource: 'pods', isResourceRequest: true }, SHORT],
    [{ verb: 'watch', resource: 'pods', isResourceRequest: true }, LONG],
    [{ verb: 'proxy', resource: 'pods', isResourceRequest: true }, LONG],
    [{ verb: 'get', resource: 'pods', subresource: 'log', isResourceRequest: true }, LONG],
    [{ verb: 'create', resource: 'pods', subresource: 'attach', isResourceRequest: true }, LONG],
    [{ verb: 'create', resource: 'pods', subresource: 'exec', isResourceRequest: true }, LONG],
    [{ verb: 'create', resource: 'pods', subresource: 'portforward', isResourceRequest: true }, LONG],
    [{ verb: 'create', resource: 'services', subresource: 'proxy', isResourceRequest: true }, LONG],
    [{ verb: 'get', resource: 'pods', subresource: 'status', isResourceRequest: true }, SHORT],
    [{ verb: 'get', resource: 'log', isResourceRequest: true, path: '/debug/pprof/x' }, SHORT],
    [{ verb: 'get', path: '/debug/pprof/profile' }, LONG],
    [{ verb: 'get', path: '/debug/pprof' }, SHORT],
    [{ verb: 'get', path: '/x', subresource: 'log' }, SHORT],
    [{}, SHORT],
  ])('of %j are %j', (request, stages) => {
    expect(stagesWritten({ user: 'alice', ...request }, decision('Metadata'))).toEqual(stages);
  });

  it('are none at level None', () => expect(stagesWritten({ user: 'alice' }, decision('None'))).toEqual([]));

  it('are without those that are omitted', () => {
    const watch = { user: 'alice', verb: 'watch' };
    expect(stagesWritten(watch, decision('Request', ['ResponseStarted', 'Panic']))).toEqual(SHORT);
    expect(
      stagesWritten(watch, decision('Request', ['RequestReceived', 'ResponseStarted', 'ResponseComplete'])),
    ).toEqual([]);
  });

  it('of a request without a user are those of its refusal, even for a watch', () => {
    expect(stagesWritten({ verb: 'watch' }, decision('Metadata'))).toEqual(['ResponseStarted']);
    expect(stagesWritten({ user: '', verb: 'get' }, decision('Metadata'))).toEqual(SHORT);
    expect(stagesWritten({}, decision('Metadata', ['ResponseStarted']))).toEqual([]);
    expect(stagesWritten({}, decision('None'))).toEqual([]);
  });
});
