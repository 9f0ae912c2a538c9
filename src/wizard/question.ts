import type { Template } from '../policy/render/template.ts';
import { NOTHING, type Present, type Seen } from './present.ts';

export type QuestionId =
  | 'place'
  | 'state'
  | 'file'
  | 'member'
  | 'policy'
  | 'policyFile'
  | 'replay'
  | 'log'
  | 'logPath'
  | 'rotation'
  | 'maxAge'
  | 'maxBackups'
  | 'maxSize'
  | 'webhookUrl'
  | 'webhookTrust'
  | 'webhookCa'
  | 'webhookSignIn'
  | 'webhookToken'
  | 'webhookCert'
  | 'webhookKey'
  | 'roll';

/** What was answered so far: the value of a choice, or a text. */
export type Answers = Readonly<Partial<Record<QuestionId, string>>>;

/** What could be found out without asking. */
export interface World {
  /** The clusters of the state store. */
  stored: readonly Seen[];
  /** The clusters of the file chosen. */
  inFile: readonly Seen[];
  /** Why the state store gives none; null where it does, or was not asked. */
  problem: string | null;
  templates: readonly Template[];
  /** Flags that were given leave nothing to roll: `--no-update`, `--dry-run`, `--target terraform`. */
  rolls: boolean;
}

/** One line to choose; `value` is what goes into the answers. */
export interface Choice {
  value: string;
  name: string;
  /** Shown below the list while the cursor is on the line. */
  description?: string;
}

/** A question as it is asked: without choices its answer is a text. */
export interface Body {
  title: string;
  /** What plain Enter takes; empty where there is nothing to take. */
  default: string;
  /** Why that is the default, in a sentence. */
  reason: string;
  /** The explanation behind `?`: six lines at 76 columns at most. */
  help: string;
  /** The head of the list, where it has columns. */
  head?: string;
  choices?: readonly Choice[];
}

/** A row of the table of questions. All of it is pure. */
export interface Question {
  id: QuestionId;
  /** Its name in the review. */
  label: string;
  applies(answers: Answers, world: World): boolean;
  body(answers: Answers, world: World): Body;
  /** An answer as the review and the first line show it. */
  show(value: string, answers: Answers, world: World): string;
  /** The answer is the path of a file: Tab completes it, and `~` is the home folder. */
  isPath?: true;
  /** It is asked only where somebody chooses its line in the review; nothing is an answer, too. */
  isOptional?: true;
  /** Answers that this one makes void. */
  forgets?: readonly QuestionId[];
}

/** The cluster that was chosen; null as long as none was. */
export function chosenCluster({ place, member }: Answers, { stored, inFile }: World): Seen | null {
  if (place !== FILE) return named(stored, place);
  const [only, ...others] = inFile;
  return only && others.length === 0 ? only : named(inFile, member);
}

function named(clusters: readonly Seen[], wanted: string | undefined): Seen | null {
  return clusters.find(({ name }) => name === wanted) ?? null;
}

/** What the chosen cluster has; as if it had nothing where none is chosen. */
export function chosenPresent(answers: Answers, world: World): Present {
  return chosenCluster(answers, world)?.present ?? NOTHING;
}

/** The answer to `replay` for the logs of several flags. */
export const SEVERAL_LOGS = '+several';

/** The answer to `log` for a file and a webhook. */
export const WEBHOOK_TOO = 'webhook';

/** The answers to `place` that are no cluster's name: no name has a plus in front. */
export const FILE = '+file';
export const OTHER_STORE = '+store';
