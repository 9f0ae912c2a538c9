import { readFacts } from '../cluster/facts.ts';
import { logPathProblems } from '../cluster/placement.ts';
import { pieceProblem } from '../cluster/kubeconfig/pieces.ts';
import { selectCluster } from '../cluster/select.ts';
import { readDocuments } from '../cluster/documents.ts';
import type { KopsObject } from '../cluster/types.ts';
import { readKopsVersion } from '../commands/change/flags.ts';
import { kopsFor } from '../commands/change/change.ts';
import { readWebhook, type WebhookFlags } from '../commands/change/webhook.ts';
import { createLimit } from '../commands/status/limit.ts';
import { type EnableFlags, readOptions } from '../commands/enable.ts';
import type { Context } from '../context.ts';
import { ExternalError, UserError } from '../errors.ts';
import { readSpecFile } from '../input/read.ts';
import { readTemplates } from '../input/templates.ts';
import type { Kops } from '../kops/kops.ts';
import { renderPolicy } from '../policy/render/render.ts';
import { readTemplate } from '../policy/render/template.ts';
import { VERSION } from '../version.ts';
import { flagsOf } from './flags.ts';
import { isNoLog, questionOf, type WizardState } from './flow.ts';
import { seen, type Seen } from './present.ts';
import { FILE, chosenCluster, chosenPresent, type Answers, type QuestionId, type World } from './question.ts';

/** Finds out what need not be asked. What was read once is not read again. */
export interface Finder {
  /** What the questions need to know. Throws InterruptError at Ctrl-C, UserError for a file that cannot be read. */
  world(state: Pick<WizardState, 'answers' | 'at'>): Promise<World>;
  /** The clusters of a state store; undefined is the one that kops finds. Throws UserError or ExternalError. */
  clusters(stateStore: string | undefined): Promise<Seen[]>;
  /** Those of a spec file. Throws UserError where it cannot be read or holds none. */
  clustersIn(file: string): Promise<Seen[]>;
  /** Throws UserError where there is no log. */
  lookForLog(path: string): Promise<void>;
}

/** The finder of one run. */
export function createFinder(flags: EnableFlags, context: Context): Finder {
  const clusters = once((state: string | undefined) => listClusters(state, flags, context));
  const clustersIn = once((file: string) => clustersInFile(file, flags));
  const templates = Object.entries(readTemplates()).map(([name, source]) => readTemplate(source, name));
  const rolls = flags.update && !flags.dryRun && flags.savePlan === undefined && flags.target !== 'terraform';
  return {
    clusters,
    clustersIn,
    async lookForLog(path) {
      if (path === '-') throw new UserError('standard input is this terminal');
      await (await import('../commands/logs/open.ts')).openLog([path], {}, context, undefined);
    },
    async world({ answers, at }) {
      const { place, state, file } = answers;
      const store = place === FILE && at !== 'place' ? NOT_ASKED : await stored(() => clusters(state));
      const inFile = place === FILE && file !== undefined ? await clustersIn(file) : [];
      return { ...store, inFile, templates, rolls };
    },
  };
}

/** Reads each place once; what failed is tried again, as a person may have put it right. */
function once<Place>(read: (place: Place) => Promise<Seen[]>): (place: Place) => Promise<Seen[]> {
  const known = new Map<Place, Promise<Seen[]>>();
  return (place) => {
    const found = known.get(place) ?? read(place);
    known.set(place, found);
    found.catch(() => known.delete(place));
    return found;
  };
}

const NOT_ASKED = { stored: [], problem: null };

async function stored(list: () => Promise<Seen[]>): Promise<Pick<World, 'stored' | 'problem'>> {
  try {
    return { stored: await list(), problem: null };
  } catch (error) {
    if (error instanceof UserError || error instanceof ExternalError) return { stored: [], problem: error.message };
    throw error;
  }
}

function listClusters(state: string | undefined, flags: EnableFlags, context: Context): Promise<Seen[]> {
  const { state: _, ...others } = flags;
  const kops = kopsFor({ ...others, ...(state === undefined ? {} : { state }) }, context, context.interrupt);
  return context.io.progress.during('reading the clusters with kops', () => seenInStore(kops));
}

/** As many as `status` asks kops for at once. */
const AT_ONCE = 4;

