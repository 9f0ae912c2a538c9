import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { fixText } from '../../../src/lint/fix/fix-text.ts';
import { harmlessFixes } from '../../../src/lint/fix/harmless.ts';
import { lintText } from '../../../src/lint/lint-text.ts';
import { compilePolicy } from '../../../src/policy/decide/compile.ts';
import type { LocatedFinding } from '../../../src/lint/rule.ts';
import { loadPolicy } from '../../../src/policy/load/load.ts';
import type { Decision, Policy, RequestAttributes } from '../../../src/policy/types.ts';
import { policy } from '../../policy/compare/arbitraries.ts';
import { runs } from '../../helpers/runs.ts';

/** The values of the generator as names of the API, right and wrong. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  a: ['secrets', 'Secrets', 'secret'],
  b: ['configmaps', 'ConfigMap', 'services', 'Services'],
  'a/s': ['pods/exec', 'Pods/exec', 'pods/attach'],
  'b/s': ['serviceaccounts/token', 'serviceaccount/token', 'nodes/proxy'],
  '*/s': ['*/exec', '*/token'],
  'a/*': ['pods/*', 'Pods/*', 'secrets/*'],
  get: ['get', 'GET', 'update'],
  list: ['update', 'Update', 'list'],
  create: ['create', 'Create', 'CREATE'],
  apps: ['rbac', 'rbac.authorization.k8s.io', 'authentication', 'authentication.k8s.io', 'core'],
  Request: ['Request', 'RequestResponse'],
};

const renamed = fc.tuple(policy(6), fc.array(fc.nat(11), { minLength: 60, maxLength: 60 })).map(([value, picks]) => {
  let at = 0;
  const rename = (text: string): string => {
    const names = NAMES[text];
    return names ? names[picks[at++ % picks.length]! % names.length]! : text;
  };
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'string' ? rename(part) : part,
  ) as Policy;
});

const TARGETS: readonly Partial<RequestAttributes>[] = [
  { resource: 'secrets' },
  { resource: 'configmaps' },
  { resource: 'serviceaccounts', subresource: 'token' },
  { resource: 'tokenreviews', apiGroup: 'authentication.k8s.io' },
  { resource: 'rolebindings', apiGroup: 'rbac.authorization.k8s.io' },
  { resource: 'clusterroles', apiGroup: 'rbac.authorization.k8s.io' },
  { resource: 'pods', subresource: 'exec' },
  { resource: 'pods', subresource: 'attach' },
  { resource: 'nodes', subresource: 'proxy' },
];
const IDENTITIES: readonly Partial<RequestAttributes>[] = [
  {},
  ...['u1', 'u2', 'someone'].flatMap((user) =>
    [[], ['g1'], ['g2'], ['g1', 'g2', 'g3']].map((groups) => ({ user, groups })),
  ),
];
const REQUESTS = TARGETS.flatMap((target) =>
  ['get', 'list', 'watch', 'create', 'update', 'delete'].flatMap((verb) =>
    IDENTITIES.flatMap((who) =>
      ['', 'n1', 'other'].flatMap((namespace) =>
        ['', 'x'].map((name) => ({ ...who, ...target, verb, namespace, name, isResourceRequest: true })),
      ),
    ),
  ),
);

const isObject = ({ subresource, apiGroup }: Partial<RequestAttributes>): boolean =>
  subresource === 'token' || (subresource === undefined && apiGroup !== 'rbac.authorization.k8s.io');
const isChange = ({ verb = '' }: RequestAttributes): boolean => ['create', 'update', 'delete'].includes(verb);

// Written without the comparison: what is in the log of one request.
function heldBy(
  { level, omitStages }: Decision,
  { verb = '' }: RequestAttributes,
): { events: string[]; bodies: string[] } {
  const events =
    level === 'None'
      ? []
      : ['ResponseStarted', 'ResponseComplete', 'Panic'].filter((stage) => !omitStages.includes(stage as never));
  const late = events.filter((stage) => stage !== 'ResponseStarted');
  const sent =
    ['create', 'update'].includes(verb) && level.startsWith('Request') ? late.map((stage) => `sent ${stage}`) : [];
  const answered = verb !== 'watch' && level === 'RequestResponse' ? late.map((stage) => `answered ${stage}`) : [];
  return { events, bodies: [...sent, ...answered] };
}

