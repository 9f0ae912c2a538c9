import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/json.ts';
import { isRolledOut, type NodePod, podsOnNodes, type SeenExporter } from '../../src/ship/on-nodes.ts';

function node(name: string, ...taints: JsonObject[]): JsonObject {
  return { metadata: { name }, spec: { taints } };
}

const CONTROL_PLANE = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };

const DAEMON_SET: JsonObject = {
  metadata: { name: 'audit-exporter', annotations: { 'deprecated.daemonset.template.generation': '2' } },
  spec: { template: { spec: { tolerations: [{ key: CONTROL_PLANE.key, operator: 'Exists' }] } } },
};

function pod(nodeName: string, status: JsonObject, generation = '2', more: JsonObject = {}): JsonObject {
  return {
    metadata: {
      name: `audit-exporter-${nodeName}`,
      namespace: 'kops-audit',
      labels: { 'pod-template-generation': generation },
      ...more,
    },
    spec: { nodeName, containers: [{ name: 'collector', image: 'otel:1' }] },
    status,
  };
}

const READY: JsonObject = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };

function container(more: JsonObject): JsonObject {
  return { phase: 'Pending', containerStatuses: [{ name: 'collector', restartCount: 3, ...more }] };
}

function seen(more: Partial<SeenExporter>): NodePod[] {
  return podsOnNodes({ nodes: [node('cp-1', CONTROL_PLANE)], daemonSet: DAEMON_SET, pods: [], events: [], ...more });
}

function why(more: Partial<SeenExporter>): string | undefined {
  return seen(more)[0]?.trouble?.why;
}

function warning(kind: string, name: string, reason: string, message: string): JsonObject {
  return { reason, message, lastTimestamp: '2026-11-27T05:00:00Z', involvedObject: { kind, name } };
}

describe('podsOnNodes', () => {
  it('finds the pod of each node, in the order of their names', () => {
    const pods = seen({ nodes: [node('cp-2'), node('cp-1')], pods: [pod('cp-1', READY), pod('cp-2', READY)] });
    expect(pods.map((each) => [each.node, each.pod, each.isReady, each.trouble])).toEqual([
      ['cp-1', 'audit-exporter-cp-1', true, null],
      ['cp-2', 'audit-exporter-cp-2', true, null],
    ]);
    expect(isRolledOut(pods)).toBe(true);
  });

  it('is not rolled out with one node less, with an old pod, or without nodes', () => {
    const nodes = [node('cp-1'), node('cp-2')];
    expect(isRolledOut(seen({ nodes, pods: [pod('cp-1', READY)] }))).toBe(false);
    expect(isRolledOut(seen({ pods: [pod('cp-1', READY, '1')] }))).toBe(false);
    expect(isRolledOut(seen({ nodes: [] }))).toBe(false);
  });

  it('does not count a pod that is being removed or was evicted', () => {
    const leaving = pod('cp-1', READY, '2', { deletionTimestamp: '2026-11-27T05:00:00Z' });
    expect(seen({ pods: [leaving, pod('cp-1', { phase: 'Failed' })] })[0]?.pod).toBeNull();
  });

  it('knows the node of a pod that is not placed', () => {
    const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['cp-1'] }] };
    const affinity = {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
    };
    const status = {
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no CPU' }],
    };
    const unplaced = { ...pod('', status), spec: { affinity, containers: [] } };
    expect(why({ pods: [unplaced] })).toBe('the pod cannot be placed (no CPU)');
  });

  it.each<[string, Partial<SeenExporter>, boolean]>([
    ['no pod was made yet', {}, true],
    ['the pod is not replaced yet', { pods: [pod('cp-1', READY, '1')] }, true],
    ['the pod is not ready yet', { pods: [pod('cp-1', container({}))] }, true],
    ['there is no DaemonSet', { daemonSet: null }, false],
    ['it crashed', { pods: [pod('cp-1', container({ lastState: { terminated: { exitCode: 1 } } }))] }, false],
  ])('knows whether a collector is only still to come: %s', (_what, more, isStillToCome) => {
    expect(seen(more)[0]?.trouble?.isStillToCome).toBe(isStillToCome);
  });

  it.each<[string, Partial<SeenExporter>]>([
    ['there is no DaemonSet of a collector', { daemonSet: null }],
    ['no pod was made for it yet', {}],
    [
      'it has the taint dedicated=db:NoSchedule, which the collector does not tolerate',
      { nodes: [node('cp-1', { key: 'dedicated', value: 'db', effect: 'NoSchedule' })] },
    ],
    ['no pod was made for it yet', { nodes: [node('cp-1', { key: 'dedicated', effect: 'PreferNoSchedule' })] }],
    [
      'no pod was made for it yet',
      { nodes: [node('cp-1', { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' })] },
    ],
    [
      'its pod was refused: violates PodSecurity',
      { events: [warning('DaemonSet', 'audit-exporter', 'FailedCreate', 'violates PodSecurity')] },
    ],
  ])('says why a node has none: %s', (text, more) => {
    expect(why(more)).toBe(text);
  });

  it.each<[string, JsonObject, JsonObject[]]>([
    [
      'the image otel:1 cannot be pulled (not found)',
      container({ state: { waiting: { reason: 'ErrImagePull', message: 'not found' } } }),
      [],
    ],
    [
      'the Secret of the key is missing or lacks the key (secret "x" not found)',
      container({ state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "x" not found' } } }),
      [],
    ],
    [
      'the pod waits: CreateContainerConfigError (no user)',
      container({ state: { waiting: { reason: 'CreateContainerConfigError', message: 'no user' } } }),
      [],
    ],
    [
      'the collector ended with exit status 1 (Error)',
      container({
        state: { waiting: { reason: 'CrashLoopBackOff' } },
        lastState: { terminated: { exitCode: 1, reason: 'Error' } },
      }),
      [],
    ],
    [
      'the collector ended with exit status 137 (OOMKilled)',
      container({ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }),
      [],
    ],
    ['its pod is not ready yet', container({ state: { waiting: { reason: 'ContainerCreating' } } }), []],
    [
      'the directory of the log is not there (hostPath type check failed: /x is not a directory)',
      container({ state: { waiting: { reason: 'ContainerCreating' } } }),
      [warning('Pod', 'audit-exporter-cp-1', 'FailedMount', 'hostPath type check failed: /x is not a directory')],
    ],
    [
      'a volume cannot be mounted (timed out)',
      { phase: 'Pending' },
      [warning('Pod', 'audit-exporter-cp-1', 'FailedMount', 'timed out')],
    ],
  ])('says why a pod is not ready: %s', (text, status, events) => {
    expect(why({ pods: [pod('cp-1', status)], events })).toBe(text);
  });

  it('says of a crash that there are last lines, and counts restarts', () => {
    const status = container({
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1 } },
    });
    expect(seen({ pods: [pod('cp-1', status)] })[0]).toMatchObject({ hasCrashed: true, restarts: 3 });
    expect(seen({ pods: [pod('cp-1', READY)] })[0]).toMatchObject({ hasCrashed: false, restarts: 0 });
  });
});
