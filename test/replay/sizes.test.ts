import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogSource } from '../../src/events/event.ts';
import { WalkedEvent } from '../../src/events/walked.ts';
import { LEVELS } from '../../src/policy/types.ts';
import { type AuditEvent, downGrade, goJson } from '../../src/replay/keep.ts';
import { sizesOf } from '../../src/replay/sizes.ts';
import { parsedOf } from '../events/event-of.ts';
import { runs } from '../helpers/runs.ts';
import { linesOf } from './logs.ts';

const SOURCE: LogSource = { name: 'audit.log', server: '', open: async function* () {} };
const LINES = Object.freeze(linesOf('API traffic').filter((_, at) => at % 7 === 0));

function expectSame(line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  const event = new WalkedEvent(SOURCE);
  if (!event.take(bytes, 0, bytes.length - 1, 1)) return;
  const twin: AuditEvent = JSON.parse(line);
  const sizeUnder = sizesOf(event);
  for (const level of LEVELS.slice(1))
    for (const omits of [false, true]) {
      const size = Buffer.byteLength(goJson(downGrade(twin, level, omits))) + 1;
      expect([level, omits, line, sizeUnder(level, omits)]).toEqual([level, omits, line, size]);
    }
}

describe('sizesOf', () => {
  it('subtracts exactly what downGrade takes away, on genuine lines', () => {
    expect(LINES.some((line) => line.includes('"managedFields"'))).toBe(true);
    for (const line of LINES) expectSame(line);
  });

  it('says the same of managed fields in what was sent, which go but from a patch', () => {
    const line = LINES.find((each) => each.includes('"verb":"create"') && each.includes('"requestObject":{'))!;
    const sent = line.replace('"requestObject":{', '"requestObject":{"items":[{"metadata":{"managedFields":[{}]}}],');
    expectSame(sent);
    expectSame(sent.replace('"verb":"create"', '"verb":"patch"'));
  });

  it('says the same of an event that was read as a whole', () => {
    for (const line of LINES) {
      const size = Buffer.byteLength(goJson(downGrade(JSON.parse(line), 'Metadata', false))) + 1;
      expect(sizesOf(parsedOf(line))('Metadata', false)).toBe(size);
    }
  });

  it('says the same of lines that were not written by Go, or hold what is seldom', () => {
    const changes = [
      (line: string): string => JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', ''),
      (line: string): string => `${line}\r`,
      (line: string): string => line.replaceAll(String.raw`\u0026`, '&').replace('"userAgent":"', '"userAgent":"<a> '),
      (line: string): string =>
        line.replace('"annotations":{', '"annotations":{"patch.webhook.admission.k8s.io/round_0_index_0":"x",'),
      (line: string): string => line.replace('"level":"RequestResponse"', '"level":"Request"'),
      (line: string): string => {
        const { level, ...rest }: AuditEvent = JSON.parse(line);
        return JSON.stringify({ ...rest, level });
      },
    ];
    fc.assert(
      fc.property(fc.constantFrom(...LINES), fc.subarray(changes), (line, some) =>
        expectSame(some.reduce((changed, change) => change(changed), line)),
      ),
      runs(100, 2000),
    );
  });
});
