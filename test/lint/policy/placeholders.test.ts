import { describe, expect, it } from 'vitest';
import { lintText } from '../../../src/lint/lint-text.ts';
import { type LocatedFinding, told, type Words } from '../../../src/lint/rule.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { quietPolicy } from './findings.ts';

const RULE = 'template-not-rendered';

async function lint(text: string): Promise<(LocatedFinding & Words)[]> {
  const { findings, errors } = await lintText(text, 'a.yaml', { kopsVersion: null });
  expect(errors).toEqual([]);
  return findings.map(told);
}

/** What is said besides of a policy that does not load. */
function others(findings: readonly LocatedFinding[]): string[] {
  return findings.map(({ rule }) => rule).filter((rule) => rule !== RULE && rule !== 'policy-not-judged');
}

describe('a policy that is a template', () => {
  it.each([
    ['- level: ${level}', /\$\{ \} .*: level of rule 3 is a placeholder$/, 'error'],
    ['- level: $LEVEL', /\$NAME \(envsubst\)/, 'error'],
    ['- level: "{{ .Values.level }}"', /\{\{ \}\}/, 'error'],
    ['- level: "{% if x %}None{% endif %}"', /Jinja/, 'error'],
    ['- level: "%{ if x }None%{ endif }"', /%\{ \} \(Terraform/, 'error'],
    ['- {level: None, omitManagedFields: "${x}"}', /omitManagedFields of rule 3/, 'error'],
    ['- {level: None, omitStages: ["${x}"]}', /item 1 of omitStages of rule 3/, 'error'],
    ['- {level: None, nonResourceURLs: ["${x}"]}', /item 1 of nonResourceURLs of rule 3/, 'error'],
    [
      '- {level: None, resources: [{group: "${x}", resources: [pods]}]}',
      /group of item 1 of resources of rule 3/,
      'error',
    ],
    ['- ${rule}', /item 3 of rules/, 'error'],
    ['- {level: Metadata, users: ["${admin}"]}', /item 1 of users of rule 3/, 'warning'],
    ['- {level: Metadata, users: ["system:{{ .x }}"]}', /item 1 of users of rule 3/, 'warning'],
    ['- {level: None, verbs: ["$VERB"]}', /item 1 of verbs of rule 3/, 'warning'],
    ['- {level: Metadata, namespaces: ["<% = ns %>"]}', /ERB/, 'warning'],
    [
      '- {level: None, resources: [{group: "", resources: ["$RESOURCES"]}]}',
      /item 1 of resources of item 1/,
      'warning',
    ],
    ['- {level: Metadata, users: [a]} # %{ if x }', /%\{ \} .*: a comment is a directive/, 'warning'],
    ['# {% if x %}\n- {level: Metadata, users: [a]}\n# {% endif %}', /Jinja.*: a comment/, 'warning'],
  ])('%s is told once, and nothing that follows from it', async (rule, message, severity) => {
    const findings = await lint(quietPolicy(rule));
    const [found, ...more] = findings.filter((finding) => finding.rule === RULE);
    expect(found).toMatchObject({ message: expect.stringMatching(message), severity, fatal: severity === 'error' });
    expect(found).toMatchObject({ fix: expect.stringMatching(/^Render it first/) });
    expect(more).toEqual([]);
    expect(others(findings)).toEqual([]);
  });

  it('is told once of many placeholders, with their number', async () => {
    const findings = await lint(quietPolicy('- level: ${a}\n  users: ["${b}"]\n- level: ${c}\n  users: [a]'));
    expect(findings.filter(({ rule }) => rule === RULE)).toMatchObject([
      { message: expect.stringMatching(/level of rule 3 is a placeholder, as are 2 more$/) },
    ]);
    expect(others(findings)).toEqual([]);
  });

  it.each([
    ['apiVersion', (text: string) => text.replace('audit.k8s.io/v1', '${version}')],
    ['kind', (text: string) => text.replace('kind: Policy', 'kind: "{{ .kind }}"')],
    [
      'apiVersion',
      (text: string) => text.replace('audit.k8s.io/v1', '$VERSION').replace('kind: Policy', 'kind: $KIND'),
    ],
  ])('is one by its %s', async (name, change) => {
    const findings = await lint(change(quietPolicy('- {level: Metadata, users: [a]}')));
    expect(findings.filter(({ rule }) => rule === RULE)).toMatchObject([
      { message: expect.stringContaining(`${name} is a placeholder`), severity: 'error' },
    ]);
    expect(others(findings)).toEqual([]);
  });

  it('keeps what is wrong besides', async () => {
    const findings = await lint(quietPolicy('- {level: "${level}", verbs: [gte]}\n- {level: Metdata, users: [a]}'));
    expect(others(findings)).toEqual(expect.arrayContaining(['unknown-verb', 'unknown-level']));
  });

  it.each([
    '# {{ .x }}, ${x}, $NAME and %{ if x } are what the template has\n- {level: Metadata, users: [a]}',
    '# see {% if x %} in the role\n- {level: Metadata, users: [a]}',
    '- {level: Metadata, users: ["foo$bar", "foo$BAR", "MACHINE$", "$lower", "a$$NAME", "100%", "{a}"]}',
    '- {level: None, nonResourceURLs: ["/a$b", "/a%20b"]}',
  ])('is not %s', async (rule) => {
    expect((await lint(quietPolicy(rule))).filter((finding) => finding.rule === RULE)).toEqual([]);
  });

  it('is not what annotations speak of', async () => {
    const text = quietPolicy('- {level: Metadata, users: [a]}', 'metadata: {annotations: {a: "${x}"}}');
    expect((await lint(text)).filter((finding) => finding.rule === RULE)).toEqual([]);
  });

  it.each(['- level: ${x}', '- {level: None, omitManagedFields: $X}', '- {level: None, nonResourceURLs: ["{{ x }}"]}'])(
    'has the cause in the hint of the loader: %s',
    (rule) => {
      const [first] = loadPolicy(quietPolicy(rule)).diagnostics;
      expect(first?.hint).toMatch(/^This is a template with .*Render it first/);
    },
  );
});

describe('a policy in a spec that is a template', () => {
  it('is told once, at its line', async () => {
    const policy = quietPolicy('- level: ${level}').replaceAll(/^(?=.)/gm, '      ');
    const findings = await lint(`apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.35.0
  kubeAPIServer:
    auditPolicyFile: /srv/kubernetes/kube-apiserver/audit/policy.yaml
  fileAssets:
  - name: audit
    path: /srv/kubernetes/kube-apiserver/audit/policy.yaml
    content: |
${policy}`);
    expect(findings.filter(({ rule }) => rule === RULE)).toMatchObject([{ severity: 'error', range: { start: {} } }]);
    expect(findings.map(({ rule }) => rule)).not.toContain('unknown-level');
    expect(findings.map(({ rule }) => rule)).not.toContain('policy-refused');
  });
});
