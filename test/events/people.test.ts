import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/events/event.ts';
import { isHuman, isNoise } from '../../src/events/people.ts';
import { eventOf } from './event-of.ts';

const BUILDER = 'system:serviceaccount:shop:builder';
const CONTROLLER = 'system:serviceaccount:kube-system:job-controller';

function by(username: string | undefined, rest: Partial<AuditEvent> = {}) {
  return eventOf({ user: username === undefined ? {} : { username }, ...rest });
}

describe('isHuman', () => {
  it.each([
    ['alice', true],
    ['kubernetes-admin', true],
    [undefined, false],
    ['system:anonymous', false],
    ['system:node:ip-10-0-1-5', false],
    [BUILDER, false],
    ['system:apiserver', false],
    ['kube-apiserver-healthcheck', false],
    ['kubelet-api', false],
    ['cluster-autoscaler', false],
  ])('%s: %s', (user, human) => {
    expect(isHuman(by(user))).toBe(human);
  });

  it('goes by who authenticated, in whatever groups and as whomever', () => {
    expect(isHuman(by('alice', { impersonatedUser: { username: BUILDER } }))).toBe(true);
    expect(isHuman(by(BUILDER, { impersonatedUser: { username: 'alice' } }))).toBe(false);
    expect(isHuman(eventOf({ user: { username: 'root', groups: ['system:masters'] } }))).toBe(true);
  });
});

const WEB = { resource: 'pods', namespace: 'shop', name: 'web' };
const LEASE = { resource: 'leases', apiGroup: 'coordination.k8s.io', namespace: 'kube-system' };
const SECRET = { resource: 'secrets', namespace: 'prod', name: 'db' };
const OK = { responseStatus: { code: 200 } };
const DENIED = { responseStatus: { code: 403 } };

describe('isNoise', () => {
  it.each<[string, string | undefined, Partial<AuditEvent>]>([
    ['a component at work', 'system:kube-scheduler', { verb: 'create', objectRef: { ...WEB, subresource: 'binding' } }],
    ['a kubelet', 'system:node:a', { verb: 'get', objectRef: SECRET, ...OK }],
    ['a controller', CONTROLLER, { verb: 'delete', objectRef: WEB, ...OK }],
    ['a service account that reads', BUILDER, { verb: 'list', objectRef: WEB, ...OK }],
    ['one that reads its own secret', BUILDER, { verb: 'get', objectRef: { ...SECRET, namespace: 'shop' }, ...OK }],
    ['a lease', BUILDER, { verb: 'update', objectRef: LEASE, ...OK }],
    ['a status', BUILDER, { verb: 'patch', objectRef: { ...WEB, subresource: 'status' }, ...OK }],
    ["kOps' probe", 'kube-apiserver-healthcheck', { verb: 'get', requestURI: '/healthz' }],
    ['an anonymous health check', 'system:anonymous', { verb: 'get', requestURI: '/readyz?verbose', ...DENIED }],
    ['a health check without a login', undefined, { verb: 'get', requestURI: '/livez/ping' }],
  ])('is %s', (_, user, rest) => {
    expect(isNoise(by(user, rest))).toBe(true);
  });

  it.each<[string, string | undefined, Partial<AuditEvent>]>([
    ['a person, whatever they ask', 'alice', { verb: 'get', requestURI: '/readyz' }],
    ['a person as a component', 'alice', { verb: 'list', impersonatedUser: { username: 'system:kube-scheduler' } }],
    ['a component as a person', 'system:kube-scheduler', { verb: 'list', impersonatedUser: { username: 'alice' } }],
    ['what is denied to a component', 'system:kube-scheduler', { verb: 'get', objectRef: WEB, ...DENIED }],
    ['a service account that changes something', BUILDER, { verb: 'delete', objectRef: WEB, ...OK }],
    ['events that are deleted', BUILDER, { verb: 'deletecollection', objectRef: { resource: 'events' }, ...OK }],
    ['a shell of a controller', CONTROLLER, { verb: 'get', objectRef: { ...WEB, subresource: 'exec' } }],
    ['a secret of another namespace', CONTROLLER, { verb: 'get', objectRef: SECRET, ...OK }],
    ['all secrets', BUILDER, { verb: 'list', objectRef: { resource: 'secrets' }, ...OK }],
    ['an anonymous that looks around', 'system:anonymous', { verb: 'get', requestURI: '/healthzz' }],
    ['a failed login', undefined, { verb: 'list', objectRef: WEB, responseStatus: { code: 401 } }],
  ])('is not %s', (_, user, rest) => {
    expect(isNoise(by(user, rest))).toBe(false);
  });
});
