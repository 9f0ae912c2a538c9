import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogSource } from '../../src/events/event.ts';
import { readLog } from '../../src/events/read.ts';
import { LogTally } from '../../src/events/tally.ts';
import { runs } from '../helpers/runs.ts';
import { linesOf } from '../replay/logs.ts';

const LINES: readonly Buffer[] = linesOf('API traffic with controllers')
  .map((line) => Buffer.from(line))
  .filter(({ length }) => length < 4000);

function whole(at: number): string {
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"whole-${at}","stage":"Panic","requestURI":"/","verb":"get","user":{}}`;
}

/** Bytes that are put in place of some. */
const DAMAGE = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 4000 })),
  put: fc.oneof(
    fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '\0\0\0\0', '1e', 'nul', '\u2028', '{"kind":"Event"'),
    fc.string({ maxLength: 8 }).map((text) => text.replaceAll('\n', ' ')),
  ),
});

function damaged(line: Buffer, { at, length, put }: { at: number; length: number; put: string }): Buffer {
  const start = Math.floor(at * line.length);
  return Buffer.concat([line.subarray(0, start), Buffer.from(put), line.subarray(start + length)]);
}

async function tallied(text: Buffer): Promise<{ tally: LogTally; ids: string[] }> {
  const source: LogSource = {
    name: 'audit.log',
    server: '',
    open: async function* () {
      yield text;
    },
  };
  const tally = new LogTally();
  const ids: string[] = [];
  for await (const some of readLog(source, ({ auditID }) => auditID, tally)) ids.push(...some);
  return { tally, ids };
}

/** What only separates values, or begins a list of them, is nothing that could be lost. */
const SEPARATES = /^[\s[\]},]*$/;

const BAD_LINE = fc
  .tuple(fc.constantFrom(...LINES), fc.array(DAMAGE, { minLength: 1, maxLength: 2 }))
  .map(([line, all]) => all.reduce(damaged, line))
  .filter((line) => !SEPARATES.test(line.toString('latin1')));

describe('readLog', () => {
  it('counts every damaged line as what it is, and reads on behind it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(BAD_LINE, { minLength: 1, maxLength: 50 }), async (lines) => {
        const text = lines.flatMap((line, at) => [line, Buffer.from(`\n${whole(at)}\n`)]);
        const { tally, ids } = await tallied(Buffer.concat(text));
        const { events, duplicates, rest } = tally;
        const counted = Object.values(tally.damaged).reduce((sum, count) => sum + count, events + duplicates + rest);
        const found = ids.filter((id) => id.startsWith('whole-'));
        const shown = lines.map((line) => line.toString('latin1'));
        expect([found.length, shown]).toEqual([lines.length, shown]);
        expect([counted >= 2 * lines.length, shown]).toEqual([true, shown]);
      }),
      runs(20, 16_000),
    );
  });
});
