import { readFacts } from '../cluster/facts.ts';
import { logPathProblems } from '../cluster/placement.ts';
import { ExternalError, UserError } from '../errors.ts';
import { renderPolicy } from '../policy/render/render.ts';
import { VERSION } from '../version.ts';
import { readOptions } from '../commands/enable/options.ts';
import type { EnableFlags } from '../commands/enable/flags.ts';
import { readTemplates } from '../commands/templates.ts';
import { flagsOf } from './flags.ts';
import { clustersInFile, type Finder } from './finder.ts';
import { chosenCluster, chosenPresent } from './present.ts';
import type { Answers, QuestionId, World } from './question.ts';

/** Where an answer is typed, and what is there to judge it by. */
export interface CheckScene {
  answers: Answers;
  world: World;
  flags: EnableFlags;
  finder: Finder;
}

/** What is wrong with a typed answer, in a sentence; null where it is fine. It is judged by what `enable` would say of it. */
export async function wrongWith(id: QuestionId, value: string, scene: CheckScene): Promise<string | null> {
  if (value === '') return 'An answer is needed.';
  try {
    await CHECKS[id]?.(value, scene);
    return null;
  } catch (error) {
    if (error instanceof UserError || error instanceof ExternalError) return textOf(error);
    throw error;
  }
}

type Check = (value: string, scene: CheckScene) => Promise<unknown>;

const asFlag =
  (flag: 'logMaxAge' | 'logMaxBackups' | 'logMaxSize'): Check =>
  (value, { flags }) =>
    readOptions({ ...flags, log: true, [flag]: value }, readTemplates());

const CHECKS: Partial<Record<QuestionId, Check>> = {
  state: (value, { finder }) => finder.clusters(value),
  file: (value) => clustersInFile(value),
  policyFile: checkPolicy,
  logPath: checkLogPath,
  maxAge: asFlag('logMaxAge'),
  maxBackups: asFlag('logMaxBackups'),
  maxSize: asFlag('logMaxSize'),
};

async function checkPolicy(value: string, { answers, flags, world }: CheckScene): Promise<void> {
  const { policy } = await readOptions(flagsOf({ ...answers, policyFile: value }, flags, world), readTemplates());
  if (policy === undefined) return;
  const { kubernetesVersion } = chosenPresent(answers, world);
  renderPolicy(policy.source, {
    name: policy.name,
    toolVersion: VERSION,
    file: value,
    ...(kubernetesVersion === null ? {} : { kubernetesVersion }),
  });
}

async function checkLogPath(value: string, { answers, world }: CheckScene): Promise<void> {
  const cluster = chosenCluster(answers, world);
  if (cluster === null) return;
  const [problem] = logPathProblems(value, readFacts({ cluster, groups: [], kopsVersion: null }));
  if (problem !== undefined) throw new UserError(problem.message);
}

function textOf(error: UserError | ExternalError): string {
  const place = error instanceof UserError ? error.place : undefined;
  if (place === undefined) return error.message;
  return `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ${error.message}`;
}
