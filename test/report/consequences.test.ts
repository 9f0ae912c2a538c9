import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { comparePolicies } from '../../src/policy/compare/compare.ts';
import { renderPolicy } from '../../src/policy/render/render.ts';
import type { Policy, PolicyRule } from '../../src/policy/types.ts';
import { changeText, policyMeaning, summaryJson, totalsText } from '../../src/report/consequences.ts';

const METADATA: Policy = { rules: [{ level: 'Metadata' }] };

function template(name: string): Policy {
  const source = readFileSync(`templates/policies/${name}.yaml`, 'utf8');
  return renderPolicy(source, { name, toolVersion: '0' }).policy;
}

function told(before: Policy, after: Policy, most = Infinity): string[] {
  return changeText(before, after, { columns: 1000, most, command: null });
}

/** What is told of a rule that stands before one that records everything without bodies. */
function of(rule: PolicyRule): string[] {
  return told(METADATA, { rules: [rule, { level: 'Metadata' }] });
}

describe('the sentences', () => {
  it.each<[PolicyRule, string]>([
    [
      { level: 'None', resources: [{ group: '', resources: ['secrets'] }] },
      'Requests for secrets are recorded no longer, by anyone.',
    ],
    [
      { level: 'None', users: ['alice'], resources: [{ group: '', resources: ['secrets'] }] },
      'Requests for secrets are recorded no longer, by alice.',
    ],
    [
      {
        level: 'None',
        verbs: ['patch', 'get'],
        namespaces: ['dev'],
        resources: [{ group: '', resources: ['configmaps'] }],
      },
      'Gets and patches of config maps in namespace dev are recorded no longer, by anyone.',
    ],
    [{ level: 'None', userGroups: ['system:nodes'] }, 'All requests are recorded no longer, by the kubelets.'],
    [
      { level: 'None', userGroups: ['system:authenticated'] },
      'All requests are recorded no longer, by anyone but whoever is not logged in.',
    ],
    [{ level: 'None', users: ['system:serviceaccount:app:job'] }, 'All requests are recorded no longer, by app/job.'],
    [
      { level: 'Request', resources: [{ group: '', resources: ['secrets'] }] },
      'Writes of secrets are now recorded with the request body, by anyone.',
    ],
    [
      { level: 'RequestResponse', verbs: ['get'], resources: [{ group: '', resources: ['secrets'] }] },
      'Gets of secrets are now recorded with the answer, by anyone.',
    ],
    [
      { level: 'RequestResponse', verbs: ['get', 'create'], resources: [{ group: '', resources: ['pods/exec'] }] },
      'The log holds the same: these requests have no bodies.',
    ],
    [
      { level: 'None', resources: [{ group: '', resources: ['pod'] }] },
      'None of it is a request that an API server of today answers.',
    ],
    [
      {
        level: 'Metadata',
        omitStages: ['RequestReceived'],
        nonResourceURLs: ['/healthz*', '/livez*', '/readyz*', '/version'],
      },
      'Requests for health checks and /version are recorded no longer at RequestReceived, by anyone.',
    ],
  ])('of a rule %j', (rule, sentence) => {
    expect(of(rule)[0]).toBe(sentence);
  });

  it('of bodies with and without managed fields', () => {
    const body: Policy = { rules: [{ level: 'Request', verbs: ['create'] }] };
    expect(told(body, { ...body, omitManagedFields: true })[0]).toMatch(
      /^Creates of RBAC, .* are now recorded without managed fields, by anyone\.$/,
    );
  });

  it('say first that nothing is recorded at all', () => {
    const silent: Policy = { rules: [{ level: 'None' }] };
    expect(told(METADATA, silent)[0]).toBe('Nothing is recorded any more: the new policy records no request.');
    expect(told(silent, METADATA)[0]).toBe('Until now nothing was recorded: the policy records no request.');
  });

  it('begin with what matters, then have one of each kind, and tell how many are left out', () => {
    const all = told(template('gce'), template('kops'));
    const few = told(template('gce'), template('kops'), 5);
    expect(few.slice(0, 4)).toEqual(all.slice(0, 4));
    expect(few[4]).toBe(`And ${all.length - 4} more effects.`);
    expect(few.slice(0, 3)).toEqual([
      'Writes (not patches) of RBAC, debug containers and most other resources are still recorded, but with the request body only, by people and other service accounts.',
      'Patches of RBAC, debug containers and most other resources are still recorded, but without bodies, by anyone.',
      'Reads of RBAC, debug containers, config maps and most other resources are recorded no longer, by the control plane, nodes and add-ons.',
    ]);
  });

  it('begin with what is lost of what matters, however much is won', () => {
    const rbac = [{ group: 'rbac.authorization.k8s.io' }];
    const more = ['a', 'b', 'c', 'd'].map((user): PolicyRule => ({
      level: 'Request',
      users: [user],
      verbs: [user === 'a' ? 'create' : 'update'],
      resources: rbac,
    }));
    const exec: PolicyRule = { level: 'None', resources: [{ group: '', resources: ['pods/exec'] }] };
    const [first] = told(METADATA, { rules: [...more, exec, { level: 'Metadata' }] }, 2);
    expect(first).toBe('Requests for pods/exec are recorded no longer, by anyone.');
  });

  it('show one at least, and the command that shows all', () => {
    const lines = changeText(template('metadata'), template('gce'), {
      columns: 80,
      most: 1,
      command: 'kops-audit policy diff a b',
    });
    expect(lines.join(' ')).toMatch(
      /^Writes of RBAC.* by almost anyone\. And \d+ more effects\. To see all: kops-audit policy diff a b$/,
    );
  });
});

describe('the totals', () => {
  it('count the classes by what happens to them', () => {
    const compared = comparePolicies(template('metadata'), template('gce'));
    expect(totalsText(compared)).toBe('14 kinds of requests change: 9 recorded no longer, 5 with more.');
    expect(summaryJson(compared, template('metadata'), template('gce'))).toMatchObject({
      totals: { gone: 9, newly: 0, more: 5, less: 0, otherwise: 0 },
      complete: true,
    });
    expect(totalsText(comparePolicies(METADATA, METADATA))).toBe('Every request is recorded as before.');
  });
});

describe('what a policy records', () => {
  it('is told by what it does otherwise than recording all without bodies', () => {
    const policy: Policy = { rules: [{ level: 'None', verbs: ['watch'] }, { level: 'Metadata' }] };
    expect(policyMeaning(policy, 1000, 5).slice(0, 2)).toEqual(
      [
        'Every request is recorded, without bodies, but for these:',
        'Watches of RBAC, secrets, certificate requests, config maps and other resources are not recorded, by anyone.',
        'Watches of events, leases and endpoints are not recorded, by anyone.',
      ].slice(0, 2),
    );
    expect(policyMeaning(METADATA, 1000, 5)).toEqual(['Every request is recorded, without bodies.']);
  });

  it('is not guessed of a policy that is too large to look at', () => {
    const users = Array.from({ length: 800 }, (_none, at): PolicyRule => ({ level: 'Metadata', users: [`u${at}`] }));
    expect(policyMeaning({ rules: users }, 1000, 5)).toEqual([
      'What it records was not found out: the policy is too large.',
    ]);
  });
});
