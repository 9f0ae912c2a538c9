import { describe, expect, it } from 'vitest';
import { logCollector, type ServerFacts } from '../../../src/events/complete/collect.ts';
import type { AuditEvent } from '../../../src/events/event.ts';
import { eventOf } from '../event-of.ts';

const START = Date.UTC(2026, 10, 27, 2);

function event(second: number, more: Partial<AuditEvent>): Partial<AuditEvent> {
  return { auditID: `${second}`, stageTimestamp: new Date(START + second * 1000).toISOString(), ...more };
}

function factsOf(events: readonly Partial<AuditEvent>[]): ServerFacts {
  const collector = logCollector('cp-1');
  for (const one of events) collector.add(eventOf(one));
  return collector.facts();
}

describe('requests without an end', () => {
  const received = event(0, { stage: 'RequestReceived', verb: 'patch' });

  it('are those that began more than a minute before the last event', () => {
    expect(factsOf([received, event(61, {})]).unended).toEqual({ requests: 1, patches: 1 });
    expect(factsOf([received, event(60, {})]).unended).toEqual({ requests: 0, patches: 0 });
  });

  it('are not told where no end of any request is recorded', () => {
    const later = event(61, { stage: 'RequestReceived' });
    expect(factsOf([received, later]).unended).toEqual({ requests: 0, patches: 0 });
  });

  it('are no watches, which last', () => {
    expect(factsOf([{ ...received, verb: 'watch' }, event(61, {})]).unended).toEqual({ requests: 0, patches: 0 });
  });
});

describe('answers without an end', () => {
  const begun = (auditID: string, more: Partial<AuditEvent> = {}): Partial<AuditEvent> =>
    event(0, {
      auditID,
      stage: 'ResponseStarted',
      verb: 'watch',
      user: { username: 'alice' },
      responseStatus: { code: 200 },
      ...more,
    });
  const ended = event(9, { auditID: 'w', verb: 'watch' });

  it('are watches, shells and the like that began to be answered', () => {
    const shell = begun('s', { verb: 'create', responseStatus: { code: 101 } });
    const at = START * 1000;
    expect(factsOf([begun('w'), begun('v'), shell, ended]).streams).toEqual([
      { at, isWatch: true },
      { at, isWatch: false },
    ]);
  });

  it('are not what was refused, who did not log in, and what the API server asks itself', () => {
    const refused = begun('a', { responseStatus: { code: 400 } });
    const nobody = begun('b', { user: {}, responseStatus: { code: 401 } });
    const own = begun('c', { user: { username: 'system:apiserver' } });
    expect(factsOf([refused, nobody, own, ended]).streams).toEqual([]);
  });

  it('are not told where no end of any request is recorded', () => {
    expect(factsOf([begun('w')]).streams).toEqual([]);
  });
});

it("kOps' health check is heard where it asks, not where somebody of its name does something else", () => {
  const probe = event(1, { user: { username: 'kube-apiserver-healthcheck' } });
  expect(factsOf([probe]).probed).toHaveLength(1);
  expect(factsOf([{ ...probe, verb: 'list' }]).probed).toEqual([]);
});

describe('the start of an API server whose event does not name the lease', () => {
  const ofLease = (second: number, verb: string, name?: string): Partial<AuditEvent> =>
    event(second, {
      verb,
      user: { username: 'system:apiserver' },
      objectRef: { resource: 'leases', namespace: 'kube-system', ...(name === undefined ? {} : { name }) },
      responseStatus: { code: verb === 'create' ? 201 : 200 },
    });
  const started = ofLease(1, 'create');
  const madeIn = (events: readonly Partial<AuditEvent>[]): (readonly number[])[] =>
    factsOf(events).leases.map(({ made }) => made);

  it('is that of the only one in the log', () => {
    expect(madeIn([started, ofLease(2, 'update', 'apiserver-a')])).toEqual([[(START + 1000) * 1000]]);
  });

  it('is of none where there are several', () => {
    const both = [ofLease(2, 'update', 'apiserver-a'), ofLease(3, 'update', 'apiserver-b')];
    expect(madeIn([started, ...both])).toEqual([[], []]);
  });
});
