import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import { runs } from '../../helpers/runs.ts';

const HEAD = 'apiVersion: audit.k8s.io/v1\nkind: Policy\n';

describe('what a person reads', () => {
  it.each([
    [
      'rules:\n- level: None\n  resource: [secrets]\n',
      'warning',
      5,
      3,
      'rule 1: kube-apiserver does not know the key "resource" and ignores it',
      'Did you mean resources? Without it the rule matches more than intended.',
    ],
    [
      'rules:\n- level: None\n  resources:\n  - apiGroups: [apps]\n',
      'warning',
      6,
      5,
      'rule 1: kube-apiserver does not know the key "apiGroups" and ignores it',
      'Did you mean group? It takes one name. Without it the rule matches more than intended.',
    ],
    [
      'rule:\n- level: None\nrules:\n- level: None\n',
      'warning',
      3,
      1,
      'kube-apiserver does not know the key "rule" and ignores it',
      'Did you mean rules?',
    ],
    [
      'rules:\n- level: None\n  level: Metadata\n',
      'warning',
      5,
      3,
      'the key "level" appears twice; the last one counts',
      'Keep the right one.',
    ],
    [
      'rules:\n- level: Metadata\n---\nrules: []\n',
      'warning',
      6,
      1,
      'only the first YAML document counts; kube-apiserver does not read this one',
      'Remove it, or move it into a file of its own.',
    ],
    ['rules:\n- level: metadata\n', 'error', 4, 10, 'rule 1: "metadata" is not a level', 'Did you mean Metadata?'],
    [
      'rules:\n- level: None\n- users: [a]\n',
      'error',
      5,
      3,
      'rule 2: the rule has no level',
      'Add "level:" with one of None, Metadata, Request, RequestResponse.',
    ],
    [
      'rules:\n- level: None\n  users: [alice, on]\n',
      'error',
      5,
      18,
      'rule 1: item 2 of users must be text, not true',
      'Put it in quotes: YAML reads y, n, yes, no, on and off as true or false.',
    ],
    [
      'rules:\n- level: None\n  verbs: get\n',
      'error',
      5,
      10,
      'rule 1: verbs must be a list of strings, not "get"',
      'Write [get].',
    ],
    [
      'rules:\n- level: None\n  nonResourceURLs: [healthz]\n',
      'error',
      5,
      21,
      'rule 1: the path "healthz" does not start with "/"',
      'Write "/healthz".',
    ],
    [
      'omitStages: [RequestRecieved]\nrules:\n- level: None\n',
      'error',
      3,
      14,
      '"RequestRecieved" is not a stage',
      'Did you mean RequestReceived?',
    ],
    [
      'rules:\n- level: None\n  resources:\n  - group: apps/v1\n',
      'error',
      6,
      12,
      'rule 1: "apps/v1" is not an API group',
      'Write group: apps. A group is a name in lower case without a version, for example "apps", "" (core), or "rbac.authorization.k8s.io".',
    ],
    ['rules: []\n', 'error', 1, 1, 'the policy has no rules', 'Add a rule, for example "- level: Metadata".'],
    [
      'rules:\n- level: None\n  resources:\n  - group: ""\n    verbs: [get]\n',
      'warning',
      7,
      5,
      'rule 1: kube-apiserver does not know the key "verbs" and ignores it',
      'verbs belongs beside level, not inside resources. Without it the rule matches more than intended.',
    ],
    [
      'rules:\n- level: None\nverbs: [get]\n',
      'warning',
      5,
      1,
      'kube-apiserver does not know the key "verbs" and ignores it',
      'verbs belongs inside a rule, indented as far as its level. Without it that rule matches more than intended.',
    ],
    [
      'rules:\n- level: None\n  omitstages: [Panic]\n',
      'warning',
      5,
      3,
      'rule 1: kube-apiserver does not know the key "omitstages" and ignores it',
      'Did you mean omitStages?',
    ],
    [
      'rules:\n- &a {level: None}\n- {<<: *a, level: Metadata}\n',
      'warning',
      5,
      12,
      'the key "level" is set by a merge ("<<") too; the last one counts',
      'Keep the right one.',
    ],
    [
      'rules:\n- level: None\n  verbs: [*]\n',
      'error',
      5,
      11,
      'not valid YAML: did not find expected alphabetic or numeric character',
      'A text that begins with "*" or "&" needs quotes, for example "*".',
    ],
    [
      'rules:\n- level: {{ .Values.level }}\n',
      'error',
      4,
      10,
      'this is a template with {{ }}, not a policy',
      'Render it first, with `kops toolbox template` or whatever fills it in, and give the result.',
    ],
    ['rules:\n\t- level: None\n', 'error', 4, 1, 'there is a tab where YAML wants spaces', 'Indent with spaces.'],
    [
      'rules:\n- level: None\n  nonResourceURLs: [/x?y]\n',
      'error',
      5,
      21,
      'inside brackets "/x?y" needs quotes, because of the "?"',
      'Put it in quotes.',
    ],
  ])('%j', (body, severity, line, column, message, hint) => {
    const { diagnostics, policy } = loadPolicy(HEAD + body);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ severity, line, column, message });
    expect(diagnostics[0]?.hint).toBe(hint);
    expect(diagnostics[0]?.range?.start).toMatchObject({ line, column });
    expect(policy === null).toBe(severity === 'error');
  });

  it('lists every reason, with the file', () => {
    const { diagnostics } = loadPolicy(
      `${HEAD}rules:\n- level: x\n- level: None\n  namespaces: [a]\n  nonResourceURLs: [/a]\n`,
      { file: 'audit.yaml' },
    );
    expect(diagnostics.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([
      'audit.yaml:4 rule 1: "x" is not a level',
      'audit.yaml:7 rule 2: a rule cannot have nonResourceURLs together with resources or namespaces',
    ]);
  });

  it.each([
    ['rules: []\n', 'the policy has no apiVersion'],
    [
      'apiVersion: audit.k8s.io/v1beta1\nkind: Policy\nrules: []\n',
      'the apiVersion audit.k8s.io/v1beta1 was removed in Kubernetes 1.24; 1.23 is the last release that reads it',
    ],
    ['apiVersion: v1\nkind: ConfigMap\n', '"v1" is not the apiVersion of a policy'],
    ['apiVersion: audit.k8s.io/v1\nkind: Event\n', 'the kind "Event" is not an audit policy'],
    ['', 'there is no policy in it'],
    ['- a\n', 'a policy is a map, not a list'],
    ['{"apiVersion": "audit.k8s.io/v1", }', 'the policy is not valid JSON: a key in double quotes is missing here'],
    [`# ${'x'.repeat(1024 * 1024)}`, 'the policy is larger than 1 MiB'],
  ])('%#: refuses what is no policy', (text, message) => {
    const { policy, diagnostics } = loadPolicy(text);
    expect(policy).toBe(null);
    expect(diagnostics.map((entry) => entry.message)).toEqual([message]);
  });

  it('finds line and column behind CRLF, a byte order mark and old line breaks', () => {
    expect(loadPolicy(`\uFEFF${HEAD}rules:\n- level: x\n`.replaceAll('\n', '\r\n')).diagnostics).toMatchObject([
      { line: 4, column: 10 },
    ]);
  });

  it('takes a group of 253 characters, and no more', () => {
    const text = (length: number): string =>
      `${HEAD}rules:\n- level: None\n  resources: [{group: ${'a'.repeat(length)}}]\n`;
    expect(loadPolicy(text(253)).policy).not.toBe(null);
    expect(loadPolicy(text(254)).policy).toBe(null);
  });

  it('takes the group "*" from Kubernetes 1.36 on', () => {
    const text = `${HEAD}rules:\n- level: None\n  resources: [{group: "*"}]\n`;
    expect(loadPolicy(text, { kubernetesVersion: '1.36.0' }).policy).not.toBe(null);
    expect(loadPolicy(text).policy).not.toBe(null);
    expect(loadPolicy(text, { kubernetesVersion: '1.35.9' }).diagnostics[0]?.message).toBe(
      'rule 1: the group "*" is refused up to Kubernetes 1.35, and this is 1.35.9; 1.36 and later accept it',
    );
  });
});

describe('rubbish', () => {
  const pieces = [
    'apiVersion: audit.k8s.io/v1\n',
    'rules:\n',
    '- level: None\n',
    '  users: ',
    '[',
    ']',
    '{',
    '}',
    '&a ',
    '*a',
    '<<: ',
    '\t',
    '"',
    "'",
    '|\n',
    '? ',
    '!!int ',
    '%',
    '---\n',
    '\r',
    '\u0085',
    '\0',
    '\uD800',
    'ü',
    '#',
  ];

  it('never throws, and says something wherever it gives no policy', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 30 }), (parts) => {
        const { policy, diagnostics } = loadPolicy(parts.join(''));
        expect(policy === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
        for (const { line, column } of diagnostics) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }),
      runs(300, 2000),
    );
  });

  it('survives deep nesting', () => {
    for (const text of [
      `${HEAD}x: ${'['.repeat(50_000)}`,
      `{"a":${'['.repeat(50_000)}`,
      `${HEAD}x:\n${'- '.repeat(50_000)}`,
    ]) {
      expect(loadPolicy(text).policy).toBe(null);
    }
  });
});
