import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf } from '../../src/events/duplicates.ts';
import type { EventKey, LogSource } from '../../src/events/event.ts';
import { engineNamed } from '../../src/events/kernel.ts';
import { targetOf, userOf } from '../../src/events/request.ts';
import {
  AUDIT_ID,
  COMBINATION,
  END,
  HAS_ID,
  HAS_PATCH,
  ID,
  IMPERSONATES,
  IS_BY_GO,
  LEVEL,
  RECEIVED,
  RECEIVED_LOW,
  REQUEST_OBJECT,
  RESPONSE_OBJECT,
  RESPONSE_STATUS,
  ROW_LENGTH,
  ROW_STAGES,
  SAYS,
  type Scanner,
  SOURCE_IPS,
  STAGE,
  STAMP,
  START,
  TARGET,
  USER,
  USER_AGENT,
} from '../../src/events/scan.ts';
import { WalkedEvent } from '../../src/events/walked.ts';
import { LEVELS, type RequestAttributes } from '../../src/policy/types.ts';
import { runs, sampled } from '../helpers/runs.ts';
import { linesOf } from '../replay/logs.ts';
import { EDITED_JSON, JSON_TEXTS, NO_JSON } from './edited-json.ts';
import { MUTATION, mutated } from './mutations.ts';

const SOURCE: LogSource = { name: 'audit.log', server: '', open: async function* () {} };
const LINES: readonly Buffer[] = linesOf('API traffic with controllers').map((line) => Buffer.from(line));
const ENGINES = [engineNamed('wasm'), engineNamed('js')];

/** Where it says where a value is. */
const VALUES: Readonly<Partial<Record<EventKey, number>>> = {
  requestObject: REQUEST_OBJECT,
  responseObject: RESPONSE_OBJECT,
  sourceIPs: SOURCE_IPS,
  userAgent: USER_AGENT,
  responseStatus: RESPONSE_STATUS,
  auditID: AUDIT_ID,
  requestReceivedTimestamp: RECEIVED,
};

/** What is said of one line, without its combination; null where the scanner leaves it to others. */
function said({ rows, times }: Scanner, at: number, room: Buffer): unknown {
  const says = rows[at + SAYS] ?? 0;
  if (says === 0) return null;
  const [start = 0, end = 0] = rows.subarray(at + START, at + END + 1);
  const value = (place: number): string => room.toString('latin1', rows[at + place], rows[at + place + 1]);
  return {
    line: room.toString('latin1', start, end),
    says,
    level: rows[at + LEVEL],
    stage: rows[at + STAGE],
    values: Object.entries(VALUES).map(([key, place]) => [key, value(place)]),
    received: rows[at + RECEIVED_LOW],
    id: (says & HAS_ID) === 0 ? [] : [...rows.subarray(at + ID, at + ID + 2)],
    stamp: times[(at + STAMP) / 2],
  };
}

/** The same by the event itself. */
function meant(event: WalkedEvent): unknown {
  const line = Buffer.from(event.bytes());
  const id = new Int32Array(2);
  const hasId = idOf(event, id);
  const isByGo = line.indexOf('{"kind":"Event","apiVersion":"audit.k8s.io/v1') === 0 && !/[<>&]/.test(line.toString());
  const bytes = line.toString('latin1');
  const [from, to] = [event.placeOf('annotations')[0], event.placeOf('annotations')[1]];
  const annotations = from === 0 ? '' : event.rawOf('annotations');
  expect(annotations.length).toBe(to - from);
  const impersonates = event.rawOf('impersonatedUser') !== '';
  const says = 1 + (isByGo ? IS_BY_GO : 0) + (annotations.includes('"patch.w') ? HAS_PATCH : 0) + (hasId ? HAS_ID : 0);
  return {
    line: bytes,
    says: says + (impersonates ? IMPERSONATES : 0),
    level: LEVELS.findIndex((level) => level === event.level),
    stage: ROW_STAGES.indexOf(event.stage),
    values: (Object.keys(VALUES) as EventKey[]).map((key) => [key, event.rawOf(key)]),
    received: Number.isNaN(event.received) ? 0 : (event.received % 2 ** 32) | 0,
    id: hasId ? [...id] : [],
    stamp: event.at,
  };
}

/** The numbers of what a line is about; null where the scanner leaves it to others. */
interface Numbers {
  combination: number;
  user: number;
  target: number;
}

interface Scanned {
  said: unknown[];
  numbers: (Numbers | null)[];
}

