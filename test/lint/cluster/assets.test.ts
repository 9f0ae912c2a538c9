import { describe, expect, it } from 'vitest';
import { readFacts, type ClusterWorld } from '../../../src/cluster/facts.ts';
import type { FileAsset } from '../../../src/cluster/types.ts';
import { lintCluster } from '../../../src/lint/lint-cluster.ts';
import { GROUPS, group, handMade, world } from '../../helpers/cluster.ts';
import { told } from '../../../src/lint/rule.ts';

const SAFE = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const BOUNDS = { auditLogMaxBackups: 10, auditLogMaxSize: 100 };

function found(input: ClusterWorld): [rule: string, message: string][] {
  return lintCluster(input.cluster, readFacts(input))
    .map(told)
    .map(({ rule, message }) => [rule, message]);
}

function beside(asset: FileAsset, server = {}): ClusterWorld {
  const spec = handMade(SAFE, {}, { ...BOUNDS, ...server });
  return world({ ...spec, fileAssets: [...(spec['fileAssets'] as FileAsset[]), asset] as never });
}

describe('path-clash', () => {
  it.each([
    [
      '/srv/kubernetes/kube-apiserver/audit',
      `where a directory must be: the file asset "audit-policy-config" is ${SAFE}`,
    ],
    [`${SAFE}/x`, `is below a file: the file asset "audit-policy-config" is ${SAFE}`],
    ['/srv//kubernetes/kube-apiserver/audit/policy.yaml', 'and so is the file asset "audit-policy-config"'],
    ['/var/log/audit', 'where a directory must be: the audit log is /var/log/audit/audit.log'],
    ['/var/log/audit/audit.log', 'and so is the audit log'],
    ['/var/log/audit/audit.log/x', 'is below a file: the audit log is /var/log/audit/audit.log'],
  ])('%s', (path, words) => {
    expect(found(beside({ name: 'mine', path, content: 'x' }))).toEqual(
      expect.arrayContaining([['path-clash', expect.stringContaining(words)]]),
    );
  });

  it('is about instances with an API server, where the log is', () => {
    expect(found(beside({ name: 'mine', path: '/var/log/audit', content: 'x', roles: ['Node'] }))).toEqual([]);
  });

  it('sees the policy that an instance group brings', () => {
    const groups = [
      group('cp', 'Master', { fileAssets: [{ name: 'own', path: '/etc/kubernetes/audit', content: 'x' }] }),
    ];
    const spec = handMade('/etc/kubernetes/audit/p.yaml', {}, BOUNDS);
    expect(found(world(spec, { groups }))).toEqual([
      [
        'path-clash',
        expect.stringContaining('"own" of instance group cp is written to /etc/kubernetes/audit, where a directory'),
      ],
    ]);
  });
});

describe('asset-path-clash', () => {
  const two = (a: FileAsset, b: FileAsset): ClusterWorld => world({ fileAssets: [a, b] as never });

  it.each([
    ['/opt/a', '/opt/a/b', true],
    ['/opt/a/b', '/opt/a', true],
    ['/opt/a', '/opt/a/b/c/d', true],
    ['/opt/a', '/opt//a', true],
    ['/opt/a/b', '/opt/a/c/../b', true],
    ['opt/a', '/opt/a', true],
    ['/opt/a', '/opt/a', false],
    ['/opt/a', '/opt/ab', false],
    ['/opt/a/b', '/opt/a/c', false],
  ])('%s and %s: %s', (a, b, clash) => {
    const rules = found(two({ name: 'a', path: a, content: 'x' }, { name: 'b', path: b, content: 'x' }));
    expect(rules.map(([rule]) => rule)).toEqual(clash ? ['asset-path-clash'] : []);
  });

  it('counts the default path, which the name makes', () => {
    expect(found(two({ name: 'a', content: 'x' }, { name: 'a/b', content: 'x' }))).toEqual([
      ['asset-path-clash', expect.stringContaining('/srv/kubernetes/assets/a/b, which is below a file')],
    ]);
  });

  it.each([
    [['Node'], ['ControlPlane'], false],
    [['Node'], undefined, true],
    [['Bastion'], undefined, false],
    [['Master'], ['Master'], false],
  ])('of %j and %j: %s', (a, b, clash) => {
    const input = two(
      { name: 'a', path: '/opt/a', content: 'x', roles: a },
      { name: 'b', path: '/opt/a/b', content: 'x', ...(b ? { roles: b } : {}) },
    );
    expect(found(input).length).toBe(clash ? 1 : 0);
  });

  it('looks at the groups there are', () => {
    const input = two(
      { name: 'a', path: '/opt/a', content: 'x', roles: ['APIServer'] },
      { name: 'b', path: '/opt/a/b', content: 'x' },
    );
    expect(found(input)).toEqual([]);
    expect(found({ ...input, groups: [...GROUPS, group('api', 'APIServer')] })).toHaveLength(1);
    expect(found({ ...input, groups: [] })).toHaveLength(1);
  });

  it.each(['/opt/a/', '/', '/opt/..', `/opt/${'a'.repeat(256)}`, `/opt${'/a'.repeat(3000)}`])(
    'no file can be at %s',
    (path) => {
      expect(found(world({ fileAssets: [{ name: 'a', path, content: 'x' }] })).length).toBe(1);
    },
  );
});

// Whatever compared each with each would take minutes here.
it('looks at ten thousand assets', () => {
  const fileAssets = Array.from({ length: 10_000 }, (_, at) => ({
    name: `a${at}`,
    path: `/opt/a${at}/b/c`,
    content: 'x',
  }));
  expect(found(world({ fileAssets }))).toEqual([]);
});
