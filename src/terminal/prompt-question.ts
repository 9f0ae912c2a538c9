import type { Io } from './io.ts';
import { promptTheme } from './prompt-theme.ts';

/** A question as it is shown; without choices the answer is typed. */
export interface Asked {
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
export type AskIo = Pick<Io, 'input' | 'promptOutput' | 'progress' | 'style'>;

/** Where one question is asked. */
export interface Edge {
  io: AskIo;
  input: NodeJS.ReadableStream;
  signal: AbortSignal;
}

/**
 * Shows one question with inquirer and gives its answer. `seen.draft` is kept up to date meanwhile: what the cursor is on, or
 * what is typed, as inquirer tells nobody. Throws inquirer's ExitPromptError and AbortPromptError.
 */
export async function prompt(asked: Asked, seen: { draft: string }, { io, input, signal }: Edge): Promise<string> {
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
