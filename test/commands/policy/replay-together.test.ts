import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryOf, Packer, Unpacker } from '../../../src/commands/policy/replay-names.ts';
import type { Part } from '../../../src/commands/policy/replay-parts.ts';
import { type Done, PartReader } from '../../../src/commands/policy/replay-reader.ts';
import { Team } from '../../../src/commands/policy/replay-team.ts';
import { replayParts } from '../../../src/commands/policy/replay-together.ts';
import { engineNamed } from '../../../src/events/kernel.ts';
import { scanLog } from '../../../src/events/read.ts';
import { LogTally } from '../../../src/events/tally.ts';
import type { Policy } from '../../../src/policy/types.ts';
import { Replay, type ReplayOptions } from '../../../src/replay/replay.ts';
import { MUTATION, mutated } from '../../events/mutations.ts';
import { runs } from '../../helpers/runs.ts';
import { LINES, partsAt } from './log-parts.ts';

const POLICIES: readonly Policy[] = [
  { rules: [{ level: 'Metadata' }], omitStages: ['RequestReceived'] },
  { rules: [{ level: 'None', verbs: ['watch'] }, { level: 'Request' }] },
];
const ENGINE = engineNamed('wasm');
const never = new AbortController().signal;

function resultOf(replay: Replay, tally: LogTally): unknown {
  return {
    tally: { ...tally, damages: tally.damages.map(({ source, ...damage }) => ({ ...damage, source: source.name })) },
    log: replay.log,
    policies: JSON.stringify(replay.policies()),
    talkers: POLICIES.map((_, at) => replay.talkers(at, Infinity)),
    timeline: replay.timeline(),
  };
}

/** Reads here, and hands over what came of it as a thread does. */
class ReaderElsewhere extends PartReader {
  readonly #packer = new Packer();
  readonly #unpacker = new Unpacker();

  override async read(...given: Parameters<PartReader['read']>): Promise<Done | null> {
    const done = await super.read(...given);
    const packed = done && this.#packer.pack(done);
    return packed && this.#unpacker.unpack(structuredClone(packed, { transfer: memoryOf(packed) }));
  }
}

function teamOf(parts: readonly Part[], options: ReplayOptions): Team {
  const task = { policies: POLICIES, options, module: ENGINE.module };
  return new Team(parts, [new PartReader(task), new ReaderElsewhere(task)]);
}

async function expectSame(parts: readonly Part[], options: ReplayOptions = {}): Promise<void> {
  const [whole, wholeTally] = [new Replay(POLICIES, options), new LogTally()];
  let failure: unknown;
  for (const source of new Set(parts.map((part) => part.source)))
    await scanLog(source, whole, wholeTally).catch((error: unknown) => (failure ??= error));
  const [replay, tally, team] = [new Replay(POLICIES, options), new LogTally(), teamOf(parts, options)];
  const done = replayParts({
    replay,
    opened: { tally, engine: ENGINE, missing: [] },
    parts,
    team,
    signal: never,
    step: () => undefined,
  });
  if (failure) await expect(done).rejects.toThrow(failure);
  else await done;
  if (!failure) expect(resultOf(replay, tally)).toEqual(resultOf(whole, wholeTally));
  await team.end();
}

/** Lines of few who ask for few things: of none is there one alone. */
const ALIKE: readonly Buffer[] = alike(LINES.slice(0, 1000));

function alike(lines: readonly Buffer[]): Buffer[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(askedIn(line), (counts.get(askedIn(line)) ?? 0) + 1);
  return lines.filter((line) => (counts.get(askedIn(line)) ?? 0) > 4);
}

function askedIn(line: Buffer): string {
  const { verb, user, requestURI } = JSON.parse(line.toString());
  return JSON.stringify([verb, user.username, requestURI.split('?')[0]]);
}

const docker = (line: Buffer): Buffer => Buffer.from(JSON.stringify({ log: `${line.toString()}\n`, stream: 'stdout' }));
const pretty = (line: Buffer): Buffer => Buffer.from(JSON.stringify(JSON.parse(line.toString()), null, 1));

