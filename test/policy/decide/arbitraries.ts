import fc from 'fast-check';
import {
  LEVELS,
  STAGES,
  type GroupResources,
  type Policy,
  type PolicyRule,
  type RequestAttributes,
} from '../../../src/policy/types.ts';

const USERS = ['', 'alice', 'bob', '*', 'system:node:a', 'toString'];
const GROUPS = ['', 'dev', 'ops', 'system:nodes', 'system:authenticated', '*'];
const VERBS = ['', 'get', 'list', 'create', 'post', '*'];
const NAMESPACES = ['', 'kube-system', 'd', '*'];
const API_GROUPS = ['', '*', 'apps', 'batch'];
const USUAL_RESOURCES = ['pods', 'pods/log', 'pods/*', '*/log', '*', 'a/b/c', '*/b/c'];
const RESOURCES = [...USUAL_RESOURCES, '*/*', '', '/', 'pods/', '/log', '*/', 'a/b', 'a/b/*', 'log'];
const NAMES = ['', 'a', 'b', '*'];
const URLS = ['*', '/', '/a', '/a*', '/a/*', '/ab', '/*', '', 'pods', '/toString'];

function some(values: readonly string[]): fc.Arbitrary<string[]> {
  return fc.array(fc.constantFrom(...values), { maxLength: 3 });
}

// Empty lists too.
const entry: fc.Arbitrary<GroupResources> = fc
  .record({
    group: fc.option(fc.constantFrom(...API_GROUPS), { nil: undefined, freq: 3 }),
    resources: fc.option(fc.oneof(some(USUAL_RESOURCES), some(RESOURCES)), { nil: undefined, freq: 8 }),
    resourceNames: fc.option(some(NAMES), { nil: undefined, freq: 2 }),
  })
  .map((all) => pick(all, (value) => value !== undefined) as GroupResources);

// Most rules are for one kind of target; the others may be what kube-apiserver would refuse.
const target: fc.Arbitrary<Partial<PolicyRule>> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ resources: fc.array(entry, { minLength: 1, maxLength: 2, size: 'max' }) }) },
  { weight: 2, arbitrary: fc.record({ nonResourceURLs: some(URLS) }) },
  {
    weight: 2,
    arbitrary: fc.record(
      { resources: fc.array(entry, { maxLength: 2 }), namespaces: some(NAMESPACES), nonResourceURLs: some(URLS) },
      { requiredKeys: [] },
    ),
  },
);

const selectors: fc.Arbitrary<Partial<PolicyRule>> = fc
  .record({ users: some(USERS), userGroups: some(GROUPS), verbs: some(VERBS), namespaces: some(NAMESPACES) })
  .chain((all) =>
    fc.subarray(Object.keys(all), { maxLength: 2 }).map((keys) => pick(all, (_value, key) => keys.includes(key))),
  );

const rule: fc.Arbitrary<PolicyRule> = fc
  .tuple(
    target,
    selectors,
    fc.record(
      { level: fc.constantFrom(...LEVELS), omitStages: fc.subarray([...STAGES]), omitManagedFields: fc.boolean() },
      { requiredKeys: ['level'] },
    ),
  )
  .map(([where, who, rest]) => ({ ...rest, ...where, ...who }));

/** A policy of a few rules. */
export function policy(): fc.Arbitrary<Policy> {
  return fc.record(
    {
      rules: fc.array(rule, { maxLength: 6, size: 'max' }),
      omitStages: fc.subarray([...STAGES]),
      omitManagedFields: fc.boolean(),
    },
    { requiredKeys: ['rules'] },
  );
}

/** The same behind up to 130 rules for one user each, so that the few are anywhere. */
export function longPolicy(): fc.Arbitrary<Policy> {
  return fc.tuple(policy(), fc.nat(130)).map(([few, length]) => {
    const before = Array.from({ length }, (_, index): PolicyRule => ({ level: 'None', users: [`user-${index}`] }));
    return { ...few, rules: [...before, ...few.rules] };
  });
}

/** A request, most of whose attributes are what one of the rules of the policies asks for. */
export function requestFor(policies: readonly Policy[]): fc.Arbitrary<RequestAttributes> {
  const rules = policies.flatMap((policy) => policy.rules);
  return fc.constantFrom(...rules, ...rules.slice(-6), { level: 'None' as const }).chain(requestForRule);
}

function requestForRule(wanted: PolicyRule): fc.Arbitrary<RequestAttributes> {
  const { users = [], userGroups = [], verbs = [], namespaces = [], resources = [], nonResourceURLs = [] } = wanted;
  return fc
    .tuple(
      fc.record(
        {
          user: oneOf(users, USERS),
          groups: fc.array(oneOf(userGroups, GROUPS), { maxLength: 3 }),
          verb: oneOf(verbs, VERBS),
          namespace: oneOf(namespaces, NAMESPACES),
          isResourceRequest: oneOf(isForPaths(wanted) ? [false] : [true], [true, false]),
          path: oneOf(nonResourceURLs.flatMap(pathsOf), ['/other', ...URLS]),
        },
        { requiredKeys: [] },
      ),
      fc.constantFrom(...resources, {}).chain(targetFor),
    )
    .map(([request, target]) => ({ ...target, ...request }));
}

function isForPaths({ namespaces = [], resources = [], nonResourceURLs = [] }: PolicyRule): boolean {
  return namespaces.length + resources.length === 0 && nonResourceURLs.length > 0;
}

function targetFor({
  group = '',
  resources = [],
  resourceNames = [],
}: GroupResources): fc.Arbitrary<RequestAttributes> {
  const pairs = [...resources.flatMap(pairsOf), ['other', ''] as const];
  const rest = fc.record(
    {
      apiGroup: oneOf([group], ['other', ...API_GROUPS]),
      name: oneOf(resourceNames, ['other', ...NAMES]),
      subresource: oneOf(['', 'log'], ['other', 'b/c', '*']),
      resource: oneOf(['pods'], ['other', ...RESOURCES]),
    },
    { requiredKeys: [] },
  );
  const pair = fc.option(fc.constantFrom(...pairs), { freq: 5, nil: undefined });
  return fc.tuple(rest, pair).map(([request, found]) => {
    return found ? { ...request, resource: found[0], subresource: found[1] } : request;
  });
}

// What a name in `resources` could mean: `pods/log` the subresource, or a resource of that odd name.
function pairsOf(name: string): (readonly [string, string])[] {
  const cuts = [...name.matchAll(/\//g)].map(({ index }) => [name.slice(0, index), name.slice(index + 1)] as const);
  return [[name, ''] as const, ...cuts, ...cuts.map(([resource]) => [resource, ''] as const)].map(
    ([resource, subresource]) => [resource === '*' ? 'any' : resource, subresource === '*' ? 'any' : subresource],
  );
}

function pathsOf(url: string): string[] {
  return url.endsWith('*') ? [url.slice(0, -1), `${url.slice(0, -1)}x`] : [url, `${url}x`];
}

function oneOf<T>(wanted: readonly T[], others: readonly T[]): fc.Arbitrary<T> {
  const other = { weight: 1, arbitrary: fc.constantFrom(...others) };
  return wanted.length === 0 ? other.arbitrary : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...wanted) }, other);
}

function pick<T extends object>(all: T, test: (value: unknown, key: string) => boolean): Partial<T> {
  return Object.fromEntries(Object.entries(all).filter(([key, value]) => test(value, key))) as Partial<T>;
}
