import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../src/events/event.ts';
import { happenedIn } from '../../../src/events/who/answer.ts';
import { isOfType, objectOf, readAsked } from '../../../src/events/who/asked.ts';
import type { Happened } from '../../../src/events/who/chain.ts';
import { collector } from '../../../src/events/who/collect.ts';
import { linesOf } from '../../replay/logs.ts';
import { parsedOf } from '../event-of.ts';
import { eventOf, type Given } from '../questions/events.ts';

const CONTROLLERS = 'API traffic with controllers';

/** A question as it is typed: `delete pods/web-1 -n shop`. */
function ask(question: string, events: readonly LoggedEvent[]): Happened {
  const [word = '', target = '', , namespace] = question.split(' ');
  const asked = readAsked(word, target, namespace, () => {});
  const found = collector(asked);
  for (const event of events) if (found.takes(event)) found.add(event.keep());
  return happenedIn(asked, found.end());
}

function genuine(): LoggedEvent[] {
  return linesOf(CONTROLLERS).map(parsedOf);
}

const told = ({ chain }: Happened): string[] =>
  chain.map(
    ({ event, link, role }) => `${role}: ${event.user?.username} ${event.verb} ${event.objectRef?.resource}, ${link}`,
  );

function events(...given: Given[]): LoggedEvent[] {
  return given.map((each, second) => eventOf({ second, ...each }));
}

const GC = 'system:serviceaccount:kube-system:generic-garbage-collector';
const REPLICASETS = 'system:serviceaccount:kube-system:replicaset-controller';
const NAMESPACES = 'system:serviceaccount:kube-system:namespace-controller';

describe('who deleted, in a genuine log with controllers', () => {
  const log = genuine();

  it('follows a pod to the person who deleted the deployment, by uids', () => {
    expect(told(ask('delete pods/from-kubectl-58f49888c9-b9h2z -n shop', log))).toEqual([
      'owner: alice delete deployments, uid',
      `owner: ${GC} delete replicasets, uid`,
      `itself: ${GC} delete pods, named`,
    ]);
  });

  it('follows what was in a namespace to who deleted that', () => {
    expect(told(ask('delete configmaps/kube-root-ca.crt -n scratch', log))).toEqual([
      'namespace: admin delete namespaces, namespace',
      `collection: ${NAMESPACES} deletecollection configmaps, listed`,
    ]);
  });

  it('takes a deletecollection that lists it, and an eviction', () => {
    expect(told(ask('delete secrets/db-5 -n shop', log))).toEqual([
      'collection: admin deletecollection secrets, listed',
    ]);
    expect(told(ask('delete pods/web-3 -n shop', log))).toEqual(['eviction: alice create pods, named']);
  });

  it('tells nobody, and who tried', () => {
    const { chain, tried, possible } = ask('delete pods/web-6 -n shop', log);
    expect([chain, possible]).toEqual([[], []]);
    expect(tried.map(({ event }) => `${event.user?.username} ${event.code}`)).toEqual([
      'system:serviceaccount:shop:builder 403',
    ]);
  });

  it('knows who made a pod whose name the server made up, where the answer is recorded', () => {
    expect(told(ask('create pods/from-kubectl-58f49888c9-b9h2z', log))).toEqual([
      `itself: ${REPLICASETS} create pods, named`,
    ]);
  });

  it('knows what a person changed before a controller made it', () => {
    const { because } = ask('create pods/from-kubectl-58f49888c9-b9h2z', log);
    expect([because?.event.user?.username, because?.event.objectRef?.resource]).toEqual(['alice', 'deployments']);
  });

  it('knows a role that was bound', () => {
    expect(told(ask('bind cluster-admin', log))).toEqual([
      'itself: system:apiserver create clusterrolebindings, named',
    ]);
  });
});

