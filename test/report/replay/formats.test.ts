import { describe, expect, it } from 'vitest';
import type { Policy } from '../../../src/policy/types.ts';
import { replayHtml } from '../../../src/report/replay/html.ts';
import { replayJson } from '../../../src/report/replay/json.ts';
import type { Replayed, ReplayResult } from '../../../src/report/replay/result.ts';
import { replayText } from '../../../src/report/replay/text.ts';
import { wantedSink } from '../../../src/ship/settings.ts';
import { plainStyle } from '../../../src/report/text.ts';

const RULE = {
  rule: 1,
  level: 'Metadata',
  decided: 12,
  events: 10,
  bytes: 2048,
  largest: 1024,
  p99: 300,
  overLimit: 0,
} as const;
const NONE = { rule: 0, level: 'None', decided: 0, events: 0, bytes: 0, largest: 0, p99: 0, overLimit: 0 } as const;
const POLICY: Replayed = {
  name: 'kops',
  policy: { rules: [{ level: 'Metadata' }] },
  text: '',
  firstLine: 1,
  lineOf: (rule) => (rule === 0 ? undefined : 7),
  events: 10,
  bytes: 2048,
  underRecorded: 3,
  unseenBeginnings: 10,
  rules: [NONE, RULE],
  levels: {
    Metadata: {
      events: 10,
      bytes: 2048,
    },
  },
  stages: {
    ResponseComplete: {
      events: 10,
      bytes: 2048,
    },
  },
  talkers: [
    {
      user: 'u\x1B[31m',
      verb: 'get',
      resource: 'pods',
      namespace: 'n',
      amounts: [
        {
          events: 10,
          bytes: 2048,
        },
      ],
    },
  ],
};
const HOUR = 3_600_000_000;
const RESULT: ReplayResult = {
  log: {
    files: 1,
    events: 12,
    bytes: 4096,
    from: 0,
    to: HOUR,
    damaged: { cut: 0, nul: 0, corrupt: 1, foreign: 0, unfinished: 2 },
    merged: 0,
    duplicates: 0,
  },
  timeline: { width: HOUR, spans: [] },
  policies: [POLICY],
  price: 0.5,
  room: 4096,
};

/** A log with so many events in each hour. */
function inHours(...events: readonly number[]): ReplayResult {
  const spans = events.map((count, at) => ({ from: at * HOUR, log: { events: count, bytes: count }, policies: [] }));
  return { ...RESULT, timeline: { width: HOUR, spans } };
}

function textOf(result: ReplayResult): string {
  return replayText(result, { style: plainStyle, columns: 80 });
}

