import { LOG_QUESTIONS } from './log-questions.ts';
import { PLACE_QUESTIONS } from './place-questions.ts';
import { POLICY_QUESTIONS } from './policy-questions.ts';
import { ROLL_QUESTION } from './roll-question.ts';
import type { Answers, Question, QuestionId, World } from './question.ts';

/** All that the wizard can ask, in its order. */
export const QUESTIONS: readonly Question[] = [
  ...PLACE_QUESTIONS,
  ...POLICY_QUESTIONS,
  ...LOG_QUESTIONS,
  ROLL_QUESTION,
];

/** The question of an id. */
export function questionOf(id: QuestionId): Question {
  return QUESTIONS.find((question) => question.id === id)!;
}

/** The answers that still mean something: of questions that apply, and with a value that can be chosen. */
export function prune(answers: Answers, world: World): Answers {
  const kept: { -readonly [K in QuestionId]?: string } = {};
  for (const { id, applies, body } of inOrderOfNeed()) {
    const value = answers[id];
    if (value === undefined || !applies({ ...kept, [id]: value }, world)) continue;
    const { choices } = body(kept, world);
    if (choices === undefined || choices.some((choice) => choice.value === value)) kept[id] = value;
  }
  return kept;
}

/** What another question depends on first: the place before the state store, which is asked for only because of it. */
function inOrderOfNeed(): Question[] {
  return [questionOf('place'), ...QUESTIONS.filter(({ id }) => id !== 'place')];
}

/** The first question without an answer; null where all is answered. */
export function nextQuestion(answers: Answers, world: World): Question | null {
  return QUESTIONS.find(({ id, applies }) => answers[id] === undefined && applies(answers, world)) ?? null;
}
