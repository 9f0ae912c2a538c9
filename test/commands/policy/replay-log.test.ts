import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { replayParts } from '../../../src/commands/policy/replay-log.ts';
import { type Part, partsOf } from '../../../src/commands/policy/replay-parts.ts';
import { Team } from '../../../src/commands/policy/replay-team.ts';
import { replayPart } from '../../../src/commands/policy/replay-worker.ts';
import type { LogSource } from '../../../src/events/event.ts';
import { engineNamed } from '../../../src/events/kernel.ts';
import { scanLog } from '../../../src/events/read.ts';
import { LogTally } from '../../../src/events/tally.ts';
import { fileSource } from '../../../src/input/log-files.ts';
import type { Policy } from '../../../src/policy/types.ts';
import { Replay } from '../../../src/replay/replay.ts';
import { MUTATION, mutated } from '../../events/mutations.ts';
import { runs } from '../../helpers/runs.ts';
import { temporaryFolder } from '../../input/temporary.ts';
import { linesOf } from '../../replay/logs.ts';

const LINES: readonly Buffer[] = linesOf('API traffic with controllers')
  .map((line) => Buffer.from(line))
  .filter(({ length }) => length < 4000);
const POLICIES: readonly Policy[] = [
  { rules: [{ level: 'Metadata' }], omitStages: ['RequestReceived'] },
  { rules: [{ level: 'None', verbs: ['watch'] }, { level: 'Request' }] },
];
const TASK = { policies: POLICIES, options: {}, engine: 'wasm' };
const never = new AbortController().signal;

function sourceOf(path: string): LogSource {
  return fileSource(path, { onMissing: (text) => expect.fail(text) });
}

function resultOf(replay: Replay, tally: LogTally): unknown {
  return {
    tally: { ...tally, damages: tally.damages.map(({ source, ...damage }) => ({ ...damage, source: source.name })) },
    log: replay.log,
    policies: JSON.stringify(replay.policies()),
    talkers: POLICIES.map((_, at) => replay.talkers(at, Infinity)),
    timeline: replay.timeline(),
  };
}

function fail(): never {
  expect.fail('nothing is read');
}

/** The parts of some files of lines, broken before some of these. */
function partsAt(files: readonly (readonly Buffer[])[], isBreak: (line: number) => boolean): Part[] {
  const folder = temporaryFolder();
  let line = 0;
  return files.flatMap((lines, file) => {
    const path = join(folder, `audit-${file}.log`);
    writeFileSync(path, Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')])));
    const source = sourceOf(path);
    const ends: number[] = [];
    let to = 0;
    for (const each of lines) {
      if (to > 0 && isBreak((line += 1))) ends.push(to);
      to += each.length + 1;
    }
    ends.push(to);
    return ends.map((end, at) => ({ source, range: { from: ends[at - 1] ?? 0, to: end, isLast: end === to } }));
  });
}

async function expectSame(parts: readonly Part[]): Promise<void> {
  const [whole, tally] = [new Replay(POLICIES), new LogTally()];
  let failure: unknown;
  for (const source of new Set(parts.map((part) => part.source)))
    await scanLog(source, whole, tally).catch((error: unknown) => (failure = error));
  const [replay, its] = [new Replay(POLICIES), new LogTally()];
  const team = {
    leaveOut: () => {},
    result: (at: number) => {
      const { source, range } = parts[at] ?? expect.fail();
      return replayPart(TASK, { at, name: source.name, ...(range && { piece: { ...range, line: 0 } }) }, () => {});
    },
  };
  const opened = { tally: its, engine: engineNamed('wasm'), missing: [] };
  const done = replayParts(replay, opened, { parts, team, signal: never });
  if (failure) await expect(done).rejects.toThrow(failure);
  else await done;
  if (!failure) expect(resultOf(replay, its)).toEqual(resultOf(whole, tally));
}

describe('replayParts', () => {
  it('comes to the same as one thread, wherever files are broken into parts', async () => {
    const docker = (line: Buffer): Buffer =>
      Buffer.from(JSON.stringify({ log: `${line.toString()}\n`, stream: 'stdout' }));
    const pretty = (line: Buffer): Buffer => Buffer.from(JSON.stringify(JSON.parse(line.toString()), null, 1));
    const line = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...LINES.slice(0, 300)) },
      { weight: 2, arbitrary: fc.constantFrom(...LINES.slice(0, 3)) },
      { weight: 1, arbitrary: fc.constantFrom(...LINES.slice(0, 9).map(docker), ...LINES.slice(0, 9).map(pretty)) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...LINES), MUTATION).map(([one, mutation]) => mutated(one, mutation)),
      },
    );
    const split = (all: readonly Buffer[]): Buffer[] =>
      all.flatMap((each) => each.toString('latin1').split('\n')).map((each) => Buffer.from(each, 'latin1'));
    const file = fc.array(line, { minLength: 1, maxLength: 12 }).map(split);
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { minLength: 1, maxLength: 3 }),
        fc.array(fc.boolean()),
        async (files, breaks) => {
          await expectSame(partsAt(files, (at) => breaks[at % Math.max(1, breaks.length)] ?? true));
        },
      ),
      runs(25, 3000),
    );
  });

  it('takes parts for themselves where that is the same, and reads none of them again', async () => {
    const parts = partsAt([LINES.slice(0, 60)], (line) => line % 20 === 0);
    const replay = new Replay(POLICIES);
    const read: string[] = [];
    const source: LogSource = { name: parts[0]?.source.name ?? '', server: '', open: () => expect.fail('read again') };
    const team = {
      leaveOut: fail,
      result: async (at: number) => {
        read.push(`${at}`);
        const range = parts[at]?.range;
        return replayPart(TASK, { at, name: source.name, ...(range && { piece: { ...range, line: 0 } }) }, () => {});
      },
    };
    const opened = { tally: new LogTally(), engine: engineNamed('wasm'), missing: [] };
    await replayParts(replay, opened, {
      parts: parts.map(({ range }) => ({ source, ...(range && { range }) })),
      team,
      signal: never,
    });
    expect([read, replay.log.events]).toEqual([['0', '1', '2'], 60]);
  });
});

