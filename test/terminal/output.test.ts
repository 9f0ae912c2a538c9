import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directOutput, type OutputStream } from '../../src/terminal/output.ts';

let folder = '';
let fds: number[] = [];

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'kops-audit-output-'))));
afterEach(() => {
  for (const fd of fds.splice(0)) closeSync(fd);
  rmSync(folder, { recursive: true });
});

function opened(path: string, flags: string | number): number {
  const fd = openSync(path, flags);
  fds = [...fds, fd];
  return fd;
}

/** A pipe that nobody reads and that takes what fits into it. */
function pipe(): number {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  return opened(path, constants.O_RDWR | constants.O_NONBLOCK);
}

function drained(fd: number): string {
  const bytes = Buffer.alloc(1024 * 1024);
  return bytes.toString('utf8', 0, readSync(fd, bytes));
}

/** Node's stream of an output, and how often it was asked for. */
function nodes(extras: { isTTY?: boolean; columns?: number } = {}): { open: () => OutputStream; got: () => string } {
  const stream = Object.assign(new PassThrough({ highWaterMark: 1024 * 1024 }), extras);
  let times = 0;
  return {
    open: () => {
      times += 1;
      return stream;
    },
    got: () => `${times}: ${String(stream.read() ?? '')}`,
  };
}

describe('directOutput', () => {
  it('writes to a file and to a pipe without the stream', () => {
    const path = join(folder, 'out');
    const fd = pipe();
    const { open, got } = nodes();
    let done = 0;
    for (const each of [directOutput(opened(path, 'w'), open), directOutput(fd, open)]) {
      each.write('año\n', (error) => (done += error ? 0 : 1));
      each.write(Buffer.from('bytes\n'));
      expect([each.isTTY, each.columns]).toEqual([false, undefined]);
    }
    expect(readFileSync(path, 'utf8')).toBe('año\nbytes\n');
    expect(drained(fd)).toBe('año\nbytes\n');
    expect([done, got()]).toEqual([2, '0: ']);
  });

  it('leaves a device to the stream, and has its width of the moment', () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
    const output = directOutput(opened('/dev/null', 'w'), () => terminal);
    expect([output.isTTY, output.columns]).toEqual([true, 100]);
    terminal.columns = 60;
    output.write('x');
    expect([output.columns, String(terminal.read())]).toEqual([60, 'x']);
  });

  it('hands on what could have to wait for a reader, and all that comes after it', () => {
    const fd = pipe();
    const { open, got } = nodes();
    const output = directOutput(fd, open);
    output.write('a');
    output.write('b'.repeat(64 * 1024));
    output.write('c');
    expect(drained(fd)).toBe('a');
    expect(got()).toBe(`1: ${'b'.repeat(64 * 1024)}c`);
  });

  it('hands on the rest where a pipe is full', () => {
    const fd = pipe();
    directOutput(fd, nodes().open).write('x'.repeat(64 * 1024 - 4096));
    const { open, got } = nodes();
    directOutput(fd, open).write('y'.repeat(10_000));
    const taken = drained(fd).replaceAll('x', '').length;
    expect(taken).toBeLessThan(10_000);
    expect(got()).toBe(`1: ${'y'.repeat(10_000 - taken)}`);
  });

  it('hands on what cannot be written, so that the stream tells why', () => {
    const path = join(folder, 'read-only');
    opened(path, 'w');
    const { open, got } = nodes();
    directOutput(opened(path, 'r'), open).write('x');
    expect(got()).toBe('1: x');
  });

  it('goes through the stream once somebody has it', () => {
    const fd = pipe();
    const { open, got } = nodes();
    const output = directOutput(fd, open);
    output.stream();
    output.write('x');
    expect(got()).toBe('1: x');
  });
});
