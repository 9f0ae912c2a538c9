import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogClock, mergeByTime, type TimedLog } from '../../src/events/merge.ts';
import { runs } from '../helpers/runs.ts';

interface Item {
  time: number;
  server: number;
  place: number;
}

const SECOND = 1_000_000;

function logOf(batches: AsyncIterable<Item[]>): TimedLog<Item> {
  const clock = new LogClock();
  async function* seen(): AsyncGenerator<Item[]> {
    for await (const items of batches) {
      for (const { time } of items) clock.see(time);
      yield items;
    }
  }
  return { batches: seen(), clock };
}

function batchesOf(items: readonly Item[], size: number): TimedLog<Item> {
  async function* batches(): AsyncGenerator<Item[]> {
    for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
  }
  return logOf(batches());
}

function itemsOf(server: number, times: readonly number[]): Item[] {
  return times.map((time, place) => ({ time, server, place }));
}

const timeOf = ({ time }: Item): number => time;

async function merged(logs: readonly TimedLog<Item>[], late: Item[] = []): Promise<Item[]> {
  const all: Item[] = [];
  for await (const items of mergeByTime(logs, { timeOf, onLate: (item) => late.push(item) })) all.push(...items);
  return all;
}

/** Times that grow, each written up to two seconds late. */
const NEARLY_SORTED = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 * SECOND }), fc.integer({ min: 0, max: 2 * SECOND })), { maxLength: 150 })
  .map((steps) => {
    let clock = 0;
    return steps.map(([step, late]) => (clock += step) - late);
  });

describe('mergeByTime', () => {
  it('gives all of every server in time order, where each is late by no more than two seconds', async () => {
    const servers = fc.array(fc.record({ times: NEARLY_SORTED, size: fc.integer({ min: 1, max: 9 }) }), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(servers, async (logs) => {
        const lists = logs.map(({ times }, server) => itemsOf(server, times));
        const given = await merged(logs.map(({ size }, server) => batchesOf(lists[server] ?? [], size)));
        expect(given).toEqual(lists.flat().toSorted((a, b) => a.time - b.time));
      }),
      runs(100, 10_000),
    );
  });

  it('loses nothing of a server whose clock jumps, or that has no time', async () => {
    const wild = fc.array(fc.oneof(fc.constant(NaN), fc.integer({ min: -9e12, max: 9e12 })), { maxLength: 12 });
    const nameOf = ({ server, place }: Item): string => `${server}:${place}`;
    await fc.assert(
      fc.asyncProperty(fc.array(wild, { maxLength: 4 }), async (logs) => {
        const lists = logs.map((times, server) => itemsOf(server, times));
        const given = await merged(lists.map((items) => batchesOf(items, 3)));
        expect(given.map(nameOf).toSorted()).toEqual(lists.flat().map(nameOf).toSorted());
      }),
      runs(200, 20_000),
    );
  });

  it('leaves what has no time behind what stands before it', async () => {
    const given = await merged([
      batchesOf(
        itemsOf(
          0,
          [1, NaN, 9].map((time) => time * SECOND),
        ),
        3,
      ),
      batchesOf(
        itemsOf(
          1,
          [2, 8].map((time) => time * SECOND),
        ),
        1,
      ),
    ]);
    expect(given.map(({ server, place }) => `${server}:${place}`)).toEqual(['0:0', '0:1', '1:0', '1:1', '0:2']);
  });

  it('lets some events far in the future hold nothing back', async () => {
    const seconds = Array.from({ length: 300 }, (_, second) => second * SECOND);
    const wrong = [...seconds.slice(0, 150), 1e15, 1e15, NaN, ...seconds.slice(150)];
    const late: Item[] = [];
    const given = await merged([batchesOf(itemsOf(0, wrong), 2), batchesOf(itemsOf(1, seconds), 2)], late);
    expect(given.map(timeOf)).toEqual([...seconds.flatMap((time) => [time, time]), 1e15, 1e15, NaN]);
    expect(late).toEqual([]);
  });

  it('says what comes late where a clock was ahead for longer', async () => {
    const seconds = Array.from({ length: 300 }, (_, second) => second * SECOND);
    const wrong = [
      ...seconds.slice(0, 100),
      ...seconds.slice(100, 200).map((time) => time + 1e12),
      ...seconds.slice(200),
    ];
    const late: Item[] = [];
    const given = await merged([batchesOf(itemsOf(0, wrong), 2), batchesOf(itemsOf(1, seconds), 2)], late);
    expect(given).toHaveLength(600);
    expect(late.length).toBeGreaterThan(50);
    expect(late.every(({ server, place }) => server === 0 && place >= 200)).toBe(true);
  });

  it('waits for what is written two seconds late, however much is written in that time', async () => {
    const busy = [...Array.from({ length: 100 }, (_, at) => 10 * SECOND + at), 8.5 * SECOND, 20 * SECOND];
    const late: Item[] = [];
    const given = await merged([batchesOf(itemsOf(0, busy), 1), batchesOf(itemsOf(1, [9 * SECOND]), 1)], late);
    expect(given.map(timeOf)).toEqual([...busy, 9 * SECOND].toSorted((a, b) => a - b));
    expect(late).toEqual([]);
  });

  it('gives the first of a single log at once', async () => {
    let read = 0;
    async function* batches(): AsyncGenerator<Item[]> {
      for (; read < 1000; read++) yield [{ time: read * SECOND, server: 0, place: read }];
    }
    for await (const _ of mergeByTime([logOf(batches())], { timeOf })) break;
    expect(read).toBeLessThan(5);
  });

  it('reads no further of one server than the others need, however long they are', async () => {
    let read = 0;
    let mostHeld = 0;
    async function* long(server: number): AsyncGenerator<Item[]> {
      for (let second = 0; second < 2000; second++) {
        read += 1;
        yield [{ time: second * SECOND * (server + 1), server, place: second }];
      }
    }
    let given = 0;
    for await (const items of mergeByTime([long(0), long(1), long(2)].map(logOf), { timeOf })) {
      given += items.length;
      mostHeld = Math.max(mostHeld, read - given);
    }
    expect(given).toBe(6000);
    expect(mostHeld).toBeLessThanOrEqual(3 * 65);
  });

  it('closes what it reads where it is left, and where another cannot be read', async () => {
    const closed: string[] = [];
    async function* open(name: string, fails = false): AsyncGenerator<Item[]> {
      try {
        for (let time = 0; ; time += 5 * SECOND) {
          yield [{ time, server: 0, place: 0 }];
          if (fails) throw new Error('gone');
        }
      } finally {
        closed.push(name);
      }
    }
    for await (const _ of mergeByTime([open('a'), open('b')].map(logOf), { timeOf })) break;
    await new Promise(setImmediate);
    expect(closed).toEqual(['a', 'b']);
    await expect(merged([open('c'), open('d', true)].map(logOf))).rejects.toThrow('gone');
    await new Promise(setImmediate);
    expect(closed.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });
});
