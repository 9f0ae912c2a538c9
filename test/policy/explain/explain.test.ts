import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/policy/decide/decide.ts';
import { explain, missOf } from '../../../src/policy/explain/explain.ts';
import type { PolicyRule, RequestAttributes } from '../../../src/policy/types.ts';
import { policy, requestFor } from '../decide/arbitraries.ts';
import { runs } from '../../helpers/runs.ts';

const REQUEST: RequestAttributes = {
  user: 'alice',
  groups: ['dev'],
  verb: 'get',
  isResourceRequest: true,
  namespace: 'prod',
  resource: 'pods',
  subresource: 'log',
  name: 'web',
};
const PATH: RequestAttributes = {
  user: 'alice',
  groups: [],
  verb: 'get',
  isResourceRequest: false,
  path: '/healthz/a',
};

describe('explain', () => {
  it('agrees with decide on every policy and request', () => {
    const cases = policy().chain((rules) => fc.tuple(fc.constant(rules), requestFor([rules])));
    fc.assert(
      fc.property(cases, ([given, request]) => {
        const { decision, earlier, later } = explain(given, request);
        expect(decision).toEqual(decide(given, request));
        const matching = given.rules.flatMap((rule, index) =>
          decide({ rules: [rule] }, request).rule === 1 ? [index + 1] : [],
        );
        expect([decision.rule, ...later.map(({ rule }) => rule)]).toEqual(matching.length === 0 ? [0] : matching);
        const before = decision.rule === 0 ? given.rules.length : decision.rule - 1;
        expect(earlier.map(({ rule }) => rule)).toEqual(Array.from({ length: before }, (_, index) => index + 1));
      }),
      runs(300, 3000),
    );
  });

  it('tells the stages, the rules before and the rules that never get to speak', () => {
    const rules: PolicyRule[] = [
      { level: 'None', users: ['bob'] },
      { level: 'Metadata', omitStages: ['RequestReceived'] },
      { level: 'Request', verbs: ['list'] },
      { level: 'RequestResponse' },
    ];
    expect(explain({ rules }, REQUEST)).toEqual({
      request: REQUEST,
      decision: { level: 'Metadata', rule: 2, omitStages: ['RequestReceived'], omitManagedFields: false },
      stages: ['ResponseStarted', 'ResponseComplete'],
      earlier: [{ rule: 1, level: 'None', selector: 'users', wanted: ['bob'], had: 'alice' }],
      later: [{ rule: 4, level: 'RequestResponse' }],
    });
  });
});

describe('the first selector that does not match', () => {
  const wrong: Omit<PolicyRule, 'level'> = {
    users: ['bob'],
    userGroups: ['ops'],
    verbs: ['list'],
    namespaces: ['default'],
    resources: [{ resources: ['pods'] }],
  };
  it('follows the order of kube-apiserver', () => {
    const left = { ...wrong };
    const order: string[] = [];
    for (
      let miss = missOf({ level: 'None', ...left }, REQUEST);
      miss;
      miss = missOf({ level: 'None', ...left }, REQUEST)
    ) {
      order.push(miss.selector);
      delete left[miss.selector];
    }
    expect(order).toEqual(['users', 'userGroups', 'verbs', 'namespaces', 'resources']);
  });

  it.each<[Partial<PolicyRule>, RequestAttributes, object]>([
    [
      { users: ['al*'] },
      REQUEST,
      {
        selector: 'users',
        wanted: ['al*'],
        had: 'alice',
        note: 'al* is not a prefix; user names must match exactly',
      },
    ],
    [
      { users: ['*'] },
      REQUEST,
      { selector: 'users', wanted: ['*'], had: 'alice', note: '"*" is not a wildcard in users' },
    ],
    [{ users: ['bob'] }, { verb: 'get' }, { selector: 'users', wanted: ['bob'], had: null }],
    [{ userGroups: ['ops'] }, REQUEST, { selector: 'userGroups', wanted: ['ops'], had: ['dev'] }],
    [
      { verbs: ['*'] },
      REQUEST,
      { selector: 'verbs', wanted: ['*'], had: 'get', note: '"*" is not a wildcard in verbs' },
    ],
    [{ namespaces: ['a'] }, PATH, { selector: 'namespaces', wanted: ['a'], had: null }],
    [
      { namespaces: ['a'] },
      { ...REQUEST, namespace: '' },
      {
        selector: 'namespaces',
        wanted: ['a'],
        had: '',
        note: 'a request outside namespaces, or for all of them, has namespace ""',
      },
    ],
    [
      { resources: [{ resources: ['pods'] }] },
      REQUEST,
      { selector: 'resources', wanted: ['pods (core)'], had: 'pods/log (core)', note: 'pods does not cover pods/log' },
    ],
    [
      { resources: [{ resources: ['Pods/log'] }] },
      REQUEST,
      {
        selector: 'resources',
        wanted: ['Pods/log (core)'],
        had: 'pods/log (core)',
        note: 'Pods/log is not pods/log: names must match exactly',
      },
    ],
    [
      { resources: [{ group: 'apps', resources: ['pods/log'] }] },
      REQUEST,
      {
        selector: 'resources',
        wanted: ['pods/log (apps)'],
        had: 'pods/log (core)',
        note: 'pods is named in another group',
      },
    ],
    [
      { resources: [{ resources: ['pods/log'], resourceNames: ['db'] }] },
      REQUEST,
      { selector: 'resources', wanted: ['pods/log (core) named db'], had: 'pods/log (core)', note: 'its name is web' },
    ],
    [{ resources: [{ group: 'apps' }] }, PATH, { selector: 'resources', wanted: ['all of apps'], had: null }],
    [
      { nonResourceURLs: ['/healthz'] },
      PATH,
      {
        selector: 'nonResourceURLs',
        wanted: ['/healthz'],
        had: '/healthz/a',
        note: '/healthz does not cover what is below it; /healthz* does',
      },
    ],
    [
      { nonResourceURLs: ['/healthz/a/*'] },
      PATH,
      {
        selector: 'nonResourceURLs',
        wanted: ['/healthz/a/*'],
        had: '/healthz/a',
        note: '/healthz/a/* does not cover /healthz/a itself',
      },
    ],
    [{ nonResourceURLs: ['/healthz'] }, REQUEST, { selector: 'nonResourceURLs', wanted: ['/healthz'], had: null }],
  ])('of %j', (rule, request, expected) => {
    expect(missOf({ level: 'None', ...rule }, request)).toEqual(expected);
  });
});
