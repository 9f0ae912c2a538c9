import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/events/event.ts';
import { RequestEnds } from '../../src/events/request-ends.ts';
import { eventOf } from './event-of.ts';

describe('RequestEnds', () => {
  it.each<[string, Partial<AuditEvent>, boolean]>([
    ['its last stage', { stage: 'ResponseComplete' }, true],
    ['a panic', { stage: 'Panic' }, true],
    ['a failed login', { stage: 'ResponseStarted', user: {}, responseStatus: { code: 401 } }, true],
    ['a bad timeout', { stage: 'ResponseStarted', user: {}, responseStatus: { code: 400 } }, true],
    [
      'a watch that begins',
      { stage: 'ResponseStarted', user: { username: 'a' }, responseStatus: { code: 200 } },
      false,
    ],
    ['its first stage', { stage: 'RequestReceived' }, false],
  ])('takes %s: %#', (_, said, isEnd) => {
    expect(new RequestEnds().isEnd(eventOf(said))).toBe(isEnd);
  });

  it('knows what is still open', () => {
    const ends = new RequestEnds();
    const shell = (auditID: string, stage: string) =>
      eventOf({ auditID, stage, user: { username: 'a' }, responseStatus: { code: 101 } });
    for (const id of ['1', '2']) ends.begin(shell(id, 'ResponseStarted'), [id]);
    ends.isEnd(shell('1', 'ResponseComplete'));
    expect(ends.open().map(({ parts }) => parts)).toEqual([['2']]);
    expect(ends.ended).toBe(1);
  });
});
