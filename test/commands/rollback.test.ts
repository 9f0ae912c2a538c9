import { describe, expect, it } from 'vitest';
import { readTime } from '../../src/commands/rollback.ts';
import { ageText } from '../../src/report/history.ts';

const NOW = new Date('2026-11-24T03:12:30.500Z');

describe('the time of --to', () => {
  it.each([
    ['2h', '2026-11-24T01:12:30.500Z'],
    ['90m', '2026-11-24T01:42:30.500Z'],
    ['30s', '2026-11-24T03:12:00.500Z'],
    ['3 days ago', '2026-11-21T03:12:30.500Z'],
    ['2w', '2026-11-10T03:12:30.500Z'],
    ['today', '2026-11-24T00:00:00.000Z'],
    ['Yesterday', '2026-11-23T00:00:00.000Z'],
    ['2026-11-20', '2026-11-20T00:00:00.000Z'],
    ['2026-11-20T09:30', '2026-11-20T09:30:00.000Z'],
    ['2026-11-20 09:30 UTC', '2026-11-20T09:30:00.000Z'],
    ['2026-11-20T09:30:15.5+02:00', '2026-11-20T07:30:15.500Z'],
  ])('%s is %s', (text, time) => {
    expect(readTime(text, NOW).toISOString()).toBe(time);
  });

  it.each(['', 'monday', '2', 'h', '2 months', '2026-13-01', '2026-11-20T25:00', '12:30', '1e3h', 'constructor'])(
    '%j is none',
    (text) => {
      expect(() => readTime(text, NOW)).toThrow(`--to ${text} is not a time`);
    },
  );

  it('is none that is in the future', () => {
    expect(() => readTime('2026-11-24T03:13', NOW)).toThrow('is in the future');
  });

  it.each([5 * 60, 5 * 3600, 30 * 3600, 10 * 86_400, 20 * 86_400, 100 * 86_400])(
    'takes the age that history shows of something %d seconds old',
    (seconds) => {
      const age = ageText(new Date(NOW.getTime() - seconds * 1000), NOW);
      expect(() => readTime(age, NOW)).not.toThrow();
    },
  );
});
