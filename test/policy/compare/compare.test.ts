import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Comparison, comparePolicies, containsRequest } from '../../../src/policy/compare/compare.ts';
import { describeRequests as described } from '../../../src/policy/compare/describe.ts';
import { outcomeOf } from '../../../src/policy/compare/sides.ts';
import { decide } from '../../../src/policy/decide/decide.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import type { Policy, PolicyRule, RequestAttributes } from '../../../src/policy/types.ts';
import { policy, request } from './arbitraries.ts';
import { fits } from './described.ts';
import { runs } from '../../helpers/runs.ts';

function outcomes(policies: readonly Policy[], asked: RequestAttributes): string[] {
  return policies.map((entry) => JSON.stringify(outcomeOf(entry, decide(entry, asked).rule)));
}

/** What is wrong with what a comparison says of a request; undefined where nothing is. */
function fault(
  { classes }: Comparison,
  policies: readonly [Policy, Policy],
  asked: RequestAttributes,
): string | undefined {
  const [before, after] = outcomes(policies, asked);
  const found = classes.filter((entry) => containsRequest(entry, asked));
  if (found.length > 0 !== (before !== after)) return `in ${found.length} classes: ${before} ${after}`;
  const [one, other] = policies.map((entry) => decide(entry, asked).rule);
  for (const { rules, ...entry } of found) {
    if (JSON.stringify(entry.before) !== before || JSON.stringify(entry.after) !== after) return 'wrong outcome';
    if (!rules.before.includes(one ?? -1) || !rules.after.includes(other ?? -1)) return `rules ${one} ${other}`;
  }
  return undefined;
}

const ANY = { except: [] };
const ANYTHING = {
  verbs: ANY,
  resources: [{ groups: ANY, resources: ANY }],
  paths: ANY,
  users: ANY,
  groups: { oneOf: [], noneOf: [] },
  namespaces: ANY,
  names: ANY,
};

