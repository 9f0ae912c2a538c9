import { safeText } from '../report/safe-text.ts';
import { wrap } from '../report/wrap.ts';
import { ask, type Reply } from '../terminal/ask.ts';
import type { Context } from '../commands/context.ts';
import type { EnableFlags } from '../commands/enable/flags.ts';
import { wrongWith } from './check.ts';
import type { Finder } from './finder.ts';
import { cut, hint, questionText, TITLE } from './screen.ts';
import { questionOf } from './questions.ts';
import { crumbs, reviewBody } from './review.ts';
import { offered, type WizardState } from './flow.ts';
import type { Body, QuestionId, World } from './question.ts';

/** What the question is asked and judged by. */
export interface Scene {
  flags: EnableFlags;
  finder: Finder;
  world: World;
}

/** Asks the question, or the review, that the wizard is at. Throws InterruptError at Ctrl-C. */
export function askAt(state: WizardState, scene: Scene, { io }: Context): Promise<Reply> {
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
      hint: cut(hint({ isText, explaining, canGoBack }), columns - 1),
      ...fitting(body, explaining, columns),
      ...offer(state, id, body),
      canGoBack,
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
  const wrong = await wrongWith(id, text, { ...scene, answers: state.answers });
  return wrong === null ? null : wrap(safeText(wrong), columns - 4);
}

/** The choices as they fit; while the explanation is shown there is no room for descriptions. */
function fitting({ choices }: Body, explaining: boolean, columns: number): Pick<Body, 'choices'> {
  if (choices === undefined) return {};
  return {
    choices: choices.map(({ value, name, description }) => ({
      value,
      name: cut(safeText(name), columns - 4),
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
