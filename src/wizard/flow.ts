import { LOG_QUESTIONS } from './log-questions.ts';
import { PLACE_QUESTIONS } from './place-questions.ts';
import { POLICY_QUESTIONS } from './policy-questions.ts';
import { WEBHOOK_QUESTIONS } from './webhook-questions.ts';
import { FILE, SEVERAL_LOGS, type Answers, type Question, type QuestionId, type World } from './question.ts';

/** Whether the control plane is rolled at once. */
const ROLL_QUESTION: Question = {
  id: 'roll',
  label: 'Roll',
  applies: ({ place }, { rolls }) => rolls && place !== FILE,
  body: () => ({
    title: 'When should the control plane be rolled?',
    default: 'later',
    reason: 'A roll takes minutes for each instance, so choose the moment yourself.',
    help: 'Running API servers keep their old settings. Auditing starts when kops replaces the control-plane instances, one after the other (`kops rolling-update cluster`). With one instance the API is down during that time; with three it is not. Workloads keep running. Later means that the command is printed, and you run it.',
    choices: [
      {
        value: 'later',
        name: 'later: only print the command',
        description: 'The spec is stored and applied; auditing starts with the roll.',
      },
      {
        value: 'now',
        name: 'now: roll, then validate',
        description: 'You are asked once more right before it begins.',
      },
    ],
  }),
  show: (value) => (value === 'now' ? 'now, after one more question' : 'later, only the command is printed'),
};

/** It changes nothing, and few have a log at hand: so it lengthens nobody's way. */
const REPLAY_QUESTION: Question = {
  id: 'replay',
  label: 'Cost',
  isPath: true,
  isOptional: true,
  applies: () => true,
  body: () => ({
    title: 'A log to tell the cost on?',
    default: '',
    reason: 'A file or folder with audit logs. Type none to leave it out.',
    help: 'Each event of the log is held against the policy in force and the one to come, so that the plan can say what is written a day now, and what will be. The log is only read. It is best one of this cluster, of a day like others, recorded with bodies: from less it tells the least it can be.',
  }),
  show: (value) => {
    if (value === SEVERAL_LOGS) return 'told on the logs of --replay';
    return isNoLog(value) ? 'as measured elsewhere: choose this to name a log of yours' : `told on ${value}`;
  },
};

/** Whether an answer to `replay` names no log. */
export function isNoLog(value: string): boolean {
  return value === '' || value === 'none';
}

/** All that the wizard can ask, in its order. */
export const QUESTIONS: readonly Question[] = [
  ...PLACE_QUESTIONS,
  ...POLICY_QUESTIONS,
  REPLAY_QUESTION,
  ...LOG_QUESTIONS,
  ...WEBHOOK_QUESTIONS,
  ROLL_QUESTION,
];

/** The question of an id. */
export function questionOf(id: QuestionId): Question {
  const found = QUESTIONS.find((question) => question.id === id);
  if (!found) throw new Error(`there is no question ${id}`);
  return found;
}

/** The answers that still mean something: of questions that apply, and with a value that can be chosen. */
function prune(answers: Answers, world: World): Answers {
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
function nextQuestion(answers: Answers, world: World): Question | null {
  return (
    QUESTIONS.find(
      ({ id, applies, isOptional }) => !isOptional && answers[id] === undefined && applies(answers, world),
    ) ?? null
  );
}

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
type WizardEvent =
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
  const forgotten: readonly string[] = questionOf(id).forgets ?? [];
  const kept = Object.entries(state.answers).filter(([key]) => !forgotten.includes(key));
  return { ...stepped(state), answers: { ...Object.fromEntries(kept), [id]: value }, at: null };
}

function stepped(state: WizardState): WizardState {
  return { ...state, past: [...state.past, { answers: state.answers, at: state.at }] };
}

/** What Enter takes at a question: what the cursor was on, what was answered before, or its default. */
export function offered(state: WizardState, id: QuestionId, byItself: string): string {
  return state.draft ?? state.answers[id] ?? state.remembered[id] ?? byItself;
}