describe('replayJson', () => {
  it('has the form that is promised', () => {
    expect(replayJson(RESULT)).toMatchObject({
      kind: 'Replay',
      formatVersion: 1,
      log: { files: 1, events: 12, bytes: 4096, from: '1970-01-01T00:00:00.000Z', unreadable: 1 },
      policies: [
        {
          name: 'kops',
          events: 10,
          bytes: 2048,
          bytesPerDay: 49152,
          hoursHeld: 2,
          underRecorded: 3,
          rules: [
            {
              rule: 0,
              line: null,
            },
            {
              rule: 1,
              line: 7,
              level: 'Metadata',
              events: 10,
              bytes: 2048,
            },
          ],
          talkers: [
            {
              verb: 'get',
              events: 10,
              bytes: 2048,
            },
          ],
        },
      ],
    });
  });

  it('tells of each policy what its own talkers cost', () => {
    const both = POLICY.talkers.map((talker) => ({
      ...talker,
      amounts: [...talker.amounts, { events: 3, bytes: 99 }],
    }));
    const policies = ['one', 'other'].map((name) => ({ ...POLICY, name, talkers: both }));
    expect(replayJson({ ...RESULT, policies })).toMatchObject({
      policies: [{ talkers: [{ events: 10 }] }, { talkers: [{ events: 3, bytes: 99 }] }],
    });
    const text = replayText({ ...RESULT, policies }, { style: plainStyle, columns: 80 });
    expect(text.match(/get pods -n n +\d+/g)).toEqual([expect.stringMatching(/ 10$/), expect.stringMatching(/ 3$/)]);
  });

  it('tells how much a policy writes of the log, and beside each other', () => {
    const policies = [
      POLICY,
      { ...POLICY, name: 'half', events: 5, bytes: 1024 },
      { ...POLICY, name: 'none', events: 0, bytes: 0 },
    ];
    const written = replayJson({ ...RESULT, policies });
    expect(written).toMatchObject({
      policies: [
        {
          shareOfLog: { events: 0.8333, bytes: 0.5 },
          comparedWith: [
            { name: 'half', events: 2, bytes: 2 },
            { name: 'none', events: null, bytes: null },
          ],
        },
        { comparedWith: [{ name: 'kops', events: 0.5, bytes: 0.5 }, { name: 'none' }] },
        {},
      ],
    });
    expect(textOf({ ...RESULT, policies })).toContain('Beside kops, half writes 0.50 × as many bytes, none 0.00 ×.\n');
  });

  it('tells of a store how many events are too long for it, where that is known', () => {
    const policies = [{ ...POLICY, rules: [{ ...RULE, overLimit: 4 }] }];
    const known = { ...RESULT, policies, sink: wantedSink('loki') };
    expect(replayJson(known)).toMatchObject({
      sink: { name: 'loki', maxEventBytes: 262_144, longer: 'is refused' },
      policies: [{ overLimit: 4, rules: [{ overLimit: 4 }] }],
    });
    expect(textOf(known)).toMatch(/TOO LONG\n.* 4\n/);
    expect(textOf(known)).toContain('4 events are longer than loki takes: rule 1 (4).');
    expect(textOf(known)).toContain('loki takes 256 KiB in one event. A longer one is refused; ship leaves');
    const unknown = { ...known, sink: wantedSink('new-relic') };
    expect(replayJson(unknown)).toMatchObject({ sink: { maxEventBytes: null }, policies: [{ overLimit: null }] });
    expect(textOf(unknown)).toContain('How long an event may be that new-relic takes is not known.');
    expect(textOf(unknown)).not.toMatch(/TOO LONG|4 events are longer/);
  });

  it('tells nothing of a day where there is only a moment', () => {
    const short = { ...RESULT, log: { ...RESULT.log, to: 1000 } };
    expect(replayJson(short)).toMatchObject({ policies: [{ bytesPerDay: null, costPerMonth: null, hoursHeld: null }] });
  });
});

