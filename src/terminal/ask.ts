import { InterruptError } from '../errors.ts';
import { openPromptInput } from './prompt-input.ts';
import { prompt, type Asked, type AskIo } from './prompt-question.ts';

/** What the person did. `draft` is what the cursor was on, or what was typed. */
export type Reply = { type: 'answer'; value: string } | { type: 'back' } | { type: 'explain'; draft: string };

type Key = 'back' | 'explain' | 'resize';

/**
 * Asks one question on stderr, in place: nothing of it is left on the screen. `?` and `<` act at once, as long as nothing is typed.
 *
 * @param describe is asked again after the terminal changed its size.
 * @throws InterruptError for Ctrl-C, Ctrl-D, and a terminal that goes away.
 */
export async function ask(describe: () => Asked, io: AskIo): Promise<Reply> {
  io.progress.clear();
  let draft: string | null = null;
  for (;;) {
    const reply = await askOnce(redrawn(describe(), draft), io);
    if (reply.type !== 'resize') return reply;
    draft = reply.draft;
    io.promptOutput.write(CLEAR_SCREEN);
  }
}

/** A terminal wraps what is shown anew when it gets narrower, and inquirer then wipes away too few lines. */
const CLEAR_SCREEN = '\u001b[H\u001b[J';

function redrawn(asked: Asked, draft: string | null): Asked {
  if (draft === null) return asked;
  return asked.choices === undefined ? { ...asked, typed: draft } : { ...asked, default: draft };
}

async function askOnce(asked: Asked, io: AskIo): Promise<Reply | { type: 'resize'; draft: string }> {
  const input = openPromptInput(io.input);
  const keys = new AbortController();
  const press = (key: Key): void => keys.abort(key);
  const onResize = (): void => press('resize');
  const seen = { draft: asked.typed ?? (asked.choices === undefined ? '' : asked.default) };
  input.stream.on('data', (chunk: Buffer) => {
    const key = keyOf(chunk.toString(), asked, seen.draft);
    if (key !== null) press(key);
  });
  io.promptOutput.on('resize', onResize);
  try {
    const signal = AbortSignal.any([input.closed, keys.signal]);
    return { type: 'answer', value: await prompt(asked, seen, { io, input: input.stream, signal }) };
  } catch (error) {
    return replyTo(error, keys.signal, seen.draft);
  } finally {
    io.promptOutput.off('resize', onResize);
    input.release();
  }
}

function keyOf(chunk: string, { choices, canGoBack }: Asked, typed: string): Key | null {
  if (choices === undefined && typed !== '') return null;
  if (chunk === '?') return 'explain';
  const isBack = chunk === '<' || (choices !== undefined && chunk === LEFT);
  return isBack && canGoBack ? 'back' : null;
}

const LEFT = '\u001b[D';

function replyTo(error: unknown, keys: AbortSignal, draft: string): Reply | { type: 'resize'; draft: string } {
  const isEnd = error instanceof Error && ['ExitPromptError', 'AbortPromptError'].includes(error.name);
  if (!isEnd) throw error;
  if (!keys.aborted) throw new InterruptError('Interrupted. Nothing was changed.');
  const key = keys.reason as Key;
  return key === 'back' ? { type: 'back' } : { type: key, draft };
}
