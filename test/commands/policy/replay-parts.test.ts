import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../src/commands/policy/replay-parts.ts';
import type { LogSource } from '../../../src/events/event.ts';
import { temporaryFolder } from '../../input/temporary.ts';
import { LINES, partsAt, sourceOf } from './log-parts.ts';

const EVERY = 10_000_000;

/** A file of 600 MB that takes no room: a line, then nothing but a line feed here and there. */
function bigFile(first: Buffer): string {
  const path = join(temporaryFolder(), 'audit.log');
  const file = openSync(path, 'w');
  writeSync(file, Buffer.concat([first, Buffer.from('\n')]));
  ftruncateSync(file, 60 * EVERY);
  for (let place = EVERY; place < 60 * EVERY; place += EVERY) writeSync(file, Buffer.from('\n'), 0, 1, place - 1);
  closeSync(file);
  return path;
}

function fail(): never {
  expect.fail('nothing is read');
}

describe('partsOf', () => {
  it('breaks a big file at ends of lines, into parts that are not large', () => {
    const source = sourceOf(bigFile(LINES[0] ?? Buffer.from('')));
    expect(partsOf([source], 1)).toEqual([]);
    expect(partsOf([source], 2)).toEqual([]);
    const ranges = partsOf([source], 3).flatMap(({ range }) => range ?? []);
    expect(ranges.length).toBeGreaterThan(16);
    for (const [at, { from, to, isLast }] of ranges.entries()) {
      expect(from).toBe(ranges[at - 1]?.to ?? 0);
      expect([to % EVERY, isLast]).toEqual([0, to === 60 * EVERY]);
      expect(to - from).toBeLessThan(5 * EVERY);
    }
  });

  it('leaves whole what is no log of plain lines, and one thread with what is small or no file', () => {
    const [big, small] = [
      sourceOf(bigFile(Buffer.from('{"log":"x"}'))),
      sourceOf(partsAt([LINES.slice(0, 3)], () => false)[0]?.source.name ?? ''),
    ];
    expect(partsOf([big], 3)).toEqual([]);
    expect(partsOf([big, small], 3)).toEqual([{ source: big }, { source: small }]);
    expect(partsOf([small, small], 3)).toEqual([]);
    expect(partsOf([big, { ...small, isFile: false }], 3)).toEqual([]);
  });

  it('leaves it to who reads a file to say that it cannot be read', () => {
    const gone: LogSource = { name: join(temporaryFolder(), 'gone.log'), server: '', isFile: true, open: fail };
    const big = sourceOf(bigFile(Buffer.from('{"log":"x"}')));
    expect(partsOf([gone], 3)).toEqual([]);
    expect(partsOf([gone, big], 3)).toEqual([{ source: gone }, { source: big }]);
    expect(partsOf([gone, big, big, big], 2)).toHaveLength(4);
  });
});
