import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/policy/decide/decide.ts';
import type { RequestAttributes } from '../../../src/policy/types.ts';
import { type Field, fieldsOf, type Predicate, predicateOf } from '../../../src/replay/sql/predicate.ts';
import { RECORDED } from '../../policy/decide/recorded.ts';
import { runs } from '../../helpers/runs.ts';
import { POLICY, REQUEST } from './random.ts';

function fieldOf(field: Field, request: RequestAttributes): string {
  const { resource = '', subresource = '' } = request;
  if (field === 'target') return subresource === '' ? resource : `${resource}/${subresource}`;
  return request[field] ?? '';
}

const IS: Readonly<Record<'authenticated' | 'resource' | 'path', (request: RequestAttributes) => boolean>> = {
  authenticated: ({ user }) => user !== undefined,
  resource: ({ isResourceRequest }) => isResourceRequest === true,
  path: ({ isResourceRequest }) => isResourceRequest !== true,
};

/** What a database makes of it. */
function holds(predicate: Predicate, request: RequestAttributes): boolean {
  if ('all' in predicate) return predicate.all.every((part) => holds(part, request));
  if ('any' in predicate) return predicate.any.some((part) => holds(part, request));
  if ('is' in predicate) return IS[predicate.is](request);
  // An event without a user has no groups either.
  if ('groupsHaveAny' in predicate)
    return request.user !== undefined && predicate.groupsHaveAny.some((group) => request.groups?.includes(group));
  const value = fieldOf(predicate.field, request);
  return 'in' in predicate ? predicate.in.includes(value) : value.startsWith(predicate.startsWith);
}

describe('predicateOf', () => {
  it('decides what the real kube-apiserver was recorded to decide', () => {
    const wrong = Object.values(RECORDED)
      .flat()
      .filter(({ policy, request, expected }) => {
        const rule = policy.rules.map(predicateOf).findIndex((predicate) => holds(predicate, request)) + 1;
        return rule !== (expected.rule ?? decide(policy, request).rule);
      });
    expect(wrong).toEqual([]);
  });

  it('decides as decide does, of any policy', () => {
    fc.assert(
      fc.property(POLICY, fc.array(REQUEST, { minLength: 20, maxLength: 20 }), (policy, requests) => {
        const predicates = policy.rules.map(predicateOf);
        for (const request of requests)
          expect(predicates.findIndex((each) => holds(each, request)) + 1).toBe(decide(policy, request).rule);
      }),
      runs(60, 2000),
    );
  });

  it('tells entries that differ in their group only as one', () => {
    const resources = ['a', 'b', 'c'].map((group) => ({ group }));
    expect(predicateOf({ level: 'None', resources })).toEqual({
      all: [{ is: 'resource' }, { field: 'apiGroup', in: ['a', 'b', 'c'] }],
    });
  });

  it('asks for nothing that a rule does not select by', () => {
    expect(predicateOf({ level: 'None' })).toEqual({ all: [] });
    expect(predicateOf({ level: 'None', nonResourceURLs: ['*', '/x'] })).toEqual({ is: 'path' });
    expect(fieldsOf(predicateOf({ level: 'None', verbs: ['get'], resources: [{ resources: ['pods/log'] }] }))).toEqual([
      'verb',
      'apiGroup',
      'target',
    ]);
  });
});