/** A file of 300 MB that takes no room: a line, then nothing but a line feed here and there. */
function bigFile(first: Buffer): string {
  const path = join(temporaryFolder(), 'audit.log');
  const file = openSync(path, 'w');
  writeSync(file, Buffer.concat([first, Buffer.from('\n')]));
  ftruncateSync(file, 300_000_000);
  writeSync(file, Buffer.from('\n'), 0, 1, 150_070_000);
  closeSync(file);
  return path;
}

describe('partsOf', () => {
  it('breaks a big file at ends of lines, for as many workers', () => {
    const source = sourceOf(bigFile(LINES[0] ?? Buffer.from('')));
    expect(partsOf([source], 1)).toEqual([]);
    expect(partsOf([source], 2).map(({ range }) => range)).toEqual([
      { from: 0, to: 150_070_001, isLast: false },
      { from: 150_070_001, to: 300_000_000, isLast: true },
    ]);
  });

  it('leaves whole what is no log of plain lines, and one thread with what is small or no file', () => {
    const [big, small] = [
      sourceOf(bigFile(Buffer.from('{"log":"x"}'))),
      sourceOf(partsAt([LINES.slice(0, 3)], () => false)[0]?.source.name ?? ''),
    ];
    expect(partsOf([big], 2)).toEqual([]);
    expect(partsOf([big, small], 2)).toEqual([{ source: big }, { source: small }]);
    expect(partsOf([small, small], 2)).toEqual([]);
    expect(partsOf([big, { ...small, isFile: false }], 2)).toEqual([]);
  });

  it('leaves it to who reads a file to say that it cannot be read', () => {
    const gone: LogSource = { name: join(temporaryFolder(), 'gone.log'), server: '', isFile: true, open: fail };
    const big = sourceOf(bigFile(Buffer.from('{"log":"x"}')));
    expect(partsOf([gone], 2)).toEqual([]);
    expect(partsOf([gone, big], 2)).toEqual([{ source: gone }, { source: big }]);
  });
});

describe('Team', () => {
  /** A team of one whose worker runs this. */
  function teamOf(program: string, lines = LINES.slice(0, 2)): Team {
    const file = join(temporaryFolder(), 'worker.cjs');
    writeFileSync(file, program);
    return new Team(
      file,
      TASK,
      partsAt([lines], () => true),
      1,
    );
  }

  it.each([
    ['exits', 'process.exit(3)', 'it ended with status 3'],
    ['throws', 'throw new Error("no room")', 'no room'],
  ])('says so where a worker %s', async (_, program, reason) => {
    const team = teamOf(program);
    const message = expect.stringContaining(`a thread that reads a part of the log ended before it was done: `);
    await expect(team.result(0, never)).rejects.toMatchObject({ name: 'ExternalError', message });
    await expect(team.result(0, never)).rejects.toThrow(reason);
    await team.end();
  });

  it('goes on behind parts that are left out, and counts no byte of them', async () => {
    const team = teamOf(
      `const { parentPort } = require('node:worker_threads');
       parentPort.on('message', ({ at }) => parentPort.postMessage({ at, bytes: 10 ** at, done: null }));`,
      LINES.slice(0, 6),
    );
    await vi.waitUntil(() => team.bytes === 111, { timeout: 20_000 });
    team.leaveOut(2);
    expect(team.bytes).toBe(100);
    await vi.waitUntil(() => team.bytes === 11_100, { timeout: 20_000 });
    team.leaveOut(6);
    expect(team.bytes).toBe(0);
    await team.end();
  });

  it('ends at once when it is interrupted', async () => {
    const team = teamOf('setInterval(() => {}, 1000)');
    const interrupted = new AbortController();
    const result = team.result(0, interrupted.signal);
    interrupted.abort(new Error('Ctrl-C'));
    await expect(result).rejects.toThrow('Ctrl-C');
    await team.end();
  });
});
