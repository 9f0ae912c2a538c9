import { expect, it } from 'vitest';
import { Duplicates, hashText } from '../../src/events/duplicates.ts';
import type { LoggedEvent } from '../../src/events/event.ts';
import { WalkedEvent } from '../../src/events/walked.ts';
import { parsedOf } from './event-of.ts';
import { linesOf } from '../replay/logs.ts';

it('takes no genuine event for one that was there, and almost every one when it comes again', () => {
  const events = linesOf('API traffic').map(parsedOf);
  const known = new Duplicates();
  expect(events.filter((event) => known.has(event))).toEqual([]);
  expect(events.filter((event) => !known.has(event)).length).toBeLessThan(events.length / 200);
});

it('forgets none of some thousand, though they fall where they like', () => {
  const ids = Array.from({ length: 5000 }, (_, at) => [spread(at), spread(at + 0x10000)]);
  const known = new Duplicates();
  const isKnown = ([first = 0, second = 0]: readonly number[]): boolean => known.hasId(first, second);
  expect(ids.filter(isKnown)).toEqual([]);
  expect(ids.filter((id) => !isKnown(id))).toEqual([]);
});

/** The last steps of MurmurHash3, as good as any. */
function spread(at: number): number {
  let state = Math.imul(at + 1, 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return state ^ (state >>> 16);
}

it('tells stages, times and what has neither apart', () => {
  const event = (more: object): LoggedEvent =>
    parsedOf(
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

it('knows an event again however it is read', () => {
  const ids = ['3c1f8a5e-0b7d-4c58-9a53-0d6d5f0f2a11', 'é', String.raw`a\b`, String.raw`\u00e9\n`, 'a', ''];
  for (const id of ids) {
    const line = `{"level":"Metadata","auditID":"${id}","stage":"Panic","verb":"get","user":{}}`;
    const bytes = Buffer.from(`${line}\n`);
    const walked = new WalkedEvent({ name: 'a', server: '', open: async function* () {} });
    expect(walked.take(bytes, 0, bytes.length - 1, 1)).toBe(true);
    const states = [walked, parsedOf(line)].map((event) => {
      const state = Int32Array.of(1, 2);
      return [event.hashID(state), ...state];
    });
    expect(states[0]).toEqual(states[1]);
    expect(states[0]?.[0]).toBe(id !== '');
  }
});

it('tells texts apart by two numbers', () => {
  const hashes = Array.from({ length: 20_000 }, (_, at) => {
    const state = Int32Array.of(1, 2);
    hashText(`id-${at}`, state);
    return state.join();
  });
  expect(new Set(hashes).size).toBe(hashes.length);
});
