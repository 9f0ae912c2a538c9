import { AbortError, InterruptError } from '../errors.ts';
import { safeText } from '../report/safe-text.ts';
import type { Context } from '../commands/context.ts';
import { enable } from '../commands/enable/enable.ts';
import type { EnableFlags } from '../commands/enable/flags.ts';
import { readOptions } from '../commands/enable/options.ts';
import { readTemplates } from '../commands/templates.ts';
import { askAt } from './ask-at.ts';
import { answersOf, flagsOf } from './flags.ts';
import { createFinder } from './finder.ts';
import { GO, STOP } from './review.ts';
import { runbookCommand } from './runbook.ts';
import { begin, reduce, settle } from './flow.ts';
import type { QuestionId } from './question.ts';

/**
 * Asks what `enable` has to know and nobody has said, runs it, and tells the command that does the same. Gives the exit status of
 * `enable`.
 *
 * @throws AbortError where there is no terminal, and where the person stops at the review; InterruptError for Ctrl-C.
 */
export async function wizard(flags: EnableFlags, context: Context): Promise<number> {
  if (!context.io.isInteractive)
    throw new AbortError('The questions need a terminal. Nothing was changed.', NO_TERMINAL);
  await readOptions(flags, readTemplates()); // what is wrong with a flag is told before anything is asked
  const answered = await askAll(flags, context);
  try {
    const exitCode = await enable(answered, context);
    if (exitCode !== 130) tellCommand(answered, context);
    return exitCode;
  } catch (error) {
    if (error instanceof AbortError && !(error instanceof InterruptError)) tellCommand(answered, context);
    throw error;
  }
}

const NO_TERMINAL = { hint: 'Give flags instead: kops-audit enable --help' };

async function askAll(flags: EnableFlags, context: Context): Promise<EnableFlags> {
  const finder = createFinder(flags, context);
  let state = begin(answersOf(flags, context.env));
  for (;;) {
    state = settle(state, await finder.world(state));
    const world = await finder.world(state);
    const reply = await askAt(state, { flags, finder, world }, context);
    if (reply.type === 'answer' && state.at === 'review') {
      if (reply.value === GO) return flagsOf(state.answers, flags, world);
      if (reply.value === STOP) throw new AbortError('Stopped. Nothing was changed.');
      state = reduce(state, { type: 'edit', id: reply.value as QuestionId });
    } else state = reduce(state, reply);
  }
}

function tellCommand(flags: EnableFlags, { io }: Context): void {
  if (flags.quiet) return;
  io.stderr(`\nFor the runbook, the same in one command:\n  ${safeText(runbookCommand(flags, io.columns - 2))}\n`);
}
