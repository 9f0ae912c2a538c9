import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../src/policy/types.ts';
import { suggest, withRules } from '../../../src/replay/suggest/suggest.ts';
import { Traffic } from '../../../src/replay/suggest/traffic.ts';
import { linesOf } from '../logs.ts';
import { eventsOf } from '../../events/event-of.ts';
import { lineOf, replayed, type Sent, suggested, suggestedOfRows } from './events.ts';

const EVERYTHING: Policy = { rules: [{ level: 'RequestResponse' }] };
const LEASES = { group: 'coordination.k8s.io', resource: 'leases', namespace: 'kube-system' };
const SCHEDULER = { user: 'system:kube-scheduler', groups: ['system:authenticated'] };
const KUBELET = { user: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };
const ALICE = { user: 'alice', groups: ['system:authenticated'] };

function account(namespace: string, name = 'it'): { user: string; groups: string[] } {
  return { user: `system:serviceaccount:${namespace}:${name}`, groups: [`system:serviceaccounts:${namespace}`] };
}

function rulesFor(sent: readonly Sent[], policy = EVERYTHING): unknown[] {
  return suggested(sent.map(lineOf), policy).list.map(({ rule }) => rule);
}

describe('what is saved', () => {
  const lines = linesOf('API traffic with controllers').filter((_, at) => at % 24 === 0);
  const policy: Policy = {
    omitStages: ['RequestReceived'],
    rules: [
      { level: 'None', verbs: ['watch'] },
      { level: 'Request', verbs: ['get', 'list'], omitManagedFields: true },
      { level: 'RequestResponse', omitStages: ['Panic'] },
    ],
  };

  it('is what a replay of the changed policy keeps less, of a genuine log', () => {
    const { list, now, after, policy: changed } = suggested(lines, policy, { minShare: 1 });
    expect(list.length).toBeGreaterThan(3);
    expect(now).toEqual(replayed(lines, policy));
    expect(after).toEqual(replayed(lines, changed));
    for (const each of list) {
      const kept = replayed(lines, withRules(policy, [each]));
      expect(each.saves).toEqual({ events: now.events - kept.events, bytes: now.bytes - kept.bytes });
      expect(each.saves.bytes).toBeGreaterThanOrEqual(now.bytes / 100);
    }
  });

  it('is the same where the log is scanned by rows', async () => {
    const wanted = { minShare: 1 };
    expect(await suggestedOfRows(lines, policy, wanted)).toEqual(suggested(lines, policy, wanted));
    const get = { ...account('kube-system'), verb: 'get', target: LEASES };
    const lent = [get, { ...get, as: 'alice' }, { ...get, code: 403 }].map((sent) =>
      lineOf(sent).replace('"a"', `"${JSON.stringify(sent).length}"`),
    );
    for (const some of [lent, lent.slice(0, 1), lent.toSpliced(1, 1)])
      expect(await suggestedOfRows(some, EVERYTHING)).toEqual(suggested(some, EVERYTHING));
  });

  it('is the same list whatever the order of the log', () => {
    const wanted = { minShare: 1 };
    expect(suggested(lines.toReversed(), policy, wanted)).toEqual(suggested(lines, policy, wanted));
  });

  it('is no less than was wanted, of no more rules and at no more risk', () => {
    const all = suggested(lines, policy, { minShare: 1 }).list;
    expect(suggested(lines, policy, { minShare: 1, most: 2 }).list).toEqual(all.slice(0, 2));
    const { list, riskier } = suggested(lines, policy, { minShare: 1, maxRisk: 'low' });
    expect(list.every(({ risk }) => risk === 'low')).toBe(true);
    expect(list.length + riskier.length).toBe(all.length);
    expect(riskier.length).toBeGreaterThan(0);
    expect(suggested(lines, policy, { minShare: 100 }).list).toEqual([]);
  });
});

