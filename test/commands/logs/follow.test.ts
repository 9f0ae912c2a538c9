import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { NO_FILTER } from '../../../src/commands/logs/filter-flags.ts';
import { parted } from '../../../src/commands/logs/follow.ts';
import type { LogsFlags } from '../../../src/commands/logs/flags.ts';
import { logs } from '../../../src/commands/logs/logs.ts';
import { processIo } from '../../../src/terminal/io.ts';
import { temporaryFolder } from '../../input/temporary.ts';

/** No pause takes any time; what else there is to do comes first. */
vi.mock('node:timers/promises', () => ({
  setTimeout: () => new Promise((resolve) => setImmediate(resolve)),
}));

const START = Date.parse('2026-11-23T05:55:00Z');

function line(id: string, second: number, stage = 'ResponseComplete'): string {
  const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString().replace('Z', '000Z');
  return `${JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: id,
    stage,
    requestURI: `/${id}`,
    verb: 'get',
    user: { username: id.startsWith('x') ? 'eve' : 'bob' },
    ...(stage !== 'RequestReceived' && { responseStatus: { code: 200 } }),
    requestReceivedTimestamp: at(Math.floor(second)),
    stageTimestamp: at(second),
  })}\n`;
}

const FLAGS: LogsFlags = { ...NO_FILTER, output: 'json', masters: [], set: [], node: [], follow: true };

interface Step {
  /** What must have been shown before; '' is as soon as only news are waited for. */
  after: string;
  act: () => void;
}

/** Follows until `last` is shown, and gives the IDs that were. */
async function follow(words: readonly string[], flags: Partial<LogsFlags>, steps: readonly Step[] = [], seconds = 60) {
  const stop = new AbortController();
  const left = [...steps];
  let out = '';
  let looks = 0;
  const step = (isReady: (after: string) => boolean): void => {
    while (left[0] && isReady(left[0].after)) left.shift()?.act();
  };
  const stdout = async (more: string | Uint8Array): Promise<void> => {
    out += Buffer.from(more).toString();
    step((after) => after !== '' && out.includes(after));
    if (out.includes('/last')) stop.abort();
  };
  const now = (): Date => {
    if (looks++ > 0) step((after) => after === '');
    return new Date(START + seconds * 1000);
  };
  const io = { ...processIo({ color: false }), input: Readable.from([]), stderr: () => {}, columns: 1000, stdout };
  await logs({ words, request: [] }, { ...FLAGS, ...flags }, { io, env: {}, now, interrupt: stop.signal });
  return [...out.matchAll(/\/((?:old|new|x|last)[\w-]*)/g)].map(([, id]) => id);
}

function logIn(folder: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'audit.log'), text);
  return join(folder, 'audit.log');
}

describe('logs --tail --follow', () => {
  it.each(['json', 'text'] as const)(
    'shows the last that match, then what is new, once each: -o %s',
    async (output) => {
      const begun = line('old-4', 4);
      const log = logIn(temporaryFolder(), line('old-1', 1) + line('old-2', 2) + line('x', 3) + begun.slice(0, 90));
      const append = (text: string) => () => appendFileSync(log, text);
      const ids = await follow([log], { output, user: ['bob'], tail: '1' }, [
        { after: '/old-2', act: append(begun.slice(90) + line('new-5', 5)) },
        { after: '/new-5', act: append(line('x', 6) + line('last', 7)) },
      ]);
      expect(ids).toEqual(['old-2', 'old-4', 'new-5', 'last']);
    },
  );

  it('takes the last of all servers and rotated files together, and goes on across a rotation', async () => {
    const folder = temporaryFolder();
    const first = logIn(join(folder, 'cp-1'), line('old-1', 1) + line('old-4', 4));
    const second = logIn(join(folder, 'cp-2'), line('old-3', 3));
    const rotated = (time: string): string => join(folder, 'cp-2', `audit-2026-11-23T05-55-${time}.000.log`);
    writeFileSync(rotated('02'), line('old-0', 0) + line('old-2', 2));
    const ids = await follow([folder], { tail: '3' }, [
      {
        after: '/old-4',
        act: () => {
          appendFileSync(second, line('new-5', 5));
          renameSync(second, rotated('06'));
          writeFileSync(second, line('new-6', 6));
        },
      },
      { after: '/new-6', act: () => appendFileSync(first, line('last', 7)) },
    ]);
    expect(ids).toEqual(['old-2', 'old-3', 'old-4', 'new-5', 'new-6', 'last']);
  });

  it('shows only what is new with --tail 0, also with --since', async () => {
    const log = logIn(temporaryFolder(), line('old-1', 1));
    const append = (): void => appendFileSync(log, line('new-2', 2) + line('last', 3));
    for (const since of [undefined, '1h'])
      expect(
        await follow([log], { output: 'text', tail: '0', ...(since && { since }) }, [{ after: '', act: append }]),
      ).toEqual(['new-2', 'last']);
  });

  it('counts what is held back for the order as there, and tells once what was only received', async () => {
    const started = line('old-2', 2, 'ResponseStarted');
    const log = logIn(
      temporaryFolder(),
      line('old-1', 1) + line('new-1', 1.5, 'RequestReceived') + started + line('old-3', 3),
    );
    const ids = await follow([log], { output: 'text', tail: '1' }, [
      { after: '/old-3', act: () => appendFileSync(log, line('new-1', 1.9) + line('last', 4)) },
    ]);
    expect(ids).toEqual(['old-3', 'new-1', 'last']);
  });

  it('counts as there what has had no answer for too long', async () => {
    const log = logIn(temporaryFolder(), line('old-1', 1) + line('old-2', 2, 'RequestReceived'));
    const append = (): void => appendFileSync(log, line('last', 590));
    const ids = await follow([log], { output: 'text', tail: '1' }, [{ after: '/old', act: append }], 600);
    expect(ids).toEqual(['old-2', 'last']);
  });

  it('keeps the order of a single log', async () => {
    const log = logIn(temporaryFolder(), line('old-1', 1));
    const append = (): void => appendFileSync(log, line('new-3', 3) + line('new-2', 2) + line('last', 4));
    const ids = await follow([log], { tail: '1' }, [{ after: '/old', act: append }]);
    expect(ids).toEqual(['old-1', 'new-3', 'new-2', 'last']);
  });

  it('is refused for stdin, where nothing tells what was there', async () => {
    await expect(follow(['-'], { tail: '2' })).rejects.toThrow('--tail with --follow does not go with stdin');
  });
});

describe('parted', () => {
  it('gives what was being read as the turn came as the first of the news, and an error of it there', async () => {
    const { promise, resolve } = deferred();
    const turn = deferred();
    async function* numbers(): AsyncGenerator<number> {
      yield 1;
      turn.resolve();
      await promise;
      yield 2;
      throw new Error('broken');
    }
    const { there, news } = parted(numbers(), turn.promise);
    const seen: number[] = [];
    for await (const each of there) seen.push(each);
    expect(seen).toEqual([1]);
    resolve();
    const reading = (async () => {
      for await (const each of news) seen.push(each);
    })();
    await expect(reading).rejects.toThrow('broken');
    expect(seen).toEqual([1, 2]);
  });
});

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
