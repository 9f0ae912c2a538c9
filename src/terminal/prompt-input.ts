import { PassThrough } from 'node:stream';
import type { Io } from './io.ts';

/** What a prompt reads from. */
export interface PromptInput {
  stream: NodeJS.ReadableStream;
  /** Aborted when there is nothing more to read: end of stdin, Ctrl-D, a terminal that is gone. */
  closed: AbortSignal;
  /** Stops reading, so that the process can end. */
  release(): void;
}

/**
 * Stands between a terminal and inquirer 14, which waits for ever on an input that has ended (the process then ends in the
 * middle, with status 13; at Ctrl-D readline only pauses its input), and lets an error of the input crash the process
 * (`read EIO`, where the terminal is gone).
 */
export function openPromptInput(input: Io['input'] & { setRawMode?: (mode: boolean) => unknown }): PromptInput {
  const stop = new AbortController();
  const onClosed = () => stop.abort();
  const setRawMode = (mode: boolean) => input.setRawMode?.(mode);
  const stream = Object.assign(new PassThrough(), { isTTY: true, setRawMode });
  const events = ['end', 'close', 'error'] as const;
  for (const event of events) input.on(event, onClosed);
  stream.on('pause', onClosed);
  input.pipe(stream, { end: false });
  const release = () => {
    input.unpipe(stream);
    for (const event of events) input.off(event, onClosed);
  };
  return { stream, closed: stop.signal, release };
}
