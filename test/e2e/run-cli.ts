import { stripVTControlCharacters } from 'node:util';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { execa } from 'execa';

/** The program under test: the build in `dist`, or the one KOPS_AUDIT_CLI names (an installed package, say). */
export const CLI: string =
  process.env['KOPS_AUDIT_CLI'] ?? fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));

export interface CliOptions {
  /** The whole environment: take the sandbox's. */
  env: Record<string, string>;
  cwd?: string;
}

export interface CliResult {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** What to type, and after which text: each answer waits for text that came after the one before. */
export interface Answer {
  after: string | RegExp;
  send: string;
  /** Done before it is typed. */
  first?: () => Promise<unknown>;
}

export interface PtyResult {
  exitCode: number;
  /** All that came to the terminal, without colours and cursor movements, `\n` at the line ends. */
  screen: string;
  /** The same, as it came. */
  raw: string;
}

const PTY_TIMEOUT_MS = 60_000;

/** Runs the built program with pipes (no terminal) and gives what it printed; never throws. */
export async function runCli(args: string[], options: CliOptions & { input?: string }): Promise<CliResult> {
  const { input = '', env, ...rest } = options;
  const { exitCode, stdout, stderr } = await execa(process.execPath, [CLI, ...args], {
    ...rest,
    env: { NODE_DISABLE_COMPILE_CACHE: '1', ...env },
    input,
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
  });
  return { exitCode, stdout, stderr };
}

/** Runs the built program on a terminal of its own and answers its questions. Throws if it does not end within a minute. */
export function runCliOnTerminal(args: string[], options: CliOptions & { answers: Answer[] }): Promise<PtyResult> {
  return runOnTerminal(process.execPath, [CLI, ...args], options);
}

/** Runs any program on a terminal of its own, 120 columns wide. Throws if it does not end within a minute. */
export function runOnTerminal(
  file: string,
  args: string[],
  options: CliOptions & { answers: Answer[] },
): Promise<PtyResult> {
  const env = { TERM: 'xterm-256color', ...options.env };
  const pty = spawn(file, args, {
    name: 'xterm-256color',
    cols: 120,
    rows: 40,
    env,
    cwd: options.cwd ?? process.cwd(),
  });
  const waiting = [...options.answers];
  let raw = '';
  let answered = 0;
  pty.onData((chunk) => {
    raw += chunk;
    const [next] = waiting;
    if (next === undefined || !matches(plain(raw.slice(answered)), next.after)) return;
    waiting.shift();
    answered = raw.length;
    void Promise.resolve(next.first?.()).then(() => pty.write(next.send));
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      pty.kill();
      reject(new Error(`it did not end; ${waiting.length} answers left; the terminal shows:\n${plain(raw)}`));
    }, PTY_TIMEOUT_MS);
    pty.onExit(({ exitCode }) => {
      clearTimeout(timer);
      resolve({ exitCode, screen: plain(raw), raw });
    });
  });
}

function matches(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
}

function plain(raw: string): string {
  return stripVTControlCharacters(raw).replaceAll(/\r+\n/g, '\n');
}