describe('who deleted, at level Metadata', () => {
  it('links an owner by name and time only, and says so', () => {
    const happened = ask(
      'delete pods/web-5d-x1 -n shop',
      events(
        { verb: 'delete', on: 'apps:other:deployments/web' },
        { verb: 'delete', on: 'apps:shop:deployments/web', as: 'bob' },
        { verb: 'delete', on: 'apps:shop:replicasets/web-5d', as: GC },
        { verb: 'delete', on: ':shop:pods/web-5d-x1', as: GC },
      ),
    );
    expect(happened.chain.map(({ event, isSure }) => [event.user?.username, isSure])).toEqual([
      ['bob', false],
      [GC, false],
      [GC, true],
    ]);
  });

  it('links what a controller took away to the change before it', () => {
    const log = events(
      { verb: 'patch', on: 'apps:shop:deployments/web/scale', as: 'bob' },
      {
        verb: 'patch',
        on: 'apps:shop:replicasets/web-5d/scale',
        as: 'system:serviceaccount:kube-system:deployment-controller',
      },
      { verb: 'delete', on: ':shop:pods/web-5d-x1', as: REPLICASETS },
    );
    expect(told(ask('delete pods/web-5d-x1 -n shop', log))).toEqual([
      'change: bob patch deployments, name and time',
      `itself: ${REPLICASETS} delete pods, named`,
    ]);
  });

  it('takes an eviction for the beginning, and the kubelet for its end', () => {
    const log = events(
      { verb: 'create', on: ':shop:pods/web-1/eviction', as: 'bob', code: 201 },
      { verb: 'delete', as: 'system:node:n' },
    );
    expect(told(ask('delete pods/web-1 -n shop', log))).toEqual([
      'eviction: bob create pods, named',
      'itself: system:node:n delete pods, named',
    ]);
  });

  it('only suspects a deletecollection that names nothing', () => {
    const log = events({ verb: 'get' }, { verb: 'deletecollection', on: ':shop:pods', as: 'bob' });
    const { chain, possible } = ask('delete pods/web-1 -n shop', log);
    expect(chain).toEqual([]);
    expect(possible.map(({ event, link }) => [event.user?.username, link])).toEqual([['bob', 'kind and place']]);
  });

  it('does not suspect it of one that was there long afterwards, or that a selector leaves out', () => {
    const later = eventOf({ stageTimestamp: '2026-01-02T05:00:00Z' });
    const all = events({ verb: 'deletecollection', on: ':shop:pods' });
    expect(ask('delete pods/web-1 -n shop', [...all, later]).possible).toEqual([]);
    const other = { verb: 'deletecollection', on: ':shop:pods', requestURI: '/x?fieldSelector=metadata.name%3Dweb-2' };
    expect(ask('delete pods/web-1 -n shop', events(other)).possible).toEqual([]);
  });

  it('is sure of a namespace only where the object was seen', () => {
    const gone = { verb: 'delete', on: ':shop:namespaces/shop', as: 'bob' };
    expect(told(ask('delete pods/web-1 -n shop', events({}, gone)))).toEqual([
      'namespace: bob delete namespaces, namespace',
    ]);
    const unseen = ask('delete pods/web-1 -n shop', events(gone));
    expect([unseen.chain.length, unseen.possible.length]).toEqual([0, 1]);
  });

  it('takes what failed, and a dry run, for tried', () => {
    const tries: Given[] = [
      { verb: 'delete', code: 403 },
      { verb: 'delete', code: 409 },
      { verb: 'delete', requestURI: '/x?dryRun=All' },
      { verb: 'create', on: ':shop:pods/web-1/eviction', code: 429 },
    ];
    const { chain, tried } = ask('delete pods/web-1 -n shop', events(...tries));
    expect([chain.length, tried.length]).toEqual([0, 4]);
  });

  it('tells the last life of a name that was used again, and who made it again', () => {
    const log = events(
      { verb: 'delete', as: 'alice' },
      { verb: 'create', as: 'carol', code: 201 },
      { verb: 'delete', as: 'bob' },
      { verb: 'patch', as: 'dave', code: 201 },
    );
    const { chain, earlier, made, again } = ask('delete pods/web-1 -n shop', log);
    expect(chain.map(({ event }) => event.user?.username)).toEqual(['bob']);
    expect(earlier.map(({ event }) => event.user?.username)).toEqual(['alice']);
    expect([made?.user?.username, again?.user?.username]).toEqual(['carol', 'dave']);
  });

  it('says what still holds an object that was only marked', () => {
    const metadata = { deletionTimestamp: '2026-01-02T03:04:05Z', finalizers: ['example.com/hold'] };
    expect(ask('delete pods/web-1 -n shop', events({ verb: 'delete', responseObject: { metadata } })).held).toEqual([
      'example.com/hold',
    ]);
  });
});

describe('collector', () => {
  it('holds no more of large answers than a few megabytes, the latest', () => {
    const found = collector(readAsked('read', 'secrets', undefined, () => {}));
    const large = eventOf({ verb: 'list', on: '::secrets', responseObject: { data: 'x'.repeat(1_000_000) } });
    for (let count = 0; count < 100; count++) found.add(large);
    found.add(eventOf({ on: ':shop:secrets/last' }));
    const { candidates, dropped } = found.end();
    expect(candidates.length).toBeLessThan(40);
    expect(candidates.length + dropped).toBe(101);
    expect(candidates.some(({ event }) => event.objectRef?.name === 'last')).toBe(true);
  });
});

