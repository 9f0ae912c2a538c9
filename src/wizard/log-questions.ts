import { mebibyteText } from '../report/sizes.ts';
import { LOG_DEFAULTS } from '../cluster/options.ts';
import { worstCaseDisk } from '../cluster/settings.ts';
import { logPathByItself, type Present } from './present.ts';
import {
  WEBHOOK_TOO,
  chosenPresent,
  type Answers,
  type Body,
  type Choice,
  type Question,
  type World,
} from './question.ts';

interface NumberRow {
  id: 'maxAge' | 'maxBackups' | 'maxSize';
  key: 'auditLogMaxAge' | 'auditLogMaxBackups' | 'auditLogMaxSize';
  label: string;
  title: string;
  help: string;
  /** The answer as the review shows it. */
  show: (value: string) => string;
}

const NO_LIMIT = 'no limit';

/** The questions for a rotation of one's own. */
const NUMBERS: readonly NumberRow[] = [
  {
    id: 'maxAge',
    key: 'auditLogMaxAge',
    label: 'Age',
    title: 'For how many days should rotated files be kept?',
    help: 'Rotated files that are older are deleted. 0 sets no limit: they stay until there are too many. The file being written does not count.',
    show: (days) => ageText(Number(days)),
  },
  {
    id: 'maxBackups',
    key: 'auditLogMaxBackups',
    label: 'Files',
    title: 'How many rotated files should be kept?',
    help: 'When there are more, the oldest one is deleted. 0 sets no limit: then nothing limits the disk either.',
    show: (files) => (Number(files) === 0 ? NO_LIMIT : `at most ${Number(files)}`),
  },
  {
    id: 'maxSize',
    key: 'auditLogMaxSize',
    label: 'File size',
    title: 'How large may a file get, in MiB?',
    help: 'A file of this size is rotated. 0 means 100 MiB up to Kubernetes 1.35; from 1.36 on it turns rotation off.',
    show: (size) => mebibyteText(Number(size)),
  },
];

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
      title: 'Which path should the log have?',
      default: '',
      reason: `An absolute path on the instance, in a folder of its own, such as ${LOG_DEFAULTS.auditLogPath}.`,
      help: 'kOps mounts the folder of this path into the API server. So it must not be one that is mounted already, such as /var/log or /etc/kubernetes, nor the folder of the policy. The API server makes the folder if it is missing.',
    }),
    show: (value) => value,
  },
  {
    id: 'rotation',
    label: 'Rotation',
    applies: isFile,
    body: (answers, world) => rotationBody(chosenPresent(answers, world)),
    show: (_, answers, world) => {
      const present = chosenPresent(answers, world);
      return rotationText(answeredRotation(answers, present), present);
    },
  },
  ...NUMBERS.map(numberQuestion),
];

/** Whether the log is a file, which is rotated. */
function isFile({ log }: Answers): boolean {
  return log === 'file' || log === 'other' || log === WEBHOOK_TOO;
}

function logBody(present: Present): Body {
  const path = present.logPath !== null && present.logPath !== '-' ? present.logPath : LOG_DEFAULTS.auditLogPath;
  const none: Choice = {
    value: 'none',
    name: 'no log, only the webhook',
    description: 'The events go to the webhook in the spec, and nowhere else.',
  };
  return {
    title: 'Where should the log go?',
    ...defaultLog(present, path),
    help: 'The API server can write its audit log to a file on each control-plane instance, and rotates that file itself. Or it writes to its standard output, among its own messages, where the log rotation of the instance applies. A file is easier to read, to ship and to limit. A webhook in the spec stays as it is, unless you give another.',
    choices: [
      { value: 'file', name: `a file: ${path}`, description: 'The next question is how it is rotated.' },
      {
        value: 'stdout',
        name: 'standard output of the API server',
        description: 'For a collector of container logs. The log rotation of the instance applies.',
      },
      { value: 'other', name: 'a file at another path' },
      {
        value: WEBHOOK_TOO,
        name: 'a file, and a webhook',
        description: 'A server of yours gets each event as well. The next questions are its address and credentials.',
      },
      ...(present.webhook ? [none] : []),
    ],
  };
}

function defaultLog({ logPath, webhook }: Present, path: string): Pick<Body, 'default' | 'reason'> {
  if (logPath === '-') return { default: 'stdout', reason: 'That is where the spec sends it now.' };
  if (logPath !== null) return { default: 'file', reason: 'That is where the spec has it now.' };
  if (webhook) return { default: 'none', reason: 'The spec has a webhook and no log. That stays so.' };
  return { default: 'file', reason: `${path} works with every kOps release.` };
}

function logText(value: string, present: Present): string {
  if (value === 'stdout') return 'standard output';
  if (value === 'none') return 'no log, only the webhook';
  if (value === 'other') return 'a file at another path';
  return `${logPathOf('file', present) ?? ''}${value === WEBHOOK_TOO ? ' and a webhook' : ''}`;
}

