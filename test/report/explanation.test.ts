import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explain } from '../../src/policy/explain/explain.ts';
import { loadPolicy } from '../../src/policy/load/load.ts';
import type { Policy, RequestAttributes } from '../../src/policy/types.ts';
import {
  explanationJson,
  explanationView,
  identityText,
  requestText,
  ruleSource,
} from '../../src/report/explanation.ts';
import { plainStyle } from '../../src/report/text.ts';

const GET: RequestAttributes = {
  user: 'alice',
  groups: ['system:authenticated'],
  verb: 'get',
  isResourceRequest: true,
  namespace: 'prod',
  resource: 'secrets',
  name: 'db',
};

const TEXT = `apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None   # quiet
  users: [system:kube-proxy]

# Bodies of secrets
# stay out.
- level: Metadata
  resources:
  - resources: [secrets]
# The rest.
- level: Request
`;

function view(
  policy: Policy,
  request: RequestAttributes,
  more: { text?: string; verbose?: boolean; columns?: number } = {},
): string {
  const explanation = explain(policy, request);
  const { rule } = explanation.decision;
  const range = more.text === undefined || rule === 0 ? undefined : loadPolicy(more.text).locate(['rules', rule - 1]);
  const source = range ? ruleSource(more.text ?? '', range, 1) : null;
  const options = { style: plainStyle, columns: more.columns ?? 80, verbose: more.verbose ?? false };
  return explanationView(explanation, { policy: 'mine.yaml', source, notes: [] }, options);
}

function load(text: string): Policy {
  const { policy } = loadPolicy(text);
  if (!policy) throw new Error('the policy is refused');
  return policy;
}

describe('an explanation as text', () => {
  it('shows the answer, the rule with its lines, and the rules around it', () => {
    expect(view(load(TEXT), GET, { text: TEXT })).toBe(`get secrets/db -n prod
  by alice (system:authenticated)

Metadata: rule 2 decides
  Recorded: who did what, when and from where, and how it ended. No bodies.
  2 events, at RequestReceived, ResponseComplete.

mine.yaml:7
   7  # Bodies of secrets
   8  # stay out.
   9  - level: Metadata
  10    resources:
  11    - resources: [secrets]

Why no earlier rule matches:
  rule 1 (None): users system:kube-proxy; the user is alice

Rule 3 (Request) would match too, but rule 2 comes first.
`);
  });

  it('says so where no rule matches, or nothing is recorded', () => {
    const policy: Policy = { rules: [{ level: 'None', verbs: ['*'] }] };
    expect(view(policy, GET)).toBe(`get secrets/db -n prod
  by alice (system:authenticated)

None: no rule matches
  Nothing is recorded of this request.

Why no rule matches:
  rule 1 (None): verbs *; the verb is get ("*" is not a wildcard in verbs)
`);
  });

  it('puts like rules together where there are many', () => {
    const gce = load(readFileSync(new URL('../conformance/gce-policy.yaml', import.meta.url), 'utf8'));
    expect(view(gce, GET).split('\n\n')[2]).toBe(`Why no earlier rule matches:
  rules 1-3, 5-8, 11, 13 name other users than alice
  rules 4, 12 name other groups than system:authenticated
  rule 9 names paths; it is a request for a resource
  rule 10 names other resources than secrets (core)
  (-v shows each)`);
    expect(view(gce, { verb: 'get', path: '/x' }).trimEnd().split('\n\n')[2]).toBe(`Why no earlier rule matches:
  rules 1-3, 5-8, 11, 13 name users; there is no user
  rules 4, 12 name groups; there is no user
  rule 9 names other paths than /x
  rules 10, 14-16 name resources; it is a request for a path
  (-v shows each)`);
    expect(view(gce, GET, { verbose: true })).toContain(
      '  rule 9 (None): nonResourceURLs /healthz*, /version, /swagger*; it is a\n      request for a resource\n',
    );
  });

  it.each([40, 80, 120])('keeps to %i columns', (columns) => {
    const gce = load(readFileSync(new URL('../conformance/gce-policy.yaml', import.meta.url), 'utf8'));
    const lines = view(gce, { ...GET, groups: ['a'.repeat(20), 'b'.repeat(20)] }, { columns, verbose: true }).split(
      '\n',
    );
    const words = lines.filter(
      (line) => line.length > columns && line.trim().includes(' ') && !line.includes('system:'),
    );
    expect(words).toEqual([]);
  });

  it('lets nothing of the input move the cursor', () => {
    const evil = 'a\u001b[2Jb';
    const text = `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: None\n  users: ["a\\e[2Jb"]\n- level: Metadata # \u202e\n`;
    const shown = view(load(text), { ...GET, user: evil, verb: evil, resource: evil, groups: [evil] }, { text });
    expect(shown).toContain('a\\x1b[2Jb');
    expect(shown).not.toMatch(/[\u001b\u202e]/); // oxlint-disable-line no-control-regex
  });
});

