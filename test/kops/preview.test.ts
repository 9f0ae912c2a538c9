import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyChanges, parsePreview, type PreviewChange } from '../../src/kops/preview.ts';
import { instanceGroups, previewFixture } from './previews.ts';

const SPEC_CHANGE = 'Will modify resources:\n  ManagedFile/cluster-completed.spec\n  \tContents            \n\n';
const PENDING = 'Must specify --yes to apply changes\n';
const NOTHING = 'No changes need to be applied\n';

function summary(text: string): string[] {
  return parsePreview(text).changes.map(({ action, kind, name }) => `${action} ${kind}/${name}`);
}

describe('recorded previews', () => {
  it.each(['1.36.0', '1.32.0'])('has nothing to do (%s)', (version) => {
    expect(parsePreview(previewFixture(`metal-none-${version}`))).toEqual({
      upToDate: true,
      understood: true,
      changes: [],
    });
  });

  it.each(['1.36.0', '1.32.0'])(
    'reads the one change of auditing, banner or not, verdicts inside the policy or not (%s)',
    (version) => {
      const preview = parsePreview(previewFixture(`metal-audit-${version}`));
      expect(preview).toMatchObject({ upToDate: false, understood: true });
      expect(summary(previewFixture(`metal-audit-${version}`))).toEqual(['modify ManagedFile/cluster-completed.spec']);
      expect(preview.changes[0]?.text).toContain('+       # No changes need to be applied');
    },
  );

  it.each([
    ['1.36.0', 31],
    ['1.32.0', 29],
  ])('reads every resource of a cluster that was never updated (%s)', (version, count) => {
    const { understood, upToDate, changes } = parsePreview(previewFixture(`metal-fresh-${version}`));
    expect({ understood, upToDate, count: changes.length }).toEqual({ understood: true, upToDate: false, count });
    expect(changes.every(({ action }) => action === 'create')).toBe(true);
    expect(changes.at(-1)).toMatchObject({ kind: 'Secret', name: 'system:scheduler' });
  });
});

describe("previews after kOps' format", () => {
  it('reads launch templates and files, and nothing from inside the files', () => {
    expect(parsePreview(previewFixture('aws-audit')).understood).toBe(true);
    expect(summary(previewFixture('aws-audit'))).toEqual([
      'modify LaunchTemplate/control-plane-eu-1a.masters.prod.example.com',
      'modify LaunchTemplate/control-plane-eu-1b.masters.prod.example.com',
      'modify LaunchTemplate/api-eu-1a.apiservers.prod.example.com',
      'modify ManagedFile/cluster-completed.spec',
      'modify ManagedFile/nodeupconfig-api-eu-1a',
      'modify ManagedFile/nodeupconfig-control-plane-eu-1a',
      'modify ManagedFile/nodeupconfig-control-plane-eu-1b',
    ]);
  });

  it('reads creations, both kinds of deletion and one-line fields', () => {
    const preview = parsePreview(previewFixture('aws-other'));
    expect(preview.understood).toBe(true);
    expect(summary(previewFixture('aws-other'))).toEqual([
      'create Subnet/eu-1c.prod.example.com',
      'modify AutoscalingGroup/nodes-eu-1a.prod.example.com',
      'modify LaunchTemplate/control-plane-eu-1a.masters.prod.example.com',
      'modify LaunchTemplate/nodes-eu-1a.prod.example.com',
      'modify ManagedFile/cluster-completed.spec',
      'modify ManagedFile/nodeupconfig-nodes-eu-1a',
      'delete SecurityGroupRule/sg-0123:22 from 0.0.0.0/0',
      'delete LaunchTemplate/control-plane-eu-1a.masters.prod.example.com',
    ]);
    expect(preview.changes[1]?.text).toBe(
      '  AutoscalingGroup/nodes-eu-1a.prod.example.com\n  \tMaxSize             \t 4 -> 8',
    );
  });

  it("reads the old releases' deletions", () => {
    expect(summary(previewFixture('aws-old')).at(-1)).toBe(
      'delete LaunchTemplate/master-eu-1a.masters.prod.example.com-20200101',
    );
  });

  it("keeps kOps' report of its own inconsistency with its resource", () => {
    const text = `Will modify resources:\n  VPC/x\n   internal consistency error!\n    actual: &{}\n    expect: &{}\n    change: &{}\n${PENDING}`;
    expect(parsePreview(text)).toMatchObject({
      understood: true,
      changes: [{ kind: 'VPC', text: expect.stringContaining('expect: &{}') }],
    });
  });
});

describe('what cannot be read', () => {
  it.each([
    ['nothing', '', 0],
    ['no verdict', SPEC_CHANGE, 1],
    ['changes and the verdict that there are none', SPEC_CHANGE + NOTHING, 1],
    ['pending without a change', PENDING, 0],
    ['a heading of a later kops', `Will replace resources:\n  VPC/x\n\n${PENDING}`, 2],
    ['a heading of a later kops after one we know', `${SPEC_CHANGE}Will replace resources:\n  VPC/x\n\n${PENDING}`, 3],
    ['an early verdict', `${NOTHING}${SPEC_CHANGE}${PENDING}`, 2],
    [
      'text without indent in a section',
      `Will create resources:\n  X/y\n  \tDoc                 \tone\ntwo\n\n${PENDING}`,
      2,
    ],
    ['a verdict and more', `${NOTHING}Done.\n`, 1],
    ['a field of nothing', `Will create resources:\n  \tDoc                 \tone\n\n${PENDING}`, 1],
    ['a verdict with something behind it', `${SPEC_CHANGE}${PENDING.trim()}!\n`, 2],
  ])('%s', (_, text, count) => {
    const { understood, upToDate, changes } = parsePreview(text);
    expect({ understood, upToDate, count: changes.length }).toEqual({ understood: false, upToDate: false, count });
  });

  it('never calls a preview with a resource in it up to date, whatever else it holds', () => {
    const line = fc.constantFrom(
      '',
      NOTHING.trim(),
      PENDING.trim(),
      'Will create resources:',
      'Will modify resources:',
      '  VPC/a',
      '  \tX  \ty',
      '****',
      'x',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const preview = parsePreview(lines.join('\n'));
        if (lines.includes('  VPC/a')) expect(preview.upToDate).toBe(false);
        if (preview.upToDate) expect(lines.findLast((text) => text !== '')).toBe(NOTHING.trim());
      }),
    );
  });
});

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
  it('takes the pod that applies addons for a file of the cluster only where the change is of addons', () => {
    const text = 'x\n';
    const change = { action: 'modify' as const, kind: 'ManagedFile', name: 'manifests-channels-kops-channels' };
    const preview = { ...parsePreview(text), changes: [{ ...parsePreview(text).changes[0], ...change, fields: [] }] };
    expect(classifyChanges(preview as never, [], 'a').other).toHaveLength(1);
    expect(classifyChanges(preview as never, [], 'a', true)).toMatchObject({ managedFiles: [change], other: [] });
  });

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
