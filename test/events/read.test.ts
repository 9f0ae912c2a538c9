import { describe, expect, it } from 'vitest';
import type { LoggedEvent, LogSource } from '../../src/events/event.ts';
import { readLog } from '../../src/events/read.ts';
import { LogTally } from '../../src/events/tally.ts';

const EVENT =
  '{"level":"Metadata","auditID":"a","stage":"RequestReceived","verb":"get","stageTimestamp":"2026-01-02T03:04:05.000001Z"}';

function sourceOf(...chunks: string[]): LogSource {
  return {
    name: 'audit.log',
    server: '',
    open: async function* () {
      yield* chunks.map((chunk) => Buffer.from(chunk));
    },
  };
}

async function read<T>(source: LogSource, take: (event: LoggedEvent) => T, tally = new LogTally()): Promise<T[]> {
  const all: T[] = [];
  for await (const some of readLog(source, take, tally)) all.push(...some);
  return all;
}

describe('readLog', () => {
  it('puts lines together that chunks break, and takes a last one without a line feed', async () => {
    const text = `${EVENT}\n${EVENT.replace('"a"', '"\u2028"')}\n${EVENT.replace('"a"', '"c"')}`;
    for (const at of [1, 60, EVENT.length, EVENT.length + 1, EVENT.length + 2])
      expect(
        await read(sourceOf(text.slice(0, at), text.slice(at)), ({ auditID, line }) => `${auditID}${line}`),
      ).toEqual(['a1', '\u20282', 'c3']);
  });

  it('counts what is no event, and says where', async () => {
    const tally = new LogTally();
    expect(await read(sourceOf(`${EVENT}\n{"a":1}\n\n${EVENT.slice(0, 40)}\n`), ({ at }) => at, tally)).toEqual([
      1767323045000001,
    ]);
    expect(tally).toMatchObject({ lines: 4, events: 1, from: 1767323045000001, to: 1767323045000001 });
    expect(tally.damages.map(({ line, kind }) => [line, kind])).toEqual([
      [2, 'foreign'],
      [4, 'cut'],
    ]);
  });

  it('gives what is at the beginning of a chunk before it reads its end, and loses no line where it breaks it', async () => {
    const long = EVENT.replace('"a"', `"${'x'.repeat(70_000)}"`);
    const text = [...Array.from({ length: 2000 }, () => EVENT), long, long, EVENT].join('\n');
    const sizes: number[] = [];
    const tally = new LogTally();
    const source = sourceOf(text);
    for await (const some of readLog(source, ({ line }) => line, tally)) sizes.push(some.length);
    expect(sizes[0]).toBeLessThan(700);
    expect(sizes.reduce((sum, size) => sum + size, 0) + tally.duplicates).toBe(2003);
    expect(tally).toMatchObject({ lines: 2003, damages: [] });
  });
});
