import { AbortError, InterruptError } from '../errors.ts';
import { safeText } from '../report/text.ts';
import type { Io } from './io.ts';
import { isEndOfPrompt, openPromptInput, promptTheme } from './prompt.ts';

export interface ConfirmOptions {
  /** What plain Enter means. */
  default: boolean;
  io: Pick<Io, 'input' | 'promptOutput' | 'isInteractive' | 'progress' | 'style'>;
}

/**
 * Asks a question that is answered with yes or no, on stderr.
 * @returns The answer. What was typed before the question was shown does not count.
 * @throws AbortError where there is no terminal to ask at (nothing is printed); InterruptError for Ctrl-C, Ctrl-D, and a
 *   terminal that goes away. Its message says that nothing was written: where something was, say so instead.
 */
export async function confirm(question: string, options: ConfirmOptions): Promise<boolean> {
  const { io } = options;
  if (!io.isInteractive) throw nobodyToAsk(question);
  io.progress.clear();
  const input = openPromptInput(io.input);
  try {
    const { createPromptModule } = (await import('inquirer')).default;
    const prompt = createPromptModule({ input: input.stream, output: io.promptOutput, signal: input.closed });
    const theme = promptTheme(io.style, '?');
    const asked = {
      type: 'confirm',
      name: 'answer',
      message: safeText(question),
      default: options.default,
      theme,
    } as const;
    return (await prompt<{ answer: boolean }>([asked])).answer;
  } catch (error) {
    throw isEndOfPrompt(error) ? new InterruptError('Interrupted. Nothing was written.') : error;
  } finally {
    input.release();
  }
}

function nobodyToAsk(question: string): AbortError {
  return new AbortError(`A terminal is needed to ask: ${safeText(question)} Nothing was written.`, {
    hint: 'Give --yes to answer it beforehand, or --dry-run to see what would change.',
  });
}
