import { describe, expect, it } from 'vitest';
import { requestOf } from '../../src/events/request.ts';
import type { AuditEvent } from '../../src/replay/keep.ts';

function event(requestURI: string, rest: Partial<AuditEvent> = {}): AuditEvent {
  const user = { username: 'alice', groups: ['dev'] };
  return {
    level: 'Metadata',
    stage: 'ResponseComplete',
    requestURI,
    verb: 'get',
    user,
    objectRef: { resource: 'x' },
    ...rest,
  };
}

describe('what the policy saw of a resource request', () => {
  it.each([
    [
      '/api/v1/namespaces/d/pods/p',
      'get',
      { apiGroup: '', namespace: 'd', resource: 'pods', subresource: '', name: 'p' },
    ],
    ['/api/v1/namespaces/d/pods/p/log?follow=1', 'get', { resource: 'pods', subresource: 'log', name: 'p' }],
    ['/api/v1/namespaces/d/pods/p/proxy/a/b', 'get', { resource: 'pods', subresource: 'proxy', name: 'p' }],
    [
      '/apis/apps/v1/namespaces/d/deployments',
      'list',
      { apiGroup: 'apps', namespace: 'd', resource: 'deployments', name: '' },
    ],
    [
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/c',
      'get',
      { namespace: '', resource: 'clusterroles', name: 'c' },
    ],
    ['/api/v1/namespaces', 'list', { namespace: '', resource: 'namespaces', name: '' }],
    ['/api/v1/namespaces/foo', 'get', { namespace: 'foo', resource: 'namespaces', name: 'foo', subresource: '' }],
    [
      '/api/v1/namespaces/foo/finalize',
      'update',
      { namespace: 'foo', resource: 'namespaces', name: 'foo', subresource: 'finalize' },
    ],
    ['/api/v1/namespaces/foo/status', 'patch', { namespace: 'foo', resource: 'namespaces', subresource: 'status' }],
    ['/api/v1/watch/namespaces/d/pods/p', 'watch', { namespace: 'd', resource: 'pods', name: 'p' }],
    ['/api/v1/pods?fieldSelector=metadata.name%3Dp', 'list', { namespace: '', resource: 'pods', name: 'p' }],
    ['/api/v1/pods?watch=1&fieldSelector=a%3Db%2Cmetadata.name%3D%3Dp', 'watch', { name: 'p' }],
    ['/api/v1/pods?fieldSelector=metadata.name%21%3Dp', 'list', { name: '' }],
    ['/api/v1/pods?fieldSelector=metadata.name%3Dp', 'deletecollection', { name: '' }],
    ['/api/v1/watch/pods?fieldSelector=metadata.name%3Dp', 'watch', { name: '' }],
    ['/api/v1/pods?fieldSelector=metadata.name%3Da%2Fb', 'list', { name: '' }],
    ['/api/v1/pods?%66ieldSelector=metadata.name%3Dp', 'list', { name: 'p' }],
    ['/api/v1/pods?labelSelector=fieldSelector', 'list', { name: '' }],
    ['/apis/apps/v1/deployments/', 'list', { apiGroup: 'apps', resource: 'deployments', name: '', subresource: '' }],
    ['/api/v1/namespaces/d/', 'get', { namespace: 'd', resource: 'namespaces', name: 'd', subresource: '' }],
    ['/api/v1/proxy/namespaces/d/pods/p/log', 'get', { namespace: 'd', resource: 'pods', name: 'p', subresource: '' }],
    ['/api/v1/namespaces/d/pods/%E2%82%AC', 'get', { name: '€' }],
  ])('%s, %s', (uri, verb, expected) => {
    expect(requestOf(event(uri, { verb }))).toMatchObject({ ...expected, verb, isResourceRequest: true });
  });

  it('has no name for a create, though objectRef was given one from the body', () => {
    const request = requestOf(
      event('/api/v1/namespaces/d/serviceaccounts', {
        verb: 'create',
        objectRef: { resource: 'serviceaccounts', namespace: 'd', name: 'robot' },
      }),
    );
    expect(request.name).toBe('');
  });

  it('falls back to objectRef where the path says nothing', () => {
    const objectRef = { resource: 'pods', namespace: 'd', name: 'p', apiGroup: 'g', subresource: 's' };
    expect(requestOf(event('/other', { objectRef }))).toMatchObject({ ...objectRef, isResourceRequest: true });
  });
});

describe('a request for a path', () => {
  it.each([
    ['/healthz?verbose', '/healthz'],
    ['/a%2Fb', '/a/b'],
    ['/%zz', '/%zz'],
  ])('%s is %s', (uri, path) => {
    const { objectRef: _objectRef, ...rest } = event(uri);
    expect(requestOf(rest)).toEqual({ user: 'alice', groups: ['dev'], verb: 'get', path, isResourceRequest: false });
  });
});

describe('the user', () => {
  it('is the one who authenticated, not the impersonated one', () => {
    expect(requestOf(event('/api', { impersonatedUser: { username: 'bob' } })).user).toBe('alice');
  });

  it('is missing after a failed login, and only then', () => {
    expect('user' in requestOf(event('/api', { user: {} }))).toBe(false);
    expect(requestOf(event('/api', { user: { groups: ['g'] } }))).toMatchObject({ user: '', groups: ['g'] });
    expect(requestOf(event('/api', { user: { username: 'a' } }))).toMatchObject({ user: 'a', groups: [] });
  });
});
