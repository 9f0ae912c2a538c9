import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consequencesOf, type Effect, type EffectKind } from '../../../src/policy/compare/consequences.ts';
import { isNamed, type Party } from '../../../src/policy/compare/parties.ts';
import { decide, stagesWritten } from '../../../src/policy/decide/decide.ts';
import { bodiesOf } from '../../../src/policy/explain/meaning.ts';
import { renderPolicy } from '../../../src/policy/render/render.ts';
import type { GroupResources, Level, Policy, PolicyRule, RequestAttributes, Stage } from '../../../src/policy/types.ts';
import { list } from '../../../src/lint/rule.ts';
import type { WhoKind } from '../../../src/policy/who.ts';

const ALL = 'system:authenticated';

/** Somebody as the API server knows them: nobody is in a group that it would not give them. */
interface Identity {
  kind: WhoKind;
  user: string;
  groups: string[];
}

const IDENTITIES: readonly Identity[] = [
  { kind: 'person', user: 'alice', groups: [ALL] },
  { kind: 'person', user: 'bob', groups: [ALL, 'dev'] },
  { kind: 'person', user: 'somebody', groups: [ALL, 'dev'] },
  { kind: 'person', user: 'somebody', groups: [ALL] },
  { kind: 'kubelet', user: 'system:node:n1', groups: ['system:nodes', ALL] },
  { kind: 'component', user: 'system:kube-scheduler', groups: [ALL] },
  {
    kind: 'account',
    user: 'system:serviceaccount:kube-system:x',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', ALL],
  },
  {
    kind: 'account',
    user: 'system:serviceaccount:app:y',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:app', ALL],
  },
  { kind: 'anonymous', user: 'system:anonymous', groups: ['system:unauthenticated'] },
];

