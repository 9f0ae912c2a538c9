import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByTime } from '../../src/events/merge.ts';
import { runs } from '../helpers/runs.ts';

interface Item {
  time: number;
  server: number;
  place: number;
}

const SECOND = 1_000_000;

async function* batchesOf(items: readonly Item[], size: number): AsyncGenerator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

function itemsOf(server: number, times: readonly number[]): Item[] {
  return times.map((time, place) => ({ time, server, place }));
}

async function merged(streams: readonly AsyncIterable<Item[]>[]): Promise<Item[]> {
  const all: Item[] = [];
  for await (const items of mergeByTime(streams, ({ time }) => time)) all.push(...items);
  return all;
}

/** Times that grow, each written up to two seconds late. */
const NEARLY_SORTED = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 * SECOND }), fc.integer({ min: 0, max: 2 * SECOND })), { maxLength: 40 })
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
      runs(200, 20_000),
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

  it('lets one event far in the future hold nothing back', async () => {
    const seconds = Array.from({ length: 20 }, (_, second) => second * SECOND);
    const wrong = [...seconds.slice(0, 5), 1e15, NaN, ...seconds.slice(5)];
    const given = await merged([batchesOf(itemsOf(0, wrong), 2), batchesOf(itemsOf(1, seconds), 2)]);
    expect(given.map(({ time }) => time)).toEqual([...seconds.flatMap((time) => [time, time]), 1e15, NaN]);
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
    for await (const items of mergeByTime([long(0), long(1), long(2)], ({ time }) => time)) {
      given += items.length;
      mostHeld = Math.max(mostHeld, read - given);
    }
    expect(given).toBe(6000);
    expect(mostHeld).toBeLessThan(12);
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
    for await (const _ of mergeByTime([open('a'), open('b')], ({ time }) => time)) break;
    expect(closed).toEqual(['a', 'b']);
    await expect(merged([open('c'), open('d', true)])).rejects.toThrow('gone');
    expect(closed.toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });
});
