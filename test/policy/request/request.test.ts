import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { readRequest, type RequestWords } from '../../../src/policy/request/request.ts';
import type { RequestAttributes } from '../../../src/policy/types.ts';
import { runs } from '../../helpers/runs.ts';

/** `get pods/web -n prod` and so on as words. */
function words(text: string, more: Partial<RequestWords> = {}): RequestWords {
  const [verb = '', target = '', name] = text.split(' ');
  return { verb, target, ...(name === undefined ? {} : { name }), ...more };
}

function seen(text: string, more: Partial<RequestWords> = {}): RequestAttributes {
  const { user: _user, groups: _groups, ...rest } = readRequest(words(text, more)).request;
  return rest;
}

function notes(text: string, more: Partial<RequestWords> = {}): string[] {
  return readRequest(words(text, more)).notes;
}

function refusal(text: string, more: Partial<RequestWords> = {}): string {
  try {
    readRequest(words(text, more));
  } catch (error) {
    if (error instanceof UserError) return `${error.message}: ${error.hint}`;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the resource of a request', () => {
  const deployments = { apiGroup: 'apps', resource: 'deployments', namespace: 'default' };
  it.each<[string, Partial<RequestAttributes>]>([
    ['list pods', { resource: 'pods', namespace: 'default' }],
    ['list po', { resource: 'pods', namespace: 'default' }],
    ['list Pod', { resource: 'pods', namespace: 'default' }],
    ['list deploy', deployments],
    ['list Deployment', deployments],
    ['list deployments.apps', deployments],
    ['list deployments.v1.apps', deployments],
    ['list deploy.apps', deployments],
    ['list pods.v1.', { resource: 'pods', namespace: 'default' }],
    ['list ingresses.networking', { apiGroup: 'networking.k8s.io', resource: 'ingresses', namespace: 'default' }],
    ['list ing', { apiGroup: 'networking.k8s.io', resource: 'ingresses', namespace: 'default' }],
    ['list nodes', { resource: 'nodes' }],
    ['list events', { resource: 'events', namespace: 'default' }],
    ['list events.events.k8s.io', { apiGroup: 'events.k8s.io', resource: 'events', namespace: 'default' }],
    ['list tests.example.com', { apiGroup: 'example.com', resource: 'tests', namespace: 'default' }],
    ['list tests.v1beta1.example.com', { apiGroup: 'example.com', resource: 'tests', namespace: 'default' }],
    ['get pods/web', { resource: 'pods', name: 'web', namespace: 'default' }],
    ['get pods web', { resource: 'pods', name: 'web', namespace: 'default' }],
    ['get pods/web/log', { resource: 'pods', subresource: 'log', name: 'web', namespace: 'default' }],
    ['get pods/log', { resource: 'pods', subresource: 'log', namespace: 'default' }],
    ['get pods/log web', { resource: 'pods', subresource: 'log', name: 'web', namespace: 'default' }],
    ['get deploy/web', { ...deployments, name: 'web' }],
    [
      'update tests.example.com/a/status',
      { apiGroup: 'example.com', resource: 'tests', subresource: 'status', name: 'a', namespace: 'default' },
    ],
  ])('%s', (text, expected) => {
    expect(seen(text)).toEqual({ verb: text.split(' ')[0], isResourceRequest: true, ...expected });
  });

  it('reads TYPE/NAME as kubectl does where the name is no subresource or one is given', () => {
    expect(seen('get pods/logs')).toMatchObject({ name: 'logs' });
    expect(seen('get pods/log', { subresource: 'status' })).toMatchObject({ name: 'log', subresource: 'status' });
    expect(notes('get pods/exec')).toEqual([
      'pods/exec: read as the subresource; an object of that name is --name exec.',
    ]);
  });

  it('tells what else a word could mean, and what a release does not have', () => {
    expect(notes('list events')).toEqual(['events of the core group; there is also events.events.k8s.io.']);
    expect(notes('list pods')).toEqual([]);
    expect(readRequest(words('list podsecuritypolicies'), { kubernetesVersion: '1.30.0' }).notes).toEqual([
      'Kubernetes 1.30.0 has no podsecuritypolicies.policy; it was served up to 1.24.',
    ]);
    expect(notes('get pods/web', { subresource: 'exe' })).toContain('pods has no subresource exe. Did you mean exec?');
  });
});

describe('the namespace and the name that a policy sees', () => {
  it.each<[string, Partial<RequestWords>, { namespace?: string; name?: string }]>([
    ['get pods/a', { namespace: 'prod' }, { namespace: 'prod', name: 'a' }],
    ['list pods', { allNamespaces: true }, {}],
    ['get nodes/a', { namespace: 'prod' }, { name: 'a' }],
    ['get namespaces/prod', {}, { namespace: 'prod', name: 'prod' }],
    ['delete ns prod', { namespace: 'other' }, { namespace: 'prod', name: 'prod' }],
    ['update ns/prod/finalize', {}, { namespace: 'prod', name: 'prod' }],
    ['list namespaces', { namespace: 'prod' }, {}],
    ['list namespaces prod', {}, { name: 'prod' }],
    ['create namespaces prod', {}, {}],
    ['create pods web', {}, { namespace: 'default' }],
    ['create pods/web/eviction', {}, { namespace: 'default', name: 'web' }],
    ['watch pods web', {}, { namespace: 'default', name: 'web' }],
    ['deletecollection pods web', {}, { namespace: 'default' }],
    ['get tests.example.com/a', { allNamespaces: true }, { name: 'a' }],
  ])('%s %j', (text, more, expected) => {
    const { namespace, name } = seen(text, more);
    expect({ namespace, name }).toEqual({ namespace: undefined, name: undefined, ...expected });
  });

  it.each<[string, Partial<RequestWords>, string[]]>([
    ['get nodes/a', { namespace: 'x' }, ['nodes is cluster-scoped: the policy sees no namespace.']],
    ['list pods web', {}, ['A list has a name only with --field-selector metadata.name=web.']],
    ['create pods web', {}, ['A create has its name only in the body: the policy sees none.']],
    ['get pods', {}, ['Without a name kubectl get sends list, not get.']],
    ['delete pods', {}, ['A delete has a name; without one it is deletecollection, a verb of its own.']],
    ['delete pods/a', { allNamespaces: true }, ['No delete spans all namespaces; only list and watch do.']],
    ['list tokenreviews', {}, ['tokenreviews knows only create: the server refuses this, but audits it.']],
    ['create pods/web/exec', {}, ['kubectl from 1.31 on opens exec over WebSocket: the verb is then get.']],
  ])('notes on %s %j', (text, more, expected) => {
    expect(notes(text, more)).toEqual(expected);
  });
});

