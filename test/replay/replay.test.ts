import { describe, expect, it } from 'vitest';
import type { LoggedEvent, LogSource } from '../../src/events/event.ts';
import { ParsedEvent } from '../../src/events/parsed.ts';
import { WalkedEvent } from '../../src/events/walked.ts';
import type { Policy } from '../../src/policy/types.ts';
import { keptOf } from '../../src/replay/keep.ts';
import { Replay } from '../../src/replay/replay.ts';
import { linesOf } from './logs.ts';

const SOURCE: LogSource = { name: 'audit.log', server: '', open: async function* () {} };
const LINES = linesOf('API traffic').filter((_, at) => at % 3 === 0);

const POLICIES: readonly Policy[] = [
  { rules: [{ level: 'Metadata' }], omitStages: ['RequestReceived'] },
  {
    omitManagedFields: true,
    rules: [
      { level: 'None', verbs: ['watch'] },
      { level: 'None', resources: [{ group: 'coordination.k8s.io', resources: ['leases'] }] },
      { level: 'Request', verbs: ['create', 'patch'], omitStages: ['ResponseStarted'] },
      { level: 'RequestResponse', userGroups: ['system:masters'] },
      { level: 'Metadata', nonResourceURLs: ['/api*'] },
    ],
  },
  { rules: [] },
];

function eventOf(line: string): LoggedEvent {
  const bytes = Buffer.from(`${line}\n`);
  const event = new WalkedEvent(SOURCE);
  expect(event.take(bytes, 0, bytes.length - 1, 1)).toBe(true);
  return event;
}

function replayOf(lines: readonly string[], policies: readonly Policy[]): Replay {
  const replay = new Replay(policies);
  for (const line of lines) replay.add(eventOf(line));
  return replay;
}

function talk(user: string, uri: string, ref?: string): string {
  const object = ref === undefined ? '' : `,"objectRef":{${ref}}`;
  return `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete","requestURI":"${uri}","verb":"get","user":{"username":"${user}"}${object}}`;
}

const sum = (amounts: readonly { events: number; bytes: number }[]): { events: number; bytes: number } => ({
  events: amounts.reduce((all, { events }) => all + events, 0),
  bytes: amounts.reduce((all, { bytes }) => all + bytes, 0),
});