describe('the policy that recorded the log', () => {
  const recorded = {
    omitStages: ['RequestReceived' as const],
    rules: [{ level: 'None' as const, verbs: ['get'] }, { level: 'Metadata' as const }],
  };
  const amount = { ...POLICY, events: 12, bytes: 4096, underRecorded: 0 };

  it('is asked for, where nobody named it', () => {
    expect(replayJson(RESULT)).toMatchObject({ recordedWith: null, policies: [{ unseen: null }] });
    expect(textOf(RESULT)).toContain('--recorded-with POLICY');
  });

  it('left out what another would write: said in sentences, and as requests with the rule that decides', () => {
    const result = { ...RESULT, recordedWith: { name: 'own', policy: recorded, amount } };
    expect(replayJson(result)).toMatchObject({
      recordedWith: { name: 'own', events: 12, bytes: 4096 },
      policies: [
        {
          unseen: {
            complete: true,
            effects: expect.arrayContaining([
              expect.stringMatching(/^Gets of .* would be recorded, without bodies, by anyone\.$/),
            ]),
            requests: expect.arrayContaining([
              expect.objectContaining({
                rules: [1],
                recorded: expect.objectContaining({ level: 'None' }),
                wanted: expect.objectContaining({ level: 'Metadata' }),
                requests: expect.objectContaining({ verbs: { only: ['get'] } }),
              }),
            ]),
          },
        },
      ],
    });
    const text = textOf(result);
    expect(text).toContain('All of this log is as own records it.');
    expect(text).toMatch(/left out:\n {2}- Gets of [^.]* would be recorded, without bodies, by anyone\./);
    expect(text).toMatch(/would be recorded at RequestReceived too, by/);
  });

  it('left out nothing that a policy wants which writes less', () => {
    const less = { ...POLICY, policy: { ...recorded, rules: [{ level: 'None' as const }] } };
    const result = { ...RESULT, policies: [less], recordedWith: { name: 'own', policy: recorded, amount } };
    expect(replayJson(result)).toMatchObject({ policies: [{ unseen: { complete: true, effects: [], requests: [] } }] });
    expect(textOf(result)).toContain('left nothing out that this one would write');
  });

  it('left out bodies, managed fields and stages too: each is told without what the other would leave out itself', () => {
    const request = {
      omitStages: ['ResponseStarted' as const],
      omitManagedFields: true,
      rules: [{ level: 'Request' as const }],
    };
    const unseenOf = (policy: Policy, own: Policy = request): { effects: string[]; requests: object[] } => {
      const result = {
        ...RESULT,
        policies: [{ ...POLICY, policy }],
        recordedWith: { name: 'own', policy: own, amount },
      };
      return JSON.parse(JSON.stringify(replayJson(result))).policies[0].unseen;
    };
    const more = unseenOf({ ...request, rules: [{ level: 'RequestResponse' }] });
    expect(more.requests).toMatchObject([{ recorded: { level: 'Request' }, wanted: { level: 'RequestResponse' } }]);
    expect(more.effects[0]).toMatch(/would be recorded with both bodies, by anyone\.$/);
    const fields = unseenOf({ ...request, omitManagedFields: false });
    expect(fields.requests).toHaveLength(1);
    expect(fields.effects[0]).toMatch(/would be recorded with managed fields, by anyone\.$/);
    const stages = unseenOf({ omitStages: ['RequestReceived'], rules: [{ level: 'Metadata' }] });
    expect(stages.requests).toHaveLength(1);
    expect(stages.effects[0]).toMatch(/would be recorded at ResponseStarted too, by anyone\.$/);
    expect(stages.effects.join()).not.toContain('no longer');
    expect(unseenOf(request, { ...request, omitManagedFields: false })).toMatchObject({ effects: [], requests: [] });
    expect(unseenOf({ ...request, rules: [{ level: 'Metadata' }] })).toMatchObject({ effects: [], requests: [] });
  });

  it.each([
    [{ events: 10 }, '2 of its events that policy would not have written'],
    [{ underRecorded: 3 }, '3 have less than that policy writes'],
    [{ bytes: 1024 }, 'that policy would have written 1.0 KiB for these events, and they have 4.0 KiB'],
  ])('was another, where the log says so: %j', (other, says) => {
    const text = textOf({
      ...RESULT,
      recordedWith: { name: 'own', policy: recorded, amount: { ...amount, ...other } },
    });
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`This log was not recorded with own, or not all of it: ${says}.`);
    expect(text).not.toContain('All of this log is');
  });
});

