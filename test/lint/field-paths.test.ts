import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFacts, type ClusterWorld } from '../../src/cluster/facts.ts';
import { planEnable, type Plan } from '../../src/cluster/plan.ts';
import { selectCluster } from '../../src/cluster/select.ts';
import { readDocuments } from '../../src/cluster/documents.ts';
import type { FileAsset } from '../../src/cluster/types.ts';
import { readTemplates } from '../../src/input/templates.ts';
import { judge } from '../../src/lint/judge.ts';
import { lintCluster } from '../../src/lint/lint-cluster.ts';
import { options } from '../helpers/cluster.ts';
import { told } from '../../src/lint/rule.ts';

const TEMPLATES = readTemplates();

function field(path: string): ClusterWorld {
  const text = readFileSync(new URL(`../fixtures/field/${path}`, import.meta.url), 'utf8');
  const { cluster, groups } = selectCluster(readDocuments(text, path), { file: path });
  return { cluster: cluster.value(), groups: groups.map((document) => document.value()), kopsVersion: null };
}

function errors(input: ClusterWorld): string[] {
  const findings = lintCluster(input.cluster, readFacts(input));
  return findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule);
}

function enable(input: ClusterWorld): Plan {
  return planEnable(input, { ...options(), templates: TEMPLATES, toolVersion: '0.1.0' });
}

describe('cases from the field about file assets', () => {
  it('41: control-plane is no role; our change does not leave it there', () => {
    const input = field('41-roles-spelling/cluster.yaml');
    expect(errors(input)).toEqual(['policy-not-delivered']);
    const findings = lintCluster(input.cluster, readFacts(input));
    expect(findings.map((finding) => told(finding).message).join()).toContain(
      'has roles that no kOps release knows: "control-plane", "master"',
    );
    const [asset] = enable(input).after.spec['fileAssets'] as FileAsset[];
    expect(asset!.roles).toEqual(['Master', 'ControlPlane', 'APIServer']);
  });

  it.each([
    ['42-roles-scalar', /fileAssets\[0\]\.roles is not a list of strings/],
    ['44-mode-number', /fileAssets\[0\]\.mode is a number, not a string/],
  ])('%s is refused, with the place', (name, message) => {
    expect(() => errors(field(`${name}/cluster.yaml`))).toThrow(message);
  });

  it.each(['cluster', 'wrapped'])('45: nothing is wrong with unpadded base64, and nothing to do (%s)', (name) => {
    const input = field(`45-base64/${name}.yaml`);
    expect(errors(input)).toEqual([]);
    expect(enable(input).operations).toEqual([]);
  });

  it('47: two assets with one path are told, and stop a change unless that is allowed', () => {
    const input = field('47-twice/cluster.yaml');
    expect(errors(input)).toEqual([]);
    const before = lintCluster(input.cluster, readFacts(input));
    expect(before).toContainEqual(expect.objectContaining({ rule: 'policy-shadowed', severity: 'warning' }));
    const after = lintCluster(enable(input).after, readFacts(input));
    expect(judge(() => before, after, []).blocking).toMatchObject([{ rule: 'policy-shadowed', severity: 'error' }]);
    expect(judge(() => before, after, ['policy-shadowed']).blocking).toEqual([]);
  });

  it('55: a policy that the instance groups bring is enough', () => {
    const input = field('55-ig-assets/cluster.yaml');
    expect(errors(input)).toEqual([]);
    expect(enable(input).after.spec['fileAssets']).toBeUndefined();
  });

  it('56: a hook that writes the path of the policy is warned of', () => {
    const input = field('56-hook-writes-policy/cluster.yaml');
    expect(errors(input)).toEqual([]);
    expect(lintCluster(input.cluster, readFacts(input)).map(told)).toMatchObject([
      {
        rule: 'policy-by-script',
        severity: 'warning',
        message: expect.stringContaining('the hook "fetch-policy.service" names the path of the policy'),
        pointer: '/spec/hooks/0',
      },
    ]);
  });
});
