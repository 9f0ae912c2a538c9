import { cutEnd } from '../report/fit.ts';
import { safeText, type Style, wrap } from '../report/text.ts';
import { QUESTIONS, questionOf } from './flow.ts';
import { FILE, OTHER_STORE, type Answers, type Body, type Choice, type QuestionId, type World } from './question.ts';

/** How a question is shown. */
interface Showing {
  crumbs: string;
  explaining: boolean;
  canGoBack: boolean;
  columns: number;
  style: Style;
}

/** What stands above the answer. Two lines shorter than the explanation is long it has room on 24 lines of 80. */
export function questionText(body: Body, { crumbs, explaining, canGoBack, columns, style }: Showing): string {
  const text = wrap(safeText(explaining ? body.help : body.reason), columns - 2);
  const isText = body.choices === undefined;
  const lines = [
    style.dim(cutEnd(crumbs, columns - TITLE.length - 2)),
    '',
    style.bold(body.title),
    text,
    ...(isText ? [style.dim(hint({ isText, explaining, canGoBack }))] : []),
    '',
    ...(body.head === undefined ? [] : [style.dim(cutEnd(body.head, columns - 1))]),
    ...(isText ? ['›'] : []),
  ];
  return lines.join('\n');
}

/** What stands before the first line of each question. */
export const TITLE = 'kops-audit';

/** The keys, for the last line of a list or above an answer to type. At most 79 columns. */
export function hint({
  isText,
  explaining,
  canGoBack,
}: Pick<Showing, 'explaining' | 'canGoBack'> & { isText: boolean }): string {
  const keys = [
    isText ? 'Enter goes on' : '↑↓ Enter',
    explaining ? '? hides this' : '? explains',
    ...(canGoBack ? ['< goes back'] : []),
    'Ctrl-C stops, nothing is changed',
  ];
  return keys.join(' · ');
}

/** The answers to the review that change nothing. */
export const GO = '+go';
export const STOP = '+stop';

/** The last step: every answer can be changed here. Other values than `GO` and `STOP` are the ids of questions. */
export function reviewBody(answers: Answers, world: World): Body {
  const rows = answered(answers);
  const width = Math.max(...rows.map((id) => questionOf(id).label.length));
  return {
    title: 'Go on with these answers?',
    default: GO,
    reason: 'Nothing is written yet. To change an answer, choose its line.',
    help: 'Next the spec is read, and the diff is shown, with what it means and what is wrong with it. You are asked again before anything is written. At the end the one command that does the same is printed, for a runbook.',
    choices: [
      { value: GO, name: 'go on: show the diff' },
      ...rows.map((id): Choice => ({
        value: id,
        name: rowOf(id, width, answers, world),
        description: 'Enter: answer this again.',
      })),
      { value: STOP, name: 'stop: change nothing' },
    ],
  };
}

function answered(answers: Answers): QuestionId[] {
  return QUESTIONS.filter(({ id, isOptional }) => isOptional || answers[id] !== undefined).map(({ id }) => id);
}

function rowOf(id: QuestionId, width: number, answers: Answers, world: World): string {
  const { label, show } = questionOf(id);
  return `${label.padEnd(width)}   ${safeText(show(answers[id] ?? '', answers, world))}`;
}

/** The answers in one line, for the first line of each question. */
export function crumbs(answers: Answers, world: World): string {
  const shown: readonly QuestionId[] = ['place', 'file', 'member', 'policy', 'log', 'rotation'];
  return shown
    .filter((id) => answers[id] !== undefined && !(id === 'place' && isNoName(answers)))
    .map((id) => short(id, answers, world))
    .join(' · ');
}

function isNoName({ place }: Answers): boolean {
  return place === FILE || place === OTHER_STORE;
}

function short(id: QuestionId, answers: Answers, world: World): string {
  const [text = ''] = safeText(questionOf(id).show(answers[id] ?? '', answers, world)).split(/ \(|: at worst/);
  return text;
}
