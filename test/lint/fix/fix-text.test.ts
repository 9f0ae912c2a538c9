import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FixedText, fixText } from '../../../src/lint/fix/fix-text.ts';
import { lintText } from '../../../src/lint/lint-text.ts';
import type { LocatedFinding } from '../../../src/lint/rule.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { runs } from '../../helpers/runs.ts';

async function fixed(text: string): Promise<FixedText> {
  const { findings } = await lintText(text, 'f.yaml', { kopsVersion: null });
  return fixText(text, 'f.yaml', findings);
}

const POLICY = `# ours
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None   # quiet
  resources:
  - group: ''   # core
    resources: [ 'Pods',  services ] # two
- level: Metadata
`;

const CLUSTER = `# the cluster
apiVersion: kops.k8s.io/v1alpha2
kind: Cluster
metadata: {name: a.example.com}
spec:
  fileAssets:
  - name: audit
    path: /srv/kubernetes/kube-apiserver/audit/policy.yaml
    content: |
        # ours
        apiVersion: audit.k8s.io/v1
        kind: Policy

        rules:
        - level: None
          resources: [{group: "", resources: [Pods]}]   # pods
        - level: Metadata
  kubeAPIServer: # flags
      auditPolicyFile: "/srv/kubernetes/kube-apiserver/audit/policy.yaml"
`;