describe('the lines of a rule', () => {
  it('are cut where there are too many, unless asked for', () => {
    const users = Array.from({ length: 40 }, (_, index) => `  - u${index}\n`).join('');
    const text = `apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Request\n  users:\n  - alice\n${users}`;
    const lines = view(load(text), GET, { text }).trimEnd().split('\n\n')[2]?.split('\n') ?? [];
    expect(lines).toHaveLength(18);
    expect(lines.at(-1)).toBe('      … 27 more lines (-v shows them)');
    expect(view(load(text), GET, { text, verbose: true })).toContain('\n  46    - u39\n');
  });
});

describe('ten thousand rules', () => {
  const rules: Policy['rules'] = Array.from({ length: 5000 }, () => ({ level: 'None', verbs: ['*'] }));
  it('are told in a few lines', () => {
    const shown = view({ rules: [...rules, ...rules.map(() => ({ level: 'Metadata' as const }))] }, GET).trimEnd();
    expect(shown.split('\n\n').slice(2)).toEqual([
      `Why no earlier rule matches:
  rules 6-5000 name other verbs than get
${[1, 2, 3, 4, 5].map((rule) => `  rule ${rule} (None): verbs *; the verb is get ("*" is not a wildcard in verbs)`).join('\n')}
  (-v shows each)`,
      `Rules 5002 (Metadata), 5003 (Metadata), 5004 (Metadata), 5005 (Metadata), 5006
(Metadata), 5007 (Metadata), 5008 (Metadata), 5009 (Metadata) and 4991 more
would match too, but rule 5001 comes first.`,
    ]);
  });
});

describe('an explanation as JSON', () => {
  it('holds all of it', () => {
    const explanation = explain(load(TEXT), GET);
    const source = { line: 7, lines: ['- level: Metadata'] };
    expect(explanationJson(explanation, { policy: 'mine.yaml', source, notes: ['a note'] })).toEqual({
      kind: 'Explanation',
      formatVersion: 1,
      policy: 'mine.yaml',
      request: GET,
      notes: ['a note'],
      level: 'Metadata',
      rule: 2,
      stages: ['RequestReceived', 'ResponseComplete'],
      omitStages: [],
      omitManagedFields: false,
      meaning: ['Recorded: who did what, when and from where, and how it ended. No bodies.'],
      source,
      earlier: [{ rule: 1, level: 'None', selector: 'users', wanted: ['system:kube-proxy'], had: 'alice' }],
      later: [{ rule: 3, level: 'Request' }],
    });
  });
});

describe('a request as text', () => {
  it.each<[RequestAttributes, string, string]>([
    [GET, 'get secrets/db -n prod', 'alice (system:authenticated)'],
    [{ verb: 'get', path: '/healthz' }, 'get /healthz', 'nobody (it fails to authenticate)'],
    [
      {
        user: '',
        verb: 'get',
        isResourceRequest: true,
        apiGroup: 'apps',
        resource: 'deployments',
        subresource: 'scale',
      },
      'get deployments.apps --subresource scale',
      '"" (no groups)',
    ],
    [
      {
        user: 'a',
        groups: ['x', 'y'],
        verb: 'create',
        isResourceRequest: true,
        resource: 'pods',
        subresource: 'exec',
        name: 'p',
      },
      'create pods/p/exec',
      'a (x, y)',
    ],
  ])('%j', (request, text, identity) => {
    expect(requestText(request)).toBe(text);
    expect(identityText(request)).toBe(identity);
  });
});
