import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.ts';
import type { LogSource } from '../../src/events/event.ts';
import { engineNamed } from '../../src/events/kernel.ts';
import { readLog, scanLog } from '../../src/events/read.ts';
import { LogTally } from '../../src/events/tally.ts';
import type { Policy } from '../../src/policy/types.ts';
import { Replay } from '../../src/replay/replay.ts';
import { logOf } from '../events/event-of.ts';
import { MUTATION, mutated } from '../events/mutations.ts';
import { runs, sampled } from '../helpers/runs.ts';
import { linesOf } from './logs.ts';

const LINES: readonly Buffer[] = linesOf('API traffic with controllers').map((line) => Buffer.from(line));

const POLICIES: readonly Policy[] = [
  { rules: [{ level: 'Metadata' }], omitStages: ['RequestReceived'] },
  {
    omitManagedFields: true,
    rules: [
      { level: 'None', verbs: ['watch'] },
      { level: 'Request', verbs: ['create', 'patch'], omitStages: ['ResponseStarted'] },
      { level: 'RequestResponse', userGroups: ['system:masters'] },
      { level: 'Metadata', nonResourceURLs: ['/api*'] },
    ],
  },
  { rules: [{ level: 'RequestResponse' }] },
];
const WITH_NAMES: Policy = {
  rules: [
    {
      level: 'None',
      resources: [{ group: '', resources: ['pods', 'configmaps'], resourceNames: ['web-1', 'kubernetes'] }],
    },
    { level: 'Metadata' },
  ],
};

function resultOf(replay: Replay, tally: LogTally, policies: readonly Policy[]): unknown {
  return {
    tally: { ...tally },
    log: replay.log,
    policies: replay.policies(),
    talkers: policies.map((_, at) => replay.talkers(at, Infinity)),
    timeline: replay.timeline(),
  };
}

/** What comes of a log, or why it is refused: a line may be damaged so that it looks as if a log store had changed it. */
async function outcome(read: (replay: Replay, tally: LogTally) => Promise<unknown>, policies: readonly Policy[]) {
  const [replay, tally] = [new Replay(policies, { limit: 5000 }), new LogTally()];
  try {
    await read(replay, tally);
    return resultOf(replay, tally, policies);
  } catch (error) {
    if (error instanceof UserError) return [error.message, error.place];
    throw error;
  }
}

async function expectSame(source: LogSource, policies: readonly Policy[]): Promise<void> {
  const slow = await outcome(async (replay, tally) => {
    for await (const _ of readLog(source, (event) => void replay.add(event), tally));
  }, policies);
  for (const name of ['wasm', 'js']) {
    const engine = engineNamed(name);
    expect(await outcome((replay, tally) => scanLog(source, replay, tally, { engine }), policies)).toEqual(slow);
  }
}

describe('scanLog', () => {
  it('counts a genuine log as one event after the other does', async () => {
    const lines = sampled(LINES, 12);
    await expectSame(logOf(lines, 100_000), POLICIES);
    await expectSame(logOf(lines, 100_000), [...POLICIES, WITH_NAMES]);
    await expectSame(logOf([...lines.slice(0, 20), ...lines.slice(0, 9)], 777), POLICIES);
  });

  it('counts the same of lines that are damaged, twice there, empty, or of several lines', async () => {
    const few = LINES.filter((line) => line.length < 4000);
    const pretty = few.slice(0, 20).map((line) => Buffer.from(JSON.stringify(JSON.parse(line.toString()), null, 1)));
    const line = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...few) },
      { weight: 1, arbitrary: fc.constantFrom(...pretty, Buffer.from(''), Buffer.from('\r'), Buffer.from('\0\0\0')) },
      {
        weight: 4,
        arbitrary: fc
          .tuple(fc.constantFrom(...few), fc.array(MUTATION, { minLength: 1, maxLength: 2 }))
          .map(([one, mutations]) => mutations.reduce(mutated, one)),
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(100, 5000, 1_000_000),
        async (lines, size) => {
          await expectSame(logOf([few[0] ?? Buffer.from(''), ...lines], size), [...POLICIES, WITH_NAMES]);
        },
      ),
      runs(25, 5000),
    );
  });

  it('counts the same where what is known takes much room, and where objectRef is no object', async () => {
    const long = Array.from({ length: 600 }, (_, at) =>
      Buffer.from(talk(at, `${'x'.repeat(3900)}${at}`, '/api/v1/pods')),
    );
    const odd = ['null', '"pods"', '[]', '7'].flatMap((value, at) => {
      const line = talk(1000 + at, `u${at}`, '/api/v1/pods').replace('{"resource":"pods"}', value);
      return [Buffer.from(line), Buffer.from(line.replace(`"u${at}"`, '"v"'))];
    });
    await expectSame(logOf([...long, ...odd, ...long.slice(0, 9)], 1_000_000), [WITH_NAMES, ...POLICIES]);
  });

  it('counts the same where more ask for more than can be known at once', async () => {
    const numbers = Array.from({ length: 140 * 140 }, (_, at) => at);
    const line = (at: number): Buffer =>
      Buffer.from(talk(at, `u${at % 140}`, `/api/v1/namespaces/n${Math.floor(at / 140)}/pods`));
    await expectSame(logOf([...numbers, ...numbers.slice(0, 500)].map(line), 1_000_000), [WITH_NAMES, ...POLICIES]);
  });
});

function talk(at: number, user: string, uri: string): string {
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"${at}","stage":"ResponseComplete","requestURI":"${uri}","verb":"list","user":{"username":"${user}"},"objectRef":{"resource":"pods"},"requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z","stageTimestamp":"2026-01-01T00:00:00.000000Z"}`;
}
