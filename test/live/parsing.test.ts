import { describe, expect, it } from 'vitest';
import { parseMetrics } from '../../src/live/metrics.ts';
import { parsePods } from '../../src/live/pods.ts';

const POD = {
  metadata: { name: 'kube-apiserver-b' },
  spec: {
    nodeName: 'i-0b',
    containers: [
      { name: 'healthcheck', command: ['/kube-apiserver-healthcheck'], args: ['--audit-log-maxage=99'] },
      { name: 'kube-apiserver', command: ['/go-runner'], args: ['kube-apiserver', '--audit-log-maxage=10'] },
    ],
  },
  status: {
    conditions: [
      { type: 'PodScheduled', status: 'True' },
      { type: 'Ready', status: 'True' },
    ],
    containerStatuses: [{ name: 'kube-apiserver', state: { running: { startedAt: '2026-01-02T03:04:05Z' } } }],
  },
};

describe('parsePods', () => {
  it('gives what matters of each, by name', () => {
    const bare = { metadata: { name: 'kube-apiserver-a' }, spec: { containers: [] } };
    expect(parsePods(JSON.stringify({ kind: 'List', items: [POD, bare] }))).toEqual([
      { name: 'kube-apiserver-a', node: null, ready: false, startedAt: null, flags: {} },
      {
        name: 'kube-apiserver-b',
        node: 'i-0b',
        ready: true,
        startedAt: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
        flags: { '--audit-log-maxage': '10' },
      },
    ]);
  });

  it('does not take a pod for ready that says nothing, or no', () => {
    const no = { ...POD, status: { conditions: [{ type: 'Ready', status: 'False' }] } };
    expect(parsePods(JSON.stringify({ items: [no] }))?.[0]).toMatchObject({ ready: false, startedAt: null });
  });

  it.each(['', 'Hello', '{}', '{"items":[{}]}', '[]', 'null'])('reads nothing from %j', (text) => {
    expect(parsePods(text)).toBeUndefined();
  });
});

describe('parseMetrics', () => {
  it('adds up the labels, and leaves the rest aside', () => {
    const text = `# HELP apiserver_audit_error_total [ALPHA] Counter of audit events that failed
# TYPE apiserver_audit_error_total counter
apiserver_audit_error_total{plugin="log"} 1
apiserver_audit_error_total{plugin="webhook"} 2
apiserver_audit_event_total 1.5e+03
apiserver_audit_level_total{level="Metadata"} 7
apiserver_audit_level_total{level="None"} 8
apiserver_audit_requests_rejected_total 99
apiserver_request_total{verb="GET"} 5
process_start_time_seconds 1.76e+09
`;
    expect(parseMetrics(text)).toEqual({
      processStart: 1.76e9,
      events: 1500,
      errors: 3,
      levels: { Metadata: 7, None: 8 },
    });
  });

  it('takes a counter that is not there for 0', () => {
    expect(parseMetrics('process_start_time_seconds 5\n')).toEqual({
      processStart: 5,
      events: 0,
      errors: 0,
      levels: {},
    });
  });

  it.each(['', 'Hello', 'apiserver_audit_event_total 5\n', '{"kind":"Status"}'])('reads nothing from %j', (text) => {
    expect(parseMetrics(text)).toBeUndefined();
  });
});