function numbersOf({ rows }: Scanner, at: number): Numbers | null {
  if (rows[at + SAYS] === 0) return null;
  return { combination: rows[at + COMBINATION] ?? -1, user: rows[at + USER] ?? -1, target: rows[at + TARGET] ?? -1 };
}

/** How combinations are told apart. */
type Apart = 'path' | 'names' | 'objectRef';
const APART: readonly Apart[] = ['path', 'names', 'objectRef'];

/** Each line as an engine has it in a block of them all, which begins anywhere. */
function scanned(lines: readonly Buffer[], engine: (typeof ENGINES)[number], apart: Apart = 'path'): Scanned {
  const walker = engine.walker();
  const { room, scanner } = walker;
  const block = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
  const start = block.length % 64;
  block.copy(room, start);
  scanner.reset(apart === 'names', apart === 'objectRef');
  expect(scanner.scan(start, start + block.length)).toBe(lines.length);
  const rows = lines.map((_, at) => at * ROW_LENGTH);
  const result = {
    said: rows.map((at) => said(scanner, at, room)),
    numbers: rows.map((at) => numbersOf(scanner, at)),
  };
  engine.free(walker);
  return result;
}

/** Nothing is said of a line that is no event, and nothing wrong of one that is. */
function expectRight(lines: readonly Buffer[], apart: Apart = 'path'): void {
  for (const engine of ENGINES) {
    const { said: given, numbers } = scanned(lines, engine, apart);
    const requests = new Map<string, unknown>();
    for (const [at, line] of lines.entries()) {
      if (given[at] === null) continue;
      const event = new WalkedEvent(SOURCE);
      const isEvent = event.take(Buffer.concat([line, Buffer.from('\n')]), 0, line.length, 1);
      expect([engine.name, line.toString(), isEvent]).toEqual([engine.name, line.toString(), true]);
      expect({ ...Object(given[at]), says: 0 }).toEqual({ ...Object(meant(event)), says: 0 });
      expect(Number(Object(given[at]).says) & ~HAS_PATCH).toBe(Number(Object(meant(event)).says) & ~HAS_PATCH);
      expect(Number(Object(given[at]).says) & HAS_PATCH).toBeGreaterThanOrEqual(
        Number(Object(meant(event)).says) & HAS_PATCH,
      );
      const asked = askedOf(event, apart);
      const parts = { user: userOf(event), target: asked, combination: { ...userOf(event), ...asked } };
      for (const [kind, part] of Object.entries(parts)) {
        const number = `${kind} ${numbers[at]?.[kind as keyof Numbers]}`;
        expect(requests.get(number) ?? part).toEqual(part);
        requests.set(number, part);
      }
    }
  }
}

/** What must be the same for all lines of one target. */
function askedOf(event: WalkedEvent, apart: Apart): object {
  const { verb, objectRef, requestURI } = event;
  const { resource, apiGroup, namespace, subresource } = objectRef ?? {};
  const path = objectRef ? undefined : requestURI.split('?', 1)[0];
  if (apart === 'objectRef') return { verb, path, resource, apiGroup, namespace, subresource };
  const { name, path: decoded, ...target }: RequestAttributes = targetOf(event);
  return { ...target, path: target.isResourceRequest ? '' : decoded, name: apart === 'names' ? name : '' };
}

