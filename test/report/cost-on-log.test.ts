import { describe, expect, it } from 'vitest';
import {
  type CostOnLog,
  costOnLogJson,
  costOnLogText,
  type PolicyCost,
  readCostOnLog,
} from '../../src/report/cost-on-log.ts';

const GIB = 1024 ** 3;
const DAY = 86_400e6;

function costing(name: string, bytesPerDay: number | null, more: Partial<PolicyCost> = {}): PolicyCost {
  return { name, events: 10, bytes: 2 * GIB, bytesPerDay, underRecorded: 0, unseenBeginnings: 0, ...more };
}

const COST: CostOnLog = {
  log: {
    files: 2,
    events: 100,
    bytes: 8 * GIB,
    from: 0,
    to: 2 * DAY,
    unreadable: 1,
    quietSeconds: 0,
  },
  now: costing('gce', 3.1 * GIB),
  planned: costing('kops', 0.9 * GIB),
  isSame: false,
};

describe('what a change costs on a log', () => {
  it.each<[Partial<CostOnLog>, string]>([
    [{}, 'on your log: 3.1 GiB a day now, 921.6 MiB with `kops`'],
    [{ isSame: true }, 'on your log: 921.6 MiB a day with `kops`, as now'],
    [{ now: 'off' }, 'on your log: 921.6 MiB a day with `kops`, off now'],
    [{ now: null }, 'on your log: 921.6 MiB a day with `kops`'],
    [{ planned: null }, 'on your log: not known, the spec does not hold the policy'],
    [
      { planned: costing('a\x1b', GIB / 2, { underRecorded: 1 }) },
      'on your log: 3.1 GiB a day now, at least 512.0 MiB with `a\\x1b`',
    ],
    [
      { planned: costing('kops', GIB / 2, { unseenBeginnings: 1 }) },
      'on your log: 3.1 GiB a day now, at least 512.0 MiB with `kops`',
    ],
    [
      { now: costing('gce', null, { bytes: 3 * GIB }), planned: costing('kops', null), log: { ...COST.log, to: 5e6 } },
      'of the 8.0 GiB of your log: 3.0 GiB now, 2.0 GiB with `kops`',
    ],
    [{ log: { ...COST.log, to: 60e6 } }, 'on your log: 3.1 GiB a day now, 921.6 MiB with `kops`; it spans 60 s only'],
    [
      { log: { ...COST.log, to: 1800e6 } },
      'on your log: 3.1 GiB a day now, 921.6 MiB with `kops`; it spans 30 minutes only',
    ],
  ])('of %j is told in a line', (more, said) => {
    expect(costOnLogText({ ...COST, ...more })).toBe(said);
  });

  it('is in the plan as JSON', () => {
    expect(costOnLogJson({ ...COST, now: 'off' })).toEqual({
      log: {
        files: 2,
        events: 100,
        bytes: 8 * GIB,
        from: '1970-01-01T00:00:00.000Z',
        to: '1970-01-03T00:00:00.000Z',
        unreadable: 1,
        quietSeconds: 0,
      },
      now: { policy: null, events: 0, bytes: 0, bytesPerDay: 0, underRecorded: 0, unseenBeginnings: 0 },
      planned: {
        policy: 'kops',
        events: 10,
        bytes: 2 * GIB,
        bytesPerDay: 0.9 * GIB,
        underRecorded: 0,
        unseenBeginnings: 0,
      },
    });
    expect(costOnLogJson({ ...COST, now: null, planned: null })).toMatchObject({ now: null, planned: null });
  });

  it.each<[string, CostOnLog]>([
    ['of two policies', COST],
    ['of one', { ...COST, isSame: true }],
    ['where auditing is off', { ...COST, now: 'off' }],
    ['where the spec holds no policy', { ...COST, now: null, planned: null }],
    ['of a log without times', { ...COST, log: { ...COST.log, from: NaN, to: NaN }, planned: costing('kops', null) }],
  ])('comes back from JSON %s', (_what, cost) => {
    expect(readCostOnLog(JSON.parse(JSON.stringify(costOnLogJson(cost))), cost.isSame)).toEqual(cost);
  });

  it.each([
    ['no log', { log: null }],
    ['a text for a number', { log: { ...COST.log, bytes: '1' } }],
    ['a number for what is planned', { planned: 7 }],
    ['a policy without a name', { planned: { ...COST.planned, policy: 5 } }],
    ['a day that is no number', { now: { ...COST.planned, policy: 'x', bytesPerDay: 'much' } }],
  ])('is none with %s', (_what, more) => {
    expect(readCostOnLog({ ...costOnLogJson(COST), ...JSON.parse(JSON.stringify(more)) }, false)).toBeNull();
  });
});
