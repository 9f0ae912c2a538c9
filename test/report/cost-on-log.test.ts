import { describe, expect, it } from 'vitest';
import { type CostOnLog, costOnLogJson, costOnLogText, type PolicyCost } from '../../src/report/cost-on-log.ts';

const GIB = 1024 ** 3;
const DAY = 86_400e6;

function costing(name: string, bytes: number, more: Partial<PolicyCost> = {}): PolicyCost {
  return { name, events: 10, bytes, underRecorded: 0, unseenBeginnings: 0, ...more };
}

const COST: CostOnLog = {
  log: {
    files: 2,
    events: 100,
    bytes: 8 * GIB,
    from: 0,
    to: 2 * DAY,
    damaged: { cut: 1, nul: 0, corrupt: 0, foreign: 0, unfinished: 1 },
    duplicates: 0,
    merged: 0,
  },
  now: costing('gce', 6.2 * GIB),
  planned: costing('kops', 1.8 * GIB),
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
      { planned: costing('a\x1b', GIB, { underRecorded: 1 }) },
      'on your log: 3.1 GiB a day now, at least 512.0 MiB with `a\\x1b`',
    ],
    [
      { planned: costing('kops', GIB, { unseenBeginnings: 1 }) },
      'on your log: 3.1 GiB a day now, at least 512.0 MiB with `kops`',
    ],
    [{ log: { ...COST.log, to: 5e6 } }, 'of the 8.0 GiB of your log: 6.2 GiB now, 1.8 GiB with `kops`'],
    [{ log: { ...COST.log, to: 60e6 } }, 'on your log: 8.7 TiB a day now, 2.5 TiB with `kops`; it spans 60 s only'],
    [
      { log: { ...COST.log, to: 1800e6 } },
      'on your log: 297.6 GiB a day now, 86.4 GiB with `kops`; it spans 30 minutes only',
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
      },
      now: { policy: null, events: 0, bytes: 0, bytesPerDay: 0, underRecorded: 0, unseenBeginnings: 0 },
      planned: {
        policy: 'kops',
        events: 10,
        bytes: 1.8 * GIB,
        bytesPerDay: Math.round(0.9 * GIB),
        underRecorded: 0,
        unseenBeginnings: 0,
      },
    });
    expect(costOnLogJson({ ...COST, now: null, planned: null })).toMatchObject({ now: null, planned: null });
  });
});
