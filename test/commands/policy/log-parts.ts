import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Part } from '../../../src/commands/policy/replay-parts.ts';
import type { LogSource } from '../../../src/events/event.ts';
import { fileSource } from '../../../src/input/log-files.ts';
import { temporaryFolder } from '../../input/temporary.ts';
import { linesOf } from '../../replay/logs.ts';

/** Genuine lines that are not long. */
export const LINES: readonly Buffer[] = linesOf('API traffic with controllers')
  .map((line) => Buffer.from(line))
  .filter(({ length }) => length < 4000);

export function sourceOf(path: string): LogSource {
  return fileSource(path, { onMissing: (text) => expect.fail(text) });
}

/** The parts of some files of lines, broken before some of these. */
export function partsAt(files: readonly (readonly Buffer[])[], isBreak: (line: number) => boolean): Part[] {
  const folder = temporaryFolder();
  let line = 0;
  return files.flatMap((lines, file) => {
    const path = join(folder, `audit-${file}.log`);
    writeFileSync(path, Buffer.concat(lines.flatMap((each) => [each, Buffer.from('\n')])));
    const source = sourceOf(path);
    const ends: number[] = [];
    let to = 0;
    for (const each of lines) {
      if (to > 0 && isBreak((line += 1))) ends.push(to);
      to += each.length + 1;
    }
    ends.push(to);
    return ends.map((end, at) => ({ source, range: { from: ends[at - 1] ?? 0, to: end, isLast: end === to } }));
  });
}