describe('a rule', () => {
  it('names accounts and components by name, and kubelets by their group', () => {
    const update = { verb: 'update', target: LEASES };
    const system = { ...account('kube-system'), ...update };
    expect(rulesFor([{ ...SCHEDULER, ...update }, { ...KUBELET, ...update }, system])).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ level: 'None', users: ['system:kube-scheduler'] }),
        expect.objectContaining({ level: 'None', userGroups: ['system:nodes'] }),
        expect.objectContaining({ level: 'None', users: ['system:serviceaccount:kube-system:it'] }),
      ]),
    );
  });

  it('has what the rule behind it asks for, and stands in front of that', () => {
    const policy: Policy = {
      rules: [
        { level: 'Metadata', users: ['bob'] },
        {
          level: 'RequestResponse',
          userGroups: ['system:authenticated'],
          namespaces: ['kube-system'],
          resources: [{ group: '*', resources: ['leases'], resourceNames: ['one', 'two'] }],
          omitStages: ['Panic'],
        },
        { level: 'Metadata' },
      ],
    };
    const [found] = suggested([lineOf({ ...SCHEDULER, verb: 'update', target: LEASES })], policy).list;
    expect([found?.before, found?.rule]).toEqual([
      2,
      {
        level: 'None',
        users: ['system:kube-scheduler'],
        userGroups: ['system:authenticated'],
        verbs: ['update'],
        resources: [{ group: 'coordination.k8s.io', resources: ['leases'], resourceNames: ['one', 'two'] }],
        namespaces: ['kube-system'],
      },
    ]);
  });

  it('keeps the request and drops what answers it, where that is most of it', () => {
    const [rule] = rulesFor([{ ...KUBELET, verb: 'patch', target: { resource: 'nodes', subresource: 'status' } }]);
    expect(rule).toMatchObject({ level: 'None' });
    const bodies = { requestObject: { a: 1 }, responseObject: { a: 'y'.repeat(9000) } };
    const line = lineOf({ ...KUBELET, verb: 'patch', target: { resource: 'nodes', subresource: 'status' } });
    const large = JSON.stringify({ ...JSON.parse(line), ...bodies });
    expect(suggested([large], EVERYTHING).list[0]).toMatchObject({ rule: { level: 'Request' }, risk: 'low' });
  });

  it('keeps reads without bodies: what they send is none', () => {
    const get = { ...SCHEDULER, verb: 'get', target: { group: 'apps', resource: 'deployments' } };
    const large = JSON.stringify({ ...JSON.parse(lineOf(get)), responseObject: { a: 'y'.repeat(9000) } });
    expect(suggested([large], EVERYTHING).list[0]).toMatchObject({ rule: { level: 'Metadata' }, risk: 'low' });
  });

  it('names paths by what they are for, and no further than the rule behind it', () => {
    const check = { ...SCHEDULER, verb: 'get', target: '/readyz/ping?verbose' };
    expect(rulesFor([check])).toMatchObject([{ nonResourceURLs: ['/readyz/*'] }]);
    const policy: Policy = { rules: [{ level: 'Metadata', nonResourceURLs: ['/readyz/p*'] }] };
    expect(rulesFor([check], policy)).toMatchObject([{ nonResourceURLs: ['/readyz/ping'] }]);
  });
});

describe('the risk', () => {
  const get = { verb: 'get', target: { group: 'apps', resource: 'deployments', namespace: 'n' } };
  it.each([
    ['low', { ...SCHEDULER, ...get }],
    ['medium', { ...account('kube-system'), ...get }],
    ['high', { ...account('shop'), ...get }],
    ['high', { ...SCHEDULER, ...get, code: 403 }],
    ['medium', { ...SCHEDULER, ...get, verb: 'update' }],
  ] as const)('is %s of %j', (risk, sent) => {
    expect(suggested([lineOf(sent)], EVERYTHING).list.map((each) => each.risk)).toEqual([risk]);
  });
});

it('leaves writes in the log, without bodies', () => {
  const update = { verb: 'update', target: { group: 'apps', resource: 'deployments', namespace: 'n' } };
  const line = lineOf({ ...SCHEDULER, ...update });
  expect(suggested([line], EVERYTHING).list.map(({ rule }) => rule.level)).toEqual(['Metadata']);
  expect(suggested([line], { rules: [{ level: 'Metadata' }] }).list).toEqual([]);
});

