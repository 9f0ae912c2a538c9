import fc from 'fast-check';
import { expect, it } from 'vitest';
import { goTimes, microseconds } from '../../src/events/time.ts';
import { runs } from '../helpers/runs.ts';

it('reads the times of an API server as Date does, whatever came before', () => {
  const time = fc.date({ min: new Date('1970-01-01'), max: new Date('2200-01-01'), noInvalidDate: true });
  const near = fc.tuple(time, fc.integer({ min: -90_000, max: 90_000 }), fc.integer({ min: 0, max: 999 }));
  const read = goTimes();
  fc.assert(
    fc.property(near, ([date, apart, micro]) => {
      for (const each of [date, new Date(date.getTime() + apart)]) {
        const text = each.toISOString().replace('Z', `${String(micro).padStart(3, '0')}Z`);
        const bytes = Buffer.from(`{"at":"${text}"}`);
        const given = read(bytes, 6, bytes.length - 1);
        if (text.length === 27) expect(given).toBe(each.getTime() * 1000 + micro);
      }
    }),
    runs(300, 100_000),
  );
});

it('leaves every other form to who reads any', () => {
  const read = goTimes();
  const one = '2026-11-23T05:55:18.123456Z';
  const given = (text: string): number | undefined => read(Buffer.from(`"${text}"`), 0, text.length + 2);
  expect(given(one)).toBe(microseconds(one));
  const others = [
    '2026-11-23T05:55:18.12345Z',
    '2026-11-23T05:55:18.1234567Z',
    '2026-11-23T05:55:18,123456Z',
    '2026-11-23T05:55:60.123456Z',
    '2026-11-23T05:55:1x.123456Z',
    '2026-11-23T05:55:18.12345xZ',
    '2026-11-23T05:55:18.123456z',
    '2026-13-23T05:55:18.123456Z',
    '2026-11-23 05:55 18.123456Z',
    'x026-11-23T05:55:18.123456Z',
    '',
  ];
  for (const text of others) expect(given(text)).toBeUndefined();
  expect(given(one)).toBe(microseconds(one));
});