describe('who did something else', () => {
  it('counts a shell once, and one that is still open', () => {
    const exec = { on: ':shop:pods/web-1/exec', code: 101 };
    const log = [
      eventOf({ ...exec, stage: 'ResponseStarted' }),
      eventOf(exec),
      eventOf({ ...exec, second: 5, verb: 'create', stage: 'ResponseStarted' }),
    ];
    expect(ask('exec web-1 -n shop', log).chain.map(({ event }) => event.stage)).toEqual([
      'ResponseComplete',
      'ResponseStarted',
    ]);
  });

  it('takes lists that an object was among, of all namespaces too, and no others', () => {
    const log = events(
      { on: ':shop:secrets/db' },
      { verb: 'list', on: '::secrets' },
      { verb: 'list', on: ':other:secrets' },
      { on: ':shop:secrets/other' },
    );
    expect(ask('read secrets/db -n shop', log).chain.map(({ event }) => event.verb)).toEqual(['get', 'list']);
  });

  it('is sure of a list only where its answer has the object, and leaves out one that has it not', () => {
    const items = (...names: string[]): object => ({ items: names.map((name) => ({ metadata: { name } })) });
    const log = events(
      { verb: 'list', on: ':shop:secrets', as: 'anna', responseObject: items('a', 'db') },
      { verb: 'list', on: ':shop:secrets', as: 'bob', responseObject: items('a') },
      { verb: 'list', on: ':shop:secrets', as: 'carol' },
      { verb: 'watch', on: ':shop:secrets/db', requestURI: '/x?fieldSelector=metadata.name%3Ddb', as: 'dora' },
    );
    const { chain } = ask('read secrets/db -n shop', log);
    expect(chain.map(({ event, link, isSure }) => [event.user?.username, link, isSure])).toEqual([
      ['anna', 'listed', true],
      ['carol', 'kind and place', false],
      ['dora', 'named', true],
    ]);
    expect(ask('read secrets -n shop', log).chain.every(({ isSure }) => isSure)).toBe(true);
  });

  it('takes an apply that made something for a creation, and no change', () => {
    const log = events(
      { verb: 'patch', code: 201 },
      { verb: 'patch' },
      { verb: 'patch', on: ':shop:pods/web-1/status' },
    );
    expect(ask('create pods/web-1', log).chain).toHaveLength(1);
    expect(ask('change pods/web-1', log).chain).toHaveLength(1);
  });

  it('does not count a binding whose role is not recorded', () => {
    const on = 'rbac.authorization.k8s.io::clusterrolebindings/x';
    const log = events(
      { verb: 'create', on, code: 201 },
      { verb: 'create', on, code: 201, requestObject: { roleRef: { name: 'view' } } },
      { verb: 'create', on, code: 201, requestObject: { roleRef: { name: 'cluster-admin' } }, as: 'bob' },
    );
    const { chain, possible } = ask('bind cluster-admin', log);
    expect(chain.map(({ event }) => event.user?.username)).toEqual(['bob']);
    expect(possible).toHaveLength(1);
  });
});

describe('readAsked', () => {
  it('takes what Kubernetes itself does not have for a custom resource, of any group, and says so', () => {
    const said: string[] = [];
    const asked = readAsked('delete', 'Widgets/one', 'prod', (text) => said.push(text));
    expect(asked).toMatchObject({ resource: 'widgets', name: 'one', subresource: '' });
    expect(objectOf(asked)).toBe('widgets/one');
    expect(isOfType(asked, { apiGroup: 'shop.example.com', resource: 'widgets' })).toBe(true);
    expect(isOfType(asked, { apiGroup: 'shop.example.com', resource: 'gadgets' })).toBe(false);
    readAsked('delete', 'deploment/web', 'prod', (text) => said.push(text));
    readAsked('delete', 'pods/web', 'prod', (text) => said.push(text));
    expect(said).toEqual([
      'Widgets is none of Kubernetes itself: taken for the plural of a custom resource.',
      'deploment is none of Kubernetes itself: taken for the plural of a custom resource. Did you mean deployments?',
    ]);
    expect(() => readAsked('delete', 'pods/a/b/c', 'prod', () => {})).toThrow('is not a resource');
    expect(() => readAsked('delete', 'widgets//a', 'prod', () => {})).toThrow('is not a resource');
  });

  it.each([
    ['delte', 'pods/x', /Did you mean delete/],
    ['exec', 'deployments/x', /pods\/NAME/],
  ])('refuses %s %s with what is right', (word, target, hint) => {
    expect(() => readAsked(word, target, undefined, () => {})).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(hint) }),
    );
  });
});
