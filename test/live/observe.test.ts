import { describe, expect, it } from 'vitest';
import { ExternalError, InterruptError } from '../../src/errors.ts';
import type { AuditSettings } from '../../src/cluster/audit-keys.ts';
import type { Kubectl } from '../../src/live/kubectl.ts';
import { observe, type Watching } from '../../src/live/observe.ts';
import { isOff, liveReport, type ApiServerPod, type LiveReport, type MetricsSample } from '../../src/status/running.ts';

const SETTINGS = { auditLogPath: '/a.log', auditPolicyFile: '/p.yaml' };
const FLAGS = { '--audit-log-path': '/a.log', '--audit-policy-file': '/p.yaml' };

function pod(name: string, more: Partial<ApiServerPod> = {}): ApiServerPod {
  return { name, node: `on-${name}`, ready: true, startedAt: 100, flags: FLAGS, ...more };
}

function counts(events: number, more: Partial<MetricsSample> = {}): MetricsSample {
  return { processStart: 101, events, errors: 0, levels: { Metadata: events }, ...more };
}

/** Gives each sample once, in turn. */
function kubectl(pods: ApiServerPod[], samples: (MetricsSample | Error)[]): Kubectl & { calls: string[] } {
  const calls: string[] = [];
  const left = [...samples];
  return {
    context: 'm.k8s.local',
    calls,
    async apiServerPods() {
      calls.push('pods');
      return pods;
    },
    async metrics() {
      calls.push('metrics');
      const next = left.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error('asked too often');
      return next;
    },
  };
}

const watching = { milliseconds: 5000, wait: async () => {} };

/** What `status --live` does. */
async function probe(client: Kubectl, settings: AuditSettings, how: Watching): Promise<LiveReport> {
  return liveReport(settings, await observe(client, !isOff(settings), how));
}

describe('what runs', () => {
  it('proves that events flow', async () => {
    const fake = kubectl([pod('a')], [counts(10), counts(14)]);
    const watched: number[] = [];
    const wait = async (milliseconds: number): Promise<void> => {
      watched.push(milliseconds);
      fake.calls.push('wait');
    };
    expect(await probe(fake, SETTINGS, { milliseconds: 1234, wait })).toEqual({
      state: 'flowing',
      context: 'm.k8s.local',
      servers: [{ pod: 'a', node: 'on-a', ready: true, differences: [] }],
      flows: [{ pod: 'a', state: 'flowing', events: 4, errors: 0, requests: 4, unrecorded: 0 }],
      watchedSeconds: 1.234,
      error: null,
      hint: null,
    });
    expect(watched).toEqual([1234]);
    // The listing in between makes an event.
    expect(fake.calls).toEqual(['pods', 'metrics', 'pods', 'wait', 'metrics']);
  });

  it('tells that nothing comes, and that the policy wants nothing', async () => {
    const still = { events: 10, levels: { None: 20 } };
    const fake = kubectl([pod('a')], [counts(10, still), counts(10, { ...still, levels: { None: 26 } })]);
    expect(await probe(fake, SETTINGS, watching)).toMatchObject({
      state: 'not-flowing',
      flows: [{ state: 'silent', events: 0, requests: 6, unrecorded: 6 }],
    });
  });

  it('tells that events are lost, also where others come', async () => {
    const fake = kubectl([pod('a')], [counts(10, { errors: 1 }), counts(14, { errors: 3 })]);
    expect(await probe(fake, SETTINGS, watching)).toMatchObject({
      state: 'failing',
      flows: [{ state: 'failing', events: 4, errors: 2 }],
    });
  });

  it('does not count from one process to another: the server was started anew', async () => {
    const fake = kubectl([pod('a')], [counts(10), counts(50, { processStart: 200 })]);
    expect(await probe(fake, SETTINGS, watching)).toMatchObject({
      state: 'unknown',
      flows: [],
      error: 'no API server answered in both samples',
    });
  });

  it('names the server by when it was started, where that is clear', async () => {
    const pods = [pod('a', { startedAt: 100 }), pod('b', { startedAt: 500 }), pod('c', { startedAt: 900 })];
    const at = (processStart: number, events: number): MetricsSample => counts(events, { processStart });
    const before = [at(101, 1), at(501, 1), at(101, 2), at(501, 2), at(101, 3), at(101, 4)];
    const after = [at(501, 9), at(101, 9), at(901, 9), at(101, 12), at(101, 13), at(501, 2)];
    const report = await probe(kubectl(pods, [...before, ...after]), SETTINGS, watching);
    expect(report.state).toBe('flowing');
    expect(report.flows.map(({ pod: name, events }) => [name, events])).toEqual([
      ['a', 12],
      ['b', 1],
    ]);
  });

  it('names none where two were started at one time', async () => {
    const samples = [1, 1, 1, 1, 5, 5, 5, 5].map((events) => counts(events));
    const report = await probe(kubectl([pod('a'), pod('b')], samples), SETTINGS, watching);
    expect(report.flows).toMatchObject([{ pod: null, events: 4 }]);
  });

  it.each([
    ['not-ready', pod('a', { ready: false })],
    ['wrong-flags', pod('a', { flags: {} })],
  ])('is %s whatever flows', async (state, one) => {
    expect(await probe(kubectl([one], [counts(1), counts(2)]), SETTINGS, watching)).toMatchObject({ state });
  });

  it('watches nothing where auditing is off, and finds flags that should not be there', async () => {
    const off = kubectl([pod('a', { flags: {} })], []);
    expect(await probe(off, {}, watching)).toMatchObject({ state: 'off', flows: [], error: null });
    expect(off.calls).toEqual(['pods']);
    expect(await probe(kubectl([pod('a')], []), {}, watching)).toMatchObject({ state: 'wrong-flags' });
  });

  it('keeps the flags where the metrics may not be read', async () => {
    const denied = new ExternalError('the user is not allowed to do that', { hint: 'ask' });
    const report = await probe(kubectl([pod('a')], [denied]), SETTINGS, watching);
    expect(report).toMatchObject({ state: 'unknown', servers: [{ pod: 'a' }], error: denied.message, hint: 'ask' });
  });

  it('does not take no pods for good news', async () => {
    expect(await probe(kubectl([], []), SETTINGS, watching)).toMatchObject({
      state: 'unknown',
      error: 'there are no pods with k8s-app=kube-apiserver in kube-system of m.k8s.local',
    });
  });

  it('lets an interrupt through', async () => {
    const interrupt = new InterruptError('Interrupted.');
    await expect(probe(kubectl([pod('a')], [interrupt]), SETTINGS, watching)).rejects.toBe(interrupt);
  });
});
