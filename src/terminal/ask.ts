import { InterruptError } from '../errors.ts';
import { cutEnd, widthOf } from '../report/fit.ts';
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
  /** What Tab makes of what is typed: what is typed on, or else the names to choose from. */
  complete?: (typed: string) => { add: string; candidates: readonly string[] };
  /** Says what is wrong with a typed answer; null where it is fine. */
  check: (text: string) => Promise<string | null>;
}

/** What asking needs of the terminal. */
type AskIo = Pick<Io, 'input' | 'promptOutput' | 'progress' | 'style'>;

/** What the person did. `draft` is what the cursor was on, or what was typed. */
export type Reply = { type: 'answer'; value: string } | { type: 'back' } | { type: 'explain'; draft: string };

type Key = 'back' | 'explain' | 'redraw';

/** What is kept where a question is drawn anew. */
interface Kept {
  draft: string;
  /** The names that Tab found. */
  names: readonly string[];
}

/**
 * Asks one question on stderr, in place: nothing of it is left on the screen. `?` and `<` act at once, as long as nothing is typed.
 *
 * @param describe is asked again after the terminal changed its size.
 * @throws InterruptError for Ctrl-C, Ctrl-D, and a terminal that goes away.
 */
export async function ask(describe: () => Asked, io: AskIo): Promise<Reply> {
  io.progress.clear();
  let kept: Kept | null = null;
  for (;;) {
    const reply = await askOnce(redrawn(describe(), kept, io), io);
    if (reply.type !== 'redraw') return reply;
    kept = reply;
    if (kept.names.length === 0) io.promptOutput.write(CLEAR_SCREEN);
  }
}

/** A terminal wraps what is shown anew when it gets narrower, and inquirer then wipes away too few lines. */
const CLEAR_SCREEN = '\u001b[H\u001b[J';

function redrawn(asked: Asked, kept: Kept | null, { promptOutput }: AskIo): Asked {
  if (kept === null) return asked;
  const { draft, names } = kept;
  if (asked.choices !== undefined) return { ...asked, default: draft };
  const at = asked.text.lastIndexOf('\n') + 1;
  const list = listed(names, promptOutput.columns || 80);
  return { ...asked, typed: draft, text: `${asked.text.slice(0, at)}${list}${asked.text.slice(at)}` };
}

/** So many lines of names are shown. */
const MOST_NAMES = 5;

function listed(names: readonly string[], columns: number): string {
  const lines: string[] = [];
  for (const name of names) {
    const longer = `${lines.at(-1) ?? ''}  ${name}`.trimStart();
    if (lines.length === 0 || widthOf(longer) > columns - 3) lines.push(name);
    else lines[lines.length - 1] = longer;
  }
  const more = lines.length > MOST_NAMES ? ['…'] : [];
  return [...lines.slice(0, MOST_NAMES), ...more].map((line) => `${cutEnd(line, columns - 1)}\n`).join('');
}

async function askOnce(asked: Asked, io: AskIo): Promise<Reply | ({ type: 'redraw' } & Kept)> {
  const keys = new AbortController();
  const press = (key: Key): void => keys.abort(key);
  const onResize = (): void => press('redraw');
  const seen: Kept = { draft: asked.typed ?? (asked.choices === undefined ? '' : asked.default), names: [] };
  const input = openPromptInput(io.input, (chunk) => completed(chunk, asked, seen, () => press('redraw')));
  input.stream.on('data', (chunk: Buffer) => {
    const key = keyOf(chunk.toString(), asked, seen.draft);
    if (key !== null) press(key);
  });
  io.promptOutput.on('resize', onResize);
  try {
    const signal = AbortSignal.any([input.closed, keys.signal]);
    return { type: 'answer', value: await prompt(asked, seen, { io, input: input.stream, signal }) };
  } catch (error) {
    return replyTo(error, keys.signal, seen);
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

/** Types on what Tab completes; where nothing can be typed on, the names there are are kept to be listed. */
function completed(chunk: string, { complete }: Asked, seen: Kept, list: () => void): string {
  const [first = '', ...others] = chunk.split('\t');
  if (complete === undefined || others.length === 0) return chunk;
  let keys = first;
  for (const other of others) {
    const { add, candidates } = complete(seen.draft + keys);
    if (add === '' && candidates.length > 1) {
      Object.assign(seen, { draft: seen.draft + keys, names: candidates });
      list();
      return '';
    }
    keys += add + other;
  }
  return keys;
}

function replyTo(error: unknown, keys: AbortSignal, seen: Kept): Reply | ({ type: 'redraw' } & Kept) {
  if (!isEndOfPrompt(error)) throw error;
  if (!keys.aborted) throw new InterruptError('Interrupted. Nothing was changed.');
  const key = keys.reason as Key;
  if (key === 'redraw') return { type: key, ...seen };
  return key === 'back' ? { type: 'back' } : { type: key, draft: seen.draft };
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
async function prompt(asked: Asked, seen: Kept, { io, input, signal }: Edge): Promise<string> {
  const { createPromptModule } = (await import('inquirer')).default;
  const run = createPromptModule({ input, output: io.promptOutput, signal, clearPromptOnDone: true });
  const question = asked.choices === undefined ? typedQuestion(asked, seen, io) : listQuestion(asked, seen, io);
  return (await run<{ answer: string }>([question as never])).answer;
}

function listQuestion({ title, text, hint, choices = [], ...asked }: Asked, seen: Kept, io: AskIo): object {
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

function typedQuestion({ title, text, check, ...asked }: Asked, seen: Kept, io: AskIo): object {
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
