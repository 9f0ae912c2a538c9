import { describe, expect, it } from 'vitest';
import type { Completeness, Period, ServerCompleteness } from '../../src/events/complete/verdict.ts';
import { completenessAnswer, completenessText } from '../../src/report/completeness.ts';
import { plainStyle } from '../../src/report/text.ts';

const NOON = Date.UTC(2026, 10, 27, 12) * 1000;

function period(more: Partial<Period>): Period {
  const to = NOON + 3_600_000_000;
  return {
    from: NOON,
    to,
    verdict: 'complete',
    why: undefined,
    losses: [],
    isPolicyNew: false,
    file: undefined,
    neighbours: [],
    ...more,
  };
}

function server(more: Partial<ServerCompleteness>, ...periods: Period[]): ServerCompleteness {
  return {
    server: 'cp-1',
    lease: 'apiserver-a',
    host: 'cp-1',
    version: '1.36.3',
    from: NOON,
    to: NOON,
    verdict: 'complete',
    periods,
    starts: [],
    stops: [],
    ...more,
  };
}

function found(more: Partial<Completeness>, ...servers: ServerCompleteness[]): Completeness {
  return { verdict: 'complete', servers, absent: [], clocks: [], ...more };
}

const GAP = period({
  to: NOON + 250_000_000,
  verdict: 'gap',
  why: 'silence',
  neighbours: [{ server: 'cp-\u001b[31m2', events: 1204, changes: 1 }],
});

function text(completeness: Completeness, columns = 80): string {
  return completenessText(completeness, { style: plainStyle, columns, isUtc: true });
}

describe('completenessText', () => {
  it('says first whether it is complete, then what is missing, and what to do', () => {
    expect(text(found({ verdict: 'gap' }, server({ verdict: 'gap' }, period({}), GAP)))).toBe(`\
The log is not complete: there is a gap of 4 min 10 s.

cp-1: gap (Kubernetes 1.36.3)
  11-27 12:00:00Z to 12:04:10Z: gap of 4 min 10 s
    It was silent, and then went on: its log of this time was lost.
    Meanwhile cp-\\x1b[31m2 recorded 1,204 events, 1 change by people among
      them.
  11-27 12:00:00Z to 13:00:00Z: complete

Fix: look into the log of kube-apiserver and of the node at that time, and for
files of the audit log elsewhere.
`);
  });

  it.each([40, 60, 80, 120])('has no line wider than %i columns', (columns) => {
    const absent = [
      { name: 'cp-3', lease: undefined, at: undefined },
      { name: 'apiserver-b', lease: 'apiserver-b', at: NOON },
    ];
    const clocks = [{ behind: 'cp-1', ahead: 'cp-2', by: 2_500_000, times: 4 }];
    const periods = [GAP, period({ verdict: 'cannot tell', why: 'no-heartbeat' }), period({ why: 'stopped' })];
    const all = found({ verdict: 'gap', absent, clocks }, server({ starts: [NOON, NOON] }, ...periods));
    const lines = text(all, columns).split('\n');
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });
});

describe('completenessAnswer', () => {
  it.each<[Completeness, string]>([
    [found({}, server({}, period({}))), 'The log is complete: there is no gap of more than 30 s.'],
    [found({ verdict: 'cannot tell' }), 'There is no event: nobody can tell whether the log is complete.'],
    [
      found({ verdict: 'gap' }, server({}, GAP), server({}, GAP)),
      'The log is not complete: there are 2 gaps of 8 min 20 s in all.',
    ],
    [
      found(
        { verdict: 'complete but for' },
        server(
          {},
          period({
            losses: [
              { what: 'lines', count: 2, file: 'a' },
              { what: 'ends', count: 1, patches: 1 },
              { what: 'crash', at: NOON },
            ],
          }),
        ),
      ),
      'The log is complete but for 2 damaged lines, the end of 1 request (1 patch) and what was under way at a crash.',
    ],
    [
      found(
        { verdict: 'complete but for' },
        server({}, period({ losses: [{ what: 'streams', watches: 2, others: 1 }] })),
      ),
      'The log is complete but for the end of 2 watches and the end of 1 stream (exec, logs and the like).',
    ],
    [
      found({ verdict: 'cannot tell', absent: [{ name: 'cp-3', lease: undefined, at: undefined }] }, server({})),
      'Nobody can tell whether the log is complete: that of cp-3 is not here.',
    ],
  ])('%#', (completeness, answer) => expect(completenessAnswer(completeness)).toBe(answer));
});

it('says first what could not be read', () => {
  const all = found({}, server({}, period({})));
  const view = { style: plainStyle, columns: 80, isUtc: true };
  expect(completenessText(all, view, ['a.gz breaks off'])).toMatch(/^The log is not complete: a\.gz breaks off\.\n/);
});
