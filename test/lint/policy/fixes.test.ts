import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES, WARNING_CODES } from '../../../src/lint/policy/diagnostics.ts';
import { lintPolicy } from '../../../src/lint/lint-policy.ts';
import { POLICY_RULES } from '../../../src/lint/policy/rules.ts';
import { judgeChange } from '../../../src/policy/compare/harm.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { type LocatedFinding, told } from '../../../src/lint/rule.ts';

/** For each rule a policy that breaks it, and what it is when its fix in words is followed, letter for letter. */
const FOLDER = new URL('fixes/', import.meta.url);

/** The fix cannot be shown in a small text file: the size, the encoding, and the release. */
const NOT_HERE = ['too-large', 'protobuf-syntax', 'not-utf-8', 'wildcard-group'];
const RULES = [...POLICY_RULES.map(({ id }) => id), ...WARNING_CODES, ...ERROR_CODES].filter(
  (rule) => !NOT_HERE.includes(rule),
);

function read(rule: string, which: 'before' | 'after'): string {
  return readFileSync(new URL(`${rule}.${which}.yaml`, FOLDER), 'utf8');
}

function lint(text: string): LocatedFinding[] {
  return lintPolicy(text, text.includes('group: "*"') ? {} : { kubernetesVersion: '1.36.2' });
}

describe('the fixes in words', () => {
  it('have a before and an after for every rule', () => {
    const wanted = RULES.flatMap((rule) => [`${rule}.after.yaml`, `${rule}.before.yaml`]);
    expect(readdirSync(FOLDER).toSorted()).toEqual([...new Set(wanted)].toSorted());
  });

  it.each(RULES)('%s: helps, and brings nothing worse', (rule) => {
    const [before, after] = [lint(read(rule, 'before')), lint(read(rule, 'after'))];
    const found = before.filter((finding) => finding.rule === rule);
    expect(found.map((finding) => told(finding).fix)).not.toContain('');
    expect(found.length).toBeGreaterThan(0);
    expect(after.filter((finding) => finding.rule === rule)).toEqual([]);
    const known = new Set(before.map((finding) => finding.rule));
    const worse = after.filter(({ severity, rule: id }) => severity !== 'info' && !known.has(id));
    expect(worse.map(told).map(({ rule: id, message }) => `${id}: ${message}`)).toEqual([]);
  });

  it.each(RULES)('%s: records no secret and silences nothing', (rule) => {
    const [before, after] = [loadPolicy(read(rule, 'before')).policy, loadPolicy(read(rule, 'after')).policy];
    expect(after).not.toBeNull();
    if (!before) return;
    const { harms, comparison } = judgeChange(before, after!);
    expect(comparison.notDecided).toBeNull();
    expect(harms.map(({ kind, name }) => `${kind} ${name}`)).toEqual([]);
  });

  // A few whose after-file does more than one word, so that a change of the words is seen.
  it.each([
    ['catch-all-not-last', 'Move rule 3 to the end.'],
    ['rule-order', 'Move rule 4 before rule 3.'],
    [
      'unreachable-rule',
      'Remove it, which changes nothing. Before rule 3 it would write the content of secrets into the log.',
    ],
    ['patches-lost', 'Put a rule with level Metadata and verbs: [patch] before rule 4.'],
    ['sensitive-changes-dropped', 'Put a rule with level Metadata for them before rule 3.'],
    ['cis-3-2-2', 'Put a rule with level Metadata for them before rule 3.'],
    ['deletecollection-missing', 'Add deletecollection to its verbs.'],
    ['exec-get-missing', 'Add get to its verbs.'],
    ['all-stages-omitted', 'Omit fewer stages, or write level: None if that is meant.'],
    ['path-of-resource', 'Write the resource under resources, in a rule without nonResourceURLs.'],
    ['unknown-group', 'Write group: authorization.k8s.io.'],
    ['literal-star', 'Remove users: without it the rule matches all.'],
  ])('%s: the after-file follows "%s"', (rule, mend) => {
    expect(
      lint(read(rule, 'before'))
        .map(told)
        .find((finding) => finding.rule === rule)?.fix,
    ).toBe(mend);
  });
});

describe('a fix in words that would do harm', () => {
  const text = (rule: string): string =>
    `apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules:\n- ${rule}\n- level: Metadata\n`;

  it.each([
    [
      'resource-not-plural',
      '{level: RequestResponse, resources: [{group: "", resources: [Secrets]}]}',
      'write the content of secrets',
    ],
    [
      'unknown-resource',
      '{level: Request, resources: [{group: "", resources: [secert]}]}',
      'write the content of secrets',
    ],
    [
      'resource-in-wrong-group',
      '{level: Request, resources: [{group: apps, resources: [configmaps]}]}',
      'write the content of config maps',
    ],
    [
      'unknown-subresource',
      '{level: RequestResponse, resources: [{group: "", resources: [serviceaccounts/tokens]}]}',
      'write the content of service account tokens',
    ],
    ['literal-star', '{level: None, users: ["*"], verbs: [get]}', 'out of the log'],
    [
      'unknown-verb',
      '{level: RequestResponse, verbs: [read], resources: [{group: "", resources: [secrets]}]}',
      'write the content of secrets',
    ],
    [
      'unknown-verb',
      '{level: None, verbs: [DELETE], resources: [{group: rbac.authorization.k8s.io}]}',
      'keep RBAC out of the log',
    ],
    ['unknown-identity', '{level: None, users: [kube-scheduler]}', 'out of the log'],
    ['unknown-namespace', '{level: Request, namespaces: [kube_system]}', 'write the content of'],
    [
      'unknown-group',
      '{level: Request, resources: [{group: authentication, resources: [tokenreviews]}]}',
      'write the content of token reviews',
    ],
    [
      'unreachable-rule',
      '{level: Metadata, verbs: [get, list]}\n- {level: RequestResponse, verbs: [get], resources: [{group: "", resources: [secrets]}]}',
      'write the content of secrets',
    ],
    ['catch-all-not-last', '{level: Metadata}\n- {level: None, users: [alice]}', 'out of the log'],
    [
      'rule-order',
      '{level: Metadata, verbs: [get, list, update]}\n- {level: None, resources: [{group: "", resources: [secrets]}]}',
      'keep secrets out of the log',
    ],
  ])('%s says so: %s', (rule, written, harm) => {
    const found = lint(text(written)).filter((finding) => finding.rule === rule);
    expect(found.map((finding) => told(finding).fix)).toEqual([expect.stringMatching(harm)]);
  });

  it('is not said of what does none', () => {
    const found = lint(text('{level: Request, resources: [{group: apps, resources: [Deployments]}]}')).find(
      (finding) => finding.rule === 'resource-not-plural',
    );
    expect(found && told(found).fix).toBe('Write deployments.');
  });
});
