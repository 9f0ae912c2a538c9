import type { Io } from './terminal/io.ts';

/** What a command gets from the outside. */
export interface Context {
  io: Io;
  env: Readonly<Record<string, string | undefined>>;
  now: () => Date;
  /** Aborted with an InterruptError when the person or the system asks us to stop. */
  interrupt: AbortSignal;
}
