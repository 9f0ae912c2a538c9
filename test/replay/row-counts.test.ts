import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { LogSource } from '../../src/events/event.ts';
import { type Engine, engineNamed } from '../../src/events/kernel.ts';
import { scanLog } from '../../src/events/read.ts';
import { COMBINATION, END, LEVEL, ROW_LENGTH, SAYS, STAGE, STAMP } from '../../src/events/scan.ts';
import { LogTally } from '../../src/events/tally.ts';
import type { Policy } from '../../src/policy/types.ts';
import { PolicyTally, stepOf } from '../../src/replay/policy-tally.ts';
import { Replay } from '../../src/replay/replay.ts';
import { RowCounts } from '../../src/replay/row-counts.ts';
import { logOf } from '../events/event-of.ts';
import { runs } from '../helpers/runs.ts';

const [WASM, JS] = [engineNamed('wasm'), engineNamed('js')];
const KEEP_ALL: Policy = { rules: [{ level: 'RequestResponse' }] };
const KEEP_SOME: Policy = {
  rules: [{ level: 'None', users: ['u1'] }, { level: 'Metadata', verbs: ['get'] }, { level: 'Request' }],
  omitStages: ['RequestReceived'],
};

interface Made {
  at: number;
  user?: number;
  verb?: string;
  stage?: string;
  level?: string;
  time?: string;
  body?: string;
}

const PATCHED =
  ',"annotations":{"patch.webhook.admission.k8s.io/round_0_index_0":"{}","mutation.webhook.admission.k8s.io/x":"y"}';
const TIME = '2026-01-01T00:00:00.000000Z';

function line({
  at,
  user = 0,
  verb = 'get',
  stage = 'ResponseComplete',
  level = 'Request',
  time = TIME,
  body = '{}',
}: Made) {
  const who = user < 0 ? '{}' : `{"username":"u${user}"}`;
  const stamp = time === '' ? '' : `,"stageTimestamp":"${time}"`;
  return Buffer.from(
    `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"${level}","auditID":"${at}","stage":"${stage}","requestURI":"/api/v1/pods","verb":"${verb}","user":${who},"objectRef":{"resource":"pods"},"requestObject":${body},"requestReceivedTimestamp":"${TIME}"${stamp}}`,
  );
}

const LIMIT = 400;
/** Lines of so many bytes and one less and more. */
const AROUND_LIMIT = [-1, 0, 1].map((more) => {
  const bare = line({ at: 10_000, verb: 'list', body: '""' }).length;
  return line({ at: 10_000 + more + 1, verb: 'list', body: `"${'x'.repeat(LIMIT + more - bare)}"` });
});

async function replayed(
  sources: readonly LogSource[],
  policies: readonly Policy[],
  engine: Engine,
  replay: Replay = new Replay(policies, { limit: LIMIT }),
): Promise<unknown> {
  const tally = new LogTally();
  for (const source of sources) await scanLog(source, replay, tally, { engine });
  return {
    log: replay.log,
    policies: replay.policies(),
    talkers: policies.map((_, at) => replay.talkers(at, Infinity)),
    timeline: replay.timeline(),
  };
}

async function expectSame(lines: readonly Buffer[], policies: readonly Policy[]): Promise<void> {
  const source = logOf(lines, 100_000);
  expect(await replayed([source], policies, WASM)).toEqual(await replayed([source], policies, JS));
}

