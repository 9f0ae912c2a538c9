import { describe, expect, it } from 'vitest';
import { classifyChanges, parsePreview, type PreviewChange } from '../../src/kops/preview.ts';
import { instanceGroups, previewFixture } from './previews.ts';

const AWS = instanceGroups({
  'control-plane-eu-1a': 'Master',
  'control-plane-eu-1b': 'ControlPlane',
  'api-eu-1a': 'APIServer',
  'nodes-eu-1a': 'Node',
  bastions: 'Bastion',
});
const GCE = instanceGroups({ 'control-plane-us-test1-a': 'Master', 'nodes-us-test1-a': 'Node' });

function names(changes: PreviewChange[]): string[] {
  return changes.map(({ kind, name }) => `${kind}/${name}`);
}

function classify(fixture: string, groups = AWS, cluster = 'prod.example.com'): Record<string, string[]> {
  const { controlPlane, managedFiles, other } = classifyChanges(parsePreview(previewFixture(fixture)), groups, cluster);
  return { controlPlane: names(controlPlane), managedFiles: names(managedFiles), other: names(other) };
}

describe('classifyChanges', () => {
  it('knows what auditing changes on AWS', () => {
    expect(classify('aws-audit')).toEqual({
      controlPlane: [
        'LaunchTemplate/control-plane-eu-1a.masters.prod.example.com',
        'LaunchTemplate/control-plane-eu-1b.masters.prod.example.com',
        'LaunchTemplate/api-eu-1a.apiservers.prod.example.com',
      ],
      managedFiles: [
        'ManagedFile/cluster-completed.spec',
        'ManagedFile/nodeupconfig-api-eu-1a',
        'ManagedFile/nodeupconfig-control-plane-eu-1a',
        'ManagedFile/nodeupconfig-control-plane-eu-1b',
      ],
      other: [],
    });
  });

  it('calls nodes, networks and every deletion other', () => {
    expect(classify('aws-other')).toEqual({
      controlPlane: ['LaunchTemplate/control-plane-eu-1a.masters.prod.example.com'],
      managedFiles: ['ManagedFile/cluster-completed.spec'],
      other: [
        'Subnet/eu-1c.prod.example.com',
        'AutoscalingGroup/nodes-eu-1a.prod.example.com',
        'LaunchTemplate/nodes-eu-1a.prod.example.com',
        'ManagedFile/nodeupconfig-nodes-eu-1a',
        'SecurityGroupRule/sg-0123:22 from 0.0.0.0/0',
        'LaunchTemplate/control-plane-eu-1a.masters.prod.example.com',
      ],
    });
  });

  it('knows what auditing changes on GCE, and what would roll the nodes', () => {
    expect(classify('gce-audit', GCE, 'gce.example.com')).toEqual({
      controlPlane: [
        'InstanceTemplate/control-plane-us-test1-a-gce-example-com',
        'InstanceGroupManager/a-control-plane-us-test1-a-gce-example-com',
      ],
      managedFiles: ['ManagedFile/cluster-completed.spec', 'ManagedFile/nodeupconfig-control-plane-us-test1-a'],
      other: [],
    });
    expect(classify('gce-nodes', GCE, 'gce.example.com')['other']).toEqual([
      'InstanceTemplate/nodes-us-test1-a-gce-example-com',
      'InstanceGroupManager/a-nodes-us-test1-a-gce-example-com',
    ]);
  });

  it('calls a first update, with its keys, add-ons and etcd manifests, other', () => {
    const { controlPlane, managedFiles, other } = classify(
      'metal-fresh-1.36.0',
      instanceGroups({ 'control-plane-main': 'Master' }),
      'm.k8s.local',
    );
    expect(controlPlane).toEqual([]);
    expect(managedFiles).toEqual(['ManagedFile/cluster-completed.spec']);
    expect(other).toHaveLength(30);
  });

  it("does not take another cluster's or a longer group's name for its own", () => {
    const text = [
      'control-plane-eu-1a.masters.other.com',
      'x-control-plane-eu-1a.masters.prod.example.com',
      'control-plane-eu-1a.prod.example.com',
    ]
      .map((name) => `  LaunchTemplate/${name}\n\n`)
      .join('');
    const preview = parsePreview(`Will modify resources:\n${text}Must specify --yes to apply changes\n`);
    expect(preview.changes).toHaveLength(3);
    expect(classifyChanges(preview, AWS, 'prod.example.com').other).toHaveLength(3);
  });

  it('does not take the manager of a group with a longer name for its own', () => {
    const manager = (name: string): PreviewChange => ({
      action: 'modify',
      kind: 'InstanceGroupManager',
      name,
      text: '',
    });
    const changes = ['a-control-plane-us-test1-a', 'a-x-control-plane-us-test1-a'].map((name) =>
      manager(`${name}-gce-example-com`),
    );
    const { controlPlane, other } = classifyChanges(
      { upToDate: false, understood: true, changes },
      GCE,
      'gce.example.com',
    );
    expect(names(controlPlane)).toEqual(['InstanceGroupManager/a-control-plane-us-test1-a-gce-example-com']);
    expect(names(other)).toEqual(['InstanceGroupManager/a-x-control-plane-us-test1-a-gce-example-com']);
  });

  it('puts what was not understood with other', () => {
    const preview = parsePreview(
      'Will replace resources:\n  LaunchTemplate/control-plane-eu-1a.masters.prod.example.com\n',
    );
    expect(classifyChanges(preview, AWS, 'prod.example.com').other.map(({ action }) => action)).toEqual([
      'unknown',
      'unknown',
    ]);
  });

  it.each([
    ['Instance', 'control-plane-eu-1a'],
    ['Instance', 'control-plane-eu-1a-1-prod-example-com'],
    ['ServerGroup', 'control-plane-eu-1a'],
    ['Droplet', 'control-plane-eu-1a.masters.prod.example.com'],
    ['VMScaleSet', 'api-eu-1a.apiservers.prod.example.com'],
  ])('knows a %s of the control plane', (kind, name) => {
    const preview = {
      upToDate: false,
      understood: true,
      changes: [{ action: 'modify' as const, kind, name, text: '' }],
    };
    expect(classifyChanges(preview, AWS, 'prod.example.com').controlPlane).toHaveLength(1);
    const nodes = {
      ...preview,
      changes: [{ action: 'modify' as const, kind, name: name.replace(/control-plane|api/, 'nodes'), text: '' }],
    };
    expect(classifyChanges(nodes, AWS, 'prod.example.com').other).toHaveLength(1);
  });
});
