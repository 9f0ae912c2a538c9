import type { Style } from '../report/style.ts';

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
export interface PromptTheme {
  prefix: { idle: string; done: string };
  spinner: { interval: number; frames: string[] };
  style: Record<
    'message' | 'answer' | 'highlight' | 'description' | 'error' | 'defaultAnswer' | 'help',
    (text: string) => string
  >;
}