describe('who sends it', () => {
  it.each<[Partial<RequestWords>, string | undefined, string[] | undefined]>([
    [{}, 'someone', ['system:authenticated']],
    [{ as: 'alice', asGroups: ['dev', 'dev'] }, 'alice', ['dev', 'system:authenticated']],
    [
      { as: 'system:serviceaccount:prod:web' },
      'system:serviceaccount:prod:web',
      ['system:serviceaccounts', 'system:serviceaccounts:prod', 'system:authenticated'],
    ],
    [{ as: 'system:node:n1' }, 'system:node:n1', ['system:nodes', 'system:authenticated']],
    [{ as: 'system:apiserver' }, 'system:apiserver', ['system:masters', 'system:authenticated']],
    [{ as: 'system:anonymous' }, 'system:anonymous', ['system:unauthenticated']],
    [{ unauthenticated: true }, undefined, undefined],
  ])('%j', (more, user, groups) => {
    const { request } = readRequest(words('get pods/a', more));
    expect([request.user, request.groups]).toEqual([user, groups]);
    expect('user' in request).toBe(user !== undefined);
  });
});

describe('a request for a path', () => {
  it('has the path and the verb, and nothing of a resource', () => {
    expect(seen('get /healthz/etcd')).toEqual({ verb: 'get', isResourceRequest: false, path: '/healthz/etcd' });
    expect(seen('get /logs?x=1')).toEqual({ verb: 'get', isResourceRequest: false, path: '/logs' });
    expect(notes('get /logs?x=1')).toEqual(['The policy does not see what is behind the question mark.']);
    expect(notes('get /apis/apps/v1')).toEqual([]);
    expect(notes('get /api/v1/pods')).toEqual([
      'A path below /api or /apis is in fact a request for a resource: name the resource instead.',
    ]);
  });
});

describe('any words', () => {
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom('', '/', '.', 'pods', 'get', 'list', '/x', 'apps', 'toString', '__proto__'),
  );
  const target = fc.oneof(
    word,
    fc.array(word).map((parts) => parts.join('/')),
    fc.array(word).map((parts) => parts.join('.')),
  );
  const some = fc.record(
    { name: word, namespace: word, subresource: word, as: word, asGroups: fc.array(word), allNamespaces: fc.boolean() },
    { requiredKeys: [] },
  );
  it('give a request or an error for people', () => {
    fc.assert(
      fc.property(fc.oneof(word, fc.constant('get')), target, some, (verb, where, more) => {
        try {
          const { request } = readRequest({ verb, target: where, ...more });
          expect(request.verb ?? '').toBe(verb);
          expect(request.isResourceRequest).toBe(!where.startsWith('/'));
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      runs(400, 2000),
    );
  });
});

describe('words that are no request', () => {
  it.each<[string, Partial<RequestWords>, RegExp]>([
    ['gett pods', {}, /cannot have the verb "gett": Did you mean get\?$/],
    ['exec pods/web', {}, /For kubectl exec the API server sees get \(over WebSocket/],
    ['logs pods/web', {}, /sees get pods with --subresource log\.$/],
    ['use psp', {}, /RBAC checks it/],
    ['post pods', {}, /The HTTP method POST is the verb create\.$/],
    ['* pods', {}, /A request has one verb/],
    ['frobnicate pods', {}, /It has one of get, list, watch/],
    [
      'list /healthz',
      {},
      /a request for a path cannot have the verb "list": Its verb is the HTTP method in lower case: get\.$/,
    ],
    ['create /x', {}, /post\.$/],
    ['get podz', {}, /no built-in resource "podz": Did you mean pods\?/],
    ['get qqqqqqqq', {}, /A custom resource is written with its group/],
    ['get deployments.extensions', {}, /no deployments in the group extensions: Did you mean deployments\.apps\?$/],
    ['get deploymnts.apps', {}, /Did you mean deployments\.apps\?$/],
    ['get *', {}, /one type of resource/],
    ['get pods/', {}, /"pods\/" is not a resource/],
    ['get pods/a/b/c', {}, /TYPE\/NAME\/SUBRESOURCE/],
    ['get pods/a b', {}, /two names are given: a and b/],
    ['get pods/a/log', { subresource: 'status' }, /two subresources are given: log and status/],
    ['get /healthz', { namespace: 'x' }, /a request for a path has no namespace/],
    ['get pods', { as: '' }, /the user is empty/],
    ['get pods', { as: 'alice', unauthenticated: true }, /that fails to authenticate has no user/],
  ])('%s %j', (text, more, expected) => {
    expect(refusal(text, more)).toMatch(expected);
  });
});