describe('Scanner', () => {
  it('says of every line of kube-apiserver what is in it, but where a path has an escape', () => {
    const some = sampled(LINES, 4).filter((line) => line.length < 20_000);
    for (let from = 0; from < some.length; from += 50) {
      const lines = some.slice(from, from + 50);
      expectRight(lines, APART[(from / 50) % 3]);
      const plain = lines.filter((line) => !/"requestURI":"[^"?]*%/.test(line.toString()));
      for (const engine of ENGINES) expect(scanned(plain, engine).said).not.toContain(null);
    }
  });

  it('says nothing wrong of lines that are damaged or unusual, nor of those next to them', () => {
    const few = LINES.filter((line) => line.length < 10_000);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...few), fc.array(MUTATION, { maxLength: 2 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.constantFrom(...APART),
        (lines, apart) => {
          expectRight(
            lines.map(([line, mutations]) => mutations.reduce(mutated, line)),
            apart,
          );
        },
      ),
      runs(500, 40_000),
    );
  });

  it('tells verbs apart however long they are', () => {
    const verbs = ['', 'g', 'watch', 'deletes', 'deletion', 'deletecollection', 'deletecollectiom'];
    const long = [63, 64, 65, 4096, 4097, 5000].flatMap((length) => ['x', 'y'].map((char) => char.repeat(length)));
    const lines = [...verbs, ...long, ...verbs].map((verb) =>
      Buffer.from(lineWith('{}', 0).toString().replace('"verb":"get"', `"verb":"${verb}"`)),
    );
    expectRight(lines);
  });

  it('leaves to others what has too long a path, and tells all others apart', () => {
    const paths = [4000, 4095, 4096, 4097, 5000].flatMap((length) => ['x', 'y'].map((char) => char.repeat(length)));
    const lines = paths.map((path) =>
      Buffer.from(lineWith('{}', 0).toString().replace('"requestURI":"/version"', `"requestURI":"/${path}"`)),
    );
    expectRight(lines);
  });

  it('holds what is in a body against the grammar of JSON, wherever in the line it is', () => {
    fc.assert(
      fc.property(EDITED_JSON, fc.integer({ min: 0, max: 130 }), fc.boolean(), (body, shift, isFar) => {
        const line = lineWith(body, shift + (isFar ? 3900 : 0));
        expectRight([line, lineWith('{}', 0)]);
        const keys = keysOf(line);
        // Blanks and keys that are there twice may be left to others.
        if (line.includes(0x20) || keys > KEYS_OF_LINE) return;
        const isEvent = keys === KEYS_OF_LINE;
        for (const engine of ENGINES)
          expect(scanned([line, lineWith('{}', 0)], engine).said.map((each) => each !== null)).toEqual([isEvent, true]);
      }),
      runs(2000, 100_000),
    );
  });

  it('tells apart by objectRef, whatever its members are', () => {
    const members = KEYS_OF_OBJECT.flatMap((key) => ['"a"', '"b"', '1'].map((value) => `"${key}":${value}`));
    const objects = members.flatMap((one) => members.map((other) => `{${one},${other}}`));
    for (let from = 0; from < objects.length; from += 300)
      expectRight(
        [...ODD_OBJECTS, ...objects.slice(from, from + 300)].map((object) => lineAbout(object)),
        'objectRef',
      );
  });

  it('knows a target of the same objectRef again, whatever its object is called', () => {
    const ref = (name: string, more: string): string =>
      `{"resource":"pods","namespace":"a","name":"${name}","uid":"${name}","apiGroup":"x","apiVersion":"v1"${more}}`;
    const same = [ref('a', ''), ref('b', ',"resourceVersion":"7"')];
    const others = [ref('a', ',"subresource":"log"'), ref('a', '').replace('"x"', '"y"'), '{"resource":"pods"}', '{}'];
    for (const engine of ENGINES) {
      const lines = [...same, ...others].map((object) => lineAbout(object));
      const targets = scanned(lines, engine, 'objectRef').numbers.map((each) => each?.target);
      expect(targets[1]).toBe(targets[0]);
      expect(new Set(targets).size).toBe(1 + others.length);
    }
  });

  it('tells objectRefs apart however long what they say is', () => {
    const texts = [1, 500, 508, 509, 510, 4092, 4094, 4096, 5000].flatMap((length) =>
      ['x', 'y'].map((char) => char.repeat(length)),
    );
    const keys = ['resource', 'apiGroup', 'namespace', 'subresource', 'name'];
    const lines = texts.flatMap((text) => [
      lineAbout('{}', text),
      ...keys.map((key) => lineAbout(`{"${key}":"${text}"}`)),
    ]);
    expectRight(lines, 'objectRef');
  });

  it('finds each fault, wherever in a block it is', () => {
    const texts = [...NO_JSON, ...JSON_TEXTS];
    for (const shift of [...AT_BLOCKS, ...AT_PIECES]) {
      const lines = texts.map((text) => lineWith(text, shift));
      for (const engine of ENGINES) {
        const taken = scanned(lines, engine).said.map((each, at) => (each === null ? undefined : texts[at]));
        expect([engine.name, shift, taken.filter((text) => text !== undefined)]).toEqual([
          engine.name,
          shift,
          JSON_TEXTS,
        ]);
      }
    }
  });

  it.each([',"b":{"c":1}', ',"b":1', ',"b":{}', ',', '}', ']', '{}', '{"a":1}', '1', '"a"', 'x', '\\'])(
    'takes no line with %s behind its last bracket',
    (more) => {
      const line = Buffer.concat([lineWith('{}', 0).subarray(0, -1), Buffer.from(`,"z":1}${more}`)]);
      for (const engine of ENGINES) expect(scanned([line, lineWith('{}', 0)], engine).said[0]).toBeNull();
    },
  );

  it.each(['<', '>', '&'])('does not take a line with %s in it for one that Go wrote', (char) => {
    for (const shift of [0, 15, 16, 63, 64, 5000])
      for (const engine of ENGINES) {
        const [raw, next] = scanned([lineWith(`"${char}"`, shift), lineWith('"a"', 0)], engine).said;
        expect(Number(Object(raw).says) & IS_BY_GO).toBe(0);
        expect(Number(Object(next).says) & IS_BY_GO).toBe(IS_BY_GO);
      }
  });

  it('leaves to others what is nested too deep', () => {
    const nested = (depth: number): Buffer => lineWith('['.repeat(depth) + ']'.repeat(depth), 7);
    for (const depth of [29, 64, 100, 127, 4000]) {
      const [first, next] = scanned([nested(depth), lineWith('{}', 0)], engineNamed('wasm')).said;
      expect([depth, first !== null, next !== null]).toEqual([depth, depth < 30, true]);
    }
  });

  it('knows brackets too many, be they a whole block', () => {
    const many = AT_BLOCKS.flatMap((shift) =>
      [64, 65, 66].map((count) => lineWith(`{"a":1${'}'.repeat(count)}`, shift)),
    );
    const said = many.map((line) => scanned([line], engineNamed('wasm')).said[0]);
    expect(said.filter((each) => each !== null)).toEqual([]);
  });

  it('knows a wrong bracket however deep it is, and wherever in a block', () => {
    const depths = Array.from({ length: 70 }, (_, at) => at + 1);
    for (const shift of [0, 13, 40, 63])
      for (const depth of depths) {
        const wrong = '['.repeat(depth - 1) + '[}' + ']'.repeat(depth - 1);
        const lines = [
          lineWith('[['.repeat(depth) + ']'.repeat(depth), shift),
          lineWith(wrong, shift),
          lineWith('{}', 0),
        ];
        const said = scanned(lines, engineNamed('wasm')).said.map((each) => each !== null);
        expect([shift, depth, ...said]).toEqual([shift, depth, false, false, true]);
      }
  });
});

