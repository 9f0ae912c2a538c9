import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decidersOf, requestOf } from '../../../src/lint/policy/ask.ts';
import { identitiesOf, identityOf } from '../../../src/lint/policy/ask.ts';
import { decide } from '../../../src/policy/decide/decide.ts';
import type { Policy, PolicyRule, RequestAttributes } from '../../../src/policy/types.ts';
import { runs } from '../../helpers/runs.ts';

const USERS = ['alice', 'system:serviceaccount:prod:bot', 'system:node:a', 'bob'];
const GROUPS = [
  'dev',
  'system:nodes',
  'system:serviceaccounts',
  'system:serviceaccounts:prod',
  'system:authenticated',
  'system:unauthenticated',
];
const NAMESPACES = ['prod', 'default', 'other'];
const NAMES = ['db', 'something', 'other'];

const some = (values: readonly string[]): fc.Arbitrary<string[] | undefined> =>
  fc.option(fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }), { nil: undefined });

const rule = fc.record(
  {
    level: fc.constantFrom('None', 'Metadata', 'Request', 'RequestResponse'),
    users: some(USERS.slice(0, 3)),
    userGroups: some(GROUPS),
    verbs: some(['create', 'get', 'list']),
    namespaces: some(NAMESPACES.slice(0, 2)),
    resources: fc.option(
      fc.array(
        fc.record({
          group: fc.constantFrom('', 'apps'),
          resources: some(['secrets', '*', 'pods']),
          resourceNames: some(NAMES.slice(0, 1)),
        }),
        { minLength: 1, maxLength: 2 },
      ),
      { nil: undefined },
    ),
  },
  { requiredKeys: ['level'] },
) as fc.Arbitrary<PolicyRule>;

function everybody(verb: string): RequestAttributes[] {
  return USERS.flatMap((user) =>
    [undefined, 'dev'].flatMap((group) =>
      NAMESPACES.flatMap((namespace) =>
        (verb === 'get' ? NAMES : ['']).map((name) =>
          requestOf({ verb, resource: 'secrets' }, { ...identityOf(user, group), namespace, name }),
        ),
      ),
    ),
  );
}

describe('identitiesOf', () => {
  it.each([
    [{}, 'someone', ['system:authenticated']],
    [{ users: ['alice'], userGroups: ['dev'] }, 'alice', ['system:authenticated', 'dev']],
    [{ userGroups: ['system:unauthenticated'] }, 'system:anonymous', ['system:unauthenticated']],
    [
      { userGroups: ['system:serviceaccounts:prod'] },
      'system:serviceaccount:prod:someone',
      ['system:serviceaccounts', 'system:serviceaccounts:prod', 'system:authenticated'],
    ],
    [{ users: ['system:node:a'] }, 'system:node:a', ['system:nodes', 'system:authenticated']],
  ])('%j', (selectors, user, groups) => {
    expect(identitiesOf({ level: 'None', ...selectors })).toEqual([{ user, groups }]);
  });
});

describe('decidersOf', () => {
  it('finds each rule that decides for anybody, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 6 }),
        fc.constantFrom('create', 'get', 'list'),
        (rules, verb) => {
          const policy: Policy = { rules };
          const found = decidersOf(policy, { verb, resource: 'secrets' }, () => true);
          const deciding = new Set(everybody(verb).map((request) => decide(policy, request).rule));
          const numbers = found.map(({ at }) => at + 1);
          for (const number of deciding) if (number > 0) expect(numbers).toContain(number);
          for (const { at, request } of found) expect(decide(policy, request).rule).toBe(at + 1);
        },
      ),
      runs(200, 2000),
    );
  });
});
