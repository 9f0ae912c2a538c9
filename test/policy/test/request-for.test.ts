import { describe, expect, it } from 'vitest';
import { reachOf } from '../../../src/policy/compare/reach.ts';
import { readPolicyTest } from '../../../src/policy/test/read.ts';
import { requestFor } from '../../../src/policy/test/request-for.ts';
import { runPolicyTest } from '../../../src/policy/test/run.ts';
import type { Policy } from '../../../src/policy/types.ts';
import { NAMES, policy } from '../templates/sources.ts';

const ODD: Policy = {
  rules: [
    { level: 'None', users: ['Jane Doe'], verbs: ['*'] },
    { level: 'None', resources: [{ group: 'nowhere.example.com', resources: ['Things/x'] }] },
    { level: 'None', userGroups: ['system:unauthenticated'], nonResourceURLs: ['/a b*'] },
    { level: 'None', users: ['-n', "o'brien"], namespaces: [''] },
    { level: 'Metadata' },
  ],
};

describe('requestFor', () => {
  it.each([...NAMES.map((name) => [name, policy(name)] as const), ['odd', ODD] as const])(
    'writes a case for each rule of %s that the rule decides',
    (_, tested) => {
      const reach = reachOf(tested);
      expect(reach.filter(({ example }) => example)).toHaveLength(tested.rules.length);
      for (const { rule, example } of reach) {
        const request = requestFor(tested, rule, example!);
        const { test, mistakes } = readPolicyTest(`policy: x\ncases:\n- request: ${request}\n  expect: None\n`);
        expect({ request, mistakes }).toEqual({ request, mistakes: [] });
        const [result] = runPolicyTest(test!, tested);
        expect({ request, rule: result?.requests[0]?.actual.rule }).toEqual({ request, rule });
      }
    },
  );

  it('writes words, of resources that exist', () => {
    const gce = policy('gce');
    const written = reachOf(gce).map(({ rule, example }) => requestFor(gce, rule, example!));
    expect(written.filter((text) => text.startsWith('{'))).toEqual([]);
    expect(written[0]).toBe('watch endpoints --as system:kube-proxy');
  });
});