/** Shifts that put a body everywhere in a block of 64 bytes, and where the blocks end that are looked at together. */
const AT_BLOCKS: readonly number[] = Array.from({ length: 64 }, (_, at) => at);
const AT_PIECES: readonly number[] = AT_BLOCKS.map((at) => 64 * 64 - at - lineWith('', 0).indexOf(',"requestReceived'));

/** A line of kube-apiserver with a body, so many bytes further behind. */
function lineWith(body: string, shift: number): Buffer {
  const head =
    '{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"1","stage":"ResponseComplete",' +
    `"requestURI":"/version","verb":"get","user":{"username":"u"},"userAgent":"${'x'.repeat(shift)}","requestObject":`;
  const tail =
    ',"requestReceivedTimestamp":"2026-01-01T00:00:00.000000Z","stageTimestamp":"2026-01-01T00:00:00.000000Z"}';
  return Buffer.from(head + body + tail);
}

const KEYS_OF_OBJECT: readonly string[] = [
  'resource',
  'apiGroup',
  'namespace',
  'namespacf',
  'subresource',
  'subresourcf',
  'name',
  String.raw`r\u0065source`,
  String.raw`resourceVersio\u006e`,
];

const ODD_OBJECTS: readonly string[] = [
  '{}',
  'null',
  '[]',
  '"a"',
  '1',
  '[{"resource":"a"}]',
  '{"resource":{"resource":"a"}}',
];

/** A line about an object as the API server refers to it. */
function lineAbout(object: string, verb = 'get'): Buffer {
  const line = lineWith('{}', 0).toString();
  return Buffer.from(
    line
      .replace('"/version"', '"/api/v1/namespaces/a/pods/web"')
      .replace('"verb":"get"', `"verb":"${verb}"`)
      .replace('"requestObject":{}', `"objectRef":${object}`),
  );
}

/** How many keys it has; 0 for what is no JSON. */
function keysOf(line: Buffer): number {
  try {
    return Object.keys(JSON.parse(line.toString())).length;
  } catch {
    return 0;
  }
}

const KEYS_OF_LINE = 12;