describe('Replay', () => {
  it('keeps exactly what the slow twin keeps, of all policies at once', () => {
    const replay = replayOf(LINES, POLICIES);
    for (const [at, amount] of replay.policies().entries()) {
      const policy = POLICIES[at];
      if (!policy) continue;
      const kept = keptOf(policy, LINES);
      expect([amount.events, amount.bytes]).toEqual([kept.events, kept.bytes]);
      expect(replay.log).toEqual({ events: kept.ofEvents, bytes: kept.ofBytes });
      for (const parts of [amount.rules, Object.values(amount.levels), Object.values(amount.stages)])
        expect(sum(parts)).toEqual({ events: kept.events, bytes: kept.bytes });
      const talkers = replay.talkers(at, Infinity).flatMap(({ amounts }) => amounts[at] ?? []);
      expect(sum(talkers)).toEqual({ events: kept.events, bytes: kept.bytes });
      expect(amount.rules.reduce((all, { decided }) => all + decided, 0)).toBe(LINES.length);
    }
  });

  it('takes for a request for a path what has no object in objectRef', () => {
    const line = talk('a', '/api/v1/pods').replace(/}$/, ',"objectRef":null}');
    const [, { events } = { events: 0 }] = replayOf([line], POLICIES).policies();
    expect([events, keptOf(POLICIES[1] ?? { rules: [] }, [line]).events]).toEqual([1, 1]);
  });

  it('gives the largest line of a rule, and what 99 of 100 are not longer than', () => {
    const replay = replayOf(LINES, [{ rules: [{ level: 'RequestResponse' }] }]);
    const sizes = LINES.map((line) => Buffer.byteLength(line) + 1).toSorted((a, b) => a - b);
    const exact = sizes[Math.ceil(sizes.length * 0.99) - 1] ?? 0;
    const [, rule] = replay.policies()[0]?.rules ?? [];
    expect(rule?.largest).toBe(sizes.at(-1));
    expect(rule?.p99).toBeGreaterThanOrEqual(exact);
    expect(rule?.p99).toBeLessThan(exact * 1.023);
  });

  it('counts exactly how many lines of a rule are longer than a limit, line feed not counted', () => {
    const lengths = LINES.map((line) => Buffer.byteLength(line)).toSorted((a, b) => a - b);
    const limit = lengths.at(-10) ?? 0;
    const replay = new Replay([{ rules: [{ level: 'RequestResponse' }] }], { limit });
    for (const line of LINES) replay.add(eventOf(line));
    const over = lengths.filter((length) => length > limit).length;
    expect(over).toBeGreaterThan(0);
    expect(replay.policies()[0]?.rules.map(({ overLimit }) => overLimit)).toEqual([0, over]);
    expect(replayOf(LINES, POLICIES).policies()[0]?.rules[1]?.overLimit).toBe(0);
  });

  it('tells over time what all of it comes to', () => {
    const replay = replayOf(LINES, POLICIES);
    const { spans } = replay.timeline();
    expect(spans.length).toBeGreaterThan(1);
    expect(sum(spans.map(({ log }) => log))).toEqual(replay.log);
    for (const [at, { events, bytes }] of replay.policies().entries())
      expect(sum(spans.flatMap(({ policies }) => policies[at] ?? []))).toEqual({ events, bytes });
  });

  it('counts what was recorded at a lower level than is wanted, and beginnings that are not there', () => {
    const line = (stage: string): string =>
      `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"${stage}","requestURI":"/x","verb":"get","user":{"username":"u"}}`;
    const policies: Policy[] = [{ rules: [{ level: 'Request' }] }, { rules: [{ level: 'Metadata' }] }];
    const ended = replayOf([line('ResponseComplete')], policies).policies();
    expect(ended.map(({ underRecorded, unseenBeginnings }) => [underRecorded, unseenBeginnings])).toEqual([
      [1, 1],
      [0, 1],
    ]);
    expect(ended[0]?.levels).toEqual({ Metadata: { events: 1, bytes: line('ResponseComplete').length + 1 } });
    const both = replayOf([line('RequestReceived'), line('ResponseComplete')], policies).policies();
    expect(both.map(({ unseenBeginnings }) => unseenBeginnings)).toEqual([0, 0]);
  });

  it('misses no beginning that the policy leaves out, and none of who did not authenticate', () => {
    const line = (user: string): string =>
      `{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"a","stage":"ResponseComplete","requestURI":"/x","verb":"get","user":${user}}`;
    const policies: Policy[] = [
      { rules: [{ level: 'Metadata' }], omitStages: ['RequestReceived'] },
      { rules: [{ level: 'Metadata' }] },
      { rules: [{ level: 'None' }] },
    ];
    const amounts = replayOf([line('{"username":"u"}'), line('{}')], policies).policies();
    expect(amounts.map(({ unseenBeginnings }) => unseenBeginnings)).toEqual([0, 1, 0]);
  });

  it('names who costs most first, by what they did, and nobody whom the policy keeps nothing of', () => {
    const replay = replayOf(
      [
        talk(
          'a',
          '/api/v1/namespaces/n/pods/p/log',
          '"resource":"pods","subresource":"log","namespace":"n","name":"p"',
        ),
        talk('b', '/apis/apps/v1/deployments', '"resource":"deployments","apiGroup":"apps","apiVersion":"v1"'),
        talk('b', '/apis/apps/v1/deployments', '"resource":"deployments","apiGroup":"apps","apiVersion":"v1"'),
        talk('c', `/${'x'.repeat(99)}`),
        talk('d', '/x'),
      ],
      [{ rules: [{ level: 'None', users: ['d'] }, { level: 'Metadata' }] }],
    );
    const named = replay.talkers(0, Infinity).map(({ user, resource, namespace }) => [user, resource, namespace]);
    expect(named).toEqual([
      ['b', 'deployments.apps', ''],
      ['a', 'pods/log', 'n'],
      ['c', `/${'x'.repeat(59)}`, ''],
    ]);
    expect(replay.talkers(0, 1)).toHaveLength(1);
  });

  it('counts those together who come when it knows many', () => {
    const replay = new Replay([{ rules: [{ level: 'Metadata' }] }]);
    const event = new WalkedEvent(SOURCE);
    for (let user = 0; user < 20_002; user += 1) {
      const bytes = Buffer.from(`${talk(`u${user}`, '/x')}\n`);
      event.take(bytes, 0, bytes.length - 1, 1);
      replay.add(event);
    }
    const talkers = replay.talkers(0, Infinity);
    expect(talkers).toHaveLength(20_001);
    expect(talkers[0]).toMatchObject({ user: 'all others', verb: '', resource: '', amounts: [{ events: 2 }] });
  });

  it('names levels that it does not know in the order in which they came, though who counted some counts on', () => {
    const policies: Policy[] = [{ rules: [{ level: 'Metadata' }] }];
    const line = (level: string): string => talk('u', '/x').replace('"Metadata"', `"${level}"`);
    const [whole, reader, other] = [new Replay(policies), new Replay(policies), replayOf([line('Second')], policies)];
    reader.add(eventOf(line('First')));
    const first = reader.counted();
    reader.renew();
    reader.add(eventOf(line('Third')));
    for (const counted of [first, other.counted(), reader.counted()]) whole.merge(counted);
    expect(Object.keys(whole.policies()[0]?.levels ?? {})).toEqual(['First', 'Second', 'Third']);
  });

  it('refuses an event that a log store changed', () => {
    const bytes = Buffer.from('{}');
    const found = { source: SOURCE, line: 3, envelope: 'Loki', isConverted: true, bytes, wrapped: bytes };
    expect(() =>
      new Replay(POLICIES).add(new ParsedEvent({ auditID: 'a', stage: 'Panic', verb: 'get' }, found)),
    ).toThrow('a log store changed this event');
  });
});
