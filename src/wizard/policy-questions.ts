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
    takenBy: 'Take it if nothing may be missed, and no body of a request may be in the log.',
  },
  gce: {
    records: 'writes with bodies and answers, reads briefly',
    takenBy: 'Take it if somebody asks for the policy everybody knows, and the disk has room for it.',
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
    applies: ({ policy }) => policy === OWN_FILE,
    body: () => ({
      title: 'Which file holds the policy?',
      default: '',
      reason: 'A path to YAML or JSON of kind Policy, audit.k8s.io/v1.',
      help: 'It is loaded as the API server of this cluster would load it: what the server would refuse is refused here, with its line. The text is embedded in the spec, so the file itself is not needed afterwards. Try it first with `kops-audit lint FILE` and `kops-audit policy explain`.',
    }),
    show: (value) => value,
  },
];

function policyBody(present: Present, { templates }: World): Body {
  const width = Math.max(...templates.map(({ name }) => name.length));
  const keep: Choice[] =
    present.policy === null ? [] : [{ value: KEEP, name: `keep what is there: ${present.policy}`, description: KEPT }];
  const own: Choice = { value: OWN_FILE, name: 'a file of your own', description: 'The next question is its path.' };
  return {
    title: 'What shall be recorded?',
    ...defaultPolicy(present),
    help: 'A policy is a list of rules; the first that fits a request decides whether it is recorded, and how much of it. The numbers are measured on a genuine log of a cluster with controllers: what the policy keeps of it against the policy metadata, which keeps every request. More bytes mean more disk and a slower API server. `kops-audit policy show NAME` prints the rules.',
    head: `  ${' '.repeat(width)}  events   bytes  of what metadata keeps of a genuine log`,
    choices: [...keep, ...templates.map((template) => choiceOf(template, width)), own],
  };
}

const KEPT = 'The text of the policy does not change.';

function defaultPolicy({ policy }: Present): Pick<Body, 'default' | 'reason'> {
  if (policy !== null)
    return { default: KEEP, reason: 'The spec holds a policy already, and it stays unless you choose another.' };
  return {
    default: DEFAULT_POLICY,
    reason: `${DEFAULT_POLICY} is made for kOps clusters, and the default of \`enable\`.`,
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
        `Of a log of ${log} alone it keeps ${events.toFixed(0)} % of events, ${bytes.toFixed(0)} % of bytes.`,
    )
    .join(' ');
}
