import { expect, it } from 'vitest';
import { Duplicates } from '../../src/events/duplicates.ts';
import { ParsedEvent } from '../../src/events/parsed.ts';
import { linesOf } from '../replay/logs.ts';

function eventOf(line: string): ParsedEvent {
  const bytes = Buffer.from(line);
  const source = { name: 'a', server: '', open: async function* () {} };
  return new ParsedEvent(JSON.parse(line), {
    source,
    line: 1,
    envelope: '',
    isConverted: false,
    bytes,
    wrapped: bytes,
  });
}

it('takes no genuine event for one that was there, and almost every one when it comes again', () => {
  const events = linesOf('API traffic').map(eventOf);
  const known = new Duplicates();
  expect(events.filter((event) => known.has(event))).toEqual([]);
  expect(events.filter((event) => !known.has(event)).length).toBeLessThan(events.length / 200);
});

it('tells stages, times and what has neither apart', () => {
  const event = (more: object): ParsedEvent =>
    eventOf(
      JSON.stringify({
        auditID: 'a',
        stage: 'RequestReceived',
        requestReceivedTimestamp: '2026-11-23T05:55:26.597451Z',
        ...more,
      }),
    );
  const known = new Duplicates();
  const all = [
    event({}),
    event({ stage: 'ResponseStarted' }),
    event({ stage: 'ResponseComplete' }),
    event({ stage: 'Panic' }),
    event({ requestReceivedTimestamp: '2026-11-23T05:55:26.597452Z' }),
    event({ auditID: 'b' }),
    event({ auditID: '' }),
    event({ auditID: '' }),
    event({ requestReceivedTimestamp: '' }),
  ];
  expect(all.map((each) => known.has(each))).toEqual(all.map(() => false));
});