it('does not name who has less than a fiftieth of what a rule saves', () => {
  const get = { verb: 'get', target: { group: 'apps', resource: 'deployments', namespace: 'n' } };
  const named = (count: number): unknown => {
    const lines = Array.from({ length: count }, () => lineOf({ ...SCHEDULER, ...get }));
    const all = [...lines, lineOf({ ...SCHEDULER, ...get, user: 'system:kube-proxy' })];
    return suggested(all, EVERYTHING).list.map(({ rule: { users } }) => users);
  };
  expect(named(10)).toEqual([['system:kube-proxy', 'system:kube-scheduler']]);
  expect(named(100)).toEqual([['system:kube-scheduler']]);
});

it('counts what is beyond the kinds that are told apart, and suggests nothing about it', () => {
  const get = { verb: 'get', target: { group: 'apps', resource: 'deployments', namespace: 'n' } };
  const lines = ['system:kube-scheduler', 'system:kube-proxy', 'system:kube-proxy'].map((user) =>
    lineOf({ user, ...get }),
  );
  const traffic = new Traffic(EVERYTHING, 1);
  for (const event of eventsOf(lines)) traffic.add(event);
  const { list, now } = suggest(EVERYTHING, traffic, { minShare: 0, most: 10, maxRisk: 'high' });
  expect(now).toEqual(replayed(lines, EVERYTHING));
  expect(list).toMatchObject([{ rule: { users: ['system:kube-scheduler'] }, saves: { events: 1 } }]);
});

it('says of no rule that some were denied where none of its requests was', () => {
  const policy: Policy = { rules: [{ level: 'Metadata', verbs: ['get'] }, { level: 'Request' }] };
  const pods = { ...SCHEDULER, target: { resource: 'pods' } };
  const sent: readonly Sent[] = [
    { ...pods, verb: 'get' },
    { ...pods, verb: 'list', code: 403 },
  ];
  expect(suggested(sent.map(lineOf), policy).list).toMatchObject([
    { title: 'Reads of the control plane, some denied', risk: 'high', denied: 1, before: 2 },
    { title: 'Reads of the control plane', risk: 'low', denied: 0, before: 1 },
  ]);
});

it('keeps who was denied something apart from the others', () => {
  const get = { verb: 'get', target: { group: 'apps', resource: 'deployments', namespace: 'n' } };
  const [one, other] = [account('kube-system', 'a'), account('kube-system', 'b')];
  const sent = [
    { ...one, ...get },
    { ...other, ...get },
    { ...other, ...get, code: 403 },
  ];
  expect(suggested(sent.map(lineOf), EVERYTHING).list).toMatchObject([
    { title: 'Reads of programs in kube-system, some denied', risk: 'high', denied: 1, rule: { users: [other.user] } },
    { title: 'Reads of programs in kube-system', risk: 'medium', denied: 0, rule: { users: [one.user] } },
  ]);
});

