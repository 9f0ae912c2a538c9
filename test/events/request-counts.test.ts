import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNTED_BY, type CountedBy, TimeCounter } from '../../src/events/counting.ts';
import type { LogSource } from '../../src/events/event.ts';
import { engineNamed } from '../../src/events/kernel.ts';
import { readLog, scanLog } from '../../src/events/read.ts';
import { RequestCounts } from '../../src/events/request-counts.ts';
import { LogTally } from '../../src/events/tally.ts';
import { runs, sampled } from '../helpers/runs.ts';
import { linesOf } from '../replay/logs.ts';
import { EDITED_JSON } from './edited-json.ts';
import { logOf } from './event-of.ts';
import { MUTATION, mutated } from './mutations.ts';

const LINES: readonly Buffer[] = linesOf('API traffic with controllers').map((line) => Buffer.from(line));

const BY: readonly (readonly CountedBy[])[] = [
  [],
  ...COUNTED_BY.map((by) => [by]),
  ['user', 'verb'],
  ['status', 'resource', 'namespace', 'user'],
  [...COUNTED_BY],
];

interface Counting {
  counts: RequestCounts;
  times: TimeCounter;
  tally: LogTally;
}

function counting(by: readonly CountedBy[]): Counting {
  const times = new TimeCounter('minute', () => 0);
  return { counts: new RequestCounts(by, { times }), times, tally: new LogTally() };
}

function resultOf({ counts, times, tally }: Counting): unknown {
  const open = counts.countOpen();
  const { total, ended } = counts;
  return {
    open,
    ended,
    requests: total.requests,
    others: total.others,
    top: total.top(Infinity),
    rows: times.rows().map(({ start, counter }) => [start, counter.requests, counter.top(Infinity)]),
    tally: { ...tally },
  };
}

/** What is counted in rows must be what is counted of events. */
async function expectSame(source: LogSource, by: readonly CountedBy[]): Promise<void> {
  const slow = counting(by);
  for await (const _ of readLog(source, (event) => void slow.counts.add(event), slow.tally));
  const result = resultOf(slow);
  for (const name of ['wasm', 'js']) {
    const fast = counting(by);
    await scanLog(source, fast.counts, fast.tally, { engine: engineNamed(name) });
    expect([name, by, resultOf(fast)]).toEqual([name, by, result]);
  }
}

type Members = Readonly<Record<string, string>>;

/** A line as the API server writes it, of values that are JSON already; '' for one that is not there. */
function lineOf(said: Members): Buffer {
  const members = { ...PLAIN, ...said };
  const texts = Object.entries(members).flatMap(([key, value]) => (value === '' ? [] : [`"${key}":${value}`]));
  return Buffer.from(`{"kind":"Event","apiVersion":"audit.k8s.io/v1",${texts.join()}}`);
}

const PLAIN: Members = {
  level: '"Metadata"',
  auditID: '"1"',
  stage: '"ResponseComplete"',
  requestURI: '"/api/v1/namespaces/shop/pods/web?timeout=5s"',
  verb: '"get"',
  user: '{"username":"alice","groups":["dev"]}',
  impersonatedUser: '',
  sourceIPs: '["10.0.0.1"]',
  userAgent: '"kubectl/v1.36.3 (linux)"',
  objectRef: '{"resource":"pods","namespace":"shop","name":"web","apiVersion":"v1"}',
  responseStatus: '{"metadata":{},"code":200}',
  requestReceivedTimestamp: '"2026-11-24T10:00:00.000001Z"',
  stageTimestamp: '"2026-11-24T10:00:00.500000Z"',
};