/** The clusters of a store as `status` sees them. The instance groups are read where they may bring the policy: the Cluster names one. */
export async function seenInStore(kops: Pick<Kops, 'clusters' | 'version' | 'getInstanceGroups'>): Promise<Seen[]> {
  const [clusters, kopsVersion] = await Promise.all([kops.clusters(), kops.version()]);
  const limit = createLimit(AT_ONCE);
  const withGroups = async (cluster: KopsObject): Promise<Seen> => {
    const found = seen({ cluster, kopsVersion, groups: [] });
    if (!found.present.settings.auditPolicyFile) return found;
    return seen({ cluster, kopsVersion, groups: await kops.getInstanceGroups(cluster.metadata.name) });
  };
  return Promise.all(clusters.map((cluster) => limit(() => withGroups(cluster))));
}

async function clustersInFile(path: string, flags: EnableFlags): Promise<Seen[]> {
  const { text } = await readSpecFile(path);
  const documents = readDocuments(text, path);
  const clusters = documents.filter(({ kind }) => kind === 'Cluster');
  const names = new Set(clusters.map(({ name }) => name));
  if (names.size !== clusters.length || clusters.length === 0)
    selectCluster(documents, { file: path, name: clusters[0]?.name });
  return clusters.map(({ name }) => {
    const { cluster, groups } = selectCluster(documents, { file: path, name });
    const kopsVersion = readKopsVersion(flags);
    return seen({ cluster: cluster.value(), groups: groups.map((group) => group.value()), kopsVersion });
  });
}

/** Where an answer is typed, and what is there to judge it by. */
interface CheckScene {
  answers: Answers;
  world: World;
  flags: EnableFlags;
  finder: Finder;
}

/** What is wrong with a typed answer, in a sentence; null where it is fine. It is judged by what `enable` would say of it. */
export async function wrongWith(id: QuestionId, value: string, scene: CheckScene): Promise<string | null> {
  if (value === '') return questionOf(id).isOptional ? null : 'An answer is needed.';
  try {
    await CHECKS[id]?.(value, scene);
    return null;
  } catch (error) {
    if (error instanceof UserError || error instanceof ExternalError) return textOf(error);
    throw error;
  }
}

type Check = (value: string, scene: CheckScene) => Promise<unknown>;

/** Said without the flag that it becomes: nobody typed one. */
const number =
  (what: string): Check =>
  async (value) => {
    if (!isCount(value)) throw new UserError(`${value} is not a number of ${what}: type a whole number, 0 or more`);
  };

function isCount(value: string): boolean {
  return /^\d+$/.test(value) && Number(value) <= 2_147_483_647;
}

const CHECKS: Partial<Record<QuestionId, Check>> = {
  state: (value, { finder }) => finder.clusters(value),
  file: (value, { finder }) => finder.clustersIn(value),
  policyFile: checkPolicy,
  replay: async (value, { finder }) => (isNoLog(value) ? undefined : finder.lookForLog(value)),
  logPath: checkLogPath,
  webhookUrl: checkAddress,
  webhookCa: (webhookCa, scene) => checkFile({ webhookCa }, scene),
  webhookToken: (webhookTokenFile, scene) => checkFile({ webhookTokenFile }, scene),
  webhookCert: (value) => readSpecFile(value),
  webhookKey: (webhookClientKey, scene) => checkFile({ ...definedCert(scene.answers), webhookClientKey }, scene),
  maxAge: number('days'),
  maxBackups: number('files'),
  maxSize: number('MiB'),
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
  const [problem] = logPathProblems(value, readFacts(cluster));
  if (problem !== undefined) throw new UserError(problem.message);
}

async function checkAddress(url: string): Promise<void> {
  const problem = pieceProblem({ url });
  if (problem !== null) throw new UserError(`The address ${problem.message}. ${problem.mend}`);
}

function checkFile(flags: WebhookFlags, { answers: { webhookUrl = '' } }: CheckScene): Promise<unknown> {
  return readWebhook({ webhookUrl, ...flags });
}

function definedCert({ webhookCert }: Answers): WebhookFlags {
  return webhookCert === undefined ? {} : { webhookClientCert: webhookCert };
}

function textOf(error: UserError | ExternalError): string {
  const place = error instanceof UserError ? error.place : undefined;
  if (place === undefined) return error.message;
  return `${place.file}${place.line === undefined ? '' : `:${place.line}`}: ${error.message}`;
}
