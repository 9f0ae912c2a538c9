import type { Io } from './io.ts';

export interface PagerOptions {
  io: Pick<Io, 'promptOutput'>;
  /** Where `PAGER` is looked for. */
  env: Readonly<Record<string, string | undefined>>;
}

/** With colours; git's own choice, but that a short text is shown like a long one: what was on the screen comes back. */
const LESS = 'less -R';

/**
 * Shows a text on the terminal of stderr in `$PAGER`, else in less, and waits until the person leaves it. Where the pager is empty or
 * `cat`, is not there, or fails, the text is printed. Never throws.
 */
export async function page(text: string, { io, env }: PagerOptions): Promise<void> {
  const pager = env['PAGER'] ?? LESS;
  const isShown = pager.trim() !== '' && pager.trim() !== 'cat' && (await run(pager, text));
  if (!isShown) io.promptOutput.write(text);
}

/** Ctrl-C is meant for the pager while it runs: the terminal sends it to us too. */
async function run(pager: string, text: string): Promise<boolean> {
  const listeners = process.listeners('SIGINT');
  process.removeAllListeners('SIGINT').on('SIGINT', ignore);
  try {
    return await ended(pager, text);
  } finally {
    process.off('SIGINT', ignore);
    for (const listener of listeners) process.on('SIGINT', listener);
  }
}

function ignore(): void {}

/** `$PAGER` is a command line, which a shell reads: git does it so too (`pager.c`, 2.43). */
async function ended(pager: string, text: string): Promise<boolean> {
  const { spawn } = await import('node:child_process'); // loads for longer than the question takes to show
  return new Promise((resolve) => {
    const child = spawn('sh', ['-c', pager], { stdio: ['pipe', 2, 2] });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
    child.stdin?.on('error', ignore).end(text); // who leaves it early does not read to the end
  });
}
