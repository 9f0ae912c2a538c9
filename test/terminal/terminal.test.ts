import { PassThrough, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AbortError, InterruptError, ExternalError } from '../../src/errors.ts';
import { confirm } from '../../src/terminal/confirm.ts';
import { createProgress, type Io, processIo, streamStyle } from '../../src/terminal/io.ts';

type FakeTerminal = PassThrough & { isTTY: boolean; columns?: number; getColorDepth: () => number };

function terminal(isTTY = true, columns?: number): FakeTerminal {
  const extras = { isTTY, getColorDepth: () => (process.env['NO_COLOR'] ? 1 : 8), ...(columns && { columns }) };
  return Object.assign(new PassThrough(), extras);
}

function written(stream: PassThrough): string {
  return String(stream.read() ?? '');
}

function failing(code: string): Writable {
  const error = Object.assign(new Error(`write ${code}`), { code });
  return new Writable({ write: (_chunk, _encoding, done) => done(error) });
}

function ioOf({ stdin = terminal(), stdout = terminal(), stderr = terminal() }): Io {
  return processIo({ color: false }, { stdin, stdout, stderr });
}

beforeEach(() => {
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('FORCE_COLOR', undefined);
});
afterEach(() => void vi.unstubAllEnvs());

describe('processIo', () => {
  it('keeps data and talk apart', async () => {
    const [stdout, stderr] = [terminal(), terminal()];
    const io = ioOf({ stdout, stderr });
    await io.stdout('data\n');
    io.stderr('talk\n');
    expect(written(stdout)).toBe('data\n');
    expect(written(stderr)).toBe('talk\n');
  });

  it.each([
    [true, true, true],
    [false, true, false],
    [true, false, false],
  ])('stdin a terminal %s, stderr a terminal %s: can ask %s', (stdin, stderr, expected) => {
    expect(ioOf({ stdin: terminal(stdin), stdout: terminal(false), stderr: terminal(stderr) }).isInteractive).toBe(
      expected,
    );
  });

  it('knows the width of the moment, and 80 where there is none', () => {
    const stderr = terminal(true, 100);
    const io = ioOf({ stderr });
    expect(io.columns).toBe(100);
    stderr.columns = 60;
    expect(io.columns).toBe(60);
    expect(ioOf({ stderr: terminal(false) }).columns).toBe(80);
  });

  it('drops data quietly when the reader of the pipe is gone, and does not crash on stderr either', async () => {
    const io = processIo({ color: false }, { stdin: terminal(), stdout: failing('EPIPE'), stderr: failing('EPIPE') });
    await expect(io.stdout('x')).resolves.toBeUndefined();
    await expect(io.stdout('after the stream was destroyed')).resolves.toBeUndefined();
    io.stderr('x');
    await new Promise(setImmediate);
  });

  it('does not crash when the terminal is gone between two questions', async () => {
    const stdin = terminal();
    expect(ioOf({ stdin }).isInteractive).toBe(true);
    stdin.destroy(new Error('read EIO'));
    await new Promise(setImmediate);
    expect(stdin.destroyed).toBe(true);
  });

  it('says when data cannot be written for another reason', async () => {
    const io = processIo({ color: false }, { stdin: terminal(), stdout: failing('ENOSPC'), stderr: terminal() });
    const error = await io.stdout('x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ExternalError);
    expect((error as ExternalError).message).toBe('stdout cannot be written: write ENOSPC');
  });

  it('adds its listeners once', () => {
    const stdout = terminal();
    for (let count = 0; count < 20; count += 1) ioOf({ stdout });
    expect(stdout.listenerCount('error')).toBe(1);
  });
});

describe('streamStyle', () => {
  const red = (stream: FakeTerminal, color = true) => streamStyle(stream, color).red('x') !== 'x';

  it('colours on a terminal only, and not with --no-color or NO_COLOR', () => {
    expect(red(terminal())).toBe(true);
    expect(red(terminal(false))).toBe(false);
    expect(red(terminal(), false)).toBe(false);
    vi.stubEnv('NO_COLOR', '1');
    expect(red(terminal())).toBe(false);
  });

  it('gives every way of marking up its code', () => {
    const { bold, dim, green, yellow, cyan } = streamStyle(terminal(), true);
    expect([bold, dim, green, yellow, cyan].map((paint) => paint('x'))).toEqual([
      '\u001b[1mx\u001b[22m',
      '\u001b[2mx\u001b[22m',
      '\u001b[32mx\u001b[39m',
      '\u001b[33mx\u001b[39m',
      '\u001b[36mx\u001b[39m',
    ]);
  });
});

describe('progress', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  async function during(stream: FakeTerminal, milliseconds: number, text = 'asking kops'): Promise<string> {
    let end = () => {};
    const work = createProgress(stream).during(
      text,
      () => new Promise<string>((resolve) => (end = () => resolve('done'))),
    );
    vi.advanceTimersByTime(milliseconds);
    const shown = written(stream);
    end();
    expect(await work).toBe('done');
    return shown;
  }

  it('says nothing for what is quick, or where no terminal is', async () => {
    const quick = terminal();
    expect(await during(quick, 400)).toBe('');
    expect(written(quick)).toBe('');
    expect(await during(terminal(false), 5000)).toBe('');
  });

  it('shows one line and wipes it away', async () => {
    const stream = terminal();
    expect(await during(stream, 600)).toBe('\rasking kops … 0 s');
    expect(written(stream)).toBe(`\r${' '.repeat(17)}\r`);
  });

  it('counts the seconds, and never wraps or obeys control characters', async () => {
    expect(await during(terminal(), 2500)).toContain('\rasking kops … 2 s');
    expect(await during(terminal(true, 10), 600, 'a\u001b[2J\nbcdefghijkl')).toBe('\ra\\x1b[2J ');
  });

  it('wipes the line also when the work fails', async () => {
    const stream = terminal();
    let fail = () => {};
    const work = createProgress(stream).during(
      'x',
      () => new Promise((_, reject) => (fail = () => reject(new Error('no')))),
    );
    vi.advanceTimersByTime(600);
    fail();
    await expect(work).rejects.toThrow('no');
    expect(written(stream).endsWith('\r')).toBe(true);
    vi.advanceTimersByTime(5000);
    expect(written(stream)).toBe('');
  });

  it('makes way for what is said meanwhile', () => {
    const stderr = terminal();
    const io = ioOf({ stderr });
    void io.progress.during('x', () => new Promise(() => {}));
    vi.advanceTimersByTime(600);
    io.stderr('a warning\n');
    expect(written(stderr)).toBe(`\rx … 0 s\r${' '.repeat(7)}\ra warning\n`);
  });
});