describe('fixText', () => {
  it('changes nothing but the word, in a policy', async () => {
    const { text, documents, refused } = await fixed(POLICY);
    expect(refused).toEqual([]);
    expect(text.replaceAll(' ', '')).toBe(POLICY.replace("'Pods'", 'pods').replaceAll(' ', ''));
    expect(text).toContain('# quiet\n');
    const changes = [
      { finding: expect.objectContaining({ rule: 'resource-not-plural' }) as unknown, from: 'Pods', to: 'pods' },
    ];
    expect(documents).toEqual([
      { before: POLICY, after: text, firstLine: 1, changes, comparison: expect.anything() as unknown },
    ]);
  });

  it('keeps CRLF and the byte order mark', async () => {
    const text = `\uFEFF${POLICY.replaceAll('\n', '\r\n')}`;
    const { text: after } = await fixed(text);
    expect(after).toBe(`\uFEFF${(await fixed(POLICY)).text.replaceAll('\n', '\r\n')}`);
  });

  it('fixes each document of a file', async () => {
    const { text, documents } = await fixed(`${POLICY}---\n${CLUSTER}---\n${POLICY}`);
    expect(text).not.toMatch(/\[ *'?Pods/);
    expect(documents.map(({ firstLine }) => firstLine)).toEqual([1, 11, 31]);
  });

  it('changes one line of a Cluster', async () => {
    expect((await fixed(CLUSTER)).text).toBe(CLUSTER.replace('[Pods]', '[pods]'));
  });

  it.each([
    ['in quotes', (policy: string) => JSON.stringify(policy)],
    [
      'in base64',
      (policy: string) => `${Buffer.from(policy).toString('base64').replace(/=+$/, '')}\n    isBase64: true`,
    ],
  ])('leaves a policy %s as it is', async (_form, write) => {
    const text = CLUSTER.replace(/\|\n( {8}.*\n|\n)+/, () => `${write(POLICY)}\n`);
    expect(await fixed(text)).toEqual({ text, documents: [], refused: [] });
  });

  it('leaves alone what is ignored, and what has no safe fix', async () => {
    const ignored = POLICY.replace('# two', '# kops-audit-ignore resource-not-plural so it is');
    expect((await fixed(ignored)).documents).toEqual([]);
    const misspelt = POLICY.replace("'Pods'", 'pods').replace('  resources:', '  resource:');
    expect((await fixed(misspelt)).documents).toEqual([]);
  });

  it.each([
    ['the only resource', "[{group: '', resources: [secret]}]", 'rule 2', 'secrets'],
    ['one beside another', "[{group: '', resources: [configmaps, Secrets]}]", 'rule 2', 'secrets'],
    ['a verb', "[{group: '', resources: [secrets]}]\n  verbs: [GET]", 'rule 2', 'secrets'],
    ['a verb beside another', "[{group: '', resources: [secrets]}]\n  verbs: [update, Create]", 'rule 2', 'secrets'],
    ['a group', '[{group: authentication, resources: [tokenreviews]}]', 'rule 2', 'token reviews'],
    ['a subresource', "[{group: '', resources: [serviceaccounts/tokens]}]", 'rule 2', 'service account tokens'],
    ['a pattern', "[{group: '', resources: ['*/*']}]", 'rule 2', 'secrets'],
    ['what one user does', "[{group: '', resources: [Secrets]}]\n  users: [alice]", 'rule 2', 'secrets'],
    [
      'a request for a certificate',
      '[{group: certificates, resources: [certificatesigningrequests]}]',
      'rule 2',
      'certificate signing requests',
    ],
  ])('does not bring secrets into the log by fixing %s', async (_what, resources, rule, name) => {
    const text = POLICY.replace("'Pods'", 'pods').replace(
      '- level: Metadata',
      `- level: RequestResponse\n  resources: ${resources}\n- level: Metadata`,
    );
    const { text: after, documents, refused } = await fixed(text);
    expect([after, documents]).toEqual([text, []]);
    expect(refused.map(({ message }) => message)).toEqual([
      expect.stringContaining(
        ` is not fixed: ${rule} would then write the content of ${name} into the log, for example `,
      ),
    ]);
    expect(refused.map(({ hint }) => hint)).toEqual([
      `Put a rule with level Metadata for ${name} before ${rule}, then run it again.`,
    ]);
  });

  it.each([
    ['a use of secrets', "[{group: '', resources: [Secret]}]\n  verbs: [get]", 'secrets'],
    ['config maps', "[{group: '', resources: [ConfigMaps]}]", 'config maps'],
    ['a change of RBAC', '[{group: rbac, resources: [clusterroles]}]\n  verbs: [delete]', 'RBAC'],
    ['a way into a container', "[{group: '', resources: [Pods/exec]}]", 'pods/exec'],
    ['a way in by debugging', "[{group: '', resources: [pod/ephemeralcontainers]}]", 'pods/ephemeralcontainers'],
    ['a way in by a node', "[{group: '', resources: [Nodes/proxy]}]\n  users: [alice]", 'nodes/proxy'],
    ['a way in, for a verb', "[{group: '', resources: [pods/attach]}]\n  verbs: [GET]", 'pods/attach'],
  ])('does not silence %s', async (_what, resources, name) => {
    const text = POLICY.replace("'Pods'", 'pods').replace(
      '- level: Metadata',
      `- level: None\n  resources: ${resources}\n- level: Metadata`,
    );
    const { text: after, refused } = await fixed(text);
    expect(after).toBe(text);
    expect(refused.map(({ message }) => message)).toEqual([
      expect.stringContaining(` is not fixed: rule 2 would then keep ${name} out of the log, for example `),
    ]);
  });

  it('fixes the rest where one fix does harm, and what does harm only together is not fixed together', async () => {
    const rule = "- level: Request\n  resources: [{group: '', resources: [Nodes, Secrets]}]\n  verbs: [create, Update]";
    const { text, refused } = await fixed(POLICY.replace('- level: Metadata', `${rule}\n- level: Metadata`));
    expect(text).toContain('[nodes, Secrets]');
    expect(text).toContain('[create, update]');
    expect(refused).toHaveLength(1);
    const both = "- level: Request\n  resources: [{group: '', resources: [nodes, Secrets]}]\n  verbs: [CREATE]";
    const second = await fixed(POLICY.replace('- level: Metadata', `${both}\n- level: Metadata`));
    expect(second.text).toMatch(/\[nodes, secrets\]\}\]\n {2}verbs: \[CREATE\]/);
    expect(second.refused).toHaveLength(1);
  });

  it('fixes what brings bodies of other things into the log', async () => {
    const rule = '- level: RequestResponse\n  resources: [{group: apps, resources: [Deployments]}]';
    const { text, documents } = await fixed(POLICY.replace('- level: Metadata', `${rule}\n- level: Metadata`));
    expect(text).toContain('[deployments]');
    expect(documents[0]?.comparison.classes).not.toEqual([]);
  });

  it('does not empty a list, as an empty selector matches everything', () => {
    const text = POLICY.replace("[ 'Pods',  services ]", '["*/*", "x"]');
    const remove = (item: number): LocatedFinding => finding(text, ['rules', 0, 'resources', 0, 'resources', item]);
    expect(fixText(text, 'f.yaml', [remove(0)]).text).toContain('["x"]');
    expect(fixText(text, 'f.yaml', [remove(1), remove(1)]).text).toContain('["*/*"]');
    expect(fixText(text, 'f.yaml', [remove(0), remove(1)])).toEqual({ text, documents: [], refused: [] });
  });

  it('writes an alias out where what it means is fixed as well', async () => {
    const shared = POLICY.replace('- level: Metadata', '- level: Metadata\n  resources: *r').replace(
      'resources:\n',
      'resources: &r\n',
    );
    const { text, refused } = await fixed(shared);
    expect(refused).toEqual([]);
    expect(loadPolicy(text).policy?.rules.map(({ resources }) => resources?.[0]?.resources)).toEqual([
      ['pods', 'services'],
      ['pods', 'services'],
    ]);
  });

  it('says where it cannot edit safely', async () => {
    const strange = POLICY.replace('    resources: [', '    ? resources\n    : [');
    const { text, refused } = await fixed(strange);
    expect(text).toBe(strange);
    expect(refused.map(({ message }) => message)).toEqual([expect.stringMatching(/^cannot be edited safely/)]);
  });

  it('leaves a document without anything to fix alone, whatever is wrong with it', async () => {
    const refused = '---\napiVersion: audit.k8s.io/v1\nkind: Policy\nrules: 5\n';
    const after = await fixed(POLICY + refused);
    expect(after.text).toBe(POLICY.replace("'Pods'", 'pods') + refused);
    expect(after.refused).toEqual([]);
  });

  it('takes only what begins a text for a byte order mark', async () => {
    const end = '# end \uFEFF';
    expect((await fixed(`${POLICY}${end}`)).text).toBe(`${POLICY.replace("'Pods'", 'pods')}${end}`);
  });

  it('gives a policy that loads as the old one with the fix in it, however it is written', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('Pods', 'pods', 'Secrets', 'nodes', '"Nodes"'), { minLength: 1 }),
        fc.boolean(),
        async (words, flow) => {
          const list = flow
            ? ` [${words.join(', ')}] # end\n`
            : `\n${words.map((word) => `    - ${word} # a word\n`).join('')}`;
          const text = `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n  resources:\n  - resources:${list}`;
          const after = await fixed(text);
          const meant = words.map((word) => word.replaceAll('"', '').toLowerCase());
          expect(loadPolicy(after.text).policy?.rules[0]?.resources?.[0]?.resources).toEqual(meant);
          expect(after.text.match(/# .*/g)).toEqual(text.match(/# .*/g));
        },
      ),
      runs(20, 50),
    );
  });
});

function finding(text: string, path: (string | number)[]): LocatedFinding {
  const range = loadPolicy(text).locate(path)!;
  const change = { kind: 'remove' } as const;
  return {
    rule: 'r',
    severity: 'info',
    fatal: false,
    subject: '',
    args: {},
    pointer: '',
    range,
    path,
    edit: change,
  };
}
