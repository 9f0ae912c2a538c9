import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintText } from '../../src/lint/lint-text.ts';
import { wordsOf } from '../../src/lint/rule.ts';

interface Told {
  rule: string;
  severity: string;
  fatal: boolean;
  text: string;
}

/** What lint says of a case of test/fixtures/field; `text` is the message and the fix. */
async function told(path: string, kubernetesVersion?: string): Promise<Told[]> {
  const url = new URL(`../fixtures/field/${path}`, import.meta.url);
  const version = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const { findings } = await lintText(readFileSync(url, 'utf8'), path, { kopsVersion: null, ...version });
  return findings
    .map((finding) => ({ ...finding, ...wordsOf(finding) }))
    .map(({ rule, severity, fatal, message, fix: mend }) => ({
      rule,
      severity,
      fatal,
      text: `${message} | ${mend}`,
    }));
}

function errors(findings: readonly Told[]): string[] {
  return findings.flatMap(({ rule, severity }) => (severity === 'error' ? [rule] : []));
}

function textOf(findings: readonly Told[], rule: string): string {
  return findings.flatMap((each) => (each.rule === rule ? [each.text] : [])).join('\n');
}

describe('cases from the field: releases', () => {
  it('01: an old spec works with its own kOps, and what stops it later is said with whole ranges', async () => {
    const found = await told('01-old-live-v1beta1/cluster.yaml');
    expect(errors(found)).toEqual(['policy-records-secrets']);
    const upgrade = textOf(found, 'policy-after-upgrade');
    expect(upgrade).toContain(
      '/srv/kubernetes/audit.yaml is not visible to kube-apiserver with kOps 1.22.0 to before 1.26.6',
    );
    expect(upgrade).toContain('do not reach instance groups with role ControlPlane (kOps 1.26.0 and later)');
    expect(textOf(found, 'api-version-ends')).toContain('works up to Kubernetes 1.23');
  });

  it('03: the policy in one escaped string is judged, the ranges of its roles are whole', async () => {
    const found = await told('03-escaped-content/cluster.yaml');
    expect(errors(found)).toEqual([]);
    expect(textOf(found, 'policy-after-upgrade')).toContain('with role ControlPlane (kOps 1.26.0 and later)');
    expect(textOf(found, 'patches-lost')).toContain('line 8 of the policy');
  });

  it('07: only the missing file is an error, for no kOps that cannot run this Kubernetes', async () => {
    const found = await told('07-no-asset-etc-kubernetes/cluster.yaml');
    expect(errors(found)).toEqual(['policy-asset-missing']);
    expect(textOf(found, 'log-unbounded')).toMatch(/auditLogMaxBackups is not set.*\| Write auditLogMaxBackups: 10/);
  });

  it('14: a group "*" is fatal up to 1.35, fine from 1.36 on, and both are said where it is not known', async () => {
    const path = '14-star-group/policy.yaml';
    expect((await told(path, '1.35.4')).find(({ rule }) => rule === 'wildcard-group')?.fatal).toBe(true);
    expect((await told(path, '1.36.0')).filter(({ rule }) => rule.startsWith('wildcard-group'))).toEqual([]);
    const both = (await told(path)).find(({ rule }) => rule.startsWith('wildcard-group'));
    expect(both).toMatchObject({ rule: 'wildcard-group-version', severity: 'warning' });
    expect(both?.text).toMatch(/up to Kubernetes 1\.35; 1\.36 and later/);
  });

  it('28: a URL is the version in it: v1beta1 is right for 1.19, and no kOps is blamed that cannot run it', async () => {
    const found = await told('28-eksd-image/cluster.yaml');
    expect(errors(found)).toEqual(['policy-path']);
    expect(textOf(found, 'policy-path')).toContain('kOps 1.22.0 to before 1.26.6');
    expect(textOf(found, 'api-version-ends')).toContain('refused from 1.24 on; this is 1.19.0');
  });

  it('39: one finding says that nothing points to the policy, and does not say to remove it', async () => {
    const found = await told('39-policy-not-pointed-at/cluster.yaml');
    expect(found.map(({ rule }) => rule)).toEqual(['policy-unused']);
    expect(found[0]?.text).toContain('auditPolicyFile does not point to it');
    expect(found[0]?.text).toContain(
      'Give it the path /srv/kubernetes/kube-apiserver/audit/policy.yaml, and write auditPolicyFile',
    );
    expect(found[0]?.text).not.toMatch(/remove/i);
  });

  it('49: the two paths differ in the name, one finding says which is meant', async () => {
    const found = (await told('49-path-other-name/cluster.yaml')).filter(({ severity }) => severity !== 'info');
    expect(found.map(({ rule }) => rule)).toEqual(['policy-asset-missing']);
    expect(found[0]?.text).toContain('only the name of the file differs');
    expect(found[0]?.text).toContain('Write auditPolicyFile: /srv/kubernetes/kube-apiserver/audit/policy.yaml.');
  });

  it('60: v1beta1 is right on 1.23, and it is said that 1.24 refuses it', async () => {
    const found = await told('60-v1beta1-123/cluster.yaml');
    expect(errors(found)).not.toContain('removed-api-version');
    expect(textOf(found, 'api-version-ends')).toContain('refused from 1.24 on; this is 1.23.17');
    expect(textOf(found, 'policy-not-delivered')).toContain('kOps 1.26.0 and later');
    expect(textOf(found, 'policy-path')).toContain('kOps 1.22.0 to before 1.26.6');
  });

  // Right in 0.1.0 already.
  it.each([
    // kOps 1.25.4 lets Kubernetes 1.26.3 pass, and knows no role ControlPlane.
    ['26-no-rules-mode', ['policy-not-delivered', 'no-rules', 'policy-path']],
    ['27-zeros', ['policy-not-delivered', 'policy-path']],
    ['36-v1alpha3', []],
    ['38-compress', ['key-dropped']],
  ])('%s: the errors are %j', async (name, rules) => {
    expect(errors(await told(`${name}/cluster.yaml`))).toEqual(rules);
  });

  it('40: a number in quotes is refused as kOps refuses it', async () => {
    const url = new URL('../fixtures/field/40-quoted-number/cluster.yaml', import.meta.url);
    const { errors: refused } = await lintText(readFileSync(url, 'utf8'), 'c.yaml', { kopsVersion: null });
    expect(refused.map(({ message }) => message)).toEqual([expect.stringContaining('auditLogMaxAge is a string')]);
  });
});
