import { describe, expect, it } from 'vitest';
import { loadPolicy } from '../../src/policy/load/load.ts';
import type { CollectorCounts } from '../../src/ship/metrics.ts';
import type { NodePod } from '../../src/ship/on-nodes.ts';
import { type CollectorLook, lostBehindTheFile, recordedRequest } from '../../src/ship/proof.ts';

const ADMIN = { username: 'admin', groups: ['system:masters'] };

function chosen(rules: string, sender = ADMIN): string | undefined {
  const { policy } = loadPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n${rules}`);
  if (!policy) throw new Error('the policy does not load');
  const request = recordedRequest(policy, sender, 'id');
  return request === null ? undefined : `${request.method} ${request.path} ${request.level} ${request.rule}`;
}

describe('a request that proves something', () => {
  it('is the first that the policy records', () => {
    expect(chosen('- level: Metadata')).toBe('GET /api/v1/namespaces/default/secrets/kops-audit-verify-id Metadata 1');
    const noReads = '- level: None\n  verbs: [get]\n- level: Request';
    expect(chosen(noReads)).toBe('DELETE /api/v1/namespaces/default/configmaps/kops-audit-verify-id Request 2');
  });

  it('is none where the policy leaves out all, this user, or the stage in which it is answered', () => {
    expect(chosen('- level: None')).toBeUndefined();
    expect(chosen('- level: Metadata\n  users: [bob]')).toBeUndefined();
    expect(chosen('- level: Metadata\n  userGroups: [system:masters]')).toBeDefined();
    expect(chosen('- level: Metadata\n  omitStages: [ResponseComplete]')).toBeUndefined();
  });
});

const POD: NodePod = {
  node: 'cp-1',
  pod: 'audit-exporter-1',
  isReady: true,
  isCurrent: true,
  restarts: 0,
  hasCrashed: false,
  trouble: null,
};

function counts(sent: number, failed: number, bytes = 0): CollectorCounts {
  return { sent, failed, refused: 0, queue: { bytes, capacity: 100 } };
}

describe('where an event got lost that is in the log', () => {
  const before = counts(5, 5);
  it.each<[string, Partial<CollectorLook>, string]>([
    ['no pod', { pod: undefined }, 'collector lost'],
    [
      'a pod that is not ready',
      { pod: { ...POD, trouble: { why: 'w', fix: 'f', isStillToCome: true } } },
      'collector lost',
    ],
    ['a pod that cannot be asked', { after: null }, 'collector unknown'],
    ['nothing sent', { after: before }, 'collector lost'],
    ['events refused', { after: counts(5, 6) }, 'key lost'],
    ['events refused with 403', { after: counts(9, 6), error: 'HTTP Status Code 403' }, 'key lost'],
    ['events refused with 413', { after: counts(5, 6), error: 'HTTP Status Code 413' }, 'store lost'],
    ['events in the queue', { after: counts(5, 5, 10) }, 'store lost'],
    ['events sent', { after: counts(6, 5) }, 'store lost'],
    ['events sent, and no count of before', { before: null, after: counts(1, 0) }, 'store lost'],
  ])('is told by %s', (_, look, step) => {
    const { name, state } = lostBehindTheFile({ node: 'cp-1', pod: POD, before, after: before, error: null, ...look });
    expect(`${name} ${state}`).toBe(step);
  });

  it('says how many were sent only where the store took them', () => {
    const look = { node: 'cp-1', pod: POD, before, error: null };
    expect(lostBehindTheFile({ ...look, after: counts(8, 5) }).sent).toBe(3);
    expect(lostBehindTheFile({ ...look, after: counts(8, 6) }).sent).toBeUndefined();
  });
});