describe('replayParts', () => {
  it('comes to the same as one thread, wherever files are broken into parts', async () => {
    const line = fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...LINES.slice(0, 300)) },
      { weight: 20, arbitrary: fc.constantFrom(...ALIKE) },
      { weight: 5, arbitrary: fc.constantFrom(...LINES.slice(0, 3)) },
      { weight: 1, arbitrary: fc.constantFrom(...LINES.slice(0, 9).map(docker), ...LINES.slice(0, 9).map(pretty)) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...LINES), MUTATION).map(([one, mutation]) => mutated(one, mutation)),
      },
    );
    const split = (all: readonly Buffer[]): Buffer[] =>
      all.flatMap((each) => each.toString('latin1').split('\n')).map((each) => Buffer.from(each, 'latin1'));
    const isEnd = (each: Buffer): boolean => !each.includes('"RequestReceived"');
    const file = fc.array(line, { minLength: 1, maxLength: 25 }).map(split);
    const mostTalkers = fc.oneof(fc.constant(1000), fc.integer({ min: 1, max: 20 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(file, { minLength: 1, maxLength: 3 }),
        fc.array(fc.boolean()),
        mostTalkers,
        fc.boolean(),
        async (files, breaks, most, hasBeginnings) => {
          const logs = files.map((lines) => (hasBeginnings ? lines : lines.filter(isEnd)));
          const parts = partsAt(logs, (at) => breaks[at % Math.max(1, breaks.length)] ?? true);
          await expectSame(parts, { mostTalkers: most });
        },
      ),
      runs(40, 3000),
    );
  });

  it('reads a part behind the others in which a reader knew too many to tell one apart that was there before', async () => {
    const byWord = new Map(ALIKE.map((line) => [JSON.parse(line.toString()).objectRef?.resource, line]));
    const [last, ...others] = [...byWord.values()].slice(0, 5);
    const first = ALIKE.find((line) => last && line !== last && askedIn(line) === askedIn(last));
    const lines = [first, ...others, last].filter((line) => line !== undefined);
    expect(lines.length).toBe(6);
    await expectSame(
      partsAt([lines], (line) => line === 1),
      { mostTalkers: 1 },
    );
  });

  it('takes parts for themselves where that is the same, and reads none of them again', async () => {
    const parts = partsAt([LINES.slice(0, 60)], (line) => line % 20 === 0);
    const replay = new Replay(POLICIES);
    const team = teamOf(parts, {});
    const opened = { tally: new LogTally(), engine: ENGINE, missing: [] };
    const read = (): never => expect.fail('read again');
    await replayParts({
      replay,
      opened,
      parts: parts.map(({ source, range }) => ({
        source: { ...source, open: read, direct: read },
        ...(range && { range }),
      })),
      team,
      signal: never,
      step: () => undefined,
    });
    expect([parts.length, replay.log.events]).toEqual([3, 60]);
    await team.end();
  });

  it('reads only those parts again in which an event of another comes again', async () => {
    const parts = partsAt([[...LINES.slice(0, 30), ...LINES.slice(19, 40)]], (line) => line % 10 === 0);
    const [replay, team] = [new Replay(POLICIES), teamOf(parts, {})];
    const opened = { tally: new LogTally(), engine: ENGINE, missing: [] };
    const again: unknown[] = [];
    const watched = parts.map(({ source, range }) => ({
      source: {
        ...source,
        direct: (...given: Parameters<typeof source.open>) => {
          again.push(range?.from);
          return source.direct?.(...given);
        },
      },
      ...(range && { range }),
    }));
    await replayParts({ replay, opened, parts: watched, team, signal: never, step: () => undefined });
    expect([replay.log.events, opened.tally.duplicates]).toEqual([40, 11]);
    expect(again).toEqual(parts.slice(3, 5).map(({ range }) => range?.from));
    await team.end();
  });
});
