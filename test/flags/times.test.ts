import { describe, expect, it } from 'vitest';
import { readTime } from '../../src/flags/times.ts';

const NOW = new Date('2026-11-24T12:00:00Z');

describe('how long ago', () => {
  it.each([
    ['90m', 5400],
    ['2 h', 7200],
    ['3 days ago', 259_200],
    ['1h30m', 5400],
    ['1.5h', 5400],
    ['1h 30min', 5400],
    ['2w1d', 1_296_000],
    ['10s', 10],
  ])('%s', (text, seconds) => {
    expect((NOW.getTime() - readTime('--since', text, NOW).getTime()) / 1000).toBe(seconds);
  });

  it.each(['90', 'h', '1h30', '1..5h', '-1h', 'ago', '1y'])('is not %s', (text) => {
    expect(() => readTime('--since', text, NOW)).toThrow(`--since ${text} is not a time`);
  });
});
