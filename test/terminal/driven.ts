import { spawn } from '@lydell/node-pty';
import { createScreen } from './screen.ts';

/** A program on a terminal of its own, 80 columns wide and 24 lines high, driven key by key. */
export interface Driven {
  /** Waits for a question that is drawn to its end, with the text on the screen; gives the screen. Throws with it after 20 seconds. */
  shows(text: string): Promise<string>;
  /** Types, and forgets what was shown before: the next `shows` waits for something new. */
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Waits for the end; gives the exit status. */
  ended(): Promise<number>;
  /** What the screen holds now, scrolled lines included. */
  screen(): string;
  /** All that came, as it came. */
  raw(): string;
  kill(): void;
}

const PATIENCE_MS = 20_000;

/** inquirer ends each drawing by putting the cursor where the answer is typed. */
// oxlint-disable-next-line no-control-regex
const DRAWN = /\x1b\[\d+G$/;

/** Starts it. `env` is the whole environment; the terminal has 80 columns and 24 lines, or `size`. */
export function drive(
  file: string,
  args: string[],
  options: { env: Record<string, string>; cwd: string; size?: { cols: number; rows: number } },
): Driven {
  const size = options.size ?? { cols: 80, rows: 24 };
  const env = { TERM: 'xterm-256color', LANG: 'C.UTF-8', ...options.env };
  const pty = spawn(file, args, { name: 'xterm-256color', ...size, env, cwd: options.cwd });
  const screen = createScreen(size.cols, size.rows);
  let raw = '';
  let drawn = 0;
  let fresh = false;
  let look = (): void => {};
  const exit = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
  pty.onData((data) => {
    raw += data;
    fresh = true;
    look();
  });
  // Drawn when it is looked at: node-pty drops what is not read within 200 ms of the end, and drawing takes time.
  const draw = (): void => {
    screen.write(raw.slice(drawn));
    drawn = raw.length;
  };
  const shown = (): string => {
    draw();
    return screen.lines().join('\n').trimEnd();
  };
  return {
    shows: (text) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`never shown: ${text}\n${shown()}`)), PATIENCE_MS);
        look = () => {
          if (!fresh || !DRAWN.test(raw) || !shown().includes(text)) return;
          clearTimeout(timer);
          look = () => {};
          resolve(shown());
        };
        look();
      }),
    type(keys) {
      fresh = false;
      pty.write(keys);
    },
    resize(columns, rows) {
      fresh = false;
      draw();
      screen.resize(columns, rows);
      pty.resize(columns, rows);
    },
    ended: () => exit,
    screen: shown,
    raw: () => raw,
    kill: () => pty.kill(),
  };
}
