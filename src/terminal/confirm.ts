import { AbortError, InterruptError } from '../errors.ts';
import { indented, safeText, wrap } from '../report/text.ts';
import type { Io } from './io.ts';
import { page } from './pager.ts';
import { isEndOfPrompt, openPromptInput, promptTheme } from './prompt.ts';

/** A question that is answered with yes or no. */
export interface Confirmation {
  text: string;
  /** What each answer does, in a sentence: shown behind `?`. */
  yes: string;
  no: string;
  /** What `d` shows, and what that is; left out: there is no `d`. */
  details?: { are: string; show: () => string };
  /** Said on a line before the question. */
  note?: string;
}

export interface ConfirmOptions {
  /** What plain Enter means. */
  default: boolean;
  io: Pick<Io, 'input' | 'promptOutput' | 'isInteractive' | 'progress' | 'style' | 'columns'>;
  /** Where `PAGER` is looked for. */
  env: Readonly<Record<string, string | undefined>>;
}

type Answer = 'yes' | 'no' | 'details' | 'explain';

/**
 * Asks a question that is answered with yes or no, on stderr. `d` shows its details in a pager, `?` what each answer does; then it is
 * asked again.
 * @returns The answer. What was typed before the question was shown does not count.
 * @throws AbortError where there is no terminal to ask at (nothing is printed); InterruptError for Ctrl-C, Ctrl-D, and a
 *   terminal that goes away. Its message says that nothing was written: where something was, say so instead.
 */
export async function confirm(question: Confirmation, options: ConfirmOptions): Promise<boolean> {
  const { io, env } = options;
  if (!io.isInteractive) throw nobodyToAsk(question.text);
  io.progress.clear();
  for (;;) {
    const answer = await askOnce(question, options);
    if (answer === 'details') await page(question.details?.show() ?? '', { io, env });
    else if (answer === 'explain') io.promptOutput.write(helpText(question, options));
    else return answer === 'yes';
  }
}

/** `d` and `?` act at once, as long as nothing else is typed. */
async function askOnce(question: Confirmation, { default: enter, io }: ConfirmOptions): Promise<Answer> {
  if (question.note !== undefined) io.promptOutput.write(`${wrap(safeText(question.note), io.columns)}\n`);
  const input = openPromptInput(io.input);
  const key = new AbortController();
  let typed = '';
  input.stream.on('data', (chunk: Buffer) => {
    const answer = answerOf(chunk.toString(), question);
    if (typed === '' && (answer === 'details' || answer === 'explain')) key.abort(answer);
  });
  try {
    const { createPromptModule } = (await import('inquirer')).default;
    const signal = AbortSignal.any([input.closed, key.signal]);
    const prompt = createPromptModule({ input: input.stream, output: io.promptOutput, signal });
    const { answer } = await prompt<{ answer: string }>([
      {
        type: 'input',
        name: 'answer',
        message: questionText(question, enter, io),
        transformer: (text: string): string => (typed = text),
        validate: (text: string): true | string => isAnswer(text, question) || wrongAnswer(question),
        theme: { ...promptTheme(io.style, '?'), validationFailureMode: 'clear' },
      },
    ]);
    return answerOf(answer, question) ?? (enter ? 'yes' : 'no');
  } catch (error) {
    if (!isEndOfPrompt(error)) throw error;
    if (key.signal.aborted) return key.signal.reason as Answer;
    throw new InterruptError('Interrupted. Nothing was written.');
  } finally {
    input.release();
  }
}

/** What a typed text means; undefined for Enter alone, and for what means nothing. */
function answerOf(text: string, { details }: Confirmation): Answer | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'd' && details === undefined) return undefined;
  return Object.hasOwn(ANSWERS, word) ? ANSWERS[word] : undefined;
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  y: 'yes',
  yes: 'yes',
  n: 'no',
  no: 'no',
  d: 'details',
  '?': 'explain',
};

function isAnswer(text: string, question: Confirmation): boolean {
  return text.trim() === '' || answerOf(text, question) !== undefined;
}

function wrongAnswer({ details }: Confirmation): string {
  return `Type y or n${details ? ', d to see it all' : ''}, or ? for what these do.`;
}

/** The question as it fits the terminal, with room for the answer. */
function questionText(
  { text, details }: Confirmation,
  enter: boolean,
  { style, columns }: ConfirmOptions['io'],
): string {
  const keys = `(${enter ? 'Y/n' : 'y/N'}${details ? '/d' : ''}/?)`;
  const wrapped = wrap(safeText(`${text} ${keys}`), columns - 6);
  return `${wrapped.slice(0, -keys.length)}${style.dim(keys)}`;
}

function helpText({ yes, no, details }: Confirmation, { default: enter, io }: ConfirmOptions): string {
  const rows: [key: string, does: string][] = [
    ['y', yes],
    ['n', `${no}${enter ? '' : ' Enter alone means n.'}`],
    ...(details ? [['d', `Shows ${details.are}, then asks again.`] as [string, string]] : []),
    ['^C', 'Stops here, like n.'],
  ];
  const lines = rows.flatMap(([key, does]) =>
    indented(safeText(does), '     ', io.columns - 1).map((line, at) =>
      at === 0 ? `  ${io.style.bold(key.padEnd(3))}${line.slice(5)}` : line.slice(2),
    ),
  );
  return `${lines.join('\n')}\n`;
}

function nobodyToAsk(question: string): AbortError {
  return new AbortError(`A terminal is needed to ask: ${safeText(question)} Nothing was written.`, {
    hint: 'Give --yes to answer it beforehand, or --dry-run to see what would change.',
  });
}
