import { describe, expect, it } from 'vitest';
import { type Replayed, replayJson, type ReplayResult, replayText } from '../../src/report/replay.ts';
import { plainStyle } from '../../src/report/text.ts';

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
  log: { files: 1, events: 12, bytes: 4096, unreadable: 1, from: 0, to: HOUR },
  policies: [POLICY],
  price: 0.5,
  room: 4096,
};

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

  it('tells nothing of a day where there is only a moment', () => {
    const short = { ...RESULT, log: { ...RESULT.log, to: 1000 } };
    expect(replayJson(short)).toMatchObject({ policies: [{ bytesPerDay: null, costPerMonth: null, hoursHeld: null }] });
  });
});

describe('replayText', () => {
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
    const user = 'sa:kube-system/aws-cloud-controller-manager';
    const talkers = talker ? [{ ...talker, user, verb: 'update', resource: 'leases.coordination.k8s.io' }] : [];
    const text = replayText(
      { ...RESULT, policies: [{ ...POLICY, talkers, rules: [NONE] }] },
      { style: plainStyle, columns: 80 },
    );
    expect(text).toContain('sa:…/aws-cloud-controller-manager update leases -n n  ');
    expect(text).not.toContain('RULE');
  });
});
