import { describe, expect, it } from 'vitest';
import type { KopsObject } from '../../../src/cluster/types.ts';
import { policyInSpec } from '../../../src/commands/policy/cluster-policy.ts';
import { cluster, group, HAND_MADE, handMade } from '../../helpers/cluster.ts';

const PATH = '/srv/kubernetes/kube-apiserver/audit/policy.yaml';
const OWN = HAND_MADE.replace('Metadata', 'Request');

function bringing(name: string): KopsObject {
  return group(name, 'Master', { fileAssets: [{ name: 'own', path: PATH, content: OWN }] });
}

function file(...documents: KopsObject[]): string {
  return documents.map((document) => JSON.stringify(document)).join('\n---\n');
}

describe('the policy of a spec file', () => {
  it('is that of the Cluster, also where a group brings another', () => {
    const found = policyInSpec(file(cluster(handMade(PATH)), bringing('a'), group('b', 'Master')), 'c.yaml', {});
    expect(found).toMatchObject({ name: 'spec.fileAssets[0] of m.k8s.local', text: HAND_MADE });
  });

  it('is that of the groups where each brings its own: they win over the Cluster', () => {
    const found = policyInSpec(file(cluster(handMade(PATH)), bringing('a'), bringing('b')), 'c.yaml', {});
    expect(found).toMatchObject({ name: 'instance group a of m.k8s.local', text: OWN });
  });

  it('is none where only some groups bring one', () => {
    const bare = cluster({ kubeAPIServer: { auditPolicyFile: PATH } });
    expect(() => policyInSpec(file(bare, bringing('a'), group('b', 'Master')), 'c.yaml', {})).toThrow(
      `auditPolicyFile of m.k8s.local is ${PATH}, and only a holds it`,
    );
    expect(() => policyInSpec(file(bare), 'c.yaml', {})).toThrow('no file asset holds it');
  });
});
