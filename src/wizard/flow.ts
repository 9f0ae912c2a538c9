import { nextQuestion, prune, questionOf } from './questions.ts';
import type { Answers, QuestionId, World } from './question.ts';

/** Where the wizard is. */
export interface WizardState {
  answers: Answers;
  /** Null: to be worked out from the answers. */
  at: QuestionId | 'review' | null;
  /** The explanation is shown. */
  explaining: boolean;
  /** What the cursor was on, or was typed, when the explanation was asked for. */
  draft: string | null;
  /** What was answered before going back, offered again. */
  remembered: Answers;
  /** The steps before this one, as they were: going back is taking the last one up again. */
  past: readonly Pick<WizardState, 'answers' | 'at'>[];
}

/** What a person did. */
export type WizardEvent =
  | { type: 'answer'; value: string }
  | { type: 'back' }
  | { type: 'explain'; draft: string }
  | { type: 'edit'; id: QuestionId };

/** The beginning; `answers` is what flags and the environment say already. */
export function begin(answers: Answers): WizardState {
  return { answers, at: null, explaining: false, draft: null, remembered: {}, past: [] };
}

/** Drops answers that mean nothing any more, and finds the question to ask: the first without an answer, or the review. */
export function settle(state: WizardState, world: World): WizardState {
  if (state.at !== null) return state;
  const answers = prune(state.answers, world);
  return { ...state, answers, at: nextQuestion(answers, world)?.id ?? 'review' };
}

/** The state after something was done. Whatever the question: `back` at the first changes nothing. */
export function reduce(state: WizardState, event: WizardEvent): WizardState {
  if (event.type === 'explain') return { ...state, explaining: !state.explaining, draft: event.draft };
  const calm = { ...state, explaining: false, draft: null };
  if (event.type === 'back') return backFrom(calm);
  if (event.type === 'edit') return { ...stepped(calm), at: event.id };
  return state.at === null || state.at === 'review' ? state : answered(calm, state.at, event.value);
}

function backFrom(state: WizardState): WizardState {
  const before = state.past.at(-1);
  if (before === undefined) return state;
  const remembered = { ...state.remembered, ...state.answers };
  return { ...state, ...before, remembered, past: state.past.slice(0, -1) };
}

function answered(state: WizardState, id: QuestionId, value: string): WizardState {
  const forgotten = questionOf(id).forgets ?? [];
  const kept = Object.entries(state.answers).filter(([key]) => !forgotten.includes(key as QuestionId));
  return { ...stepped(state), answers: { ...Object.fromEntries(kept), [id]: value }, at: null };
}

function stepped(state: WizardState): WizardState {
  return { ...state, past: [...state.past, { answers: state.answers, at: state.at }] };
}

/** What Enter takes at a question: what the cursor was on, what was answered before, or its default. */
export function offered(state: WizardState, id: QuestionId, byItself: string): string {
  return state.draft ?? state.answers[id] ?? state.remembered[id] ?? byItself;
}
