import { writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import v8 from 'node:v8';
import { describe, expect, it, vi } from 'vitest';
import { ThreadReader } from '../../../src/commands/policy/replay-thread.ts';
import { temporaryFolder } from '../../input/temporary.ts';

const JOB = { name: 'audit.log' };

/** One whose worker runs this. */
function readerOf(program: string): ThreadReader {
  const file = join(temporaryFolder(), 'worker.cjs');
  writeFileSync(file, `const { parentPort } = require('node:worker_threads');\n${program}`);
  return new ThreadReader(file, { policies: [], options: {}, module: undefined });
}

describe('ThreadReader', () => {
  it('hands on how far the worker is, and what came of a part', async () => {
    const reader = readerOf(`parentPort.on('message', ({ job }) => {
      parentPort.postMessage({ bytes: job.name.length });
      parentPort.postMessage({ bytes: 0, done: null });
    });`);
    const bytes: number[] = [];
    for (let part = 0; part < 2; part++) await expect(reader.read(JOB, (some) => bytes.push(some))).resolves.toBe(null);
    expect(bytes).toEqual([9, 9]);
    await reader.end();
  });

  it.each([
    ['exits', 'process.exit(3)', 'it ended with status 3'],
    ['throws', 'throw new Error("no room")', 'no room'],
  ])('says so where the worker %s', async (_, program, reason) => {
    const reader = readerOf(program);
    const message = expect.stringMatching(
      new RegExp(`^a thread that reads a part of the log ended before it was done: .*${reason}`, 's'),
    );
    for (let time = 0; time < 2; time++)
      await expect(reader.read(JOB, () => {})).rejects.toMatchObject({ name: 'ExternalError', message });
    await reader.end();
  });

  // What V8 then does shows in memory only, and not in a test: 50 MB more at the peak of a replay.
  it('has V8 keep the space for what is new as small as before, once the thread that changed it is there', async () => {
    const set = vi.spyOn(v8, 'setFlagsFromString').mockImplementation(() => {});
    syncBuiltinESMExports();
    try {
      const reader = readerOf(`parentPort.on('message', () => parentPort.postMessage({ bytes: 0, done: null }));`);
      expect(set.mock.calls).toEqual([]);
      await reader.read(JOB, () => {});
      expect(set.mock.calls).toEqual([['--semi-space-growth-factor=1']]);
      await reader.end();
    } finally {
      set.mockRestore();
      syncBuiltinESMExports();
    }
  });
});