interface Target extends RequestAttributes {
  topic: string;
  verbs: readonly string[];
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

function resource(topic: string, name: string, more: Partial<Target> = {}): Target {
  const [plural = '', subresource] = name.split('/');
  const sub = subresource === undefined ? {} : { subresource };
  return { topic, verbs: VERBS, isResourceRequest: true, resource: plural, namespace: 'default', ...sub, ...more };
}

const RBAC = { apiGroup: 'rbac.authorization.k8s.io' };
const { namespace: _none, ...clusterRoles } = resource('RBAC', 'clusterroles', RBAC);
const TARGETS: readonly Target[] = [
  resource('RBAC', 'roles', RBAC),
  clusterRoles,
  resource('secrets', 'secrets'),
  resource('secrets', 'secrets', { namespace: 'prod', name: 'db' }),
  resource('config maps', 'configmaps', { namespace: 'prod' }),
  resource('service account tokens', 'serviceaccounts/token', { verbs: ['create'] }),
  resource('exec, attach, port-forward and proxy', 'pods/exec', { verbs: ['get', 'create'] }),
  resource('logs of pods', 'pods/log', { verbs: ['get'] }),
  resource('other resources', 'pods'),
  resource('other resources', 'deployments', { apiGroup: 'apps' }),
  resource('other resources', 'widgets', { apiGroup: 'example.com' }),
  resource('events, leases and endpoints', 'events'),
  { topic: 'other paths', verbs: ['get'], path: '/metrics' },
  { topic: 'health checks and /version', verbs: ['get', 'head'], path: '/healthz/etcd' },
  { topic: 'API discovery', verbs: ['get', 'head'], path: '/apis' },
];

/** What the log holds of a request: its stages, then which bodies. */
function traceOf(policy: Policy, request: RequestAttributes): { stages: string; bodies: number; fields: boolean } {
  const decision = decide(policy, request);
  const stages = stagesWritten(request, decision);
  const there = bodiesOf(request);
  const isEnd = stages.includes('ResponseComplete');
  const sent = isEnd && there.request && decision.level !== 'Metadata';
  const answer = isEnd && there.response && decision.level === 'RequestResponse';
  const bodies = Number(sent) + Number(answer);
  return { stages: stages.join(), bodies, fields: bodies > 0 && !decision.omitManagedFields };
}

function expectedKind(policies: readonly [Policy, Policy], request: RequestAttributes): EffectKind | undefined {
  const [before, after] = [traceOf(policies[0], request), traceOf(policies[1], request)];
  if (after.stages === '') return before.stages === '' ? undefined : 'gone';
  if (before.stages === '') return 'new';
  if (before.bodies !== after.bodies) return after.bodies > before.bodies ? 'more' : 'less';
  if (before.stages !== after.stages) return 'stages';
  return before.fields === after.fields ? undefined : 'fields';
}

function isIn({ kind, user, groups }: Identity, party: Party, parties: readonly Party[]): boolean {
  const own = parties.filter((each) => each.kind === kind);
  if (own.some(({ users }) => users.includes(user))) return party.users.includes(user);
  const byGroup = own.filter((each) => each.groups.some((group) => groups.includes(group)));
  return byGroup.length > 0 ? byGroup.includes(party) : party.kind === kind && !isNamed(party);
}

/** What is wrong with what is told of one request; undefined where nothing is. */
function fault(
  policies: readonly [Policy, Policy],
  told: ReturnType<typeof consequencesOf>,
  who: Identity,
  target: Target,
) {
  const { topic, verbs, ...attributes } = target;
  return verbs
    .map((verb) => {
      const request = { ...attributes, verb, user: who.user, groups: who.groups };
      const about = told.effects.filter(
        (effect) =>
          list(effect.topic.names) === topic &&
          effect.verbs.includes(verb) &&
          effect.parties.some((party) => isIn(who, party, told.parties)),
      );
      const expected = expectedKind(policies, request);
      const isTold = expected === undefined || about.some(({ kind }) => kind === expected);
      const isAll = ({ extent, place, kind }: Effect): boolean =>
        extent === 'all' && place === null && kind !== 'level';
      const untrue = about.find((effect) => isAll(effect) && effect.kind !== expected);
      if (!isTold) return `${expected} is not told of ${JSON.stringify(request)}`;
      return untrue && `${untrue.kind} is told of ${JSON.stringify(request)}, which is ${expected}`;
    })
    .find((text) => text !== undefined);
}

function faults(before: Policy, after: Policy): string[] {
  const told = consequencesOf(before, after);
  expect(told.complete).toBe(true);
  return IDENTITIES.flatMap((who) => TARGETS.flatMap((target) => fault([before, after], told, who, target) ?? []));
}

const template = (name: string): Policy =>
  renderPolicy(readFileSync(`templates/policies/${name}.yaml`, 'utf8'), { name, toolVersion: '0' }).policy;

function some(values: readonly string[], maxLength = 2): fc.Arbitrary<string[]> {
  return fc.subarray([...values], { minLength: 1, maxLength });
}

const entry: fc.Arbitrary<GroupResources> = fc.constantFrom<GroupResources>(
  { group: '' },
  { group: '*' },
  { group: '', resources: ['secrets', 'configmaps'] },
  { group: '', resources: ['pods', 'pods/*'] },
  { group: '', resources: ['secrets'], resourceNames: ['db'] },
  { group: '*', resources: ['*/exec', 'pods/log'] },
  { group: 'rbac.authorization.k8s.io', resources: ['roles'] },
  { group: 'rbac.authorization.k8s.io' },
  { group: 'apps', resources: ['deployments'] },
);

const rule: fc.Arbitrary<PolicyRule> = fc
  .oneof(
    { weight: 3, arbitrary: fc.record({ resources: fc.array(entry, { minLength: 1, maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ nonResourceURLs: some(['/healthz*', '/metrics', '/apis', '/*']) }) },
    { weight: 1, arbitrary: fc.constant({}) },
  )
  .chain((target) =>
    fc
      .record(
        {
          level: fc.constantFrom<Level>('None', 'Metadata', 'Request', 'RequestResponse'),
          users: some(['alice', 'system:kube-scheduler', 'system:serviceaccount:app:y', 'kubelet']),
          userGroups: some([
            ALL,
            'system:nodes',
            'system:serviceaccounts:kube-system',
            'dev',
            'system:unauthenticated',
          ]),
          verbs: some(VERBS, 4),
          ...('nonResourceURLs' in target ? {} : { namespaces: some(['prod', '']) }),
          omitStages: fc.constantFrom<Stage[]>(['RequestReceived'], ['ResponseComplete']),
          omitManagedFields: fc.boolean(),
        },
        { requiredKeys: ['level'] },
      )
      .map((then) => ({ ...target, ...then })),
  );

const policy: fc.Arbitrary<Policy> = fc.record({ rules: fc.array(rule, { minLength: 1, maxLength: 5 }) });

describe('consequencesOf', () => {
  it('tells of each request just what decide does with it', () => {
    fc.assert(
      fc.property(policy, policy, (before, after) => {
        expect(faults(before, after)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it.each([
    ['metadata', 'gce'],
    ['gce', 'kops'],
    ['kops', 'metadata'],
  ])('does so from %s to %s', (before, after) => {
    expect(faults(template(before), template(after))).toEqual([]);
  });

  it('says that it may not be all where the search is given up', () => {
    expect(consequencesOf(template('gce'), template('kops'), { steps: 10 }).complete).toBe(false);
  });

  it('gives up before it holds each of thousands of users against each of thousands of rules', () => {
    const rules = Array.from({ length: 2000 }, (_, at): PolicyRule => ({ level: 'Request', users: [`u${at}`] }));
    const told = consequencesOf(template('metadata'), { rules: [...rules, { level: 'Metadata' }] });
    expect(told).toEqual({ effects: [], parties: [], complete: false });
  });

  it('leaves out users that no cluster of kOps has, and what no server has', () => {
    const found = (changed: Omit<PolicyRule, 'level'>): readonly Effect[] =>
      consequencesOf(
        { rules: [{ level: 'Metadata' }] },
        { rules: [{ level: 'None', ...changed }, { level: 'Metadata' }] },
      ).effects;
    expect(found({ users: ['kubelet'] })).toEqual([]);
    expect(found({ resources: [{ group: '', resources: ['pod', 'configmaps/status'] }] })).toEqual([]);
    expect(found({ verbs: ['aproved'] })).toEqual([]);
    expect(found({ verbs: ['get'], resources: [{ group: '', resources: ['secrets'] }] })).toMatchObject([
      { kind: 'gone', topic: { names: ['secrets'] }, verbs: ['get'], extent: 'all', place: null },
    ]);
  });
});
