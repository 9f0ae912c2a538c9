import { describe, expect, it } from 'vitest';
import { Counter, partsOf, TimeCounter } from '../../src/events/counting.ts';
import { eventOf } from './event-of.ts';

describe('partsOf', () => {
  const event = eventOf({
    verb: 'patch',
    user: { username: 'alice' },
    impersonatedUser: { username: 'bob' },
    objectRef: { resource: 'deployments', apiGroup: 'apps', subresource: 'scale', namespace: 'shop' },
    sourceIPs: ['1.1.1.1', '10.0.0.9'],
    userAgent: 'kubectl/v1.36.3 (linux/amd64)',
    responseStatus: { code: 200 },
  });

  it('reads what a request is counted by', () => {
    expect(partsOf(['user', 'verb', 'resource', 'namespace', 'ip', 'agent', 'status'])(event)).toEqual([
      'alice\u0000bob',
      'patch',
      'deployments.apps/scale',
      'shop',
      '10.0.0.9',
      'kubectl/v1.36.3',
      '200',
    ]);
  });

  it('names a path where there is no resource, and nothing where there is nothing', () => {
    const path = eventOf({ requestURI: '/version?timeout=5s' });
    expect(partsOf(['resource', 'user', 'ip', 'status'])(path)).toEqual(['/version', '', '', '']);
  });
});

describe('Counter', () => {
  it('gives the most frequent ones, equal ones by name, with the last time of each', () => {
    const counter = new Counter();
    for (const [part, at] of [
      ['b', 3],
      ['a', 9],
      ['c', 1],
      ['b', 2],
    ] as const)
      counter.add([part], at);
    const top = [
      { parts: ['b'], requests: 2, last: 3 },
      { parts: ['a'], requests: 1, last: 9 },
      { parts: ['c'], requests: 1, last: 1 },
    ];
    for (const limit of [1, 2, 3, 4, Infinity]) expect(counter.top(limit)).toEqual(top.slice(0, limit));
    expect([counter.requests, counter.size, counter.others]).toEqual([4, 3, 0]);
  });

  it('knows no last time where the first has none', () => {
    const counter = new Counter();
    for (const at of [NaN, 3]) counter.add(['a'], at);
    for (const at of [3, NaN]) counter.add(['b'], at);
    expect(counter.top(2).map(({ last }) => last)).toEqual([NaN, 3]);
  });

  it('goes on counting those it knows where there are too many', () => {
    const counter = new Counter();
    const long = 'x'.repeat(24_000_000);
    counter.add([long], 1);
    counter.add(['new'], 2);
    counter.add([long], 3);
    expect([counter.requests, counter.size, counter.others]).toEqual([3, 1, 1]);
    expect(counter.top(1)[0]?.requests).toBe(2);
  });
});

describe('TimeCounter', () => {
  const HOUR = 3_600_000_000;

  it('begins a day where the clock on the wall does', () => {
    const times = new TimeCounter('day', () => 2 * HOUR);
    for (const at of [21 * HOUR, 22 * HOUR, 23 * HOUR, NaN, 20 * HOUR]) times.add(['a'], at);
    expect(times.rows().map(({ start, counter }) => [start / HOUR, counter.requests])).toEqual([
      [0, 2],
      [24, 2],
    ]);
  });
});
