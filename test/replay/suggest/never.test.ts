import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestOf } from '../../../src/events/request.ts';
import { decide } from '../../../src/policy/decide/decide.ts';
import type { GroupResources, Policy, PolicyRule } from '../../../src/policy/types.ts';
import { eventsOf } from '../../events/event-of.ts';
import { runs } from '../../helpers/runs.ts';
import { lineOf, replayed, type Sent, suggested } from './events.ts';

const WHO: readonly Pick<Sent, 'user' | 'groups'>[] = [
  {},
  { user: 'system:anonymous', groups: ['system:unauthenticated'] },
  { user: 'alice', groups: ['system:authenticated', 'dev'] },
  { user: 'bob', groups: ['system:masters', 'system:serviceaccounts:kube-system'] },
  { user: 'system:apiserver', groups: ['system:masters'] },
  { user: 'system:kube-scheduler', groups: ['system:authenticated'] },
  { user: 'system:node:a', groups: ['system:nodes', 'system:authenticated'] },
  { user: 'system:node:b', groups: ['system:nodes', 'system:authenticated'] },
  {
    user: 'system:serviceaccount:kube-system:x',
    groups: ['system:serviceaccounts:kube-system', 'system:authenticated'],
  },
  { user: 'system:serviceaccount:shop:y', groups: ['system:serviceaccounts:shop', 'system:authenticated'] },
];
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const TARGETS: readonly Sent['target'][] = [
  { resource: 'pods', namespace: 'kube-system' },
  { resource: 'pods', subresource: 'status', namespace: 'shop' },
  { resource: 'pods', subresource: 'exec', namespace: 'shop' },
  { resource: 'pods', subresource: 'log', namespace: 'shop' },
  { resource: 'secrets', namespace: 'shop' },
  { resource: 'configmaps', namespace: 'shop' },
  { resource: 'serviceaccounts', subresource: 'token', namespace: 'shop' },
  { resource: 'nodes', subresource: 'proxy' },
  { group: 'rbac.authorization.k8s.io', resource: 'roles', namespace: 'shop' },
  { group: 'coordination.k8s.io', resource: 'leases', namespace: 'kube-system' },
  { group: 'apps', resource: 'deployments', namespace: 'shop' },
  { group: 'x.io', resource: 'things', namespace: 'shop' },
  '/livez',
  '/apis/apps',
  '/logs/a',
];

function some(values: readonly string[], maxLength = 3): fc.Arbitrary<string[]> {
  return fc.subarray([...values], { minLength: 1, maxLength });
}

const RESOURCES = [
  '*',
  'pods',
  'pods/*',
  '*/status',
  'pods/status',
  'secrets',
  'leases',
  'roles',
  'deployments',
  'things',
];
const GROUPS = ['*', '', 'apps', 'coordination.k8s.io', 'rbac.authorization.k8s.io', 'x.io'];
const users = some(WHO.flatMap(({ user = [] }) => user));
const userGroups = some(WHO.flatMap(({ groups = [] }) => groups));
const entry: fc.Arbitrary<GroupResources> = fc.record(
  { group: fc.constantFrom(...GROUPS), resources: some(RESOURCES), resourceNames: fc.constant(['one']) },
  { requiredKeys: ['group', 'resources'] },
);
const resources = fc.array(entry, { minLength: 1, maxLength: 2 });
const level = fc.constantFrom('None', 'Metadata', 'Request', 'RequestResponse', 'RequestResponse' as const);
const then = { level, omitManagedFields: fc.boolean() };
const rule: fc.Arbitrary<PolicyRule> = fc.oneof(
  fc.record(
    { ...then, users, userGroups, verbs: some(VERBS), resources, namespaces: some(['shop', 'kube-system'], 1) },
    { requiredKeys: ['level'] },
  ),
  fc.record(
    { ...then, userGroups, verbs: some(VERBS), nonResourceURLs: some(['*', '/livez', '/a*']) },
    { requiredKeys: ['level', 'nonResourceURLs'] },
  ),
) as fc.Arbitrary<PolicyRule>;
const policy: fc.Arbitrary<Policy> = fc
  .array(rule, { maxLength: 5 })
  .map((rules) => ({ rules: [...rules, { level: 'RequestResponse' }] }));

const sent: fc.Arbitrary<Sent> = fc
  .record({
    who: fc.constantFrom(...WHO),
    verb: fc.constantFrom(...VERBS),
    target: fc.constantFrom(...TARGETS),
    how: fc.oneof(
      { weight: 40, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.constantFrom({ as: 'alice' }, { agent: 'kubectl/v1.36' }) },
    ),
  })
  .map(({ who, how, ...what }) => ({ ...who, ...what, ...how }));

/** Said here anew, so that it is no copy of what it tests. */
function isProtected({ user, groups = [], verb, target }: Sent, log: readonly Sent[]): boolean {
  if (user === undefined || ['alice', 'bob', 'system:anonymous'].includes(user)) return true;
  const isLent = ({ as, agent }: Sent): boolean => as !== undefined || agent !== undefined;
  const isOfNodes = groups.includes('system:nodes');
  const isSame = (other: Sent): boolean =>
    other.user === user || (isOfNodes && other.groups?.includes('system:nodes') === true);
  if (log.some((other) => isLent(other) && isSame(other))) return true;
  if (typeof target === 'string') return target === '/logs/a' || (verb !== 'get' && verb !== 'head');
  const { resource, subresource = '' } = target;
  if (resource === 'secrets' || resource === 'configmaps') return true;
  if (['exec', 'log', 'proxy', 'token'].includes(subresource)) return true;
  if (resource === 'roles') return !['get', 'list', 'watch'].includes(verb);
  return user === 'system:apiserver' && resource === 'leases';
}

it('never leaves out a name that only looks like that of a component', () => {
  const linesBy = (user: string): string[] =>
    Array.from({ length: 20 }, () => lineOf({ user, verb: 'list', target: { resource: 'nodes' } }));
  const policy: Policy = { rules: [{ level: 'RequestResponse' }] };
  const users = (user: string): unknown => suggested(linesBy(user), policy).list.map(({ rule: { users } }) => users);
  expect(users('system:kube-scheduler')).toEqual([['system:kube-scheduler']]);
  expect(users('system:mallory')).toEqual([]);
  expect(users('system:kube-scheduler2')).toEqual([]);
});

it('changes nothing of what is never left out, whatever the policy and the log', () => {
  const all: Sent[] = WHO.flatMap((who) =>
    VERBS.flatMap((verb) => TARGETS.map((target) => ({ ...who, verb, target }))),
  );
  const requests = Array.from(eventsOf(all.map(lineOf)), requestOf);
  let found = 0;
  fc.assert(
    fc.property(policy, fc.array(sent, { minLength: 10, maxLength: 60 }), (before, log) => {
      const lines = log.map(lineOf);
      const { list, policy: after, now, after: later } = suggested(lines, before, { minShare: 4 });
      found += list.length;
      expect([now, later]).toEqual([replayed(lines, before), replayed(lines, after)]);
      for (const [at, each] of all.entries()) {
        const request = requests[at];
        if (request && isProtected(each, log)) {
          const [was, is] = [decide(before, request), decide(after, request)];
          if (is.level !== was.level || is.omitManagedFields !== was.omitManagedFields)
            expect({ ...is, each }).toEqual({ ...was, each });
        }
      }
    }),
    runs(10, 200),
  );
  expect(found).toBeGreaterThan(10);
});
