import { describe, expect, it } from 'vitest';
import {
  apiGroups,
  apiResources,
  findResources,
  groupsWith,
  isServed,
  nearestResource,
  resourceOf,
  type LookupOptions,
} from '../../../src/policy/api/lookup.ts';

const found = (word: string, options?: LookupOptions): string[] =>
  findResources(word, options).map(({ group, resource }) => `${resource}.${group}`);

describe('findResources', () => {
  it.each([
    ['pods', ['pods.', 'pods.metrics.k8s.io']],
    ['po', ['pods.']],
    ['Pod', ['pods.']],
    ['DEPLOYMENTS', ['deployments.apps']],
    ['deployment', ['deployments.apps']],
    ['deploy', ['deployments.apps']],
    ['events', ['events.', 'events.events.k8s.io']],
    ['ev', ['events.', 'events.events.k8s.io']],
    ['ing', ['ingresses.extensions', 'ingresses.networking.k8s.io']],
    ['psp', ['podsecuritypolicies.policy']],
    ['Endpoints', ['endpoints.']],
    ['foos', []],
    ['', []],
  ])('%s', (word, expected) => expect(found(word)).toEqual(expected));

  it('in one group', () => {
    expect(found('ev', { group: 'events.k8s.io' })).toEqual(['events.events.k8s.io']);
    expect(found('deployments', { group: '' })).toEqual([]);
  });

  it('in one version', () => {
    expect(found('ing', { kubernetesVersion: '1.22.0' })).toEqual(['ingresses.networking.k8s.io']);
    expect(found('ing', { kubernetesVersion: '1.21.3' })).toHaveLength(2);
    expect(found('selfsubjectreviews', { kubernetesVersion: '1.25.0' })).toEqual([]);
  });
});

describe('what the table says', () => {
  it.each([
    ['', 'pods', { kind: 'Pod', namespaced: true, since: 19 }],
    ['', 'nodes', { kind: 'Node', namespaced: false, shortNames: ['no'] }],
    ['policy', 'podsecuritypolicies', { since: 19, until: 24 }],
    ['authentication.k8s.io', 'tokenreviews', { verbs: ['create'], subresources: [] }],
    ['batch', 'cronjobs', { since: 19, shortNames: ['cj'] }],
    ['metrics.k8s.io', 'pods', { kind: 'PodMetrics', verbs: ['get', 'list'] }],
  ])('%s %s', (group, plural, expected) => expect(resourceOf(group, plural)).toMatchObject(expected));

  it('subresources, their verbs and releases', () => {
    const of = (name: string): unknown => resourceOf('', 'pods')?.subresources.find((sub) => sub.name === name);
    expect(of('exec')).toEqual({ name: 'exec', since: 19, verbs: ['create', 'get'] });
    expect(of('log')).toEqual({ name: 'log', since: 19, verbs: ['get'] });
    expect(of('resize')).toEqual({ name: 'resize', since: 32, verbs: ['get', 'patch', 'update'] });
    expect(of('exce')).toBeUndefined();
  });

  it('is whole: each row has a kind, verbs and releases in order', () => {
    expect(apiResources()).toHaveLength(90);
    for (const { resource, kind, verbs, since, until, subresources } of apiResources()) {
      expect(resource).toBe(resource.toLowerCase());
      expect(kind).toMatch(/^[A-Z]\w+$/);
      expect([...verbs, ...subresources.flatMap((sub) => sub.verbs)].length).toBeGreaterThan(0);
      for (const at of [{ since, until }, ...subresources]) expect(at.since).toBeLessThanOrEqual(at.until ?? 37);
    }
  });
});

describe('names', () => {
  it('nearest', () => {
    expect(nearestResource('secert')).toBe('secrets');
    expect(nearestResource('deploymens', { group: 'apps' })).toBe('deployments');
    expect(nearestResource('deploymens', { group: '' })).toBeUndefined();
    expect(nearestResource('widgets')).toBeUndefined();
  });

  it('groups', () => {
    expect(groupsWith('events')).toEqual(['', 'events.k8s.io']);
    expect(groupsWith('foos')).toEqual([]);
    expect(apiGroups()).toContain('');
    expect(apiGroups()).toContain('metrics.k8s.io');
    expect(apiGroups()).not.toContain('core');
    expect(new Set(apiGroups()).size).toBe(apiGroups().length);
  });
});

describe('isServed', () => {
  it.each([
    [{ since: 19, until: 24 }, '1.24.3', true],
    [{ since: 19, until: 24 }, '1.25.0', false],
    [{ since: 19, until: 24 }, undefined, false],
    [{ since: 32 }, '1.31.9', false],
    [{ since: 32 }, undefined, true],
    [{ since: 19 }, '1.16.0', true],
  ])('%j in %s', (releases, version, expected) => expect(isServed(releases, version)).toBe(expected));
});
