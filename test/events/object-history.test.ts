import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/events/event.ts';
import { objectHistory, objectTest } from '../../src/events/object-history.ts';
import { eventOf } from './event-of.ts';

const WEB = { group: 'apps', resource: 'deployments', name: 'web', namespace: 'shop' };
const REF = { resource: 'deployments', apiGroup: 'apps', namespace: 'shop', name: 'web' };
const { name: _, ...KIND } = REF;

describe('objectTest', () => {
  it.each<[string, Partial<AuditEvent>, boolean]>([
    ['the object', { objectRef: REF }, true],
    ['a subresource', { objectRef: { ...REF, subresource: 'scale' } }, true],
    ['one of that name elsewhere', { objectRef: { ...REF, namespace: 'prod' } }, false],
    ['another', { objectRef: { ...REF, name: 'db' } }, false],
    ['a list', { verb: 'list', objectRef: KIND }, false],
    ['the deletion of all', { verb: 'deletecollection', objectRef: KIND }, true],
    [
      'the deletion of one by a selector',
      { verb: 'deletecollection', objectRef: KIND, requestURI: '/x?fieldSelector=metadata.name%3Dweb' },
      true,
    ],
    [
      'the deletion of another by a selector',
      { verb: 'deletecollection', objectRef: KIND, requestURI: '/x?fieldSelector=metadata.name%3Ddb' },
      false,
    ],
    [
      'the deletion of several with it',
      {
        verb: 'deletecollection',
        objectRef: KIND,
        responseObject: { items: [{ metadata: { name: 'db' } }, { metadata: { name: 'web' } }] },
      },
      true,
    ],
    [
      'the deletion of several without it',
      { verb: 'deletecollection', objectRef: KIND, responseObject: { items: [{ metadata: { name: 'db' } }] } },
      false,
    ],
    [
      'the end of its namespace',
      { verb: 'delete', objectRef: { resource: 'namespaces', name: 'shop', namespace: 'shop' } },
      true,
    ],
    ['the end of another', { verb: 'delete', objectRef: { resource: 'namespaces', name: 'prod' } }, false],
    [
      'a create that names it in its answer',
      { verb: 'create', objectRef: KIND, responseObject: { metadata: { name: 'web' } } },
      true,
    ],
    ['a path', { requestURI: '/version' }, false],
  ])('knows %s', (_what, said, isOfIt) => {
    expect(objectTest(WEB)(eventOf(said))).toBe(isOfIt);
  });
});

/** A deployment with so many replicas, and with what each write changes. */
function web(replicas: number, rest: object = {}) {
  const metadata = { name: 'web', uid: 'u', resourceVersion: String(Math.random()), managedFields: [], ...rest };
  return { kind: 'Deployment', metadata, spec: { replicas } };
}

function kinds(...events: Partial<AuditEvent>[]) {
  const history = objectHistory();
  return events.map((said) => {
    const change = history(eventOf({ objectRef: REF, responseStatus: { code: 200 }, ...said }));
    return change && [change.kind, replicasOf(change.before), replicasOf(change.after)];
  });
}

function replicasOf(body: unknown): unknown {
  return (body as { spec?: { replicas?: number } } | undefined)?.spec?.replicas;
}

describe('objectHistory', () => {
  it('tells what each write changed from what it was before', () => {
    expect(
      kinds(
        { verb: 'create', responseObject: web(1) },
        { verb: 'patch', requestObject: {}, responseObject: web(2) },
        { verb: 'update', requestObject: web(3) },
        { verb: 'update', responseObject: web(3) },
        { verb: 'delete', responseObject: { kind: 'Status', metadata: {} } },
      ),
    ).toEqual([
      ['created', undefined, 1],
      ['changed', 1, 2],
      ['changed', 2, 3],
      ['same', undefined, 3],
      ['deleted', 3, undefined],
    ]);
  });

  it('knows it from who read it, and not from what was never recorded', () => {
    expect(
      kinds(
        { verb: 'get', responseObject: web(1) },
        { verb: 'update', responseObject: web(2) },
        { verb: 'patch' },
        { verb: 'update', responseObject: web(4) },
      ),
    ).toEqual([undefined, ['changed', 1, 2], ['changed', undefined, undefined], ['changed', undefined, 4]]);
  });

  it('keeps objects of two namespaces apart', () => {
    const other = { objectRef: { ...REF, namespace: 'prod' } };
    expect(
      kinds(
        { verb: 'create', responseObject: web(1) },
        { verb: 'create', ...other, responseObject: web(8) },
        { verb: 'delete', ...other },
        { verb: 'update', responseObject: web(2) },
        { verb: 'update', ...other, responseObject: web(9) },
      ).slice(2),
    ).toEqual([
      ['deleted', 8, undefined],
      ['changed', 1, 2],
      ['changed', undefined, 9],
    ]);
  });

  it('counts the scale as what it is in the object', () => {
    const scale = { objectRef: { ...REF, subresource: 'scale' } };
    expect(
      kinds(
        { verb: 'create', responseObject: web(1) },
        { verb: 'patch', ...scale, responseObject: { kind: 'Scale', metadata: {}, spec: { replicas: 5 } } },
        { verb: 'update', responseObject: web(6) },
        { verb: 'patch', ...scale },
        { verb: 'update', responseObject: web(7) },
      ),
    ).toEqual([
      ['created', undefined, 1],
      ['changed', 1, 5],
      ['changed', 5, 6],
      ['changed', undefined, undefined],
      ['changed', undefined, 7],
    ]);
  });

  it('folds what only says how it is', () => {
    const ready = { ...web(1), status: { ready: 1 } };
    expect(
      kinds(
        { verb: 'create', responseObject: web(1) },
        { verb: 'patch', objectRef: { ...REF, subresource: 'status' }, responseObject: ready },
        { verb: 'patch', objectRef: { ...REF, subresource: 'status' } },
      ).map((change) => change?.[0]),
    ).toEqual(['created', 'status', 'status']);
  });

  it.each<[string, Partial<AuditEvent>]>([
    ['nothing', { verb: 'update', responseStatus: { code: 409 } }],
    ['nothing', { verb: 'delete', requestURI: '/x?dryRun=All' }],
    ['marked', { verb: 'delete', responseObject: web(1, { finalizers: ['a'] }) }],
    ['perhaps', { verb: 'deletecollection' }],
    ['perhaps', { verb: 'delete', objectRef: { resource: 'namespaces', name: 'shop' } }],
    ['deleted', { verb: 'create', objectRef: { resource: 'pods', name: 'a', subresource: 'eviction' } }],
    ['other', { verb: 'create', objectRef: { resource: 'pods', name: 'a', subresource: 'exec' } }],
  ])('calls it %s: %j', (kind, said) => {
    expect(kinds(said)[0]?.[0]).toBe(kind);
  });

  it('waits for the end of a request', () => {
    expect(kinds({ verb: 'update', stage: 'RequestReceived' })).toEqual([undefined]);
  });
});
