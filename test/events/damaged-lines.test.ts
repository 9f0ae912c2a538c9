import { expect, it } from 'vitest';
import type { LogSource } from '../../src/events/event.ts';
import { readLog } from '../../src/events/read.ts';
import { LogTally } from '../../src/events/tally.ts';
import { linesOf } from '../replay/logs.ts';

/** How many lines are damaged; `FUZZ_LINES=100000` tries more, `FUZZ_SEED` others. */
const LINES = Number(process.env['FUZZ_LINES'] ?? 1500);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);

const GENUINE = linesOf('API traffic').filter((line) => line.length < 4000);

/** A number below `limit` (xorshift32). */
type Random = (limit: number) => number;

function randomFrom(seed: number): Random {
  let state = seed * 2654435761 || 1;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

const DAMAGE: readonly ((line: string, other: string, random: Random) => string)[] = [
  (line, _, random) => line.slice(0, random(line.length)),
  (line, _, random) => line.slice(random(line.length)),
  (line, other, random) => line.slice(0, random(line.length)) + other,
  (line, other, random) => line.slice(0, random(line.length)) + other.slice(random(other.length)),
  (line, _, random) => replaced(line, random, String.fromCharCode(random(128) || 1)),
  (line, _, random) => replaced(line, random, '\0'.repeat(1 + random(9))),
  (line, _, random) => replaced(line, random, '{}[]",:\\'.charAt(random(8))),
  (line, _, random) => JSON.stringify({ log: line.slice(0, random(line.length)), date: 1 }),
  (line, _, random) => `2026-11-23T05:55:26Z stdout F ${line.slice(0, random(line.length))}`,
  (line, _, random) => line.slice(0, line.indexOf('"groups":[') + 9 + random(2)),
];

function replaced(line: string, random: Random, by: string): string {
  const at = random(line.length);
  return line.slice(0, at) + by + line.slice(at + 1);
}

function sourceOf(lines: readonly string[], random: Random): LogSource {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const open = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length;) {
      const size = 1 + random(200_000);
      yield bytes.subarray(at, at + size);
      at += size;
    }
  };
  return { name: 'audit.log', server: '', open };
}

it('loses no damaged line without counting it, nor a line behind it', async () => {
  const random = randomFrom(SEED);
  for (let round = 0; round < LINES; round += 250) {
    const lines = Array.from({ length: 250 }, () => {
      const [line = '', other = ''] = [GENUINE[random(GENUINE.length)], GENUINE[random(GENUINE.length)]];
      return (DAMAGE[random(DAMAGE.length)]?.(line, other, random) ?? '').replaceAll('\n', ' ').trim() || 'x';
    });
    const whole = GENUINE.slice(random(1000)).slice(0, 250);
    const mixed = whole.flatMap((line, index) => [lines[index] ?? 'x', line]);
    const tally = new LogTally();
    const seen = new Set<string>();
    const take = (event: { bytes: () => Uint8Array }): undefined =>
      void seen.add(Buffer.from(event.bytes()).toString());
    for await (const _ of readLog(sourceOf(mixed, random), take, tally));
    const damaged = Object.values(tally.damaged).reduce((sum, count) => sum + count);
    expect(whole.filter((line) => !seen.has(line)).length).toBeLessThanOrEqual(tally.duplicates);
    expect(tally.events + tally.duplicates + damaged + tally.rest).toBeGreaterThanOrEqual(mixed.length);
    expect(tally.lines).toBe(mixed.length);
  }
});