function harmOf(before: Policy, after: Policy): RequestAttributes | undefined {
  const both = compilePolicy([before, after]);
  return REQUESTS.find((request) => {
    const [was, is] = both(request).map((decision) => heldBy(decision, request));
    const leaks = isObject(request) && is!.bodies.some((body) => !was!.bodies.includes(body));
    const isWatched = request.apiGroup !== 'rbac.authorization.k8s.io' || isChange(request);
    return leaks || (isWatched && was!.events.some((event) => !is!.events.includes(event)));
  });
}

describe('what --fix may change', () => {
  it('brings no secret body into the log and silences no use of it, RBAC or way into a container, for anybody', async () => {
    const seen = { changed: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(renamed, async (value) => {
        const text = stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...value });
        const before = loadPolicy(text).policy;
        if (!before) return;
        const { findings } = await lintText(text, 'f.yaml', { kopsVersion: null });
        const fixed = fixText(text, 'f.yaml', findings);
        seen.changed += fixed.documents.length;
        seen.refused += fixed.refused.length;
        const after = loadPolicy(fixed.text).policy;
        expect(after).not.toBeNull();
        expect(harmOf(before, after!)).toBeUndefined();
      }),
      runs(40, 150),
    );
    expect(seen.changed).toBeGreaterThan(4);
    expect(seen.refused).toBeGreaterThan(4);
  }, 120_000);
});

describe('harmlessFixes', () => {
  const start = { offset: 0, line: 1, column: 1 };
  // The last rule does with the requests that a fix sets free what was done with them before.
  const value = {
    rules: [...['abc', 'de'].map((names) => ({ level: 'Metadata', verbs: [...names] })), { level: 'Metadata' }],
  };
  const operations = (...edits: readonly [path: (string | number)[], value?: string][]): string[] => {
    const findings = edits.map(([path, text]): LocatedFinding => {
      const edit = text === undefined ? { kind: 'remove' as const } : { kind: 'replace' as const, value: text };
      const heading = { rule: 'r', severity: 'info', fatal: false, subject: '', args: {}, pointer: '' } as const;
      return { ...heading, path, edit, range: { start, end: start } };
    });
    return harmlessFixes(loadPolicy(stringify(POLICY)).policy!, value, findings).operations.map(
      ({ op, path }) => `${op} ${path}`,
    );
  };
  const POLICY = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...value };

  it('never empties a list, and counts for it what goes out of that list alone', () => {
    expect(operations([['rules', 1, 'verbs', 0]], [['rules', 1, 'verbs', 1]])).toEqual([]);
    expect(operations([['rules', 1, 'verbs', 0]], [['rules', 1, 'verbs', 1], 'x'])).toEqual([
      'replace /rules/1/verbs/1',
      'remove /rules/1/verbs/0',
    ]);
    expect(operations([['rules', 0, 'verbs', 0]], [['rules', 1, 'verbs', 0]])).toEqual([
      'remove /rules/1/verbs/0',
      'remove /rules/0/verbs/0',
    ]);
  });

  it('leaves out what is not there, and the whole of the document', () => {
    expect(operations([['rules', 7]], [[]], [['rules', 0, 'users', 0], 'x'])).toEqual([]);
  });

  it('takes items out of a list from its end', () => {
    const [first, second]: [(string | number)[], (string | number)[]] = [
      ['rules', 0, 'verbs', 0],
      ['rules', 0, 'verbs', 1],
    ];
    const expected = ['remove /rules/0/verbs/1', 'remove /rules/0/verbs/0'];
    expect(operations([first], [second])).toEqual(expected);
    expect(operations([second], [first])).toEqual(expected);
  });

  it('makes an inner fix before the outer one, whichever was found first', () => {
    const [outer, inner]: [(string | number)[], (string | number)[]] = [
      ['rules', 0, 'verbs'],
      ['rules', 0, 'verbs', 1],
    ];
    const expected = ['replace /rules/0/verbs/1', 'remove /rules/0/verbs'];
    expect(operations([outer], [inner, 'x'])).toEqual(expected);
    expect(operations([inner, 'x'], [outer])).toEqual(expected);
  });
});
