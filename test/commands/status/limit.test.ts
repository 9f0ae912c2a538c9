import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLimit } from '../../../src/commands/status/limit.ts';

/** Work that ends when it is told to. */
function gates(): { work: () => Promise<number>; open: (at: number, fails?: boolean) => void; started: number } {
  const waiting: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  const all = {
    get started() {
      return waiting.length;
    },
    work: () => new Promise<number>((resolve, reject) => waiting.push({ resolve, reject })),
    open: (at: number, fails = false) => (fails ? waiting[at]!.reject(new Error('no')) : waiting[at]!.resolve(at)),
  };
  return all;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('createLimit', () => {
  it('starts what waits when one ends, also where it fails', async () => {
    const limit = createLimit(2);
    const gate = gates();
    const all = Promise.allSettled([1, 2, 3, 4].map(() => limit(gate.work)));
    await settle();
    expect(gate.started).toBe(2);
    gate.open(1, true);
    await settle();
    expect(gate.started).toBe(3);
    gate.open(0);
    await settle();
    expect(gate.started).toBe(4);
    gate.open(2);
    gate.open(3);
    expect((await all).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  });

  it('lets one that comes later wait, also after another was let in', async () => {
    const limit = createLimit(1);
    const gate = gates();
    const all = [limit(gate.work), limit(gate.work)];
    await settle();
    gate.open(0);
    await settle();
    expect(gate.started).toBe(2);
    all.push(limit(gate.work));
    await settle();
    expect(gate.started).toBe(2);
    gate.open(1);
    await settle();
    gate.open(2);
    expect(await Promise.all(all)).toEqual([0, 1, 2]);
  });

  it('never runs more than it may, and in the end all', async () => {
    const property = fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.boolean(), { maxLength: 20 }),
      async (most, work) => {
        const limit = createLimit(most);
        let running = 0;
        let highest = 0;
        const one = async (fails: boolean): Promise<void> => {
          running += 1;
          highest = Math.max(highest, running);
          await settle();
          running -= 1;
          if (fails) throw new Error('no');
        };
        const done = await Promise.allSettled(work.map((fails) => limit(() => one(fails))));
        expect(done.map(({ status }) => status === 'rejected')).toEqual(work);
        expect(highest).toBe(Math.min(most, work.length));
      },
    );
    await fc.assert(property);
  });
});
