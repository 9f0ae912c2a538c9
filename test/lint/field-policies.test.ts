import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintText } from '../../src/lint/lint-text.ts';
import { told } from '../../src/lint/rule.ts';

const FIELD = new URL('../fixtures/field/', import.meta.url);

/** What is said of a file: for each finding its rule and its fix; for a file that is none, the message and its hint. */
async function said(file: string, kubernetesVersion?: string): Promise<string[]> {
  const text = readFileSync(new URL(file, FIELD), 'utf8');
  const version = kubernetesVersion === undefined ? {} : { kubernetesVersion };
  const { findings, errors } = await lintText(text, file, { kopsVersion: null, ...version });
  return [
    ...findings.map(told).map(({ rule, fix }) => `${rule}: ${fix}`),
    ...errors.map(({ message, hint }) => `${message}: ${hint}`),
  ];
}

/** For each file something that is to be said: the rule, and what is right. */
const WANTED: Readonly<Record<string, string | RegExp>> = {
  '13-shadowed-secrets/policy.yaml':
    'unreachable-rule: Remove it, which changes nothing. Before rule 1 it would write the content of secrets into the log.',
  '21-group-as-list/policy.yaml': /^wrong-type: It takes one API group, such as apps\. Users are named in users/,
  '21-group-as-list/policy2.yaml':
    'unknown-identity: Write userGroups: [system:nodes]. Kubelets are the users system:node:NAME.',
  '22-group-v1/policy.yaml': 'unknown-group: Write group: authorization.k8s.io.',
  '23-space-in-user/policy.yaml': /^wrong-type: Write system:kube-controller-manager \(no space/,
  '57-configmap/cm.yaml': /the policy is inside a ConfigMap: .* save the text below data\.policy/,
  '64-legacy-group-list/policy.yaml': 'group-not-served: Remove the entry.',
  '58-kinds/appsv1.yaml': /^not-a-group: Write group: apps\./,
  '58-kinds/auditpolicy.yaml': 'wrong-kind: Write "kind: Policy".',
  '58-kinds/auditv1.yaml': 'wrong-api-version: Write "apiVersion: audit.k8s.io/v1".',
  '58-kinds/both.yaml': /^urls-with-resources: Split it into two rules/,
  '58-kinds/groups.yaml': /^unknown-key: Did you mean group\?/,
  '58-kinds/lowerkind.yaml': 'wrong-kind: Write "kind: Policy".',
  '58-kinds/lowerlevel.yaml': 'unknown-level: Did you mean Metadata?',
  '58-kinds/nsinside.yaml': /^unknown-key: namespaces belongs beside level/,
  '58-kinds/old17.yaml': /^no-api-version: Begin the file with/,
  '58-kinds/respods.yaml':
    'wrong-type: Write resources: [{group: "", resources: [pods]}]. Each entry has its API group.',
  '58-kinds/scalarstage.yaml': 'wrong-type: Write [RequestReceived].',
  '58-kinds/spec.yaml': 'no-rules: Move rules out of spec: it belongs at the top level, beside kind.',
  '58-kinds/stars.yaml': /^not-a-group: Name each group/,
  '58-kinds/tab.yaml': 'tab: Indent with spaces.',
  '58-kinds/urlmid.yaml': /^url-wildcard-inside: .* write "\/api\*", which matches more/,
  '58-kinds/v2.yaml': 'wrong-api-version: Write "apiVersion: audit.k8s.io/v1".',
  '58-kinds/verbsstar.yaml': 'wrong-type: Leave verbs out: without it the rule matches all.',
};

describe('policies from the field', () => {
  it('has each of the kinds', () => {
    const files = readdirSync(new URL('58-kinds/', FIELD)).map((file) => `58-kinds/${file}`);
    expect(Object.keys(WANTED)).toEqual(expect.arrayContaining(files));
  });

  it.each(Object.entries(WANTED))('%s: %s', async (file, wanted) => {
    const all = await said(file);
    expect(all).toContainEqual(typeof wanted === 'string' ? wanted : expect.stringMatching(wanted));
  });

  it.each(Object.keys(WANTED))('%s: each error has a fix', async (file) => {
    expect((await said(file)).filter((text) => /: (?:undefined)?$/.test(text))).toEqual([]);
  });

  it('12: no rule is told twice, and what several rules do is one finding', async () => {
    const rules = (await said('12-tutorial-mix/policy.yaml')).map((text) => text.split(':', 1)[0]);
    expect(rules.filter((rule, at) => rules.indexOf(rule) !== at)).toEqual([]);
    expect(rules.length).toBeLessThan(13);
  });

  it('64: says nothing of a wrong group, for any release', async () => {
    for (const version of ['1.15.0', '1.19.0', '1.31.0', undefined]) {
      const all = await said('64-legacy-group-list/policy.yaml', version);
      expect(all.filter((text) => text.startsWith('resource-in-wrong-group'))).toEqual([]);
    }
  });

  it.each([
    ['15-only-events/policy.yaml', ['removed-api-version']],
    ['16-managed-service/policy.yaml', ['unknown-identity', 'cis-3-2-2', 'policy-records-secrets', 'patches-lost']],
    ['20-mutations-only/policy.yaml', ['sensitive-changes-dropped', 'cis-3-2-2', 'noise-recorded']],
    ['24-none-after-catchall/policy.yaml', ['catch-all-not-last', 'patches-lost']],
  ])('%s: what was right is still said', async (file, rules) => {
    const found = (await said(file)).map((text) => text.split(':', 1)[0]);
    expect(found).toEqual(expect.arrayContaining(rules));
  });

  it('looks at what stands behind an error, and says what it did not look at', async () => {
    const all = await said('58-kinds/stars.yaml');
    expect(all).toContain('literal-star: Write userGroups: ["system:serviceaccounts:kube-system"].');
    expect(all).toContain('policy-not-judged: Fix the errors, then run lint again.');
    expect(await said('58-kinds/tab.yaml')).toContain('policy-not-judged: Fix the errors, then run lint again.');
    const whole = await said('58-kinds/lowerkind.yaml');
    expect(whole.filter((text) => text.startsWith('policy-not-judged'))).toEqual([]);
    expect(whole.length).toBeGreaterThan(1);
  });
});
