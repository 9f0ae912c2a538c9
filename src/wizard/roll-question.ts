import { FILE } from './present.ts';
import type { Question } from './question.ts';

/** Whether the control plane is rolled at once. */
export const ROLL_QUESTION: Question = {
  id: 'roll',
  label: 'Roll',
  applies: ({ place }, { rolls }) => rolls && place !== FILE,
  body: () => ({
    title: 'When shall the control plane be rolled?',
    default: 'later',
    reason: 'A roll takes minutes for each instance: you choose the moment.',
    help: 'The API servers that run keep their old settings. Auditing starts when kops replaces the control-plane instances, one after the other (`kops rolling-update cluster`). With one instance the API is down meanwhile, with three it is not. The workloads run on. Later means that the command is printed, and run by you.',
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
  show: (value) => (value === 'now' ? 'now, asked once more before' : 'later, only the command is printed'),
};
