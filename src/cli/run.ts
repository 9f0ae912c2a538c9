import type { Context } from '../context.ts';

/** Runs one command with what it gets from the outside, and keeps its exit status. */
export type Run = (command: (context: Context) => Promise<number>) => Promise<void>;
