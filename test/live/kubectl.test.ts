import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InterruptError } from '../../src/errors.ts';
import {
  auditFlags,
  createKubectl,
  parseMetrics,
  parsePods,
  runsKubeApiserver,
  type Kubectl,
} from '../../src/live/kubectl.ts';

/** Stands in for kubectl, for what the real one cannot be made to do. */
function fake(
  script: string,
  more: { timeoutMs?: number; signal?: AbortSignal; kubeconfig?: string } = {},
): {
  kubectl: Kubectl;
  dir: string;
} {
  const dir = mkdtempSync(join(tmpdir(), 'fake-kubectl-'));
  const binary = join(dir, 'kubectl');
  writeFileSync(binary, `#!/bin/sh\n${script}\n`);
  chmodSync(binary, 0o755);
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const signal = new AbortController().signal;
  return {
    kubectl: createKubectl({ binary, context: 'c', env: process.env, timeoutMs: 20_000, signal, ...more }),
    dir,
  };
}

describe('createKubectl', () => {
  it('names the context and the kubeconfig in each call, and only reads', async () => {
    const { kubectl, dir } = fake(`echo "$*" >> "$(dirname "$0")/calls"\necho '{"items":[]}'`, { kubeconfig: '/k' });
    expect(await kubectl.apiServerPods()).toEqual([]);
    await expect(kubectl.metrics()).rejects.toThrow('kubectl should have printed the metrics of an API server');
    expect(readFileSync(join(dir, 'calls'), 'utf8')).toBe(
      '--context=c --kubeconfig=/k get pods --namespace=kube-system --selector=k8s-app=kube-apiserver --output=json\n' +
        '--context=c --kubeconfig=/k get --raw=/metrics\n',
    );
  });

  it.each([
    ['printf "\\033[31mwhat?\\033[0m"', 'a list of pods as JSON, but printed'],
    ['true', 'a list of pods as JSON, but printed nothing'],
    ['echo "error: context \\"c\\" does not exist" >&2; exit 1', 'the kubeconfig has no context c'],
    [
      'echo "Error from server (Forbidden): pods is forbidden" >&2; exit 1',
      'the user of the context c is not allowed to do that',
    ],
    ['echo "error: You must be logged in to the server (Unauthorized)" >&2; exit 1', 'does not know the user'],
    ['echo "The connection to the server 127.0.0.1:1 was refused" >&2; exit 1', 'kubectl failed: The connection to'],
    ['kill -9 $$', 'kubectl failed: it was killed by SIGKILL'],
  ])('tells what is wrong: %s', async (script, message) => {
    const error = await fake(script)
      .kubectl.apiServerPods()
      .catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'ExternalError', message: expect.stringContaining(message) });
    expect((error as Error).message).not.toContain('\u001B');
  });

  it('stops one that hangs', async () => {
    const { kubectl } = fake('sleep 60', { timeoutMs: 200 });
    await expect(kubectl.apiServerPods()).rejects.toMatchObject({
      message: 'kubectl did not finish within 0.2 s',
      hint: expect.stringContaining('--timeout'),
    });
  });

  it('stops at an interrupt, with its reason', async () => {
    const stop = new AbortController();
    stop.abort(new InterruptError('Interrupted.'));
    await expect(fake('sleep 60', { signal: stop.signal }).kubectl.metrics()).rejects.toBe(stop.signal.reason);
  });

  it('says that there is none', async () => {
    const signal = new AbortController().signal;
    const none = createKubectl({
      binary: 'no-such-kubectl',
      context: 'c',
      env: process.env,
      timeoutMs: 20_000,
      signal,
    });
    await expect(none.apiServerPods()).rejects.toMatchObject({
      name: 'ExternalError',
      message: 'no-such-kubectl was not found on PATH',
      hint: 'The running cluster is asked with kubectl: put it on PATH.',
    });
  });
});

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

describe('auditFlags', () => {
  it('reads them behind the go-runner, as kOps 1.23 and later write them', () => {
    const command = ['/go-runner'];
    const args = [
      '--log-file=/var/log/kube-apiserver.log',
      '--also-stdout',
      '/usr/local/bin/kube-apiserver',
      '--allow-privileged=true',
      '--audit-log-maxage=10',
      '--audit-log-path=/var/log/kube-audit/audit.log',
    ];
    expect(auditFlags({ command, args })).toEqual({
      '--audit-log-maxage': '10',
      '--audit-log-path': '/var/log/kube-audit/audit.log',
    });
  });

  it('reads them from the shell script of kOps up to 1.22', () => {
    const script =
      'mkfifo /tmp/pipe; (tee -a /var/log/kube-apiserver.log < /tmp/pipe & ) ; exec /usr/local/bin/kube-apiserver --audit-log-maxage=10 --audit-policy-file="/srv/kubernetes/audit.yaml" > /tmp/pipe 2>&1';
    expect(auditFlags({ command: ['/bin/sh', '-c', script] })).toEqual({
      '--audit-log-maxage': '10',
      '--audit-policy-file': '/srv/kubernetes/audit.yaml',
    });
  });

  it('keeps blanks and equal signs in a value, takes the last of two, and a value in a word of its own', () => {
    const args = [
      'kube-apiserver',
      '--audit-log-path=/a b=c',
      '--audit-log-maxage=1',
      '--audit-log-maxage=2',
      '--audit-log-format',
      'json',
      '--audit-webhook-batch-throttle-enable',
      '--v=2',
    ];
    expect(auditFlags({ args })).toEqual({
      '--audit-log-path': '/a b=c',
      '--audit-log-maxage': '2',
      '--audit-log-format': 'json',
      '--audit-webhook-batch-throttle-enable': 'true',
    });
  });

  it('finds none where there is no command line', () => {
    expect(auditFlags({})).toEqual({});
    expect(auditFlags({ command: 'x', args: [1, null] })).toEqual({});
  });
});

describe('runsKubeApiserver', () => {
  it('knows it by the name of the program', () => {
    expect(runsKubeApiserver({ args: ['--log-file=/x', '/usr/local/bin/kube-apiserver', '--v=1'] })).toBe(true);
    expect(runsKubeApiserver({ command: ['/bin/sh', '-c', 'exec kube-apiserver --v=1'] })).toBe(true);
    expect(runsKubeApiserver({ command: ['/kube-apiserver-healthcheck'] })).toBe(false);
  });
});