/** What is typed before a question is shown is dropped. */
async function whenAsked(stderr: FakeTerminal): Promise<void> {
  await vi.waitFor(() => expect(stderr.readableLength).toBeGreaterThan(0), { timeout: 10_000 });
  await new Promise(setImmediate);
}

const QUESTION = { text: 'Write this?', yes: 'It is written.', no: 'It is not written.' };

describe('confirm', { timeout: 20_000 }, () => {
  async function answer(keys: string, preset = false): Promise<{ result: unknown; shown: string; stdout: string }> {
    const [stdin, stdout, stderr] = [terminal(), terminal(), terminal()];
    const asked = confirm(QUESTION, { env: {}, default: preset, io: ioOf({ stdin, stdout, stderr }) });
    await whenAsked(stderr);
    stdin.write(keys);
    const result = await asked.catch((thrown: unknown) => thrown);
    return { result, shown: written(stderr), stdout: written(stdout) };
  }

  it.each([
    ['y\r', false, true],
    ['Y\r', false, true],
    ['n\r', true, false],
    ['\r', false, false],
    ['\r', true, true],
    ['rubbish\b\b\b\b\b\b\by\r', false, true],
  ])('takes %j with the default %s for %s', async (keys, preset, expected) => {
    expect((await answer(keys, preset)).result).toBe(expected);
  });

  it('asks on stderr and leaves stdout alone', async () => {
    const { shown, stdout } = await answer('y\r');
    expect(shown).toContain('Write this?');
    expect(stdout).toBe('');
  });

  it('is interrupted by Ctrl-C and by Ctrl-D', async () => {
    for (const key of ['\u0003', '\u0004']) {
      const { result } = await answer(key);
      expect(result).toBeInstanceOf(InterruptError);
      expect((result as Error).message).toBe('Interrupted. Nothing was written.');
    }
  });

  it.each<[string, (stdin: FakeTerminal) => void]>([
    ['ends', (stdin) => stdin.end()],
    ['is closed', (stdin) => stdin.destroy()],
    ['fails, as when the terminal is gone', (stdin) => stdin.destroy(new Error('read EIO'))],
  ])('is interrupted when stdin %s', async (_, close) => {
    const [stdin, stderr] = [terminal(), terminal()];
    const io = ioOf({ stdin, stderr });
    const asked = confirm(QUESTION, { env: {}, default: false, io }).catch((thrown: unknown) => thrown);
    await whenAsked(stderr);
    close(stdin);
    expect(await asked).toBeInstanceOf(InterruptError);
  });

  it('leaves no listeners behind', async () => {
    const [stdin, stderr] = [terminal(), terminal()];
    const count = () => ['end', 'close', 'error', 'pause'].map((event) => stdin.listenerCount(event));
    const io = ioOf({ stdin, stderr });
    expect(io.input).toBe(stdin); // what is heard of it as long as the program runs
    const before = count();
    const asked = confirm(QUESTION, { env: {}, default: false, io });
    await whenAsked(stderr);
    stdin.write('y\r');
    await asked;
    expect(count()).toEqual(before);
  });

  it('asks nothing without a terminal, and says what to give instead', async () => {
    const stderr = terminal();
    const io = ioOf({ stdin: terminal(false), stderr });
    const error = await confirm(QUESTION, { env: {}, default: true, io }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AbortError);
    expect(error).not.toBeInstanceOf(InterruptError);
    expect((error as AbortError).message).toBe('A terminal is needed to ask: Write this? Nothing was written.');
    expect((error as AbortError).hint).toContain('--yes');
    expect(written(stderr)).toBe('');
  });

  it('does not let a name in the question play tricks', async () => {
    const [stdin, stderr] = [terminal(), terminal()];
    const asked = confirm(
      { ...QUESTION, text: 'Write \u001b[31mx\u001b]0;title\u0007?' },
      { env: {}, default: false, io: ioOf({ stdin, stderr }) },
    );
    await whenAsked(stderr);
    stdin.write('y\r');
    await asked;
    expect(written(stderr)).toContain('Write \\x1b[31mx\\x1b]0;title\\x07?');
  });
});
