import { describe, expect, it } from 'vitest';
import { planAddon, planWithoutAddon } from '../../src/cluster/addons.ts';
import type { KopsObject } from '../../src/cluster/types.ts';
import { planUndo } from '../../src/cluster/undo.ts';
import type { Json } from '../../src/json.ts';

const URL = 's3://bucket/audit.yaml';
const OTHER = { manifest: 's3://bucket/other.yaml' };

function cluster(addons?: Json): KopsObject {
  const spec = { kubernetesVersion: '1.36.0', ...(addons === undefined ? {} : { addons }) };
  return { apiVersion: 'kops.k8s.io/v1alpha2', kind: 'Cluster', metadata: { name: 'a.example.com' }, spec };
}

function world(addons?: Json) {
  return { cluster: cluster(addons), groups: [], kopsVersion: '1.36.0' };
}

describe('planAddon', () => {
  it.each<[string, Json | undefined, Json]>([
    ['none', undefined, [{ manifest: URL }]],
    ['null', null, [{ manifest: URL }]],
    ['an empty list', [], [{ manifest: URL }]],
    ['others', [OTHER], [OTHER, { manifest: URL }]],
  ])('adds it where there are %s', (_what, addons, made) => {
    const plan = planAddon(world(addons), 'ship apply', URL);
    expect(plan.after.spec['addons']).toEqual(made);
    expect(plan.operations[0]).toEqual({ op: 'test', path: '/metadata/name', value: 'a.example.com' });
  });

  it('does nothing where it is there', () => {
    expect(planAddon(world([{ manifest: URL }]), 'ship apply', URL).operations).toEqual([]);
  });
});

describe('planWithoutAddon', () => {
  it('removes only it, and the list with the last one', () => {
    expect(planWithoutAddon(world([{ manifest: URL }, OTHER]), 'ship remove', URL).after.spec['addons']).toEqual([
      OTHER,
    ]);
    expect(planWithoutAddon(world([{ manifest: URL }]), 'ship remove', URL).after).toEqual(cluster());
    expect(planWithoutAddon(world([OTHER]), 'ship remove', URL).operations).toEqual([]);
  });
});

describe('planUndo', () => {
  it.each<[string, Json | undefined]>([
    ['none', undefined],
    ['others', [OTHER]],
    ['an empty list', []],
  ])('takes it back where there were %s', (_what, addons) => {
    const plan = planAddon(world(addons), 'ship apply', URL);
    const { change, conflicts, keys } = planUndo({ ...world(), cluster: plan.after }, [plan]);
    expect(change.after).toEqual(cluster(addons));
    expect(conflicts).toEqual([]);
    expect(keys).toEqual([`spec.addons.${URL}`]);
  });

  it('leaves what others added since, and brings back what was removed', () => {
    const plan = planAddon(world(), 'ship apply', URL);
    const now = cluster([OTHER, { manifest: URL }]);
    expect(planUndo({ ...world(), cluster: now }, [plan]).change.after.spec['addons']).toEqual([OTHER]);
    const gone = planWithoutAddon(world([{ manifest: URL }]), 'ship remove', URL);
    expect(planUndo({ ...world(), cluster: gone.after }, [gone]).change.after).toEqual(cluster([{ manifest: URL }]));
    const one = planWithoutAddon(world([OTHER, { manifest: URL }]), 'ship remove', URL);
    expect(planUndo({ ...world(), cluster: one.after }, [one]).change.after.spec['addons']).toEqual([
      OTHER,
      { manifest: URL },
    ]);
  });
});
