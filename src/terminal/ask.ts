import { InterruptError } from '../errors.ts';
import type { Io } from './io.ts';
import { isEndOfPrompt, openPromptInput, promptTheme } from './prompt.ts';

/** A question as it is shown; without choices the answer is typed. */
interface Asked {
  /** Bold, in front of `text`. */
  title: string;
  /** All that stands above the answer, as it fits the terminal now. */
  text: string;
  /** The last line of a list. */
  hint: string;
  choices?: readonly { value: string; name: string; description?: string }[];
  /** What Enter takes. */
  default: string;
  /** Typed already, to be edited. */
  typed?: string;
  canGoBack: boolean;
  /** Says what is wrong with a typed answer; null where it is fine. */
  check: (text: string) => Promise<string | null>;
}

/** What asking needs of the terminal. */
type AskIo = Pick<Io, 'input' | 'promptOutput' | 'progress' | 'style'>;

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
  if (!isEndOfPrompt(error)) throw error;
  if (!keys.aborted) throw new InterruptError('Interrupted. Nothing was changed.');
  const key = keys.reason as Key;
  return key === 'back' ? { type: 'back' } : { type: key, draft };
}

/** Where one question is asked. */
interface Edge {
  io: AskIo;
  input: NodeJS.ReadableStream;
  signal: AbortSignal;
}

/**
 * Shows one question with inquirer and gives its answer. `seen.draft` is kept up to date meanwhile: what the cursor is on, or
 * what is typed, as inquirer tells nobody. Throws inquirer's ExitPromptError and AbortPromptError.
 */
async function prompt(asked: Asked, seen: { draft: string }, { io, input, signal }: Edge): Promise<string> {
  const { createPromptModule } = (await import('inquirer')).default;
  const run = createPromptModule({ input, output: io.promptOutput, signal, clearPromptOnDone: true });
  const question = asked.choices === undefined ? typedQuestion(asked, seen, io) : listQuestion(asked, seen, io);
  return (await run<{ answer: string }>([question as never])).answer;
}

function listQuestion(
  { title, text, hint, choices = [], ...asked }: Asked,
  seen: { draft: string },
  io: AskIo,
): object {
  const theme = promptTheme(io.style, title);
  const highlight = (line: string): string => {
    seen.draft = choices.find(({ name }) => name === line.slice(line.indexOf(' ') + 1))?.value ?? seen.draft;
    return theme.style.highlight(line);
  };
  return {
    type: 'select',
    name: 'answer',
    message: text,
    default: asked.default,
    choices,
    loop: false,
    pageSize: linesLeft(text, choices, io),
    theme: { ...theme, style: { ...theme.style, highlight, keysHelpTip: () => io.style.dim(hint) } },
  };
}

/** The lines that are left for the list: inquirer cannot wipe away what has left the screen. */
function linesLeft(text: string, choices: NonNullable<Asked['choices']>, { promptOutput }: AskIo): number {
  const heights = choices.map(({ description = '' }) => description.split('\n').length);
  const rows = promptOutput.rows || 24;
  return Math.max(3, rows - text.split('\n').length - Math.max(1, ...heights) - 3);
}

function typedQuestion({ title, text, check, ...asked }: Asked, seen: { draft: string }, io: AskIo): object {
  const theme = promptTheme(io.style, title);
  return {
    type: 'input',
    name: 'answer',
    message: text,
    default: asked.typed || asked.default || undefined,
    ...(asked.typed ? { prefill: 'editable' } : {}),
    transformer: (typed: string): string => (seen.draft = typed),
    validate: async (typed: string): Promise<string | true> => (await check(typed.trim())) ?? true,
    filter: (typed: string): string => typed.trim(),
    theme,
  };
}