describe('replayText', () => {
  it('counts the lines that are no event, by kind', () => {
    const damaged = { cut: 2, nul: 1, corrupt: 3, foreign: 1_000, unfinished: 0 };
    const text = textOf({ ...RESULT, log: { ...RESULT.log, damaged, merged: 2, duplicates: 1 } }).replaceAll(
      /\s+/g,
      ' ',
    );
    expect(text).toContain(
      '1,006 lines of the log are in no number: 2 cut off, 1 with bytes NUL, 3 not JSON, 1,000 no audit event.',
    );
    expect(text).toContain('2 lines hold more than one event: each of them counts.');
    expect(text).toContain('1 event was there twice, and counts once.');
    expect(replayJson({ ...RESULT, log: { ...RESULT.log, damaged } })).toMatchObject({
      log: { unreadable: 1006, damaged },
    });
  });

  it('is readable at 80 columns, and obeys nothing that stands in the log', () => {
    const text = replayText(RESULT, { style: plainStyle, columns: 80 });
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).not.toContain('\u001b');
    expect(text).toContain('kops             10   83.3 %  2.0 KiB   50.0 %  48.0 KiB          0.00   2 h');
    expect(text).toContain('3 of these events were recorded at a lower level');
    expect(text).toContain('The log has no RequestReceived events');
  });

  it('keeps what is asked for, and names that are told apart, where there is little room', () => {
    const names = ['spec.fileAssets[0] of a.example.com', 'spec.fileAssets[0] of b.example.com'];
    const policies = names.map((name) => ({ ...POLICY, name, talkers: [] }));
    const text = replayText({ ...RESULT, policies }, { style: plainStyle, columns: 80 });
    const [head, , one, other] = text.split('\n');
    expect(head).toMatch(/^POLICY +SIZE +SHARE +A DAY +30 DAYS COST +HELD$/);
    expect([one?.slice(0, 26), other?.slice(0, 26)]).toEqual([
      'spec.fileAssets[0] of a.ex',
      'spec.fileAssets[0] of b.ex',
    ]);
  });

  it('shortens a user rather than what was done, and shows no table without a row', () => {
    const [talker] = POLICY.talkers;
    const user = 'system:serviceaccount:kube-system:aws-cloud-controller-manager';
    const talkers = talker ? [{ ...talker, user, verb: 'update', resource: 'leases.coordination.k8s.io' }] : [];
    const text = replayText(
      { ...RESULT, policies: [{ ...POLICY, talkers, rules: [NONE] }] },
      { style: plainStyle, columns: 80 },
    );
    expect(text).toContain('sa:…/aws-cloud-controller-manager update leases -n n  ');
    expect(text).not.toContain('RULE');
  });
});

it('names users whole for a program, and for people as `logs` does', () => {
  const talkersOf = (user: string): ReplayResult => ({
    ...RESULT,
    policies: [{ ...POLICY, talkers: POLICY.talkers.map((talker) => ({ ...talker, user })) }],
  });
  const account = talkersOf('system:serviceaccount:shop:web');
  expect(replayJson(account)).toMatchObject({ policies: [{ talkers: [{ user: 'system:serviceaccount:shop:web' }] }] });
  expect(textOf(account)).toContain('sa:shop/web get pods');
  expect(replayHtml(account, { made: new Date(0), version: '0' })).toMatch(/<td[^>]*>sa:shop\/web<\/td>/);
  expect(textOf(talkersOf(''))).toContain('(not logged in) get pods');
});

it('cuts a long name of a policy in a sentence', () => {
  const policies = ['one', `./${'x'.repeat(90)}.yaml`].map((name) => ({ ...POLICY, name }));
  const text = textOf({ ...RESULT, policies }).replaceAll('\n', ' ');
  expect(text).toMatch(/ Beside one, \.\/x+…x+\.yaml writes 1\.00 × as many bytes\. /);
});

describe('a log with hours without an event', () => {
  it('is said to make a day too small', () => {
    expect(textOf(inHours(5, 0, 0, 0, 7)).replaceAll('\n', ' ')).toContain(
      'There is no event for 3 hours of the 5 hours that the log spans. If it has gaps (logs --check tells), a day of the cluster writes more than is told here.',
    );
    const most = inHours(1, ...Array.from({ length: 98 }, () => 0), 1);
    expect(textOf(most).replaceAll('\n', ' ')).toContain('There is no event for nearly all of the 4 days that the log');
    expect(replayJson(inHours(5, 0, 0, 0, 7))).toMatchObject({ log: { quietSeconds: 3 * 3600 } });
  });

  it.each([
    ['few of them', inHours(...Array.from({ length: 30 }, (_, at) => (at === 3 ? 0 : 1)))],
    ['none of them', inHours(1, 1, 1)],
    ['no time', inHours()],
    ['seconds', { ...inHours(5, 0, 0, 7), timeline: { ...inHours(5, 0, 0, 7).timeline, width: 15_000_000 } }],
  ])('is not where it has %s', (_what, result) => {
    expect(textOf(result)).not.toContain('There is no event');
  });
});
