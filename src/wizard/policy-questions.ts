import { DEFAULT_POLICY } from '../cluster/options.ts';
import type { Share, Template } from '../policy/render/template.ts';
import type { Present } from './present.ts';
import { chosenPresent, type Body, type Choice, type Question, type World } from './question.ts';

/** The answers to `policy` that name no template. */
export const KEEP = '+keep';
export const OWN_FILE = '+file';

/**
 * What a template records, in 46 letters at most (the list has 80 columns), and who should take it. It stands here and not in the
 * templates, since it weighs them against each other.
 */
export const ADVICE: Readonly<Record<string, { records: string; takenBy: string }>> = {
  kops: {
    records: 'who changed what, who read secrets, no noise',
    takenBy: 'Take it to see who changed what on a kOps cluster, in the smallest log.',
  },
  metadata: {
    records: 'who did what and when: everything, no bodies',
    takenBy: 'Take it if every request must be in the log, and no body of one.',
  },
  gce: {
    records: 'writes with bodies and answers, reads briefly',
    takenBy:
      'Take it only if exactly this policy is required: it names users that kOps does not have, and its log is the largest.',
  },
};

/** Which policy decides what is recorded. */
export const POLICY_QUESTIONS: readonly Question[] = [
  {
    id: 'policy',
    label: 'Policy',
    applies: () => true,
    body: (answers, world) => policyBody(chosenPresent(answers, world), world),
    show: (value, answers, world) => {
      if (value === KEEP) return `${chosenPresent(answers, world).policy ?? 'the present one'}, as it is`;
      return value === OWN_FILE ? 'a file of your own' : value;
    },
  },
  {
    id: 'policyFile',
    label: 'Policy file',
    isPath: true,
    applies: ({ policy }) => policy === OWN_FILE,
    body: () => ({
      title: 'Which file holds the policy?',
      default: '',
      reason: 'The path of a YAML or JSON file of kind Policy, audit.k8s.io/v1.',
      help: 'It is read as the API server of this cluster would read it: what the server would refuse is refused here, with its line. Its text goes into the spec, so the file itself is not needed afterwards. Try it first with `kops-audit lint FILE` and `kops-audit policy explain`.',
    }),
    show: (value) => value,
  },
];

function policyBody(present: Present, { templates }: World): Body {
  const width = Math.max(...templates.map(({ name }) => name.length));
  const keep: Choice[] =
    present.policy === null
      ? []
      : [{ value: KEEP, name: `keep the present policy: ${present.policy}`, description: KEPT }];
  const own: Choice = { value: OWN_FILE, name: 'a file of your own', description: 'The next question is its path.' };
  return {
    title: 'What should be recorded?',
    ...defaultPolicy(present),
    help: 'A policy is a list of rules. The first one that matches a request decides whether it is recorded, and how much of it. The numbers were measured on a real log of a cluster with controllers; 100 % is what metadata writes, which records every request. More bytes need more disk and slow the API server down. `kops-audit policy show NAME` prints the rules.',
    head: `  ${' '.repeat(width)}  events   bytes  of what metadata writes of the same requests`,
    choices: [...keep, ...templates.map((template) => choiceOf(template, width)), own],
  };
}

const KEPT = 'The text of the policy does not change.';

function defaultPolicy({ policy }: Present): Pick<Body, 'default' | 'reason'> {
  if (policy !== null)
    return { default: KEEP, reason: 'The spec has a policy already. It stays unless you choose another.' };
  return {
    default: DEFAULT_POLICY,
    reason: `${DEFAULT_POLICY} is made for kOps clusters. It is the default of \`enable\`.`,
  };
}

function choiceOf({ name, title, shares }: Template, width: number): Choice {
  const measured = shares.at(-1);
  const costs = measured === undefined ? '     ?       ?' : `${percent(measured.events)}  ${percent(measured.bytes)}`;
  const { records, takenBy } = ADVICE[name] ?? { records: title, takenBy: '' };
  const advice = [takenBy, sharesText(shares)].filter((part) => part !== '').join(' ');
  return { value: name, name: `${name.padEnd(width)}  ${costs}  ${records}`, description: advice };
}

function percent(value: number): string {
  return `${value.toFixed(0)} %`.padStart(6);
}

/** The least a log of another kind keeps: the list shows only one of the two. */
function sharesText(shares: readonly Share[]): string {
  return shares
    .slice(0, -1)
    .map(
      ({ log, events, bytes }) =>
        `On a log of ${log} alone: ${events.toFixed(0)} % of events, ${bytes.toFixed(0)} % of bytes.`,
    )
    .join(' ');
}
