import { describe, expect, it } from 'vitest';
import { POLICY_RULES } from '../../../src/lint/policy/rules.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { CASES } from './cases.ts';
import { findingsOf, idsOf, quietPolicy } from './findings.ts';

describe('each rule', () => {
  it('has a case', () => {
    expect([...new Set(CASES.map(({ rule }) => rule))].toSorted()).toEqual(POLICY_RULES.map(({ id }) => id).toSorted());
  });

  it.each(CASES.map((entry): [string, string, typeof entry] => [entry.rule, entry.message, entry]))(
    '%s: %s',
    (rule, message, { broken, fine, kubernetesVersion }) => {
      const found = findingsOf(broken, kubernetesVersion);
      expect(found.map((finding) => [finding.id, finding.message])).toEqual([[rule, message]]);
      expect(idsOf(fine, kubernetesVersion)).toEqual([]);
    },
  );

  it.each([
    ['{resources: [ingresses]}', 'Write ingresses in an entry with group: networking.k8s.io.'],
    ['{resources: [leases]}', 'Write leases in an entry with group: coordination.k8s.io.'],
    ['{group: apps, resources: [events]}', 'Write events in an entry with group: "" or group: events.k8s.io.'],
    ['{resources: [secert]}', 'Did you mean secrets?'],
    ['{resources: [exec]}', 'Write pods/exec: it is a subresource.'],
    ['{resources: [services/exec]}', 'Did you mean pods/exec?'],
    ['{group: core}', 'Write group: "", which is core.'],
    ['{group: rbac}', 'Did you mean rbac.authorization.k8s.io?'],
    ['{group: apps, resources: [deploy/scale]}', 'Write deployments/scale.'],
  ])('suggests what is right: %s', (entry, mend) => {
    const found = findingsOf(quietPolicy(`- {level: Metadata, verbs: [list], resources: [${entry}]}`));
    expect(found.map((finding) => finding.fix)).toEqual([mend]);
  });

  it('points into the document', () => {
    for (const { broken, kubernetesVersion } of CASES) {
      for (const { path } of findingsOf(broken, kubernetesVersion)) {
        const { policy } = loadPolicy(broken);
        const at: unknown = path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], policy);
        expect([path.join('/'), at]).not.toEqual([path.join('/'), undefined]);
      }
    }
  });

  it('speaks in sentences', () => {
    for (const { broken, kubernetesVersion } of CASES) {
      for (const { message, fix } of findingsOf(broken, kubernetesVersion)) {
        expect(message).not.toMatch(/[.\n]$|undefined|\bNaN\b/);
        expect(fix).toMatch(/^[A-Z"].*[.?]$/);
      }
    }
    for (const { why, id } of POLICY_RULES) {
      expect(why).toMatch(/^[A-Zk].*\.$/);
      expect(id).toMatch(/^[a-z][a-z0-9-]+$/);
    }
  });
});
