import { describe, expect, it } from 'vitest';
import { lintText } from '../../src/lint/lint-text.ts';
import type { FileLint } from '../../src/lint/rule.ts';

const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
`;
const UNKNOWN_KEY = POLICY.replace('- level: Metadata', '- level: None\n  verb: [get]\n- level: Metadata');
const CLUSTER = `apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata:
  name: a.example.com
spec:
  kubernetesVersion: 1.36.0
`;

function lint(text: string, kubernetesVersion?: string): Promise<FileLint> {
  return lintText(text, 'f.yaml', { kopsVersion: null, ...(kubernetesVersion ? { kubernetesVersion } : {}) });
}

/** `line:column rule` of each finding that is no info. */
async function places(text: string): Promise<string[]> {
  const { findings } = await lint(text);
  return findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ rule, range: { start } }) => `${start.line}:${start.column} ${rule}`);
}

describe('lintText', () => {
  it('looks at a policy', async () => {
    expect(await places(UNKNOWN_KEY)).toContain('6:3 unknown-key');
    expect(await places(POLICY)).toEqual([]);
  });

  it.each([
    ['no kind', POLICY.replace('kind: Policy\n', '')],
    ['an old version', POLICY.replace('/v1', '/v1beta1')],
    ['another kind', POLICY.replace('kind: Policy', 'kind: PolicyList')],
    ['no version', POLICY.replace('apiVersion: audit.k8s.io/v1\n', '')],
    ['neither', POLICY.replace(/^.*\n.*\n/, '')],
    ['JSON', '{"kind": "Policy", "apiVersion": "audit.k8s.io/v1", "rules": []}'],
    ['broken JSON', '{"apiVersion": "audit.k8s.io/v1", "rules": [}'],
    ['broken YAML', `${POLICY}  - [`],
    ['a tab', POLICY.replace('- level', '\t- level')],
  ])('takes for a policy what shall be one: %s', async (what, text) => {
    const { findings, errors } = await lint(text);
    expect(errors).toEqual([]);
    expect(findings.filter(({ fatal }) => fatal).length).toBe(what === 'no kind' ? 0 : 1);
  });

  it.each([
    ['Kyverno', 'apiVersion: kyverno.io/v1\nkind: Policy\nrules: []\n'],
    ['a ConfigMap', 'apiVersion: v1\nkind: ConfigMap\n'],
    [
      'a policy inside of something',
      `apiVersion: v1\nkind: ConfigMap\ndata:\n  p: |\n    apiVersion: audit.k8s.io/v1\n`,
    ],
  ])('takes nothing else for one: %s', async (_what, text) => {
    const { findings, errors } = await lint(text);
    expect(findings).toEqual([]);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^no audit policy and no Cluster here(?:, only \w+|: the policy is inside a ConfigMap)$/),
    ]);
  });

  it('looks at each document, and says which of them the API server would not read', async () => {
    const text = `${POLICY}---\n# second\n${UNKNOWN_KEY}`;
    const found = await places(text);
    expect(found.filter((place) => place.endsWith('later-document'))).toEqual([expect.stringMatching(/^[78]:1 /)]);
    expect(found).toContain('13:3 unknown-key');
  });

  it('goes on after a document that cannot be read', async () => {
    const { findings, errors } = await lint(`${UNKNOWN_KEY}---\nkind: Cluster\nspec: [\n---\n${UNKNOWN_KEY}`);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.place).toMatchObject({ file: 'f.yaml', line: 10 });
    expect(findings.filter(({ rule }) => rule === 'unknown-key').map(({ range }) => range.start.line)).toEqual([6, 17]);
  });

  it('looks at each Cluster, with the lines of the file, and says what it left out', async () => {
    const second = CLUSTER.replace('a.example', 'b.example');
    const { findings, skipped, errors } = await lint(`${CLUSTER}---\n${second}---\napiVersion: v1\nkind: Secret\n`);
    expect(errors).toEqual([]);
    expect(skipped).toEqual([{ line: 15, kind: 'Secret' }]);
    const lines = findings.filter(({ rule }) => rule === 'cis-policy-file').map(({ range }) => range.start.line);
    expect(lines).toEqual([5, 12]);
  });

  it('judges by the Kubernetes release it is told', async () => {
    const star = `${POLICY}  resources:\n  - group: "*"\n`;
    expect((await lint(star, '1.36.0')).findings.some(({ fatal }) => fatal)).toBe(false);
    expect((await lint(star, '1.35.0')).findings.some(({ fatal }) => fatal)).toBe(true);
  });

  it('reads a template as the policy it gives', async () => {
    const template = POLICY.replace('[Req', '!param:stages [Req').replace(
      'rules',
      'omitManagedFields: !since:1.23 true\nrules',
    );
    expect(await places(template)).toEqual([]);
  });

  it.each(['\uFEFF', ''])('counts columns without a byte order mark', async (mark) => {
    const [first] = (await lint(`${mark}kind: Policy\nrules: []\n`)).findings;
    expect(first?.range.start).toMatchObject({ line: 1, column: 1 });
  });

  it.each(['', '\n# nothing\n', '---\n'])('cannot look at nothing: %j', async (text) => {
    expect((await lint(text)).errors.map(({ message }) => message)).toEqual(['holds no document']);
  });
});
