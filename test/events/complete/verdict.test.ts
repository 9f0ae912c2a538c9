import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkedLog } from '../../../src/events/complete/check.ts';
import type { Completeness } from '../../../src/events/complete/verdict.ts';
import type { AuditEvent } from '../../../src/events/event.ts';
import { LogTally } from '../../../src/events/tally.ts';
import { microseconds } from '../../../src/events/time.ts';

const [CP_1, CP_2] = ['cp-1', 'cp-2'].map((name) => {
  const file = new URL(`../../samples/complete/${name}.log.gz`, import.meta.url);
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as AuditEvent);
}) as [AuditEvent[], AuditEvent[]];

/** Each server's log, a file each; or with files named, as text. */
async function check(logs: Record<string, Record<string, string> | readonly AuditEvent[]>, masters: string[] = []) {
  const servers = Object.entries(logs).map(([server, files]) => ({
    server,
    sources: Object.entries(Array.isArray(files) ? { 'audit.log': textOf(files) } : files).map(([name, text]) => ({
      name: `${server}/${name}`,
      server,
      open: async function* () {
        yield Buffer.from(text);
      },
    })),
  }));
  return checkedLog({ servers, tally: new LogTally() }, masters);
}

function textOf(events: readonly AuditEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** What is told of a server, in short: the clock without fractions. */
function periodsOf({ servers }: Completeness, server: string): string[] {
  const periods = servers.find((one) => one.server === server)?.periods ?? [];
  return periods.map(({ from, to, verdict, why, losses }) =>
    [`${clock(from)}-${clock(to)}`, verdict, ...(why ? [why] : []), ...losses.map(({ what }) => what)].join(' '),
  );
}

function clock(at: number): string {
  return new Date(at / 1000).toISOString().slice(11, 19);
}

function isAround(event: AuditEvent, from: string, to: string): boolean {
  const time = event.stageTimestamp?.slice(11) ?? '';
  return time >= from && time < to;
}

const isLease = ({ objectRef }: AuditEvent): boolean => objectRef?.resource === 'leases';

function later(events: readonly AuditEvent[], seconds: number): AuditEvent[] {
  const moved = (time = ''): string => new Date(microseconds(time) / 1000 + seconds * 1000).toISOString();
  return events.map((event) => ({
    ...event,
    stageTimestamp: moved(event.stageTimestamp),
    requestReceivedTimestamp: moved(event.requestReceivedTimestamp),
  }));
}

/** Under another policy: what the API server itself does is recorded at that level. */
function at(level: string, events: readonly AuditEvent[]): AuditEvent[] {
  return events.map((event) => (event.user?.username === 'system:apiserver' ? { ...event, level } : event));
}

/** From when on the policy is told to be another one. */
function policiesOf({ servers }: Completeness, server: string): string[] {
  const periods = servers.find((one) => one.server === server)?.periods ?? [];
  return periods.flatMap(({ isPolicyNew, from }) => (isPolicyNew ? [clock(from)] : []));
}

describe('a change of the policy', () => {
  const before = CP_1.filter((event) => isAround(event, '02:12', '02:14:19'));
  const after = CP_1.filter((event) => isAround(event, '02:14:19', '02:15'));

  it('is none where the same requests keep their level', async () => {
    const found = await check({ 'cp-1': CP_1, 'cp-2': CP_2 });
    expect([policiesOf(found, 'cp-1'), policiesOf(found, 'cp-2')]).toEqual([[], []]);
  });

  it('is where the same requests have another level: the period is parted at the start', async () => {
    for (const events of [[...before, ...at('Request', after)], [...before, ...at('Request', after)].toReversed()]) {
      const found = await check({ 'cp-1': events });
      expect(periodsOf(found, 'cp-1')).toEqual([
        '02:12:54-02:13:16 complete',
        '02:13:16-02:14:03 gap crash',
        '02:14:03-02:14:22 complete',
        '02:14:22-02:14:32 complete',
      ]);
      expect(policiesOf(found, 'cp-1')).toEqual(['02:14:22']);
    }
  });

  it('is told behind a gap that it happened in, and each of several', async () => {
    const early = before.filter((event) => isAround(event, '02:12', '02:13:30'));
    const late = before.filter((event) => isAround(event, '02:13:30', '02:15'));
    expect(policiesOf(await check({ 'cp-1': [...early, ...at('Request', [...late, ...after])] }), 'cp-1')).toEqual([
      '02:14:03',
    ]);
    const twice = await check({ 'cp-1': [...early, ...at('Request', late), ...after] });
    expect(policiesOf(twice, 'cp-1')).toEqual(['02:14:03', '02:14:22']);
  });

  it('is not told where several API servers may have written the log, or of requests that only look alike', async () => {
    const mixed = [...CP_1, ...at('Request', CP_2)].toSorted((a, b) =>
      (a.stageTimestamp ?? '') < (b.stageTimestamp ?? '') ? -1 : 1,
    );
    expect(policiesOf(await check({ 'cp-1': mixed }), 'cp-1')).toEqual([]);
    const unheard = [...before, ...at('Request', after)].map((event) => ({
      ...event,
      ...(isLease(event) && { objectRef: { ...event.objectRef, resource: 'endpoints' } }),
    }));
    expect(policiesOf(await check({ 'cp-1': unheard }), 'cp-1')).toEqual([]);
    const others = after.map((event) => ({ ...event, user: { ...event.user, groups: ['others'] } }));
    expect(policiesOf(await check({ 'cp-1': [...before, ...at('Request', others)] }), 'cp-1')).toEqual([]);
  });
});

it('is complete to its ends where it started later, or stopped in order earlier, than the others', async () => {
  const found = await check({ 'cp-1': later(CP_1, 300), 'cp-2': CP_2 });
  expect(periodsOf(found, 'cp-1').map((text) => text.slice(18))).toEqual(['complete', 'gap crash', 'complete']);
  expect(periodsOf(found, 'cp-2')).toEqual(['02:13:02-02:14:35 complete']);
});

it('cannot be told of at its ends where a silence has no heartbeat on its other side', async () => {
  const heard = CP_2.filter((event) => isAround(event, '02:13:40', '02:14:10'));
  const quiet = CP_2.filter((event) => !isLease(event));
  const first = quiet.filter((event) => isAround(event, '02:13:00', '02:13:03')).slice(0, 1);
  const last = later(first, 120);
  const found = await check({ 'cp-2': [...first, ...heard, ...last] });
  expect(periodsOf(found, 'cp-2').map((text) => text.slice(18))).toEqual([
    'cannot tell no-heartbeat',
    'complete',
    'cannot tell no-heartbeat',
  ]);
});

it('is not late where it begins within the minute that copying takes', async () => {
  const late = CP_2.filter((event) => isAround(event, '02:13:40', '02:15'));
  expect(periodsOf(await check({ 'cp-1': CP_1, 'cp-2': late }), 'cp-2')).toEqual(['02:13:43-02:14:35 complete']);
});

it('has the worst first, and a gap is worse than what nobody can tell', async () => {
  const found = await check({ 'cp-0': CP_2.filter((event) => !isLease(event)), 'cp-1': CP_1 });
  expect(found.verdict).toBe('gap');
  expect(found.servers.map(({ server, verdict }) => [server, verdict])).toEqual([
    ['cp-1', 'gap'],
    ['cp-0', 'cannot tell'],
  ]);
});

it('is called by the host that the name of the file tells, in one folder too', async () => {
  const files = { 'cp-1.log.gz': textOf(CP_1), 'cp-2-audit.log': textOf(CP_2) };
  const { servers } = await check({ '': files });
  expect(servers.map(({ host }) => host)).toEqual(['cp-1', 'cp-2']);
});

describe('files side by side, of which each tells of a lease of its own', () => {
  const half = CP_1.length / 2;
  const [first, second] = [textOf(CP_1.slice(0, half)), textOf(CP_1.slice(half))];
  const rotated = { 'cp-1-2026-11-27T02-14-03.000.log': first, 'cp-1.log': second };

  it('are judged as those of servers by themselves: with neighbours, losses and ends', async () => {
    const files = { ...rotated, 'cp-2.log': textOf(CP_2) };
    const [one] = (await check({ '': files })).servers;
    const [same] = (await check({ 'cp-1': CP_1, 'cp-2': CP_2 })).servers;
    const told = one?.periods.map(({ from, to, verdict, neighbours }) => ({ from, to, verdict, neighbours }));
    expect(told).toMatchObject(same?.periods.map(({ neighbours, verdict }) => ({ neighbours, verdict })) ?? []);
    expect(told?.flatMap(({ neighbours }) => neighbours.map(({ server }) => server))).toEqual(['cp-2']);
    const early = textOf(CP_2.filter((event) => isAround(event, '02:00:00', '02:13:20')));
    const ended = (await check({ '': { ...rotated, 'cp-2.log': `${early}{"kind":"Event","a` } })).servers;
    const losses = ended.find(({ host }) => host === 'cp-2')?.periods.map(({ why, losses: lost }) => [why, lost]);
    expect(losses).toEqual([
      [undefined, [{ what: 'lines', count: 1, file: '/cp-2.log' }]],
      ['ends-early', []],
    ]);
  });

  it('are one log where two tell of the same, or one of none', async () => {
    const parted = { 'monday.log': first, 'tuesday.log': second, 'cp-2.log': textOf(CP_2) };
    const without = { 'cp-1.log': textOf(CP_1), 'other.log': textOf(CP_2.filter((event) => !isLease(event))) };
    for (const files of [parted, without]) {
      const { servers } = await check({ '': files });
      expect(servers.flatMap(({ periods }) => periods.flatMap(({ neighbours }) => neighbours))).toEqual([]);
      expect(servers.flatMap(({ lease }) => lease ?? []).length).toBe(servers.length);
    }
  });
});

describe('the log of a server that was killed, and of one that stopped in order', () => {
  it('has a gap, and is complete', async () => {
    const found = await check({ 'cp-1': CP_1, 'cp-2': CP_2 });
    expect(periodsOf(found, 'cp-1')).toEqual([
      '02:12:54-02:13:16 complete',
      '02:13:16-02:14:03 gap crash',
      '02:14:03-02:14:32 complete',
    ]);
    expect(periodsOf(found, 'cp-2')).toEqual(['02:13:02-02:14:35 complete']);
    expect(found).toMatchObject({ verdict: 'gap', absent: [], clocks: [] });
    expect(
      found.servers.map(({ server, host, starts, stops, version }) => [
        server,
        host,
        starts.map(clock),
        stops.map(clock),
        version,
      ]),
    ).toEqual([
      ['cp-1', 'cp-1', ['02:12:55', '02:14:03', '02:14:22'], ['02:14:17'], '1.36.3'],
      ['cp-2', 'cp-2', ['02:13:02'], ['02:14:35'], '1.36.3'],
    ]);
  });

  it('tells what the neighbours did in a gap', async () => {
    const { servers } = await check({ 'cp-1': CP_1, 'cp-2': CP_2 });
    const gap = servers[0]?.periods.find(({ verdict }) => verdict === 'gap');
    expect(gap?.neighbours).toEqual([{ server: 'cp-2', events: 4, changes: 0 }]);
  });

  it('is the same where it is read from the end, as a store gives it', async () => {
    const found = await check({ 'cp-1': CP_1, 'cp-2': CP_2 });
    const reversed = await check({ 'cp-1': CP_1.toReversed(), 'cp-2': CP_2.toReversed() });
    expect(periodsOf(reversed, 'cp-1')).toEqual(periodsOf(found, 'cp-1'));
    expect(periodsOf(reversed, 'cp-2')).toEqual(periodsOf(found, 'cp-2'));
  });

  it('is told for each of them where both are in one file', async () => {
    const { servers, verdict } = await check({ all: [...CP_1, ...CP_2] }, ['cp-1', 'cp-2']);
    expect(verdict).toBe('gap');
    expect(servers.map(({ host, verdict: own }) => [host, own])).toEqual([
      ['cp-1', 'gap'],
      ['cp-2', 'complete'],
    ]);
  });

  it('is no gap but a crash where it was back at once', async () => {
    const after = later(
      CP_1.filter((event) => isAround(event, '02:14:00', '02:14:18')),
      -30,
    );
    const found = await check({
      'cp-1': [...CP_1.filter((event) => isAround(event, '02:00:00', '02:13:30')), ...after],
    });
    expect(periodsOf(found, 'cp-1')).toEqual(['02:12:54-02:13:47 complete but for crash']);
  });

  it('is no gap where it was down for long after it had stopped in order', async () => {
    const before = CP_1.filter((event) => isAround(event, '02:14:00', '02:14:20'));
    const after = later(
      CP_1.filter((event) => isAround(event, '02:14:20', '02:15:00')),
      3600,
    );
    const found = await check({ 'cp-1': [...before, ...after] });
    expect(periodsOf(found, 'cp-1')).toEqual([
      '02:14:03-02:14:17 complete',
      '02:14:17-03:14:22 complete stopped',
      '03:14:22-03:14:32 complete',
    ]);
  });
});

describe('events that are not there', () => {
  it('are a gap where nothing else is there either, and the heartbeat goes on behind it', async () => {
    const found = await check({ 'cp-2': CP_2.filter((event) => !isAround(event, '02:13:25', '02:14:10')) });
    expect(periodsOf(found, 'cp-2')).toEqual([
      '02:13:02-02:13:22 complete',
      '02:13:22-02:14:14 gap silence',
      '02:14:14-02:14:35 complete',
    ]);
  });

  it('are none that can be told of where the others are there without a heartbeat', async () => {
    const other = (second: number): AuditEvent => ({
      ...CP_2[0]!,
      verb: 'get',
      auditID: `x${second}`,
      stageTimestamp: `2026-11-27T02:13:${second}.000000Z`,
    });
    const rest = CP_2.filter((event) => !isAround(event, '02:13:15', '02:14:00'));
    const found = await check({ 'cp-2': [...rest, ...[20, 35, 45, 59].map((second) => other(second))] });
    expect(periodsOf(found, 'cp-2')).toEqual([
      '02:13:02-02:13:12 complete',
      '02:13:12-02:14:04 cannot tell no-heartbeat',
      '02:14:04-02:14:35 complete',
    ]);
  });

  it('cannot be told of where no lease is in the log, however long it is silent', async () => {
    const found = await check({ 'cp-1': CP_1.filter((event) => !isLease(event)) });
    expect(periodsOf(found, 'cp-1')).toEqual([expect.stringMatching(/ cannot tell no-heartbeat$/)]);
    expect(found.verdict).toBe('cannot tell');
  });

  it('cannot be told of below Kubernetes 1.26', async () => {
    const old = CP_1.filter((event) => !isLease(event)).map((event) => ({
      ...event,
      userAgent: event.userAgent?.replace('v1.36.3', 'v1.25.16'),
    }));
    expect(periodsOf(await check({ 'cp-1': old }), 'cp-1')).toEqual([expect.stringMatching(/ cannot tell too-old$/)]);
  });

  it("don't matter where kOps' health check is in the log every second", async () => {
    const probe = (second: number): AuditEvent => ({
      ...CP_2[0]!,
      verb: 'get',
      objectRef: undefined,
      user: { username: 'kube-apiserver-healthcheck' },
      auditID: `p${second}`,
      stageTimestamp: new Date(Date.UTC(2026, 10, 27, 2, 13, second)).toISOString(),
    });
    const probes = Array.from({ length: 120 }, (_, second) => probe(second));
    expect(periodsOf(await check({ x: probes }), 'x')).toEqual(['02:13:00-02:14:59 complete']);
    const holed = probes.filter((_, second) => second < 20 || second > 60);
    expect(periodsOf(await check({ x: holed }), 'x')[1]).toBe('02:13:19-02:14:01 gap silence');
  });
});

describe('the ends of a log', () => {
  it('are no gap: it begins and ends somewhere', async () => {
    const found = await check({ 'cp-2': CP_2.filter((event) => isAround(event, '02:13:30', '02:14:05')) });
    expect(periodsOf(found, 'cp-2')).toEqual(['02:13:33-02:14:04 complete']);
  });

  it('come some time after an orderly stop where a request was open: the API server waits for it', async () => {
    const last = (minute: number, second: number): AuditEvent => ({
      ...CP_2[0]!,
      auditID: 'open',
      objectRef: undefined,
      stageTimestamp: new Date(Date.UTC(2026, 10, 27, 2, minute, second)).toISOString(),
    });
    const waited = await check({ 'cp-2': [...CP_2, last(15, 35)], 'cp-1': later(CP_1, 180) });
    expect(periodsOf(waited, 'cp-2')).toEqual(['02:13:02-02:15:35 complete']);
    const tooLong = await check({ 'cp-2': [...CP_2, last(16, 40)] });
    expect(periodsOf(tooLong, 'cp-2')[1]).toBe('02:14:35-02:16:40 cannot tell no-heartbeat');
  });

  it('cannot be told of where others go on without it', async () => {
    const killed = CP_1.filter((event) => isAround(event, '02:00:00', '02:13:30'));
    const found = await check({ 'cp-1': killed, 'cp-2': CP_2 });
    expect(periodsOf(found, 'cp-1')[1]).toBe('02:13:16-02:14:35 cannot tell ends-early');
    const late = CP_1.filter((event) => isAround(event, '02:14:10', '02:14:20'));
    expect(periodsOf(await check({ 'cp-1': late, 'cp-2': CP_2 }), 'cp-1')[0]).toBe(
      '02:13:02-02:14:13 cannot tell begins-late',
    );
  });
});

describe('what was open when an API server crashed', () => {
  /** One that begins to be answered at that time, and of whose end nothing is recorded. */
  const begun = (time: string, verb = 'watch'): AuditEvent => ({
    ...CP_1[0]!,
    auditID: `${verb} ${time}`,
    stage: 'ResponseStarted',
    verb,
    user: { username: 'alice' },
    objectRef: undefined,
    responseStatus: { code: 200 },
    stageTimestamp: `2026-11-27T${time}.000000Z`,
  });

  it('has no end in the log', async () => {
    const found = await check({ 'cp-1': [begun('02:13:10'), begun('02:13:11', 'create'), ...CP_1] });
    expect(periodsOf(found, 'cp-1')).toEqual([
      '02:12:54-02:13:16 complete but for streams',
      '02:13:16-02:14:03 gap crash',
      '02:14:03-02:14:32 complete',
    ]);
    const losses = found.servers[0]?.periods.flatMap((period) => period.losses);
    expect(losses).toEqual([{ what: 'streams', watches: 1, others: 1 }]);
  });

  it('is not what may have begun after the start, what an orderly stop ended, and what is open still', async () => {
    const found = await check({ 'cp-1': [begun('02:14:00'), begun('02:14:10'), begun('02:14:30'), ...CP_1] });
    expect(found.servers[0]?.periods.flatMap(({ losses }) => losses)).toEqual([]);
  });

  it('cannot be told in the log of several, as they do not end together', async () => {
    const found = await check({ x: [begun('02:13:10'), ...CP_1, ...CP_2] });
    expect(found.servers.flatMap(({ periods }) => periods.flatMap(({ losses }) => losses))).toEqual([]);
  });
});

describe('files', () => {
  const before = CP_2.filter((event) => isAround(event, '02:00:00', '02:13:30'));
  const after = CP_2.filter((event) => isAround(event, '02:13:30', '02:15:00'));

  it('that follow each other are complete, and one that is missing between two is told by name', async () => {
    const files = { 'audit-2026-11-27T02-13-33.300.log': textOf(before), 'audit.log': textOf(after) };
    expect(periodsOf(await check({ 'cp-2': files }), 'cp-2')).toEqual(['02:13:02-02:14:35 complete']);
    const missing = { 'audit-2026-11-27T02-13-23.000.log': textOf(before), 'audit.log': textOf(after) };
    const found = await check({ 'cp-2': missing });
    expect(periodsOf(found, 'cp-2')[1]).toBe('02:13:23-02:13:33 gap file-missing');
    expect(found.servers[0]?.periods[1]?.file).toBe('cp-2/audit-2026-11-27T02-13-23.000.log');
  });

  it('with lines that break off or hold NUL are complete but for these', async () => {
    const damaged = textOf(before) + textOf(after).slice(0, 200) + '\n\0\0\0\n' + textOf(after.slice(1));
    const found = await check({ 'cp-2': { 'audit.log': damaged } });
    expect(found.servers[0]?.periods).toMatchObject([
      { verdict: 'complete but for', losses: [{ what: 'lines', count: 2, file: 'cp-2/audit.log' }] },
    ]);
  });

  it('tell of bodies that kube-apiserver cut, and of requests without an end', async () => {
    const cut = { ...CP_2[1]!, auditID: 'c', annotations: { 'audit.k8s.io/truncated': 'true' } };
    const lone = { ...CP_2[1]!, auditID: 'l', verb: 'patch', objectRef: undefined, stage: 'RequestReceived' };
    const { servers } = await check({ 'cp-2': [cut, lone, ...CP_2] });
    expect(servers[0]?.periods[0]?.losses).toEqual([
      { what: 'bodies', count: 1 },
      { what: 'ends', count: 1, patches: 1 },
    ]);
  });
});

describe('API servers whose log is not here', () => {
  it('are known by the nodes that there are', async () => {
    const found = await check({ 'cp-2': CP_2 }, ['cp-2', 'cp-3.example.com']);
    expect(found).toMatchObject({ verdict: 'cannot tell', absent: [{ name: 'cp-3.example.com' }] });
    const aws = await check({ '': CP_2 }, ['cp-2.example.com']);
    expect(aws).toMatchObject({ verdict: 'complete', absent: [], servers: [{ host: 'cp-2.example.com' }] });
  });

  it('are known by their leases, which others take away when they have expired', async () => {
    const removal = CP_2.find(
      (event) => event.verb === 'delete' && isLease(event) && event.responseStatus?.code === 200,
    )!;
    const name = 'apiserver-rplpdvtx3lntmi4xy2xnxookk4';
    const expired = { ...removal, auditID: 'e', objectRef: { ...removal.objectRef, name } };
    expect((await check({ 'cp-2': [...CP_2, expired] })).absent).toMatchObject([{ name, lease: name }]);
    expect((await check({ 'cp-1': CP_1, 'cp-2': [...CP_2, expired] })).absent).toEqual([]);
    expect((await check({ 'cp-2': [expired] })).absent).toEqual([]);
  });
});

it('a clock that is behind is a suspicion where what was stored later has an earlier time, more than once', async () => {
  const { clocks } = await check({ 'cp-1': later(CP_1, 25), 'cp-2': CP_2 });
  expect(clocks).toMatchObject([{ behind: 'cp-2', ahead: 'cp-1' }]);
  expect(clocks[0]?.times).toBeGreaterThan(2);
  expect(clocks[0]?.by).toBeGreaterThan(10_000_000);
});