/** What else may stand there, likely or not. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  level: ['"Request"', '"Other"'],
  auditID: ['"1"', '"2"', '"3"', '""', String.raw`"\u0031"`, '"é"', '1'],
  stage: ['"ResponseStarted"', '"ResponseStarted"', '"RequestReceived"', '"Panic"', '"Other"'],
  requestURI: ['"/version"', String.raw`"/version\u003fa"`, '"/version?a"', '"/apis"', '"/api/v1/pods"', '1', ''],
  verb: ['"list"', '"watch"', '"deletecollection"', '""', String.raw`"g\u0065t"`],
  user: [
    '{"username":"bob"}',
    '{"username":""}',
    '{"groups":["dev"]}',
    '{"username":1}',
    String.raw`{"usern\u0061me":"eve"}`,
    '{"username":"alice","username":"bob"}',
    '{}',
    'null',
  ],
  impersonatedUser: ['{"username":"root"}', '{"username":"alice"}', '{}', 'null', '1'],
  sourceIPs: [
    '["10.0.0.2"]',
    '["10.0.0.1","10.0.0.2"]',
    '["10.0.0.1" ]',
    '[]',
    '[""]',
    String.raw`["10.0.0.1\""]`,
    String.raw`["\\"]`,
    '["é"]',
    '[1]',
    '["10.0.0.1",1]',
    '[["10.0.0.1"]]',
    '"10.0.0.1"',
    '{"a":"10.0.0.1"}',
    'null',
    '',
  ],
  userAgent: ['"kubectl/v1.36.3"', '"kubelet"', '""', '" "', String.raw`"kubel\u0065t"`, '"é b"', '1', 'null', ''],
  objectRef: [
    '{"resource":"secrets","namespace":"shop","name":"db"}',
    '{"resource":"pods","namespace":"shop","name":"other","uid":"1"}',
    '{"resource":"pods","namespace":"prod","name":"web"}',
    '{"resource":"pods","subresource":"exec","namespace":"shop"}',
    '{"apiGroup":"apps","resource":"pods","namespace":"shop"}',
    '{"resource":"pods","resource":"secrets"}',
    String.raw`{"r\u0065source":"pods"}`,
    '{"resource":1}',
    '{}',
    '[]',
    'null',
    '',
    '',
  ],
  responseStatus: [
    '{"metadata":{},"code":401}',
    '{"code":403,"reason":"Forbidden"}',
    '{"code":"200"}',
    '{"code":0}',
    '{"code":2e2}',
    '{}',
    'null',
    '',
  ],
  requestReceivedTimestamp: [
    '"2026-11-24T10:00:00.000002Z"',
    '"2026-11-24T10:00:00.0000010Z"',
    '"2026-11-24T10:00:00Z"',
    '"soon"',
    '1',
    '',
  ],
  stageTimestamp: [
    '"2026-11-24T10:01:00.500000Z"',
    '"2026-11-24T09:59:00.500000Z"',
    '"2026-11-24T10:00:00+02:00"',
    '"soon"',
    '1',
    '',
  ],
};

const MEMBER: fc.Arbitrary<[key: string, value: string]> = fc.oneof(
  ...Object.entries(OTHERS).map(([key, values]) =>
    fc.tuple(
      fc.constant(key),
      fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: EDITED_JSON }),
    ),
  ),
);

/** Of few requests, which begin and end, or are told apart by little. */
const EVENT_OF_FEW: fc.Arbitrary<Members> = fc.record({
  auditID: fc.constantFrom('"a"', '"b"', '""'),
  stage: fc.constantFrom('"ResponseStarted"', '"ResponseComplete"', '"Panic"'),
  user: fc.constantFrom('{"username":"alice"}', '{}'),
  responseStatus: fc.constantFrom('{"code":101}', '{"code":401}'),
  requestReceivedTimestamp: fc.constantFrom(
    '"2026-11-24T10:00:00.000001Z"',
    '"2026-11-24T10:00:00.000002Z"',
    '1',
    '2',
    '',
  ),
});

/** The lines of a log, each by its place: of most little is unusual, and each is of a request of its own unless that is. */
const LINE: fc.Arbitrary<(at: number) => Buffer> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .array(MEMBER, { maxLength: 4 })
      .map((members) => (at: number) => lineOf({ auditID: `"${at}"`, ...Object.fromEntries(members) })),
  },
  { weight: 6, arbitrary: EVENT_OF_FEW.map((members) => () => lineOf(members)) },
  {
    weight: 1,
    arbitrary: MUTATION.map((mutation) => (at: number) => mutated(lineOf({ auditID: `"${at}"` }), mutation)),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '\0\0', '{"items":[').map((text) => () => Buffer.from(text)),
  },
);

describe('RequestCounts', () => {
  it.each(BY)('counts in rows of a genuine log what it counts of events, by %s', async (...by) => {
    const lines = sampled(LINES, 12);
    await expectSame(logOf([...lines, ...lines.slice(0, 20)], 100_000), by);
  });

  it('counts the same of whatever stands in a log', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(LINE, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...BY),
        fc.constantFrom(700, 1_000_000),
        async (lines, by, size) => expectSame(logOf([lineOf({}), ...lines.map((line, at) => line(at + 2))], size), by),
      ),
      runs(400, 40_000),
    );
  });

  it('forgets what its scanner forgets, and what is open where there is too much of it', async () => {
    const users = Array.from({ length: 20_100 }, (_, at) => at);
    const line = (stage: string, at: number): Buffer =>
      lineOf({
        auditID: `"${at}"`,
        stage: `"${stage}"`,
        user: `{"username":"${at}"}`,
        objectRef: `{"resource":"r${at}"}`,
      });
    const begun = users.map((at) => line('ResponseStarted', at));
    const ended = users.filter((at) => at % 3 > 0).map((at) => line('ResponseComplete', at));
    await expectSame(logOf([...begun, ...ended, ...begun], 1_000_000), ['user', 'resource']);
  });
});
