import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../src/events/event.ts';
import { listBursts, newcomers, secretBursts } from '../../../src/events/questions/bursts.ts';
import { runs } from '../../helpers/runs.ts';
import { eventOf } from './events.ts';

describe('secretBursts', () => {
  it('finds who reads three different secrets, not who reads one three times', () => {
    const finder = secretBursts();
    for (const name of ['a', 'a', 'a']) finder.add(eventOf({ on: `:shop:secrets/${name}`, as: 'bob' }));
    for (const [second, name] of ['a', 'b', 'c', 'd'].entries())
      finder.add(eventOf({ on: `:shop:secrets/${name}`, second }));
    expect(finder.found()).toMatchObject([
      { username: 'alice', address: '10.0.0.9', most: 4, things: ['shop/a', 'shop/b', 'shop/c', 'shop/d'] },
    ]);
  });

  it('takes addresses apart, and leaves out what failed and the system', () => {
    const finder = secretBursts();
    for (const [at, name] of ['a', 'b', 'c'].entries()) {
      finder.add(eventOf({ on: `:shop:secrets/${name}`, sourceIPs: [`10.0.0.${at}`] }));
      finder.add(eventOf({ on: `:shop:secrets/${name}`, code: 403 }));
      finder.add(eventOf({ on: `:shop:secrets/${name}`, as: 'system:kube-controller-manager' }));
    }
    expect(finder.found()).toEqual([]);
  });
});

describe('bursts in a log that is not in the order of time', () => {
  it('are found from the end, and not where another log follows that is hours apart', () => {
    const finder = secretBursts();
    const read = (name: string, time: string, as = 'alice'): void =>
      finder.add(eventOf({ as, on: `:shop:secrets/${name}`, stageTimestamp: `2026-01-02T${time}Z` }));
    for (const [name, time] of ['a', 'b', 'c'].map((one, at) => [one, `03:0${9 - at}:00`] as const)) read(name, time);
    for (const [name, time] of ['a', 'b'].map((one, at) => [one, `09:00:0${at}`] as const)) read(name, time, 'bob');
    read('c', '03:00:00', 'bob');
    const found = finder.found();
    expect(found.map(({ username, from, to }) => [username, (to - from) / 60_000_000])).toEqual([['alice', 2]]);
  });
});

describe('bursts in the log of several API servers', () => {
  const read = (name: string, at: number, address = '10.0.0.9'): LoggedEvent => {
    const stageTimestamp = new Date(at / 1000).toISOString();
    return eventOf({ on: `:shop:secrets/${name}`, stageTimestamp, sourceIPs: [address] });
  };
  const MINUTE = 60_000_000;
  /** The same at another time, for very many. */
  const later = (event: LoggedEvent, at: number): LoggedEvent =>
    new Proxy(event, { get: (of, key) => (key === 'at' ? at : Reflect.get(of, key, of)) });

  it('are one where the requests of it went to two of them', () => {
    const finder = secretBursts();
    for (const [name, minute] of Object.entries({ a: 1, c: 9, d: 200 })) finder.add(read(name, minute * MINUTE));
    for (const [name, minute] of Object.entries({ b: 5, e: 12, f: 400 })) finder.add(read(name, minute * MINUTE));
    expect(finder.found()).toMatchObject([
      { from: MINUTE, to: 12 * MINUTE, most: 3, things: ['shop/a', 'shop/b', 'shop/c', 'shop/e'] },
    ]);
  });

  it('are the same in whatever order it is read', () => {
    const some = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 60 })), {
      minLength: 3,
      maxLength: 12,
    });
    const foundIn = (events: readonly LoggedEvent[]): unknown => {
      const finder = secretBursts();
      for (const event of events) finder.add(event);
      return finder.found();
    };
    fc.assert(
      fc.property(some, (asked) => {
        const events = asked.map(([name, minute]) => read(name, minute * MINUTE));
        const found = foundIn(events.toSorted((a, b) => a.at - b.at));
        expect(foundIn(events)).toEqual(found);
        expect(foundIn(events.toReversed())).toEqual(found);
        const windows = events.map(({ at: from }) =>
          asked.filter(([, minute]) => minute * MINUTE >= from && minute * MINUTE <= from + 10 * MINUTE),
        );
        const most = Math.max(...windows.map((window) => new Set(window.map(([name]) => name)).size));
        expect(found).toSatisfy((bursts: { most: number }[]) =>
          most < 3 ? bursts.length === 0 : Math.max(...bursts.map((burst) => burst.most)) === most,
        );
      }),
      runs(100, 2000),
    );
  });

  it('count no more than a hundred things at once, and go on as long as something is asked for', () => {
    const finder = secretBursts();
    for (let at = 0; at < 1000; at++) finder.add(read(`s${at}`, at * 500_000));
    expect(finder.found()).toMatchObject([{ from: 0, to: 999 * 500_000, most: 100 }]);
  });

  it('are kept where more ask than can be remembered', () => {
    const finder = secretBursts();
    for (const name of ['a', 'b', 'c']) finder.add(read(name, MINUTE));
    for (let at = 0; at <= 10_000; at++) finder.add(read('x', MINUTE, `10.1.0.${at}`));
    expect(finder.found()).toMatchObject([{ address: '10.0.0.9', most: 3 }]);
  });

  it('are found behind somebody who was forgotten for asking for very much', () => {
    const finder = secretBursts();
    for (const [address, count] of Object.entries({ '10.0.0.1': 40_000, '10.0.0.2': 10_001 })) {
      const all = Array.from({ length: 100 }, (_, name) => read(`s${name}`, 0, address));
      for (let at = 0; at < count / 100; at++)
        for (const event of all.slice(0, count - 100 * at)) finder.add(later(event, at * 10 * MINUTE));
    }
    for (const name of ['a', 'b', 'c']) finder.add(read(name, MINUTE, '10.0.0.3'));
    expect(new Set(finder.found().map(({ address }) => address))).toContain('10.0.0.3');
  });
});

describe('listBursts', () => {
  it('counts kinds within a minute only', () => {
    const finder = listBursts();
    const list = (resource: string, time: string): void =>
      finder.add(eventOf({ verb: 'list', on: `:shop:${resource}`, stageTimestamp: `2026-01-02T${time}Z` }));
    list('pods', '03:00:00');
    list('secrets', '03:00:50');
    list('nodes', '03:01:05');
    expect(finder.found()).toEqual([]);
    list('services', '03:01:06');
    expect(finder.found().map(({ things }) => things)).toEqual([['secrets', 'nodes', 'services']]);
  });
});

describe('newcomers', () => {
  it('tells a user once, and of known ones what is new', () => {
    const finder = newcomers();
    finder.learn(eventOf({}));
    finder.add(eventOf({ sourceIPs: ['192.0.2.1'] }));
    finder.add(eventOf({ as: 'bob' }));
    finder.add(eventOf({ as: 'bob' }));
    finder.add(eventOf({ as: 'system:node:n' }));
    expect(finder.found().map(({ username, what, value }) => [username, what, value])).toEqual([
      ['alice', 'address', '192.0.2.1'],
      ['bob', 'user', 'bob'],
    ]);
  });
});
