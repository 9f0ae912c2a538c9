import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followFile } from '../../src/input/follow.ts';

let dir: string;
let log: string;
let gaps: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'follow-'));
  log = join(dir, 'audit.log');
  gaps = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Begins to follow, takes each step of `steps` between two looks, and gives all that came. */
async function follow(steps: readonly (() => void)[], isFromStart = false): Promise<string> {
  const stop = new AbortController();
  const options = {
    signal: stop.signal,
    isFromStart,
    onGap: (text: string) => gaps.push(text),
    pauses: [1, 1] as const,
  };
  let text = '';
  const reading = (async () => {
    for await (const chunk of followFile(log, options)) text += Buffer.from(chunk).toString();
  })();
  await looks();
  for (const step of steps) {
    step();
    await looks();
  }
  stop.abort();
  await reading;
  return text;
}

/** Long enough for it to look several times; what is not seen until the end is seen at the end. */
function looks(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

const write = (text: string) => () => appendFileSync(log, text);

function rotate(second: number, ending = '.log'): void {
  const name = join(dir, `audit-2026-11-23T05-55-0${second}.000`);
  renameSync(log, `${name}.log`);
  if (ending === '.log') return;
  writeFileSync(`${name}.log.gz`, gzipSync(readFileSync(`${name}.log`)));
  unlinkSync(`${name}.log`);
}

describe('followFile', () => {
  it('gives what is written from now on, or also what was there', async () => {
    writeFileSync(log, 'old\n');
    expect(await follow([write('one\n'), write('two\n')])).toBe('one\ntwo\n');
    expect(await follow([write('three\n')], true)).toBe('old\none\ntwo\nthree\n');
  });

  it('waits for a file that is not there', async () => {
    expect(await follow([() => {}, write('one\n')])).toBe('one\n');
    expect(gaps).toEqual([`${log} is not there yet: it is waited for`]);
  });

  it.each(['.log', '.gz'])('goes on across rotations, several between two looks, to %s', async (ending) => {
    writeFileSync(log, '');
    const several = (): void => {
      appendFileSync(log, 'one\n');
      rotate(1, ending);
      appendFileSync(log, 'two\n');
      rotate(2, ending);
      appendFileSync(log, 'three\n');
      rotate(3, ending);
      appendFileSync(log, 'four\n');
    };
    expect(await follow([several, write('five\n')])).toBe('one\ntwo\nthree\nfour\nfive\n');
    expect(gaps).toEqual([]);
  });

  it('takes nothing for new that was rotated away before, also where it is compressed meanwhile', async () => {
    writeFileSync(log, 'before\n');
    rotate(1);
    writeFileSync(log, '');
    const compress = (): void => {
      const name = join(dir, 'audit-2026-11-23T05-55-01.000.log');
      writeFileSync(`${name}.gz`, gzipSync(readFileSync(name)));
      unlinkSync(name);
    };
    expect(await follow([compress, write('one\n'), () => rotate(2), write('two\n')])).toBe('one\ntwo\n');
  });

  it('reads on behind a rename until there is a new file', async () => {
    writeFileSync(log, '');
    const late = (): void => appendFileSync(join(dir, 'audit-2026-11-23T05-55-01.000.log'), 'late\n');
    expect(await follow([write('one\n'), () => rotate(1), late, write('two\n')])).toBe('one\nlate\ntwo\n');
  });

  it('begins anew where the file was cut, and says so', async () => {
    writeFileSync(log, '');
    expect(await follow([write('one one one\n'), () => truncateSync(log), write('two\n')])).toBe('one one one\ntwo\n');
    expect(gaps).toEqual([`${log} was cut while it was followed: what was written before that may be missing`]);
  });
});
