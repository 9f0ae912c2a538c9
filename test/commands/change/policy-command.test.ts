import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { EnableOptions } from '../../../src/cluster/options.ts';
import { planEnable, type Plan } from '../../../src/cluster/plan.ts';
import type { JsonObject } from '../../../src/json.ts';
import { policyDiffCommand } from '../../../src/commands/change/policy-command.ts';
import { VERSION } from '../../../src/version.ts';
import { options, world } from '../../helpers/cluster.ts';

const NAMES = ['gce', 'kops', 'metadata'];
const TEMPLATES = Object.fromEntries(
  NAMES.map((name) => [name, readFileSync(`templates/policies/${name}.yaml`, 'utf8')]),
);
const FLAGS = { set: [], allow: [], update: true, output: 'text', timeout: '2m' } as const;

function plan(spec: JsonObject, name: string, more: Partial<EnableOptions> = {}, source = TEMPLATES[name]): Plan {
  const policy = { origin: 'template', name, source: source ?? '' } as const;
  const request = { ...options({ policy, ...more }), templates: TEMPLATES, toolVersion: VERSION };
  return planEnable(world(spec), request);
}

function command(change: Plan, flags: object): string | null {
  return policyDiffCommand(change, { ...FLAGS, allow: [], ...flags });
}

describe('policyDiffCommand', () => {
  const before = plan({}, 'metadata').after.spec;

  it('compares the policy of the cluster, where it lives, with the new one and its parameters', () => {
    const change = plan(before, 'kops', { set: { readsLevel: 'None' } });
    const words = 'kops --set readsLevel=None';
    expect(command(change, {})).toBe(`kops-audit policy diff --cluster m.k8s.local ${words}`);
    expect(command(change, { state: 's3://x' })).toBe(
      `kops-audit policy diff --cluster m.k8s.local --state s3://x ${words}`,
    );
    expect(command(change, { file: 'c.yaml' })).toBe(`kops-audit policy diff -f c.yaml ${words}`);
    expect(command(change, { file: 'c.yaml', cluster: 'm.k8s.local' })).toBe(
      `kops-audit policy diff -f c.yaml --cluster m.k8s.local ${words}`,
    );
  });

  it('names both policies of a stream, which cannot be read again, if the first is a template', () => {
    expect(command(plan(before, 'gce'), { file: '-' })).toBe('kops-audit policy diff metadata gce');
    const set = plan(plan({}, 'kops', { set: { readsLevel: 'None' } }).after.spec, 'gce');
    expect(command(set, { file: '-' })).toBeNull();
  });

  it('names a file as it was given, and no policy that is only in the spec', () => {
    const source = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n';
    const own = plan(before, 'own.yaml', {}, source);
    expect(command(own, { policy: './a/own.yaml' })).toBe('kops-audit policy diff --cluster m.k8s.local ./a/own.yaml');
    expect(command(own, { policy: '-' })).toBeNull();
    const dashed = plan(before, '-own.yaml', {}, source);
    expect(command(dashed, { policy: '-own.yaml' })).toBe('kops-audit policy diff --cluster m.k8s.local ./-own.yaml');
    expect(command(own, {})).toBeNull();
    const older = plan(before, 'gce', {}, `${TEMPLATES['gce'] ?? ''}- level: Metadata\n`);
    expect(command(older, {})).toBeNull();
    expect(command(plan({}, 'gce'), {})).toBeNull();
  });
});
