import { describe, expect, it } from 'vitest';
import { listBursts, newcomers, secretBursts } from '../../../src/events/questions/bursts.ts';
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
