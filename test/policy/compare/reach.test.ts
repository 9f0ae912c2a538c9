import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelsOf, reachOf } from '../../../src/policy/compare/reach.ts';
import { decide } from '../../../src/policy/decide/decide.ts';
import type { Policy, PolicyRule } from '../../../src/policy/types.ts';
import { policy, request, selector } from './arbitraries.ts';
import { runs } from '../../helpers/runs.ts';

function statuses(rules: PolicyRule[]): string[] {
  return reachOf({ rules }).map(({ status, coveredBy }) => [status, ...coveredBy].join(' '));
}

const secrets = { resources: [{ resources: ['secrets'] }] };

describe('reachOf', () => {
  it('finds what an earlier rule takes whole', () => {
    expect(statuses([{ level: 'Metadata' }, { level: 'None', users: ['a'] }])).toEqual(['reachable', 'unreachable 1']);
  });

  it('finds what several earlier rules take together', () => {
    const rules: PolicyRule[] = [
      { level: 'None', users: ['x'] },
      { level: 'None', resources: [{ group: '' }] },
      { level: 'None', resources: [{ group: 'apps' }], verbs: ['get'] },
      { level: 'Request', resources: [{ resources: ['secrets'] }, { group: 'apps' }], verbs: ['get'] },
    ];
    expect(statuses(rules)).toEqual(['reachable', 'reachable', 'reachable', 'unreachable 2 3']);
  });

  it('names all rules that cover a rule with several lists of names', () => {
    const pods = (name: string): PolicyRule => ({
      level: 'None',
      resources: [{ resources: ['pods'], resourceNames: [name] }],
    });
    const both: PolicyRule = {
      level: 'Metadata',
      resources: [pods('x'), pods('y')].flatMap((one) => one.resources ?? []),
    };
    expect(statuses([pods('x'), pods('y'), both])).toEqual(['reachable', 'reachable', 'unreachable 1 2']);
  });

  it('takes an empty list for one that is not set', () => {
    const empty: PolicyRule = { level: 'None', users: [], userGroups: [], verbs: [], resources: [], namespaces: [] };
    expect(statuses([empty, { level: 'Metadata', userGroups: ['g'] }])).toEqual(['reachable', 'unreachable 1']);
    expect(statuses([empty, { level: 'Metadata' }])).toEqual(['reachable', 'unreachable 1']);
  });

  it('finds that resources and paths together are everything', () => {
    const rules: PolicyRule[] = [
      { level: 'None', nonResourceURLs: ['*'] },
      { level: 'None', resources: [{ group: '*' }] },
      { level: 'Metadata' },
    ];
    expect(statuses(rules)).toEqual(['reachable', 'reachable', 'unreachable 1 2']);
  });

  it('does not take the groups that are mentioned for all users', () => {
    const rules: PolicyRule[] = [
      { level: 'None', userGroups: ['system:authenticated'] },
      { level: 'None', userGroups: ['system:unauthenticated'] },
      { level: 'Metadata' },
    ];
    expect(statuses(rules)).toEqual(['reachable', 'reachable', 'reachable']);
    expect(reachOf({ rules })[2]?.example).toEqual({
      verb: 'get',
      isResourceRequest: true,
      resource: 'pods',
      namespace: 'default',
      name: 'example',
    });
  });

  it('tells a rule that no request can match', () => {
    const [reach] = reachOf({ rules: [{ level: 'None', resources: [{ resources: ['a/b/c', 'a/'] }] }] });
    expect(reach).toEqual({ rule: 1, status: 'unreachable', coveredBy: [], matchesNothing: true });
  });

  it('gives up after its steps', () => {
    expect(reachOf({ rules: [{ level: 'None', users: ['a'] }, { level: 'Metadata' }] }, { steps: 0 })).toEqual([
      expect.objectContaining({ status: 'reachable' }),
      { rule: 2, status: 'not-decided', coveredBy: [], matchesNothing: false },
    ]);
  });

  it('names an example that the rule decides, or a cover that decides all', () => {
    fc.assert(
      fc.property(policy(), fc.array(request, { minLength: 100, maxLength: 100 }), (tried, requests) => {
        const reaches = reachOf(tried);
        for (const { rule, status, example, coveredBy } of reaches) {
          expect(status).not.toBe('not-decided');
          if (status === 'reachable') expect([decide(tried, example ?? {}).rule, example]).toEqual([rule, example]);
          else
            expect(requests.map((entry) => decide(covered(tried, rule, coveredBy), entry).rule)).not.toContain(
              1 + coveredBy.length,
            );
        }
        for (const entry of requests) {
          const { rule } = decide(tried, entry);
          if (rule > 0) expect(reaches[rule - 1]?.status).toBe('reachable');
        }
      }),
      runs(80, 400),
    );
  });

  it('answers for 10,000 rules', () => {
    const rules = Array.from({ length: 10_000 }, (_, at): PolicyRule => ({
      level: 'None',
      users: [`u${at}`],
      verbs: [`v${at % 30}`],
    }));
    const reaches = reachOf({ rules: [...rules, { level: 'Metadata' }] });
    expect(reaches.map(({ status }) => status)).toEqual([...rules, ''].map(() => 'reachable'));
  });
});

// The policy of only the covering rules and the covered one, which is then the last.
function covered({ rules }: Policy, rule: number, coveredBy: readonly number[]): Policy {
  return { rules: [...coveredBy, rule].flatMap((number) => rules[number - 1] ?? []) };
}

describe('levelsOf', () => {
  it('tells all rules that decide something', () => {
    const rules: PolicyRule[] = [
      { level: 'None', users: ['a'] },
      { level: 'Request', verbs: ['get'], ...secrets },
      { level: 'Metadata', resources: [{ resources: ['pods'] }] },
      { level: 'RequestResponse', userGroups: ['g'] },
    ];
    const found = levelsOf({ rules }, secrets);
    expect(found).not.toBe('not-decided');
    expect([...found].map((entry) => (typeof entry === 'string' ? entry : [entry.rule, entry.level]))).toEqual([
      [1, 'None'],
      [2, 'Request'],
      [4, 'RequestResponse'],
      [0, 'None'],
    ]);
  });

  it('misses no rule that decides a request, and gives examples that are so', () => {
    fc.assert(
      fc.property(
        policy(),
        selector,
        fc.array(request, { minLength: 100, maxLength: 100 }),
        (tried, what, requests) => {
          const found = levelsOf(tried, what);
          if (found === 'not-decided') throw new Error(found);
          const asked: Policy = { rules: [{ level: 'Metadata', ...what }] };
          for (const { rule, level, example } of found) {
            expect(decide(tried, example)).toMatchObject({ rule, level });
            expect(decide(asked, example).rule).toBe(1);
          }
          const rules = new Set(found.map(({ rule }) => rule));
          for (const entry of requests)
            if (decide(asked, entry).rule === 1) expect(rules).toContain(decide(tried, entry).rule);
        },
      ),
      runs(80, 400),
    );
  });
});
