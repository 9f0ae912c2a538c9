import { LOG_DEFAULTS } from '../cluster/options.ts';
import { NUMBER_QUESTIONS } from './number-questions.ts';
import { chosenPresent, logPathByItself, type Present } from './present.ts';
import { answeredRotation, hasRotation, presentRotation, rotationText, ROTATIONS } from './rotation.ts';
import type { Body, Choice, Question } from './question.ts';

/** Where the log goes, and how it is rotated. */
export const LOG_QUESTIONS: readonly Question[] = [
  {
    id: 'log',
    label: 'Log',
    applies: () => true,
    body: (answers, world) => logBody(chosenPresent(answers, world)),
    show: (value, answers, world) => logText(value, chosenPresent(answers, world)),
  },
  {
    id: 'logPath',
    label: 'Log path',
    applies: ({ log }) => log === 'other',
    body: () => ({
      title: 'Which path for the log?',
      default: '',
      reason: `An absolute path on the instance, in a folder of its own, such as ${LOG_DEFAULTS.auditLogPath}.`,
      help: 'kOps mounts the folder of this path into the API server, so it must not be one that is mounted already, such as /var/log or /etc/kubernetes, nor the folder of the policy. The API server makes the folder if it is not there.',
    }),
    show: (value) => value,
  },
  {
    id: 'rotation',
    label: 'Rotation',
    applies: ({ log }) => log === 'file' || log === 'other',
    body: (answers, world) => rotationBody(chosenPresent(answers, world)),
    show: (_, answers, world) => {
      const present = chosenPresent(answers, world);
      return rotationText(answeredRotation(answers, present), present);
    },
  },
  ...NUMBER_QUESTIONS,
];

function logBody(present: Present): Body {
  const path = present.logPath !== null && present.logPath !== '-' ? present.logPath : LOG_DEFAULTS.auditLogPath;
  const none: Choice = {
    value: 'none',
    name: 'no log, only the webhook',
    description: 'The events go where the webhook of the spec sends them, and nowhere else.',
  };
  return {
    title: 'Where shall the log go?',
    ...defaultLog(present, path),
    help: 'The API server can write its audit log to a file on each control-plane instance, and rotates it itself; or to its standard output, where the events stand among its own messages and the log rotation of the instance applies. A file is easier to read, to ship and to bound. A webhook that is in the spec stays as it is.',
    choices: [
      { value: 'file', name: `a file: ${path}`, description: 'The next question is how it is rotated.' },
      {
        value: 'stdout',
        name: 'standard output of the API server',
        description: 'For what collects the logs of containers. The rotation of the instance applies.',
      },
      { value: 'other', name: 'a file at another path' },
      ...(present.webhook ? [none] : []),
    ],
  };
}

function defaultLog({ logPath, webhook }: Present, path: string): Pick<Body, 'default' | 'reason'> {
  if (logPath === '-') return { default: 'stdout', reason: 'That is where the spec sends it now.' };
  if (logPath !== null) return { default: 'file', reason: 'That is where the spec has it now.' };
  if (webhook) return { default: 'none', reason: 'The spec has a webhook and no log, and so it stays.' };
  return { default: 'file', reason: `${path} is safe with every kOps release.` };
}

function logText(value: string, present: Present): string {
  if (value === 'stdout') return 'standard output';
  if (value === 'none') return 'no log, only the webhook';
  return value === 'other' ? 'a file at another path' : (logPathOf('file', present) ?? '');
}

/** The path that a choice stands for; null: none, or asked for elsewhere. */
export function logPathOf(choice: string, present: Present): string | null {
  if (choice === 'stdout') return '-';
  if (choice !== 'file') return null;
  const path = logPathByItself(present);
  return path === null || path === '-' ? LOG_DEFAULTS.auditLogPath : path;
}

function rotationBody(present: Present): Body {
  const now = presentRotation(present);
  const keep: Choice[] = hasRotation(present)
    ? [
        {
          value: 'keep',
          name: `as it is   ${rotationText(now, present)}`,
          description: 'What the spec leaves open is filled up as the CIS benchmark has it.',
        },
      ]
    : [];
  const ready = Object.entries(ROTATIONS).map(([value, rotation]) => ({
    value,
    name: `${value.padEnd(8)}   ${rotationText(rotation, present)}`,
    description: rotation.why,
  }));
  return {
    title: 'How much of the log shall be kept?',
    default: keep.length > 0 ? 'keep' : 'cis',
    reason: keep.length > 0 ? 'The spec says so now.' : 'cis is what the CIS benchmark asks for at least.',
    help: 'When the file has reached its size it is renamed and a new one begun; rotated files go when they are too old or too many. So the log of an instance takes at most size × (files + 1). That disk is the root disk of the control plane: when it is full, the API server is in trouble. The first limit that is reached counts.',
    choices: [...keep, ...ready, { value: 'own', name: 'own        numbers of your own' }],
  };
}
