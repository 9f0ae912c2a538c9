import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_KEYS, type LoggedEvent, type LogSource } from '../../src/events/event.ts';
import { isPlainEvent, ParsedEvent } from '../../src/events/parsed.ts';
import { engineNamed } from '../../src/events/kernel.ts';
import { WalkedEvent } from '../../src/events/walked.ts';
import { linesOf } from '../replay/logs.ts';
import { runs } from '../helpers/runs.ts';
import { MUTATION, mutated } from './mutations.ts';

const SOURCE: LogSource = { name: 'audit.log', server: '', open: async function* () {} };
const LINES: readonly Buffer[] = linesOf('API traffic with controllers')
  .filter((line) => line !== '' && line.length < 20_000)
  .map((line) => Buffer.from(line));

const FIELDS = [...EVENT_KEYS, 'at', 'received', 'code'] as const;

function valuesOf(event: LoggedEvent): unknown[] {
  return [...FIELDS.map((field) => event[field]), Buffer.from(event.bytes()).toString('latin1')];
}

const WALKERS = [engineNamed('js').walker(), engineNamed('wasm').walker()];

/** As each walk reads a line; null where it is not sure. It does not always begin at the same place. */
function allWalked(bytes: Buffer): (LoggedEvent | null)[] {
  const start = bytes.length % 16;
  return WALKERS.map(({ room, walk }) => {
    bytes.copy(room, start);
    room[start + bytes.length] = 10;
    const event = new WalkedEvent(SOURCE, walk);
    return event.take(room, start, start + bytes.length, 1) ? event : null;
  });
}

/** The same, where they are of one mind. */
function walked(bytes: Buffer): LoggedEvent | null {
  const [plain = null, fast] = allWalked(bytes);
  expect(fast === null).toBe(plain === null);
  return plain;
}

/** As `JSON.parse` reads it; null where it is no event. */
function parsed(bytes: Buffer): LoggedEvent | null {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    const found = { source: SOURCE, line: 1, envelope: '', isConverted: false, bytes, wrapped: bytes };
    return isPlainEvent(value) ? new ParsedEvent(value, found) : null;
  } catch {
    return null;
  }
}

function expectSame(bytes: Buffer): void {
  const events = allWalked(bytes).filter((event) => event !== null);
  if (events.length === 0) return;
  const twin = parsed(bytes);
  expect([bytes.toString('latin1'), events.length, twin === null]).toEqual([bytes.toString('latin1'), 2, false]);
  if (twin === null) return;
  const values = valuesOf(twin);
  for (const event of events) {
    expect(valuesOf(event)).toEqual(values);
    expect(valuesOf(event.keep())).toEqual(values);
    expectHead(event.keep('head'), twin);
  }
}

/** It is the same but for its bodies. */
function expectHead(head: LoggedEvent, event: LoggedEvent): void {
  const value: Record<string, unknown> = JSON.parse(Buffer.from(event.bytes()).toString());
  for (const key of ['requestObject', 'responseObject']) if (key in value) value[key] = null;
  expect(JSON.parse(Buffer.from(head.bytes()).toString())).toEqual(value);
  const values = (of: LoggedEvent): unknown[] =>
    FIELDS.map((field) => (/(request|response)Object/.test(field) ? undefined : of[field]));
  expect(values(head)).toEqual(values(event));
  expect([head.requestObject, head.responseObject]).toEqual([undefined, undefined]);
}

describe('WalkedEvent', () => {
  it('is sure of every line of kube-apiserver, and reads it as JSON.parse does', () => {
    const some = LINES.filter((_, at) => at % 5 === 0);
    expect(some.filter((line) => walked(line) === null)).toEqual([]);
    for (const line of some) expectSame(line);
  });

  it('takes nothing that JSON.parse does not take, and reads the same in it', () => {
    const few = LINES.filter((line) => line.length < 4000);
    fc.assert(
      fc.property(fc.constantFrom(...few), fc.array(MUTATION, { minLength: 1, maxLength: 3 }), (line, mutations) =>
        expectSame(mutations.reduce(mutated, line)),
      ),
      runs(2000, 100_000),
    );
  });

  it.each([
    ['a key twice, of which the last counts', '"verb":"get","verb":"list"'],
    ['a key that is escaped', '"ver\\u0062":"list"'],
    ['what follows the object', '"verb":"get"} {'],
    ['a verb that is no text', '"verb":1'],
    ['a comma too many', '"verb":"get","x":[1,]'],
    ['a list that is closed as a map', '"verb":"get","x":[1}'],
    ['a number that is none', '"verb":"get","x":01'],
    ['a control character in a string', '"verb":"get","x":"\u0001"'],
  ])('is not sure of %s', (_, part) => {
    expect(walked(Buffer.from(`{"auditID":"a","stage":"Panic","user":{},${part}}`))).toBeNull();
  });

  it('reads times in any form of RFC 3339, and none that is not', () => {
    const at = (time: string): number | undefined =>
      walked(
        Buffer.from(`{"level":"None","auditID":"a","stage":"Panic","verb":"get","user":{},"stageTimestamp":"${time}"}`),
      )?.at;
    expect(at('2026-02-28T23:59:59.999999Z')).toBe(Date.UTC(2026, 1, 28, 23, 59, 59) * 1000 + 999_999);
    expect(at('2028-02-29T00:00:00.000001Z')).toBe(Date.UTC(2028, 1, 29) * 1000 + 1);
    expect(at('2026-12-31T01:00:00+01:00')).toBe(Date.UTC(2026, 11, 31) * 1000);
    expect(at('2026-02-30T23:59:59.999999Z')).toBe(Date.parse('2026-02-30T23:59:59Z') * 1000 + 999_999);
    expect(at('2026-13-01T00:00:00.000000Z')).toBeNaN();
    expect(at('yesterday')).toBeNaN();
  });
});