describe('RowCounts', () => {
  it('tells the same sizes apart as a policy tally', () => {
    const { scanner, free } = kernel();
    const { rows, times, counter } = scanner;
    if (!counter) return expect.fail('a kernel counts');
    const policy = new PolicyTally(KEEP_ALL, Infinity);
    const counts = new RowCounts(counter, [policy], Infinity);
    counter.known.set([1, 1], 0);
    counter.width.set([1, 0]);
    const sizes = [...Array.from({ length: 5000 }, (_, at) => 90 + at), ...EDGES];
    for (const size of sizes) {
      rows.fill(0, 0, ROW_LENGTH);
      for (const [place, value] of [
        [END, size - 1],
        [SAYS, 3],
        [LEVEL, 3],
        [STAGE, 2],
        [COMBINATION, 0],
      ] as const)
        rows[place] = value;
      times[STAMP / 2] = 5;
      expect(counts.count(0, 1)).toBe(1);
      const steps = counter.sizes.subarray(1024, 2048);
      expect([size, steps.indexOf(1)]).toEqual([size, stepOf(size)]);
      steps.fill(0);
    }
    for (const used of [counter.cells, counter.largest, counter.talkers, counter.spans]) used.fill(0);
    free();
  });

  it('counts the same whatever the times of events are, and in whatever order they come', async () => {
    const near = fc.integer({ min: 0, max: 400 }).map((seconds) => Date.UTC(2026, 0, 1) + 997 * seconds);
    const far = fc.integer({ min: 0, max: Date.UTC(9999, 0, 1) });
    const time = fc.oneof(
      { weight: 6, arbitrary: near },
      { weight: 1, arbitrary: far },
      { weight: 1, arbitrary: fc.constant(undefined) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(time, { minLength: 1, maxLength: 60 }), async (times) => {
        const lines = times.map((each, at) =>
          line({ at, user: at % 3, time: each === undefined ? '' : new Date(each).toISOString().replace('Z', '000Z') }),
        );
        await expectSame(lines, [KEEP_SOME, KEEP_ALL]);
      }),
      runs(60, 3000),
    );
  });

  it('counts levels, stages, users without a name, and lines that are too long', async () => {
    const levels = ['None', 'Metadata', 'Request', 'RequestResponse'];
    const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'];
    const lines = levels.flatMap((level) =>
      stages.flatMap((stage) =>
        [-1, 0, 1].flatMap((user) =>
          ['get', 'list'].map((verb) => ({
            level,
            stage,
            user,
            verb,
            body: `"${'x'.repeat(40 * levels.indexOf(level))}"`,
          })),
        ),
      ),
    );
    const odd = ['"<&>"', '{"metadata":{"managedFields":[{"manager":"x"}],"name":"a"}}', '{}'].flatMap((body, at) =>
      ['get', 'list'].map((verb) =>
        Buffer.from(
          line({ at: 5000 + at, verb, body })
            .toString()
            .replace(',"stage"', `${PATCHED},"stage"`)
            .replace('"50', `"${verb}`),
        ),
      ),
    );
    const made = [
      ...lines.map((each, at) => line({ ...each, at })),
      ...odd,
      line({ at: 9999, body: '"<"' }),
      ...AROUND_LIMIT,
    ];
    for (const policies of [
      [KEEP_SOME],
      [{ ...KEEP_ALL, omitManagedFields: true }],
      [KEEP_ALL, KEEP_SOME],
      Array.from({ length: 7 }, () => KEEP_SOME),
    ])
      await expectSame(made, policies);
    await expectSame(
      made.filter((each) => !each.includes('RequestReceived')),
      [KEEP_ALL],
    );
  });

  it('leaves to others what is more than it can count for', async () => {
    const lines = Array.from({ length: 40 }, (_, at) =>
      line({ at, user: at % 5, verb: at % 2 === 0 ? 'get' : 'list' }),
    );
    const many = Array.from({ length: 8 }, () => KEEP_SOME);
    const long: Policy = {
      rules: [
        ...Array.from({ length: 300 }, (_, at) => ({ level: 'None' as const, users: [`x${at}`] })),
        ...KEEP_SOME.rules,
      ],
    };
    expect([many, [long], []].map((each) => RowCounts.fits(each.map((policy) => new PolicyTally(policy, 1))))).toEqual([
      false,
      false,
      false,
    ]);
    await expectSame(lines, many);
    await expectSame(lines, [long]);
    await expectSame(lines, []);
  });

  it('counts for one replay after the other, and goes on with the first', async () => {
    const [first, second, third] = [0, 1, 2].map((part) =>
      logOf(
        Array.from({ length: 50 }, (_, at) =>
          line({ at: 50 * part + at, user: at % 4, verb: part === 1 ? 'list' : 'get' }),
        ),
        700,
      ),
    );
    if (!first || !second || !third) return expect.fail('three');
    const one = new Replay([KEEP_SOME], { limit: LIMIT });
    await replayed([first], [KEEP_SOME], WASM, one);
    const other = await replayed([second], [KEEP_ALL, KEEP_SOME], WASM);
    expect(other).toEqual(await replayed([second], [KEEP_ALL, KEEP_SOME], JS));
    expect(await replayed([third], [KEEP_SOME], WASM, one)).toEqual(await replayed([first, third], [KEEP_SOME], JS));
  });

  it('counts for one replay while another begins', async () => {
    const [first, second, third] = [0, 1, 2].map((part) =>
      logOf(
        Array.from({ length: 50 }, (_, at) => line({ at: 50 * part + at, user: at % 4 })),
        700,
      ),
    );
    if (!first || !second || !third) return expect.fail('three');
    const [one, other] = [new Replay([KEEP_SOME], { limit: LIMIT }), new Replay([KEEP_SOME], { limit: LIMIT })];
    await replayed([first], [KEEP_SOME], WASM, one);
    let isBegun = false;
    const step = async (): Promise<void> => {
      if (!isBegun) await ((isBegun = true), replayed([third], [KEEP_SOME], WASM, one));
    };
    await scanLog(second, other, new LogTally(), { engine: WASM, step });
    expect([one.log.events, other.log.events]).toEqual([100, 50]);
  });

  it('begins with narrow spans of time again', async () => {
    const [walker, replay] = [WASM.walker(), new Replay([KEEP_SOME], { limit: LIMIT })];
    walker.scanner.reset(replay.keepsNames);
    const made = (minutes: number, from: number): Buffer[] =>
      Array.from({ length: 30 }, (_, at) =>
        line({
          at: from + at,
          time: new Date(Date.UTC(2026, 0, 1, 0, minutes * at)).toISOString().replace('Z', '000Z'),
        }),
      );
    const [wide, narrow] = [logOf(made(1000, 0), 100_000), logOf(made(1, 100), 100_000)];
    await scanLog(wide, replay, new LogTally(), { walker });
    replay.renew();
    await scanLog(narrow, replay, new LogTally(), { walker });
    const fresh = new Replay([KEEP_SOME], { limit: LIMIT });
    await scanLog(narrow, fresh, new LogTally(), { engine: JS });
    expect(replay.timeline()).toEqual(fresh.timeline());
    WASM.free(walker);
  });

  it('leaves nothing behind of a log that is not read to its end', async () => {
    const lines = Array.from({ length: 30 }, (_, at) => line({ at, user: at % 3 }));
    const stopped = logOf([...lines, Buffer.from('{"labels":{},"@timestamp":"x","kubernetes":{"audit":{}}}')], 100_000);
    const stop = async (): Promise<void> => {
      throw new UserError('stop');
    };
    await expect(
      scanLog(stopped, new Replay([KEEP_SOME]), new LogTally(), { engine: WASM, step: stop }),
    ).rejects.toThrow('stop');
    await expectSame(lines, [KEEP_SOME]);
  });
});

/** Sizes around those at which a step begins. */
const EDGES = Array.from({ length: 21 * 32 }, (_, at) => Math.round(2 ** (7 + at / 32))).flatMap((size) => [
  size - 1,
  size,
  size + 1,
]);

function kernel() {
  const walker = WASM.walker();
  return { scanner: walker.scanner, free: () => WASM.free(walker) };
}
