import fc from 'fast-check';
import type { GroupResources, Policy, PolicyRule, RequestAttributes } from '../../../src/policy/types.ts';
import { type Level, type Stage, STAGES } from '../../../src/policy/types.ts';

// Few values, so that rules and requests meet often; the last of each list is in no policy.
const USERS = ['u1', 'u2', 'u3'];
const GROUPS = ['g1', 'g2', 'g3', 'g4'];
const VERBS = ['get', 'list', 'create'];
const NAMESPACES = ['', 'n1', 'n2'];
const NAMES = ['', 'x', 'y'];
const API_GROUPS = ['', 'apps', 'batch'];
const RESOURCES = ['a', 'b', 'c'];
const SUBRESOURCES = ['', 's', 't'];
const PATTERNS = ['*', '/a', '/a*', '/a/b', '/a/b*', '/ab'];
const PATHS = ['/', '/a', '/a/b', '/a/b/c', '/ab', '/ac'];
const NAME_PATTERNS = ['a', 'b', '*', 'a/s', 'b/s', '*/s', 'a/*'];
const ODD_PATTERNS = ['*/*', 'a/b/c', 'a/', '/s', ''];

function some(values: readonly string[], maxLength = 2): fc.Arbitrary<string[]> {
  return fc.subarray([...values], { minLength: 1, maxLength });
}

const names = fc.oneof({ weight: 9, arbitrary: some(NAME_PATTERNS, 3) }, { weight: 1, arbitrary: some(ODD_PATTERNS) });

const entry: fc.Arbitrary<GroupResources> = fc.record(
  { group: fc.constantFrom('*', '', 'apps'), resources: names, resourceNames: some(NAMES.slice(0, 2)) },
  { requiredKeys: [] },
);

const who = { users: some(USERS.slice(0, 2)), userGroups: some(GROUPS.slice(0, 3), 3) };
const verbs = some(VERBS.slice(0, 2));
const resources = fc.array(entry, { minLength: 1, maxLength: 3 });
const namespaces = some(NAMESPACES.slice(0, 2), 1);

/** What a rule selects; parts that are not set are left out. */
export const selector: fc.Arbitrary<Omit<PolicyRule, 'level'>> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ ...who, verbs, namespaces, resources }, { requiredKeys: ['resources'] }) },
  {
    weight: 2,
    arbitrary: fc.record({ ...who, verbs, nonResourceURLs: some(PATTERNS) }, { requiredKeys: ['nonResourceURLs'] }),
  },
  { weight: 2, arbitrary: fc.record({ ...who, verbs }, { requiredKeys: ['userGroups'] }) },
  { weight: 1, arbitrary: fc.record({ ...who, verbs, namespaces }, { requiredKeys: ['verbs'] }) },
  { weight: 1, arbitrary: fc.record({ ...who, verbs }, { requiredKeys: [] }) },
);

// Few of them, so that rules often do the same.
const stages = fc.oneof(
  { weight: 8, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom<Stage[]>(['RequestReceived'], ['Panic'], [...STAGES]) },
);
const managedFields = fc.constantFrom(undefined, undefined, undefined, true, false);
const outcome = fc.record({
  level: fc.constantFrom<Level>('None', 'Metadata', 'Metadata', 'Request'),
  omitStages: stages,
  omitManagedFields: managedFields,
});

const rule = fc.tuple(selector, outcome).map(([what, then]) => withoutEmpty({ ...what, ...then }) as PolicyRule);

/** A policy of a few rules that overlap often. */
export function policy(maxLength = 8): fc.Arbitrary<Policy> {
  return fc
    .record({
      rules: fc.array(rule, { minLength: 1, maxLength, size: 'max' }),
      omitStages: stages,
      omitManagedFields: managedFields,
    })
    .map((value) => withoutEmpty(value) as Policy);
}

const identity = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ groups: fc.subarray(GROUPS) }) },
  { weight: 6, arbitrary: fc.record({ user: fc.constantFrom(...USERS), groups: fc.subarray(GROUPS) }) },
);

/** A request that the policies' values, and others, are likely in. */
export const request: fc.Arbitrary<RequestAttributes> = fc
  .tuple(
    identity,
    fc.constantFrom(...VERBS),
    fc.oneof(
      { weight: 2, arbitrary: fc.record({ path: fc.constantFrom(...PATHS, '/a*', '') }) },
      {
        weight: 3,
        arbitrary: fc.record({
          isResourceRequest: fc.constant(true),
          apiGroup: fc.constantFrom('', ...API_GROUPS),
          resource: fc.constantFrom('a', ...RESOURCES, '*', ''),
          subresource: fc.constantFrom('', ...SUBRESOURCES, '*'),
          namespace: fc.constantFrom(...NAMESPACES),
          name: fc.constantFrom(...NAMES),
        }),
      },
    ),
  )
  .map(([user, verb, target]) => withoutEmpty({ ...user, verb, ...target }) as RequestAttributes);

function withoutEmpty(value: object): object {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, part]) => part !== undefined && part !== '' && !(Array.isArray(part) && part.length === 0),
    ),
  );
}
