import { describe, expect, it } from 'vitest';
import { comparePolicies } from '../../src/policy/compare/compare.ts';
import type { Policy, PolicyRule } from '../../src/policy/types.ts';
import { comparisonHead, comparisonText, comparisonView } from '../../src/report/comparison.ts';
import { plainStyle } from '../../src/report/text.ts';

const look = { style: plainStyle, columns: 80 };

function text(before: PolicyRule[], after: PolicyRule[]): string {
  return comparisonText(comparePolicies({ rules: before }, { rules: after }), look);
}

/** What is said of the requests that a rule of level None takes from a policy that records everything. */
function said(rule: Omit<PolicyRule, 'level'>, ...earlier: PolicyRule[]): string {
  const lines = text([{ level: 'Metadata' }], [...earlier, { level: 'None', ...rule }, { level: 'Metadata' }]).split(
    '\n',
  );
  return lines.slice(1, -2).join('\n');
}

describe('the words for requests', () => {
  it.each<[Omit<PolicyRule, 'level'>, string]>([
    [{}, 'any verb on anything, by anyone'],
    [{ users: ['a'] }, 'any verb on anything, by user a'],
    [{ users: ['a', 'b'], verbs: ['watch', 'get'] }, 'get, watch anything, by users a, b'],
    [{ userGroups: ['g'] }, 'any verb on anything, by group g'],
    [{ userGroups: ['g', 'h'], users: ['a'] }, 'any verb on anything, by user a, in groups g or h'],
    [{ nonResourceURLs: ['/a*', '/b'] }, 'any verb on /a*, /b, by anyone'],
    [{ nonResourceURLs: ['*'] }, 'any verb on any path, by anyone'],
    [{ resources: [{ group: '*' }] }, 'any verb on any resource, by anyone'],
    [{ resources: [{ group: '' }, { group: 'apps' }] }, 'any verb on any resource (core, apps), by anyone'],
    [{ resources: [{ resources: ['pods/*', '*/status', 'a'] }] }, 'any verb on */status, pods/*, a (core), by anyone'],
    [
      { resources: [{ resources: ['a'] }, { group: 'x', resources: ['b'] }], namespaces: ['n', ''] },
      'any verb on a (core); b (x) in namespace n or (no namespace), by anyone',
    ],
    [{ resources: [{ resources: ['a'], resourceNames: ['x', 'y'] }] }, 'any verb on a (core) named x or y, by anyone'],
    [{ users: ['1', '2', '3', '4', '5'] }, 'any verb on anything, by users 1, 2, 3, 4, 5'],
    [{ users: ['1', '2', '3', '4', '5', '6'] }, 'any verb on anything, by users 1, 2, 3, 4 and 2 more'],
    [{ users: ['\u001b[31m'] }, 'any verb on anything, by user \\x1b[31m'],
  ])('of %j', (rule, words) => {
    expect(said(rule)).toBe(`  - ${words}`);
  });

  it.each<[PolicyRule, string]>([
    [{ level: 'Metadata', users: ['a'] }, 'any verb on anything, by anyone except user a'],
    [{ level: 'Metadata', userGroups: ['g', 'h'] }, 'any verb on anything, by anyone except groups g, h'],
    [{ level: 'Metadata', verbs: ['get'] }, 'any verb except get on anything, by anyone'],
    [{ level: 'Metadata', nonResourceURLs: ['/a*'] }, 'any verb on any resource; any path except /a*, by anyone'],
    [
      { level: 'Metadata', resources: [{ resources: ['a', '*/s'] }] },
      'any verb on any resource except */s, a (core); any resource (any API group\n    except core); any path, by anyone',
    ],
    [
      { level: 'Metadata', namespaces: ['n'] },
      'any verb on anything, by anyone\n      but not any verb on any resource in namespace n',
    ],
    [
      { level: 'Metadata', users: ['a'], verbs: ['get'] },
      'any verb on anything, by anyone\n      but not get anything by user a',
    ],
  ])('of all but %j', (earlier, words) => {
    expect(said({}, earlier)).toBe(`  - ${words}`);
  });
});

describe('the headlines', () => {
  it('say what else changes', () => {
    const before: PolicyRule[] = [{ level: 'Request', users: ['a'], omitStages: ['Panic'] }, { level: 'Metadata' }];
    const after: PolicyRule[] = [
      { level: 'RequestResponse', users: ['a'], omitManagedFields: true },
      { level: 'Metadata', omitStages: ['RequestReceived'] },
    ];
    expect(text(before, after)).toBe(`Request → RequestResponse, now at Panic too, without managed fields now
  - any verb on anything, by user a
    rule 1 → rule 1

Metadata as before, no longer at RequestReceived
  - any verb on anything, by anyone except user a
    rule 2 → rule 2
`);
  });
});

describe('the whole', () => {
  const policies: [Policy, Policy] = [
    { rules: [{ level: 'None', users: ['a'] }, { level: 'Metadata' }] },
    { rules: [{ level: 'Request', users: ['a'] }] },
  ];
  const two = comparePolicies(...policies);

  it('begins with how much differs, and what that comes to', () => {
    const whole = comparisonView({ comparison: two, before: 'a\u0007.yaml', after: 'b.yaml', policies }, look);
    const [head, effects] = whole.split('\n\n');
    expect(head?.split('\n').slice(0, 2)).toEqual([
      'a\\x07.yaml → b.yaml: 2 kinds of requests change: 1 recorded no longer, 1 newly.',
      'All requests are recorded no longer, by anyone but a.',
    ]);
    expect(effects).toMatch(/^Metadata → None\n/);
  });

  it('says what was not decided', () => {
    const large: [Policy, Policy] = [{ rules: [{ level: 'None', users: ['a'] }] }, { rules: [{ level: 'Request' }] }];
    const comparison = comparePolicies(...large, { steps: 0 });
    expect(comparisonView({ comparison, before: 'a', after: 'b', policies: large }, look))
      .toBe(`a → b: the policies are too large to count what changes.
Until now nothing was recorded: the policy records no request.
Writes of RBAC, secrets, debug containers, certificate requests, config maps and
other resources are now recorded, with the request body, by anyone.
Reads of RBAC, secrets, debug containers, certificate requests, config maps and
other resources are now recorded, without bodies, by anyone.
And 2 more effects.

Not decided: the policies are too large to compare all of their requests. Left
are those of rule 1 or no rule of the first policy.
`);
  });

  it('says so in a summary too', () => {
    const users = Array.from({ length: 800 }, (_none, at): PolicyRule => ({ level: 'Metadata', users: [`u${at}`] }));
    const large: [Policy, Policy] = [{ rules: [{ level: 'Metadata' }] }, { rules: users }];
    const comparison = comparePolicies(...large, { steps: 0 });
    expect(comparisonHead({ comparison, before: 'a', after: 'b', policies: large }, look)).toBe(
      'a → b: the policies are too large to count what changes.\nNot all was looked at: the policies are too large.\n',
    );
  });
});
