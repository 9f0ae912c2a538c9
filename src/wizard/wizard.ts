import type { Context } from '../context.ts';
import { enable, type EnableFlags, readOptions } from '../commands/enable.ts';
import { checkFlags } from '../commands/change/flags.ts';
import { completePath, expandHome } from '../input/complete-path.ts';
import { readTemplates } from '../input/templates.ts';
import { AbortError, InterruptError } from '../errors.ts';
import { cutEnd } from '../report/fit.ts';
import { safeText, wrap } from '../report/text.ts';
import { ask, type Reply } from '../terminal/ask.ts';
import { createFinder, type Finder, wrongWith } from './finder.ts';
import { answersOf, flagsOf, runbookCommand } from './flags.ts';
import { QUESTIONS, begin, offered, questionOf, reduce, settle, type WizardState } from './flow.ts';
import type { Body, QuestionId, World } from './question.ts';
import { crumbs, GO, hint, questionText, reviewBody, STOP, TITLE } from './screen.ts';

/**
 * Asks what `enable` has to know and nobody has said, runs it, and tells the command that does the same. Gives the exit status of
 * `enable`.
 *
 * @throws AbortError where there is no terminal, and where the person stops at the review; InterruptError for Ctrl-C.
 */
export async function wizard(flags: EnableFlags, context: Context): Promise<number> {
  if (!context.io.isInteractive)
    throw new AbortError('The questions need a terminal. Nothing was changed.', NO_TERMINAL);
  // What is wrong with a flag is told before anything is asked.
  checkFlags('wizard', flags);
  await readOptions(flags, readTemplates(), () => context.io.input);
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

function tellCommand(flags: EnableFlags, { io }: Context): void {
  if (flags.quiet) return;
  io.stderr(`\nFor the runbook, the same in one command:\n  ${safeText(runbookCommand(flags, io.columns - 2))}\n`);
}

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
      const question = QUESTIONS.find(({ id }) => id === reply.value);
      if (question) state = reduce(state, { type: 'edit', id: question.id });
    } else
      state = reduce(state, reply.type === 'answer' ? { ...reply, value: answerAt(state.at, reply.value) } : reply);
  }
}

/** The answer to a question for a path, as the system takes it. */
function answerAt(at: WizardState['at'], value: string): string {
  return isPathAt(at) ? expandHome(value) : value;
}

function isPathAt(at: WizardState['at']): boolean {
  return at !== null && at !== 'review' && questionOf(at).isPath === true;
}

/** What the question is asked and judged by. */
interface Scene {
  flags: EnableFlags;
  finder: Finder;
  world: World;
}

/** Asks the question, or the review, that the wizard is at. Throws InterruptError at Ctrl-C. */
function askAt(state: WizardState, scene: Scene, { io }: Context): Promise<Reply> {
  const { answers, explaining } = state;
  const id = state.at === null || state.at === 'review' ? null : state.at;
  const body = id === null ? reviewBody(answers, scene.world) : questionOf(id).body(answers, scene.world);
  const canGoBack = state.past.length > 0;
  const isText = body.choices === undefined;
  return ask(() => {
    const { columns, style } = io;
    const showing = { crumbs: id === null ? '' : crumbs(answers, scene.world), explaining, canGoBack, columns, style };
    return {
      title: TITLE,
      text: questionText(body, showing),
      hint: cutEnd(hint({ isText, explaining, canGoBack }), columns - 1),
      ...fitting(body, explaining, columns),
      ...offer(state, id, body),
      canGoBack,
      ...(isPathAt(id) ? { complete: completePath } : {}),
      check: (text) => (id === null ? Promise.resolve(null) : checked(id, text, state, scene, columns)),
    };
  }, io);
}

async function checked(
  id: QuestionId,
  text: string,
  state: WizardState,
  scene: Scene,
  columns: number,
): Promise<string | null> {
  const wrong = await wrongWith(id, answerAt(id, text), { ...scene, answers: state.answers });
  return wrong === null ? null : wrap(safeText(wrong), columns - 4);
}

/** The choices as they fit; while the explanation is shown there is no room for descriptions. */
function fitting({ choices }: Body, explaining: boolean, columns: number): Pick<Body, 'choices'> {
  if (choices === undefined) return {};
  return {
    choices: choices.map(({ value, name, description }) => ({
      value,
      name: cutEnd(safeText(name), columns - 4),
      ...(description === undefined || explaining ? {} : { description: wrap(description, columns - 2) }),
    })),
  };
}

function offer(
  state: WizardState,
  id: QuestionId | null,
  { choices, ...body }: Body,
): { default: string; typed?: string } {
  if (choices === undefined)
    return {
      default: id === null ? '' : offered({ ...state, draft: null }, id, body.default),
      typed: state.draft ?? '',
    };
  const wanted = id === null ? (state.draft ?? body.default) : offered(state, id, body.default);
  return { default: choices.some(({ value }) => value === wanted) ? wanted : body.default };
}
