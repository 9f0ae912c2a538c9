import { Transform } from 'node:stream';
import type { Style } from '../report/text.ts';
import type { Io } from './io.ts';

/** What a prompt reads from. */
interface PromptInput {
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
 *
 * @param translate the keys that the prompt gets instead of those that were pressed.
 */
export function openPromptInput(
  input: Io['input'] & { setRawMode?: (mode: boolean) => unknown },
  translate: (keys: string) => string = (keys) => keys,
): PromptInput {
  const stop = new AbortController();
  const onClosed = () => stop.abort();
  const setRawMode = (mode: boolean) => input.setRawMode?.(mode);
  const keys = new Transform({
    decodeStrings: true,
    transform: (chunk: Buffer, _, done) => done(null, translate(chunk.toString())),
  });
  const stream = Object.assign(keys, { isTTY: true, setRawMode });
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

/** Whether inquirer threw this because a prompt ended without an answer: Ctrl-C, or its signal. */
export function isEndOfPrompt(error: unknown): boolean {
  return error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);
}

/**
 * The look of our prompts: bold and dim letters of the terminal's own colour, which are there on a light and on a dark ground.
 * inquirer's own theme is blue and cyan, and yellow while it waits.
 *
 * @param title stands in front, also while an answer is checked.
 */
export function promptTheme(style: Style, title: string): PromptTheme {
  const same = (text: string): string => text;
  const bold = (text: string): string => style.bold(text);
  return {
    prefix: { idle: bold(title), done: bold('✔') },
    spinner: { interval: 1000, frames: [bold(title)] },
    style: {
      message: same,
      answer: bold,
      highlight: bold,
      description: same,
      error: (text) => bold(`! ${text}`),
      defaultAnswer: (text) => style.dim(`(${text})`),
      help: (text) => style.dim(text),
    },
  };
}

/** What inquirer takes of it. */
interface PromptTheme {
  prefix: { idle: string; done: string };
  spinner: { interval: number; frames: string[] };
  style: Record<
    'message' | 'answer' | 'highlight' | 'description' | 'error' | 'defaultAnswer' | 'help',
    (text: string) => string
  >;
}
