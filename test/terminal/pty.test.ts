import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as pty from '@lydell/node-pty';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { compileInto } from '../input/compiled.ts';
import { temporaryFolder } from '../input/temporary.ts';

const SOURCES = [
  'errors.ts',
  'report/fit.ts',
  'report/text.ts',
  'terminal/confirm.ts',
  'terminal/io.ts',
  'terminal/output.ts',
  'terminal/pager.ts',
  'terminal/prompt.ts',
];

/** Asks twice, and tells on stdout (a file: stdout is not the terminal) how it went. */
const PROGRAM = `
import { appendFileSync } from 'node:fs';
import { confirm } from './terminal/confirm.js';
import { processIo } from './terminal/io.js';
const tell = (text) => appendFileSync(new URL('told', import.meta.url), text + '\\n');
process.on('SIGHUP', () => tell('SIGHUP'));
process.on('uncaughtException', (error) => tell('uncaught ' + error.message));
process.on('exit', (code) => tell('exit ' + code));
const DETAILS = Array.from({ length: 40 }, (_, at) => 'detail ' + (at + 1) + '\\n').join('');
const io = processIo({ color: true });
try {
  for (const name of ['one', 'two']) {
    tell(name + ' ' + await confirm({ text: 'Go ' + name + '?', yes: 'It goes.', no: 'It stays.', details: { are: 'all of it', show: () => DETAILS } }, { default: false, io, env: process.env }));
    await io.progress.during('working', () => new Promise((resolve) => setTimeout(resolve, 700)));
  }
} catch (error) {
  tell(error.name + ' raw ' + process.stdin.isRaw);
  process.exitCode = 130;
}
`;

/** A pager that tells what it is given, and waits for a line on the terminal as less does for q. */
const PAGER =
  'trap "echo PAGER CTRL-C" INT; echo PAGER HAS $(wc -l); while ! read line </dev/tty; do :; done; echo PAGER GOT $line';

interface Session {
  screen: () => string;
  told: () => string[];
  type: (keys: string) => void;
  terminal: pty.IPty;
  ended: Promise<number>;
}

function start(env: Record<string, string> = {}): Session {
  const folder = temporaryFolder();
  compileInto(folder, SOURCES);
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'program.js'), PROGRAM);
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const options = { cols: 80, rows: 24, env: { ...inherited, TERM: 'xterm-256color', ...env } };
  const terminal = pty.spawn(process.execPath, [join(folder, 'program.js')], options);
  let screen = '';
  terminal.onData((data) => (screen += data));
  const ended = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  onTestFinished(() => kill(terminal));
  const told = () => readTold(join(folder, 'told'));
  return { screen: () => screen, told, type: (keys) => terminal.write(keys), terminal, ended };
}

function kill(terminal: pty.IPty): void {
  try {
    process.kill(terminal.pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

function readTold(path: string): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

function shows(session: Session, text: string): Promise<void> {
  return vi.waitFor(() => expect(session.screen()).toContain(text), { timeout: 10_000 });
}

describe('confirm in a real terminal', { timeout: 30_000 }, () => {
  it('takes answers, shows progress in between and wipes it away', async () => {
    const session = start();
    await shows(session, 'Go one?');
    session.type('y\r');
    await shows(session, 'working … 0 s');
    await shows(session, 'Go two?');
    session.type('\r');
    expect(await session.ended).toBe(0);
    expect(session.told()).toEqual(['one true', 'two false', 'exit 0']);
    expect(session.screen()).toContain(`\r${' '.repeat(13)}\r`);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is interrupted by %s, and leaves the terminal sane', async (_, key) => {
    const session = start();
    await shows(session, 'Go one?');
    session.type(key);
    expect(await session.ended).toBe(130);
    expect(session.told()).toEqual(['InterruptError raw false', 'exit 130']);
    expect(session.screen().lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(
      session.screen().lastIndexOf('\u001b[?25l'),
    );
  });

  it('is interrupted by Ctrl-C at the second question too', async () => {
    const session = start();
    await shows(session, 'Go one?');
    session.type('y\r');
    await shows(session, 'Go two?');
    session.type('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.told()).toEqual(['one true', 'InterruptError raw false', 'exit 130']);
  });

  it('ends when the terminal goes away', async () => {
    const session = start();
    await shows(session, 'Go one?');
    (session.terminal as unknown as { destroy(): void }).destroy();
    await vi.waitFor(() => expect(session.told().at(-1)).toMatch(/^exit/), { timeout: 10_000 });
    expect(session.told()).toContain('exit 130');
    expect(session.told().join()).not.toContain('uncaught');
  });

  it('shows no colour with NO_COLOR', async () => {
    const session = start({ NO_COLOR: '1' });
    await shows(session, 'Go one?');
    expect(session.screen()).not.toMatch(/\u001b\[[0-9;]*m/);
    session.type('\u0003');
    expect(await session.ended).toBe(130);
  });

  it('explains behind ?, and asks again', async () => {
    const session = start();
    await shows(session, 'Go one?');
    session.type('?');
    await shows(session, 'It goes.');
    expect(session.screen()).toContain('It stays. Enter alone means n.');
    expect(session.screen()).toContain('Shows all of it, then asks again.');
    session.type('y\r');
    await shows(session, 'Go two?');
    session.type('y\r');
    expect(await session.ended).toBe(0);
    expect(session.told().slice(0, 2)).toEqual(['one true', 'two true']);
  });

  it('takes nothing else for an answer', async () => {
    const session = start();
    await shows(session, 'Go one?');
    session.type('yep\r');
    await shows(session, 'Type y or n, d to see it all, or ? for what these do.');
    session.type('y\r');
    await shows(session, 'Go two?');
    session.type('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.told()[0]).toBe('one true');
  });

  it('shows the details in the pager, which has the keys and Ctrl-C to itself, and asks again', async () => {
    const session = start({ PAGER: PAGER });
    await shows(session, 'Go one?');
    session.type('d');
    await shows(session, 'PAGER HAS 40');
    session.type('\u0003');
    await shows(session, 'PAGER CTRL-C');
    session.type('y\r');
    await shows(session, 'PAGER GOT y');
    await vi.waitFor(() => expect(session.screen().split('Go one?').length).toBeGreaterThan(2), { timeout: 10_000 });
    expect(session.told()).toEqual([]);
    session.type('y\r');
    await shows(session, 'Go two?');
    session.type('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.told()).toEqual(['one true', 'InterruptError raw false', 'exit 130']);
  });

  it.each(['/nowhere/pager', 'exit 3;', 'cat', ''])('prints the details where PAGER is %j', async (PAGER) => {
    const session = start({ PAGER });
    await shows(session, 'Go one?');
    session.type('d');
    await shows(session, 'detail 40');
    await vi.waitFor(() => expect(session.screen().split('Go one?').length).toBeGreaterThan(2), { timeout: 10_000 });
    session.type('n\r');
    await shows(session, 'Go two?');
    session.type('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.told()[0]).toBe('one false');
  });
});
