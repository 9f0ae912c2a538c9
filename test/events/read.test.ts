import { describe, expect, it } from 'vitest';
import type { LoggedEvent, LogSource } from '../../src/events/event.ts';
import { readLog, type RowTaker, scanLog } from '../../src/events/read.ts';
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

const ROW =
  '{"level":"Metadata","auditID":"a","stage":"RequestReceived","requestURI":"/","verb":"get","user":{},"stageTimestamp":"2026-01-02T03:04:05.000001Z"}';

describe('scanLog', () => {
  const taker = (lines: number[]): RowTaker => ({
    keepsNames: false,
    add: ({ line }) => lines.push(line),
    addRow: (_scanner, _at, eventOf) => lines.push(eventOf().line),
    forget: () => {},
  });

  it('says on which line an event is', async () => {
    const lines: number[] = [];
    const text = [ROW, ROW, '', '{"a":1}', ROW, ` ${ROW}`, '{', ROW.slice(1), ROW, ''].join('\n');
    await scanLog(sourceOf(text), taker(lines), new LogTally());
    expect(lines).toEqual([1, 2, 5, 6, 7, 9]);
  });

  it('reads ahead, and closes nothing before that has come', async () => {
    const [lines, said]: [number[], string[]] = [[], []];
    let left = 3;
    const source: LogSource = {
      ...sourceOf(),
      direct: () => ({
        head: Buffer.from(`${ROW}\n`),
        read: () => expect.fail('waited for'),
        readAhead: async (into) => {
          await new Promise((resolve) => setImmediate(resolve));
          said.push('read');
          left -= 1;
          return left < 0 ? 0 : Buffer.from(into.buffer, into.byteOffset, into.length).write(`${ROW}\n`);
        },
        close: () => said.push('closed'),
      }),
    };
    const step = (): void => {
      if (lines.length === 2) throw new Error('stop');
    };
    await expect(scanLog(source, taker(lines), new LogTally(), { step })).rejects.toThrow('stop');
    expect([lines, said]).toEqual([
      [1, 2],
      ['read', 'read', 'read', 'closed'],
    ]);
  });
});