describe('comparePolicies', () => {
  it('has a request in a class just if the policies differ about it, and describes each class', () => {
    fc.assert(
      fc.property(
        policy(),
        policy(),
        fc.array(request, { minLength: 150, maxLength: 150 }),
        (before, after, requests) => {
          const comparison = comparePolicies(before, after);
          expect(comparison.notDecided).toBeNull();
          const examples = comparison.classes.map(({ example }) => example);
          for (const asked of [...requests, ...examples]) {
            const wrong = fault(comparison, [before, after], asked);
            if (wrong) throw new Error(`${wrong}: ${JSON.stringify(asked)}`);
          }
          for (const entry of comparison.classes) {
            const words = described(entry.requests);
            expect(containsRequest(entry, entry.example)).toBe(true);
            for (const asked of [...requests.slice(0, 40), ...examples]) {
              if (fits(words, asked) !== containsRequest(entry, asked)) throw new Error(JSON.stringify([words, asked]));
            }
          }
        },
      ),
      runs(40, 150),
    );
  });

  it('says who is left out, which rules decide, and gives an example', () => {
    const secrets: Omit<PolicyRule, 'level'> = {
      verbs: ['get', 'list', 'watch'],
      resources: [{ resources: ['secrets'] }],
    };
    const before: Policy = { rules: [{ level: 'Metadata' }] };
    const admins: PolicyRule = { level: 'Metadata', userGroups: ['system:masters'] };
    const after: Policy = { rules: [admins, { level: 'None', ...secrets }, { level: 'Metadata' }] };
    const [found, ...others] = comparePolicies(before, after).classes;
    expect(others).toEqual([]);
    expect(found && described(found.requests)).toEqual({
      ...ANYTHING,
      verbs: { only: ['get', 'list', 'watch'] },
      resources: [{ groups: { only: [''] }, resources: { only: ['secrets'] } }],
      paths: null,
      groups: { oneOf: [], noneOf: ['system:masters'] },
      except: [],
    });
    expect(found).toMatchObject({
      before: { level: 'Metadata' },
      after: { level: 'None' },
      rules: { before: [1], after: [2] },
    });
    expect(found?.example).toMatchObject({
      user: 'alice',
      verb: 'get',
      resource: 'secrets',
      groups: ['system:authenticated'],
    });
  });

  it('puts what is recorded less first, then bodies of secrets, then what is recorded more', () => {
    const group = (name: string, level: PolicyRule['level']): PolicyRule => ({ level, resources: [{ group: name }] });
    const secrets: PolicyRule = { level: 'Metadata', resources: [{ resources: ['secrets'] }] };
    const before: Policy = { rules: [group('a', 'None'), secrets, group('b', 'RequestResponse'), group('c', 'None')] };
    const after: Policy = {
      rules: [
        group('a', 'Metadata'),
        { ...secrets, level: 'Request' },
        group('b', 'Request'),
        { ...group('c', 'None'), omitStages: ['Panic'] },
      ],
    };
    const levels = comparePolicies(before, after).classes.map((entry) => [entry.before.level, entry.after.level]);
    expect(levels).toEqual([
      ['RequestResponse', 'Request'],
      ['Metadata', 'Request'],
      ['None', 'Metadata'],
    ]);
  });

  it('keeps what no one box can say as exceptions', () => {
    const pods: PolicyRule = { level: 'Metadata', users: ['u'], resources: [{ resources: ['pods'] }] };
    const { classes } = comparePolicies({ rules: [pods, { level: 'None' }] }, { rules: [{ level: 'Metadata' }] });
    expect(classes.map(({ requests }) => described(requests))).toEqual([
      {
        ...ANYTHING,
        except: [
          {
            ...ANYTHING,
            resources: [{ groups: { only: [''] }, resources: { only: ['pods'] } }],
            paths: null,
            users: { only: ['u'] },
          },
        ],
      },
    ]);
  });

  it('sees only what the log can show', () => {
    const all: Policy['omitStages'] = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];
    const same = (one: Omit<PolicyRule, 'level'> & { level: PolicyRule['level'] }, other: PolicyRule): boolean =>
      comparePolicies({ rules: [one] }, { rules: [other] }).classes.length === 0;
    expect(same({ level: 'Request', omitStages: all }, { level: 'None', omitManagedFields: true })).toBe(true);
    expect(same({ level: 'Metadata', omitManagedFields: true }, { level: 'Metadata' })).toBe(true);
    expect(same({ level: 'Request', omitManagedFields: true }, { level: 'Request' })).toBe(false);
    expect(
      same(
        { level: 'Metadata', omitStages: ['Panic', 'RequestReceived'] },
        { level: 'Metadata', omitStages: ['RequestReceived', 'Panic'] },
      ),
    ).toBe(true);
    expect(same({ level: 'Metadata', omitStages: ['Panic'] }, { level: 'Metadata' })).toBe(false);
  });

  it('finds the GCE policy and its rules written twice the same', () => {
    const text = readFileSync(new URL('../../conformance/gce-policy.yaml', import.meta.url), 'utf8');
    const gce = loadPolicy(text).policy ?? { rules: [] };
    expect(gce.rules).toHaveLength(17);
    const twice: Policy = { rules: [...gce.rules, ...gce.rules] };
    expect(comparePolicies(gce, twice)).toEqual({ classes: [], notDecided: null });
    expect(comparePolicies(gce, { rules: gce.rules.slice(1) }).classes).toHaveLength(1);
  });

  it('names what it gave up, and that holds all that it may have missed', () => {
    fc.assert(
      fc.property(
        policy(),
        policy(),
        fc.array(request, { minLength: 100, maxLength: 100 }),
        fc.integer({ max: 60, min: 0 }),
        (before, after, requests, steps) => {
          const { classes, notDecided } = comparePolicies(before, after, { steps });
          const left = (notDecided?.requests ?? []).map((set) => ({ requests: set }));
          for (const asked of requests) {
            const [one, other] = outcomes([before, after], asked);
            const isIn = (sets: typeof left): boolean => sets.some((entry) => containsRequest(entry, asked));
            if (one === other ? isIn(classes) : !isIn([...classes, ...left])) throw new Error(JSON.stringify(asked));
          }
        },
      ),
      runs(50, 200),
    );
    const [two]: PolicyRule[] = [{ level: 'None', users: ['a'] }];
    const none = comparePolicies({ rules: two ? [two] : [] }, { rules: [{ level: 'Metadata' }] }, { steps: 0 });
    expect(none).toMatchObject({ classes: [], notDecided: { rules: [1, 0] } });
  });

  it('ends with policies of 10,000 rules', () => {
    const rules = (shift: number): PolicyRule[] =>
      Array.from({ length: 10_000 }, (_, at) => ({
        level: (at + shift) % 2 === 0 ? 'None' : 'Request',
        userGroups: [`g${at}`],
      }));
    const { notDecided } = comparePolicies({ rules: rules(0) }, { rules: rules(1) });
    expect(notDecided?.rules.length).toBeGreaterThan(9000);
  });
});
