import { describe, expect, it } from 'vitest';
import { type CountedBy, Counter, TimeCounter } from '../../../src/events/counting.ts';
import { type Counted, countsCsv, countsJson, countsText } from '../../../src/report/events/counts.ts';
import { plainStyle } from '../../../src/report/text.ts';

const MINUTE = 60_000_000;
const BUILDER = 'system:serviceaccount:shop:builder';

/** Counts by user: names with the minutes in which each sent a request. */
function counted(requests: readonly [user: string, minute: number][], rest: Partial<Counted> = {}): Counted {
  const by: CountedBy[] = rest.by ? [...rest.by] : ['user'];
  const total = new Counter();
  const times = new TimeCounter('minute', () => 0);
  for (const [user, minute] of requests) {
    total.add(by.length === 0 ? [] : [user], minute * MINUTE);
    times.add(by.length === 0 ? [] : [user], minute * MINUTE);
  }
  const rows = rest.span ? times.rows() : [];
  return {
    by,
    span: null,
    isUtc: true,
    unit: 'request',
    total,
    open: 0,
    limit: 2,
    isWithoutEnds: false,
    ...rest,
    rows,
  };
}

const text = (counts: Counted, columns = 60): string => countsText(counts, { style: plainStyle, columns });
const SOME: [string, number][] = [
  ['alice', 0],
  [`alice\u0000${BUILDER}`, 1],
  ['alice', 1],
  ['\u001b[2J', 7],
  ['', 7],
];

describe('countsText', () => {
  it('is a table of the most frequent, and says how many more there are', () => {
    expect(text(counted(SOME))).toBe(
      [
        'REQUESTS  SHARE  USER             LAST',
        '       2   40 %  alice            01-01 00:01:00Z',
        '       1   20 %  (not logged in)  01-01 00:07:00Z',
        '… 2 more; --limit 4 shows all',
        '',
        '5 requests',
        '',
      ].join('\n'),
    );
  });

  it('names people as logs does, and shows no control character', () => {
    const all = text(counted(SOME, { limit: 9 }));
    expect(all).toContain('alice as sa:shop/builder');
    expect(all).toContain(String.raw`\x1b[2J`);
    expect(all).not.toContain('\u001b');
  });

  it('is a histogram in which gaps show', () => {
    expect(text(counted(SOME, { by: [], span: 'minute' }), 30)).toBe(
      [
        '01-01 00:00Z  1  ███████',
        '01-01 00:01Z  2  █████████████',
        '… 5 minutes without any',
        '01-01 00:07Z  2  █████████████',
        '',
        '5 requests',
        '',
      ].join('\n'),
    );
  });

  it('shows each of a few empty ones', () => {
    const lines = text(
      counted(
        [
          ['a', 0],
          ['a', 2],
        ],
        { by: [], span: 'minute' },
      ),
      30,
    ).split('\n');
    expect(lines[1]).toBe('01-01 00:01Z  0');
  });

  it('has the most frequent of each span', () => {
    const lines = text(counted(SOME, { span: 'minute', limit: 1 })).split('\n');
    expect(lines.slice(1, 4).map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      '01-01 00:00Z 1 100 % alice',
      '01-01 00:01Z 1 50 % alice … 1 more',
      expect.stringContaining('(not logged in)'),
    ]);
  });

  it('is a bare number where nothing else is asked, and tells what is still open', () => {
    expect(text(counted([['a', 0]], { by: [] }))).toBe('1\n');
    expect(text(counted([['a', 0]], { by: [], open: 1 }))).toBe('1, 1 of them still open at the end of the log\n');
    expect(text(counted([]))).toBe('0 requests\n');
  });

  it('is no wider than the terminal', () => {
    for (const width of [60, 80])
      for (const line of text(counted([['a'.repeat(300), 0]]), width).split('\n'))
        expect(line.length).toBeLessThanOrEqual(width);
  });
});

describe('counts for programs', () => {
  it('has the names in full, and as whom somebody acted', () => {
    expect(countsJson(counted(SOME.slice(0, 3)))).toMatchObject({
      kind: 'LogCounts',
      formatVersion: 1,
      unit: 'request',
      count: 3,
      top: [
        { user: 'alice', as: '', count: 2, last: '1970-01-01T00:01:00.000Z' },
        { user: 'alice', as: BUILDER, count: 1 },
      ],
    });
  });

  it('has each span with its own', () => {
    expect(countsJson(counted(SOME, { span: 'minute' }))['spans']).toMatchObject([
      { from: '1970-01-01T00:00:00Z', count: 1, top: [{ user: 'alice' }] },
      { from: '1970-01-01T00:01:00Z', count: 2 },
      { from: '1970-01-01T00:07:00Z', count: 2 },
    ]);
  });

  it('is one table of CSV', () => {
    expect(countsCsv(counted(SOME.slice(0, 2)))).toBe(
      `user,as,requests,last\r\nalice,,1,1970-01-01T00:00:00.000Z\r\nalice,${BUILDER},1,1970-01-01T00:01:00.000Z\r\n`,
    );
    expect(countsCsv(counted(SOME.slice(0, 1), { span: 'minute', by: [] }))).toBe(
      'from,requests\r\n1970-01-01T00:00:00Z,1\r\n',
    );
  });
});
