import { safeText } from '../report/safe-text.ts';

const DELAY = 500;

/** One line on stderr that says what is going on, for what takes longer than half a second. Only on a terminal. */
export interface Progress {
  /** Shows `text` (asked for anew each time) and the seconds while `work` runs, and wipes them away after. Gives what `work` gives. */
  during<T>(text: string | (() => string), work: () => Promise<T>): Promise<T>;
  /** Wipes the line away for now, so that something else can be written. It comes back by itself. */
  clear(): void;
}

/** @param stream Where the line goes; nothing is ever written where it is not a terminal. */
export function createProgress(stream: NodeJS.WritableStream & { isTTY?: boolean; columns?: number }): Progress {
  let shown = 0;
  const clear = () => {
    if (shown > 0) stream.write(`\r${' '.repeat(shown)}\r`);
    shown = 0;
  };
  const show = (text: string) => {
    const line = Array.from(text).slice(0, (stream.columns ?? 80) - 1);
    clear();
    stream.write(`\r${line.join('')}`);
    shown = line.length;
  };
  return { during: (text, work) => (stream.isTTY ? withLine(text, work, { show, clear }) : work()), clear };
}

interface Line {
  show(text: string): void;
  clear(): void;
}

async function withLine<T>(text: string | (() => string), work: () => Promise<T>, line: Line): Promise<T> {
  const start = performance.now();
  const safe = (): string => safeText(typeof text === 'string' ? text : text()).replaceAll('\n', ' ');
  const timer = setInterval(() => line.show(`${safe()} … ${Math.floor((performance.now() - start) / 1000)} s`), DELAY);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    line.clear();
  }
}