describe('nothing is suggested', () => {
  const core = (resource: string, subresource?: string): Sent['target'] => ({
    resource,
    namespace: 'kube-system',
    ...(subresource === undefined ? {} : { subresource }),
  });
  const rbac = { group: 'rbac.authorization.k8s.io', resource: 'clusterroles' };
  const NEVER: readonly [string, Sent][] = [
    ['people', { ...ALICE, verb: 'get', target: core('pods') }],
    ['administrators', { user: 'admin', groups: ['system:masters'], verb: 'list', target: core('pods') }],
    ['a name that some clusters give people', { user: 'system:admin', verb: 'list', target: core('pods') }],
    ['strangers', { user: 'system:anonymous', groups: ['system:unauthenticated'], verb: 'get', target: '/livez' }],
    ['logins that failed', { verb: 'get', target: core('pods'), code: 401 }],
    ['writes of RBAC', { ...SCHEDULER, verb: 'update', target: rbac }],
    ['reads of secrets', { ...SCHEDULER, verb: 'watch', target: core('secrets') }],
    ['config maps', { ...SCHEDULER, verb: 'get', target: core('configmaps') }],
    ['tokens', { ...KUBELET, verb: 'create', target: core('serviceaccounts', 'token') }],
    ['exec', { ...SCHEDULER, verb: 'get', target: core('pods', 'exec') }],
    ['attach', { ...SCHEDULER, verb: 'create', target: core('pods', 'attach') }],
    ['port-forward', { ...SCHEDULER, verb: 'create', target: core('pods', 'portforward') }],
    ['proxies', { ...SCHEDULER, verb: 'get', target: core('services', 'proxy') }],
    ['logs of pods', { ...SCHEDULER, verb: 'get', target: core('pods', 'log') }],
    ['the heartbeat', { user: 'system:apiserver', verb: 'update', target: LEASES }],
    ...['sealedsecrets', 'jointokens', 'credentials', 'passwords', 'vaultauths'].map((resource): [string, Sent] => [
      resource,
      { ...SCHEDULER, verb: 'get', target: { group: 'x.io', resource } },
    ]),
    ['paths one looks around with', { ...SCHEDULER, verb: 'get', target: '/logs/kube-apiserver.log' }],
    ['a resource that a rule takes for all', { ...SCHEDULER, verb: 'get', target: core('*') }],
    ['a group that a rule takes for all', { ...SCHEDULER, verb: 'get', target: { group: '*', resource: 'pods' } }],
    ['a subresource that a rule takes for all', { ...SCHEDULER, verb: 'get', target: core('pods', '*') }],
  ];

  it.each(NEVER)('of %s', (_what, sent) => {
    expect(rulesFor([sent])).toEqual([]);
  });

  it.each([
    ['who acts as somebody else', { as: 'alice' }],
    ['an account that kubectl is used with', { agent: 'kubectl/v1.36.0' }],
    ['an account that k9s is used with', { agent: 'k9s/v0.50.16' }],
    ['an account that Lens is used with', { agent: 'Lens/6.10.38' }],
    ['an account that curl is used with', { agent: 'curl/8.5.0' }],
  ])('of %s, whatever it does', (_who, how) => {
    const get = { ...account('kube-system'), verb: 'get', target: core('nodes') };
    expect(rulesFor([get])).toHaveLength(1);
    expect(rulesFor([get, { ...get, ...how, target: core('pods') }])).toEqual([]);
  });

  it('by the group of kubelets, where others are in it too', () => {
    const lease = { ...KUBELET, verb: 'update', target: LEASES };
    expect(rulesFor([lease])).toHaveLength(1);
    expect(rulesFor([lease, { ...ALICE, groups: ['system:nodes'], verb: 'get', target: core('pods') }])).toEqual([]);
    expect(rulesFor([lease, { ...lease, agent: 'curl/8.5.0' }])).toEqual([]);
  });

  it('of a service account whose groups a person has, but for the account', () => {
    const get = { ...account('kube-system'), verb: 'get', target: core('nodes') };
    const rules = rulesFor([get, { ...get, user: 'alice' }]);
    expect(rules).toMatchObject([{ users: [get.user] }]);
  });

  it('of the health check of kOps, unless the lease is there', () => {
    const probe = { user: 'kube-apiserver-healthcheck', verb: 'get', target: '/livez' };
    expect(rulesFor([probe])).toEqual([]);
    expect(rulesFor([probe, { user: 'system:apiserver', verb: 'update', target: LEASES }])).toMatchObject([
      { users: ['kube-apiserver-healthcheck'], nonResourceURLs: ['/livez'] },
    ]);
  });

  it('of a log that is empty, and of a policy that records nothing', () => {
    expect(suggested([], EVERYTHING)).toMatchObject({ list: [], now: { events: 0, bytes: 0 } });
    expect(rulesFor([{ ...SCHEDULER, verb: 'update', target: LEASES }], { rules: [{ level: 'None' }] })).toEqual([]);
  });
});
