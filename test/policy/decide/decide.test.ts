import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/policy/decide/decide.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import type { Level, Policy, RequestAttributes, Stage } from '../../../src/policy/types.ts';

function data<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../conformance/${name}`, import.meta.url), 'utf8')) as T;
}

function load(yaml: string): Policy {
  const { policy, diagnostics } = loadPolicy(yaml);
  if (!policy) throw new Error(JSON.stringify(diagnostics));
  return policy;
}

// 4,800 decisions of the evaluator of k8s.io/apiserver v0.37.2 about random policies and requests; the rule counts from 0.
type Vector = [
  policy: number,
  request: RequestAttributes,
  level: Level,
  omitStages: Stage[],
  omitManagedFields: boolean,
  rule: number,
];
const vectors = data<{ policies: { id: string; yaml: string }[]; cases: Vector[] }>('policy-vectors.json');

describe('random policies', () => {
  it('has 4,800 of them', () => expect(vectors.cases).toHaveLength(4800));

  it.each(vectors.policies.map(({ id, yaml }, at): [string, number, string] => [id, at, yaml]))(
    '%s',
    (_id, at, yaml) => {
      const policy = load(yaml);
      for (const [index, request, level, omitStages, omitManagedFields, rule] of vectors.cases) {
        if (index !== at) continue;
        const decision = decide(policy, request);
        const got = { ...decision, omitStages: [...new Set(decision.omitStages)].toSorted() };
        expect({ request, ...got }).toEqual({
          request,
          level,
          rule: rule + 1,
          omitStages: [...new Set(omitStages)].toSorted(),
          omitManagedFields,
        });
      }
    },
  );
});

// 30 policies of one rule and 24 requests: which requests the rule matches, as the real evaluator says.
interface TrapRequest extends RequestAttributes {
  label: string;
  noUser: boolean;
}
const trapPolicies = data<Record<string, string>>('policy-trap-policies.json');
const trapRequests = data<TrapRequest[]>('policy-trap-requests.json');
const trapMatrix = data<Record<string, string[]>>('policy-trap-matrix.json');

describe('traps', () => {
  it('has 720 of them', () => expect(Object.keys(trapPolicies).length * trapRequests.length).toBe(720));

  it.each(Object.entries(trapPolicies))('%s', (name, yaml) => {
    const policy = load(yaml);
    const matched = trapRequests.filter((request) => decide(policy, attributes(request)).rule === 1);
    expect(matched.map(({ label }) => label)).toEqual(trapMatrix[name]);
  });
});

function attributes({ label: _label, noUser, user, ...rest }: TrapRequest): RequestAttributes {
  const who = noUser || user === undefined ? {} : { user };
  return { ...rest, ...who, isResourceRequest: rest.resource !== '' };
}

// The GCE policy as the script writes it, against its own test and 31 modern requests.
interface GceCase extends RequestAttributes {
  label: string;
  level: Level;
  rule: number;
  omitStages: Stage[];
}

describe('the GCE policy', () => {
  const policy = load(readFileSync(new URL('../../conformance/gce-policy.yaml', import.meta.url), 'utf8'));
  const cases = [...data<GceCase[]>('gce-conformance.json'), ...data<GceCase[]>('gce-extra-probes.json')];

  it('has 618 and 31 cases', () => expect(cases).toHaveLength(649));

  it('is decided alike', () => {
    for (const { label, level, rule, omitStages, ...request } of cases) {
      const got = decide(policy, { ...request, isResourceRequest: request.resource !== undefined });
      expect({ label, ...got }).toEqual({ label, level, rule, omitStages, omitManagedFields: false });
    }
  });
});

describe('no rule', () => {
  it('is level None, rule 0, with the stages of the policy', () => {
    const policy: Policy = {
      rules: [{ level: 'Metadata', users: ['bob'] }],
      omitStages: ['Panic'],
      omitManagedFields: true,
    };
    expect(decide(policy, { user: 'alice' })).toEqual({
      level: 'None',
      rule: 0,
      omitStages: ['Panic'],
      omitManagedFields: true,
    });
  });
});
