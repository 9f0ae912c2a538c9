import { chosenPresent } from './present.ts';
import { answeredRotation, diskText, presentRotation } from './rotation.ts';
import type { Answers, Body, Question, World } from './question.ts';

/** A rotation of one's own. */
export const NUMBER_QUESTIONS: readonly Question[] = [
  number({
    id: 'maxAge',
    key: 'auditLogMaxAge',
    label: 'Days',
    title: 'How many days shall rotated files be kept?',
    help: 'Rotated files older than this are removed; 0 keeps them until there are too many. The file being written does not count.',
  }),
  number({
    id: 'maxBackups',
    key: 'auditLogMaxBackups',
    label: 'Files',
    title: 'How many rotated files at most?',
    help: 'The oldest file goes when there are more; 0 keeps all of them, so that nothing bounds the disk.',
  }),
  number({
    id: 'maxSize',
    key: 'auditLogMaxSize',
    label: 'Megabytes',
    title: 'How large may a file get, in MB?',
    help: 'A file of this size is rotated. 0 is 100 MB up to Kubernetes 1.35; from 1.36 on it turns rotation off.',
  }),
];

interface NumberRow {
  id: 'maxAge' | 'maxBackups' | 'maxSize';
  key: string;
  label: string;
  title: string;
  help: string;
}

function number(row: NumberRow): Question {
  return {
    id: row.id,
    label: row.label,
    applies: ({ rotation, log }) => rotation === 'own' && (log === 'file' || log === 'other'),
    body: (answers, world) => ({ title: row.title, ...defaultNumber(row, answers, world), help: row.help }),
    show: (value) => value,
  };
}

function defaultNumber({ id, key }: NumberRow, answers: Answers, world: World): Pick<Body, 'default' | 'reason'> {
  const present = chosenPresent(answers, world);
  const own = answeredRotation(answers, present);
  const value = presentRotation(present)[id];
  const from = present.settings[key] === undefined ? 'the CIS benchmark asks for' : 'the spec has';
  const disk = id === 'maxAge' ? '' : ` With it the log takes ${diskText({ ...own, [id]: value }, present)}.`;
  return { default: String(value), reason: `${value} is what ${from}.${disk}` };
}