/** The path that a choice stands for; null: none, or asked for elsewhere. */
export function logPathOf(choice: string, present: Present): string | null {
  if (choice === 'stdout') return '-';
  if (choice !== 'file' && choice !== WEBHOOK_TOO) return null;
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
          description: 'A limit that the spec does not have gets the value of the CIS benchmark.',
        },
      ]
    : [];
  const ready = Object.entries(ROTATIONS).map(([value, rotation]) => ({
    value,
    name: `${value.padEnd(8)}   ${rotationText(rotation, present)}`,
    description: rotation.why,
  }));
  return {
    title: 'How much of the log should be kept?',
    default: keep.length > 0 ? 'keep' : 'cis',
    reason: keep.length > 0 ? 'The spec says so now.' : 'cis is the least that the CIS benchmark asks for.',
    help: 'When the file reaches its size, it is renamed and a new one begins. Renamed files are deleted when they are too old or too many, whichever comes first. So the log takes at most size × (files + 1) on each instance. That is the root disk of the control plane: when it is full, the API server is in trouble.',
    choices: [...keep, ...ready, { value: 'own', name: 'own        numbers of your own' }],
  };
}

function numberQuestion(row: NumberRow): Question {
  return {
    id: row.id,
    label: row.label,
    applies: (answers) => answers.rotation === 'own' && isFile(answers),
    body: (answers, world) => ({ title: row.title, ...defaultNumber(row, answers, world), help: row.help }),
    show: row.show,
  };
}

function defaultNumber({ id, key }: NumberRow, answers: Answers, world: World): Pick<Body, 'default' | 'reason'> {
  const present = chosenPresent(answers, world);
  const own = answeredRotation(answers, present);
  const value = presentRotation(present)[id];
  const from = present.settings[key] === undefined ? 'the CIS benchmark asks for' : 'the spec has';
  const disk = diskText({ ...own, [id]: value }, present);
  const limit = id === 'maxAge' ? '' : ` With it the log ${disk === NO_LIMIT ? 'has' : 'takes'} ${disk}.`;
  return { default: String(value), reason: `${value} is what ${from}.${limit}` };
}

/** How long rotated files are kept, how many, and how large one gets. */
interface Rotation {
  /** Days; 0: for ever. */
  maxAge: number;
  /** Files; 0: all. */
  maxBackups: number;
  /** Mebibytes. */
  maxSize: number;
}

/** The ready-made ones. `cis` is what the CIS Kubernetes benchmark asks for at least (1.2.16 to 1.2.19). */
const ROTATIONS: Readonly<Record<'cis' | 'small' | 'large', Rotation & { why: string }>> = {
  cis: {
    maxAge: LOG_DEFAULTS.auditLogMaxAge,
    maxBackups: LOG_DEFAULTS.auditLogMaxBackups,
    maxSize: LOG_DEFAULTS.auditLogMaxSize,
    why: 'The least that the CIS benchmark asks for. It suits most clusters.',
  },
  small: {
    maxAge: 7,
    maxBackups: 4,
    maxSize: 50,
    why: 'For small root disks, where the log is shipped elsewhere. Less than the CIS benchmark asks for.',
  },
  large: {
    maxAge: 90,
    maxBackups: 50,
    maxSize: 100,
    why: 'For a busy cluster whose log is read on the instance. Check that the disk has room for it.',
  },
};

/** What the spec has; what it leaves open as `enable` fills it up. */
export function presentRotation({ settings }: Present): Rotation {
  const number = (key: keyof typeof LOG_DEFAULTS): number => {
    const value = settings[key] ?? LOG_DEFAULTS[key];
    return typeof value === 'number' ? value : 0;
  };
  return {
    maxAge: number('auditLogMaxAge'),
    maxBackups: number('auditLogMaxBackups'),
    maxSize: number('auditLogMaxSize'),
  };
}

/** Whether the spec says anything of rotation. */
function hasRotation({ settings }: Present): boolean {
  return (['auditLogMaxAge', 'auditLogMaxBackups', 'auditLogMaxSize'] as const).some(
    (key) => settings[key] !== undefined,
  );
}

/** The rotation answered; numbers of one's own that are not there yet are those of the spec. */
export function answeredRotation(answers: Answers, present: Present): Rotation {
  const { rotation } = answers;
  if (rotation === 'cis' || rotation === 'small' || rotation === 'large') return ROTATIONS[rotation];
  const now = presentRotation(present);
  if (rotation !== 'own') return now;
  return {
    maxAge: Number(answers.maxAge ?? now.maxAge),
    maxBackups: Number(answers.maxBackups ?? now.maxBackups),
    maxSize: Number(answers.maxSize ?? now.maxSize),
  };
}

/** `30 days, 10 × 100 MiB: at worst 1.1 GiB`. */
function rotationText(rotation: Rotation, present: Present): string {
  const { maxAge, maxBackups, maxSize } = rotation;
  const files = maxBackups === 0 ? 'all files' : `${maxBackups}`;
  return `${ageText(maxAge)}, ${files} × ${mebibyteText(maxSize)}: ${diskText(rotation, present)}`;
}

function ageText(days: number): string {
  if (days === 0) return 'no age limit';
  return days === 1 ? '1 day' : `${days} days`;
}

/** The disk it can take at worst on each instance. */
function diskText({ maxBackups, maxSize }: Rotation, { kubernetesVersion }: Present): string {
  const settings = { auditLogPath: '/log', auditLogMaxBackups: maxBackups, auditLogMaxSize: maxSize };
  const { mebibytes } = worstCaseDisk(settings, kubernetesVersion);
  return mebibytes === null ? NO_LIMIT : `at worst ${mebibyteText(mebibytes)}`;
}
