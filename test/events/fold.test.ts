import { describe, expect, it } from 'vitest';
import type { AuditEvent, LoggedEvent } from '../../src/events/event.ts';
import { type FoldedRequest, RequestsBegun, stageFolder, unfolded } from '../../src/events/fold.ts';
import { eventOf } from './event-of.ts';

const START = Date.parse('2026-11-23T05:55:00Z');

function at(second: number): string {
  return new Date(START + second * 1000).toISOString().replace('Z', '000Z');
}

/** The stage of a request that came in at `received` seconds, written at `second`. */
function stage(id: string, name: string, second: number, rest: Partial<AuditEvent> & { from?: number } = {}) {
  const { from = 0, ...more } = rest;
  const code = name === 'RequestReceived' ? {} : { responseStatus: { code: 200 } };
  const times = { requestReceivedTimestamp: at(from), stageTimestamp: at(second) };
  return eventOf({
    auditID: id,
    stage: name,
    requestURI: `/${id}`,
    user: { username: 'alice' },
    ...code,
    ...times,
    ...more,
  });
}

function told(events: readonly LoggedEvent[], isWanted: (event: LoggedEvent) => boolean = () => true): string[] {
  const folder = stageFolder(isWanted);
  const taken = events.filter((event) => folder.takes(event, isWanted(event)));
  return [...taken.flatMap((event) => folder.add(event)), ...folder.end()].map(nameOf);
}

function nameOf({ event, stages, isOpen }: FoldedRequest): string {
  const letters = stages.map((each) => each.replace(/Re(?:quest|sponse)/, '').charAt(0)).join('');
  return `${event.auditID} ${letters}${isOpen ? ' open' : ''}`;
}

describe('stageFolder', () => {
  it('tells a request once, at its end, with all its stages', () => {
    expect(
      told([
        stage('a', 'RequestReceived', 0),
        stage('b', 'RequestReceived', 0.1),
        stage('b', 'ResponseComplete', 0.2),
        stage('a', 'ResponseStarted', 0.3),
        stage('a', 'ResponseComplete', 0.4),
        stage('c', 'RequestReceived', 0.5),
        stage('c', 'Panic', 0.6),
      ]),
    ).toEqual(['b RC', 'a RSC', 'c RP']);
  });

  it('tells what stays open after two seconds, in its place, and again at its end', () => {
    const folder = stageFolder(() => true);
    expect(folder.add(stage('watch', 'ResponseStarted', 1))).toEqual([]);
    expect(folder.add(stage('a', 'ResponseComplete', 2)).map(nameOf)).toEqual([]);
    expect(folder.add(stage('b', 'ResponseComplete', 3.1)).map(nameOf)).toEqual(['watch S open', 'a C', 'b C']);
    const [end] = folder.add(stage('watch', 'ResponseComplete', 300));
    expect(end && [nameOf(end), end.took]).toEqual(['watch C', 300_000_000]);
  });

  it('shows what was refused at its start, once, and not as open', () => {
    const denied = { user: {}, responseStatus: { code: 401 } };
    const failed = { responseStatus: { code: 500 } };
    expect(
      told([
        stage('401', 'ResponseStarted', 0, denied),
        stage('exec', 'ResponseStarted', 1, failed),
        stage('exec', 'ResponseComplete', 1.1, failed),
      ]),
    ).toEqual(['401 S', 'exec SC']);
  });

  it('waits a minute and a half for an answer, then shows that there was none', () => {
    const folder = stageFolder(() => true);
    folder.add(stage('slow', 'RequestReceived', 0));
    folder.add(stage('lost', 'RequestReceived', 0));
    expect(folder.add(stage('slow', 'ResponseComplete', 59)).map(nameOf)).toEqual(['slow RC']);
    expect(folder.add(stage('a', 'ResponseComplete', 91, { from: 91 })).map(nameOf)).toEqual(['lost R', 'a C']);
  });

  it('shows at the end of a log what has no answer yet, in time order', () => {
    expect(
      told([stage('a', 'RequestReceived', 0), stage('b', 'ResponseStarted', 1), stage('c', 'RequestReceived', 2)]),
    ).toEqual(['a R', 'b S open', 'c R']);
  });

  it('lets time pass without an event', () => {
    const folder = stageFolder(() => true);
    folder.add(stage('exec', 'ResponseStarted', 1));
    expect(folder.pass((START + 2_900) * 1000)).toEqual([]);
    expect(folder.pass((START + 3_000) * 1000).map(nameOf)).toEqual(['exec S open']);
  });

  it('takes two requests with one audit ID for two', () => {
    expect(
      told([
        stage('x', 'RequestReceived', 0, { requestURI: '/apis/a' }),
        stage('x', 'RequestReceived', 0, { requestURI: '/apis/b' }),
        stage('x', 'ResponseComplete', 1, { requestURI: '/apis/b' }),
        stage('x', 'ResponseComplete', 2, { requestURI: '/apis/a' }),
      ]),
    ).toEqual(['x RC', 'x RC']);
  });

  it('goes by how a request ended: of one that ended otherwise than wanted its beginning is not shown either', () => {
    const isNot200 = (event: LoggedEvent): boolean => event.code !== 200;
    const events = [
      stage('a', 'RequestReceived', 0),
      stage('b', 'RequestReceived', 0),
      stage('a', 'ResponseComplete', 1),
      stage('b', 'ResponseComplete', 1, { responseStatus: { code: 403 } }),
      stage('c', 'ResponseComplete', 1),
    ];
    expect(told(events, isNot200)).toEqual(['b RC']);
  });

  it('keeps no more than ten thousand requests waiting', () => {
    const folder = stageFolder(() => true);
    const given = Array.from({ length: 10_010 }, (_, n) => folder.add(stage(`${n}`, 'RequestReceived', 0))).flat();
    expect(given.map(nameOf)).toEqual(Array.from({ length: 10 }, (_, n) => `${n} R`));
  });
});

describe('unfolded', () => {
  it('is one event for itself', () => {
    expect(nameOf(unfolded(stage('a', 'RequestReceived', 0)))).toBe('a R');
  });
});

describe('RequestsBegun', () => {
  it('knows a request from its first event to its last', () => {
    const begun = new RequestsBegun();
    expect([
      begun.see(stage('a', 'RequestReceived', 0)),
      begun.see(stage('a', 'ResponseStarted', 0)),
      begun.see(stage('a', 'ResponseComplete', 0)),
      begun.has(stage('a', 'RequestReceived', 0)),
      begun.see(stage('b', 'ResponseComplete', 0)),
    ]).toEqual([false, true, true, false, false]);
  });
});
