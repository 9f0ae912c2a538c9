import { describe, expect, it } from 'vitest';
import { wordsOf } from '../../src/lint/rule.ts';
import { lintPolicy } from '../../src/lint/lint-policy.ts';
import { COMPONENTS, kindOfGroup, kindOfUser, NOT_ON_KOPS } from '../../src/policy/who.ts';

function saidOf(user: string): string[] {
  const text = `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  users: ["${user}"]\n- level: Metadata\n`;
  return lintPolicy(text)
    .filter(({ rule }) => rule === 'unknown-identity')
    .map((finding) => wordsOf(finding).message);
}

describe('whose request it is', () => {
  it.each(NOT_ON_KOPS)('%s is nobody, and lint says so', (user) => {
    expect(kindOfUser(user)).toBeUndefined();
    expect(saidOf(user)).toEqual([`rule 1: there is no user "${user}"`]);
  });

  it.each([...COMPONENTS, 'system:kube-router'])('%s is a component, of which lint says nothing', (user) => {
    expect(kindOfUser(user)).toBe('component');
    expect(saidOf(user)).toEqual([]);
  });

  it.each([
    ['system:anonymous', 'anonymous'],
    ['system:node:ip-10-0-0-1', 'kubelet'],
    ['system:serviceaccount:kube-system:coredns', 'account'],
    ['kops', 'person'],
    ['alice@example.com', 'person'],
  ])('%s is of kind %s', (user, kind) => {
    expect(kindOfUser(user)).toBe(kind);
  });

  it.each([
    ['system:unauthenticated', 'anonymous'],
    ['system:nodes', 'kubelet'],
    ['system:serviceaccounts:default', 'account'],
    ['system:masters', 'person'],
    ['developers', 'person'],
    ['system:authenticated', undefined],
  ])('the group %s is of kind %s', (group, kind) => {
    expect(kindOfGroup(group)).toBe(kind);
  });
});
