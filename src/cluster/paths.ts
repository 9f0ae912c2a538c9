import { posix } from 'node:path';
import { assetPath, groupFilesAt, isSamePath, type GroupPlace } from './file-assets.ts';
import { isForApiServer, runsApiServer } from './groups.ts';
import { directoriesOf } from './kops-files.ts';
import { LOG_DEFAULTS, type EnableOptions, type Note } from './options.ts';
import { defaultPolicyFile, logPathProblems, policyPathProblems } from './placement.ts';
import { assetAt, contentOf, holdsPolicy, type LocatedAsset, type PresentAudit } from './present.ts';
import { isKubeconfig } from './webhook.ts';

/** Where things go, and why something that stood elsewhere moves. */
export interface ChosenPaths {
  policyFile: string;
  /** The asset that holds the policy now and will hold it; null where a new one is made. */
  adopted: LocatedAsset | null;
  /** Null: no log backend. */
  logPath: string | null;
  /** Null: no webhook backend. */
  webhook: ChosenWebhook | null;
  moves: Note[];
}

/** Keeps what is safe where it is, moves what is not, and says so. A path given by a flag is never moved. */
export function choosePaths(present: PresentAudit, options: EnableOptions, place: GroupPlace): ChosenPaths {
  const moves: Note[] = [];
  const adopted = adoptedAsset(present, options, place);
  const logPath = chooseLogPath(present, options, place, moves);
  const policyFile = choosePolicyFile(present, adopted, logPath, options, place, moves);
  const spaced = awayFrom(policyFile, logPath, options, present, place, moves);
  const webhook = chooseWebhook(present, options, policyFile, place, moves);
  return { policyFile, adopted, logPath: spaced, webhook, moves };
}

function chooseLogPath(present: PresentAudit, options: EnableOptions, place: GroupPlace, moves: Note[]): string | null {
  if (options.noLog) return null;
  if (options.logPath !== undefined) return options.logPath;
  const now = present.settings.auditLogPath;
  if (!now) {
    return present.settings.auditWebhookConfigFile ? null : freeLogPath(present, place, moves);
  }
  const [problem] = logPathProblems(now, place);
  if (!problem) return now;
  const free = freeLogPath(present, place, moves);
  moves.push(`The log moves from ${now} to ${free}: ${problem.message}.`);
  return free;
}

function freeLogPath(present: PresentAudit, place: GroupPlace, moves: Note[]): string {
  return freePath(LOG_DEFAULTS.auditLogPath, 'The log', present, place, moves);
}

function choosePolicyFile(
  present: PresentAudit,
  adopted: LocatedAsset | null,
  logPath: string | null,
  options: EnableOptions,
  place: GroupPlace,
  moves: Note[],
): string {
  const safe = defaultPolicyFile(place);
  const named = present.settings.auditPolicyFile;
  if (!adopted) {
    return named && !options.policy ? named : freePath(safe, 'The policy', present, place, moves);
  }
  if (!holdsPolicy(adopted.asset)) return adopted.path;
  const [problem] = policyPathProblems(adopted.path, place);
  const why = problem?.message ?? sharedDirectory(adopted.path, logPath);
  if (!why || adopted.path === safe) return adopted.path;
  const free = freePath(safe, 'The policy', withoutAsset(present, adopted), place, moves);
  const text = `The policy moves from ${adopted.path} to ${free}: ${why}.`;
  // Where the kOps release is not known a path has to suit all that run the Cluster's Kubernetes.
  moves.push(place.layouts.length > 1 ? { text, otherwise: { option: 'kopsVersion' } } : text);
  return free;
}

function withoutAsset({ assets }: PresentAudit, moved: LocatedAsset): Pick<PresentAudit, 'assets'> {
  return { assets: assets.filter((located) => located !== moved) };
}

function sharedDirectory(policyFile: string, logPath: string | null): string | null {
  if (logPath === null || logPath === '-' || posix.dirname(policyFile) !== posix.dirname(logPath)) return null;
  return 'the policy and the log must not share a directory, which would be mounted twice';
}

/** The log's path once the policy's is settled: where both still share a directory and no flag asked for it, the log gives way. */
function awayFrom(
  policyFile: string,
  logPath: string | null,
  options: EnableOptions,
  present: PresentAudit,
  place: GroupPlace,
  moves: Note[],
): string | null {
  const why = sharedDirectory(policyFile, logPath);
  const isOurs = posix.dirname(policyFile) === posix.dirname(defaultPolicyFile(place));
  if (!why || options.logPath !== undefined || !isOurs) return logPath;
  const free = freeLogPath(present, place, moves);
  moves.push(`The log moves from ${logPath} to ${free}: ${why}.`);
  return free;
}

/**
 * The asset the policy is in, or that can take it; null where a new one is needed.
 * A file that no setting points to may serve something else: it is taken over only where kube-apiserver could read it as it is.
 */
function adoptedAsset(present: PresentAudit, options: EnableOptions, place: GroupPlace): LocatedAsset | null {
  const { policy, settings } = present;
  if (policy) return givesWay(policy, options, place) ? assetForNew(present, place) : policy;
  const named = settings.auditPolicyFile;
  if (named && !options.policy) return null;
  const [orphan, second] = named ? [] : present.orphans;
  if (orphan && !second && isTakeable(orphan, present, place)) return orphan;
  return assetForNew(present, place);
}

/** Another kind of file, at a path that the policy cannot have: it stays, and the policy goes elsewhere. */
function givesWay({ asset, path }: LocatedAsset, options: EnableOptions, place: GroupPlace): boolean {
  return options.policy !== undefined && !holdsPolicy(asset) && policyPathProblems(path, place).length > 0;
}

/** A policy that lies already where a new one would go. */
function assetForNew(present: PresentAudit, place: GroupPlace): LocatedAsset | null {
  const there = assetAt(present.assets, defaultPolicyFile(place));
  return there && holdsPolicy(there.asset) && isTakeable(there, present, place) ? there : null;
}

function isTakeable(located: LocatedAsset, present: PresentAudit, place: GroupPlace): boolean {
  const { asset, path } = located;
  const inForce = assetAt(present.assets, path) === located && groupFilesAt(path, place).length === 0;
  return inForce && isForApiServer(asset) && policyPathProblems(path, place).length === 0;
}

/** Where the webhook config goes; `asset` is the one that holds it now and will hold it, null where a new one is made. */
export interface ChosenWebhook {
  file: string;
  asset: LocatedAsset | null;
}

/** Keeps the webhook config in the directory of the policy, where kOps wants it; null: no webhook backend. */
function chooseWebhook(
  present: PresentAudit,
  options: EnableOptions,
  policyFile: string,
  place: GroupPlace,
  moves: Note[],
): ChosenWebhook | null {
  const now = present.settings.auditWebhookConfigFile;
  const { config } = options.webhook;
  if (!now) return config === undefined ? null : newWebhook(present, policyFile, place, moves);
  const asset = isSamePath(now, policyFile) ? null : present.webhook;
  const directory = posix.dirname(policyFile);
  const stays = posix.dirname(now) === directory && !isSamePath(now, policyFile);
  if (stays || (!asset && config === undefined)) return { file: now, asset };
  const file = freePath(`${directory}/${posix.basename(now)}`, 'The webhook config', present, place, moves);
  moves.push(`The webhook config moves from ${now} to ${file}: kOps wants it in the directory of the policy.`);
  return { file, asset };
}

function newWebhook(present: PresentAudit, policyFile: string, place: GroupPlace, moves: Note[]): ChosenWebhook {
  const file = `${posix.dirname(policyFile)}/webhook.yaml`;
  const there = assetAt(present.assets, file);
  if (!there || !isForApiServer(there.asset) || !isKubeconfig(contentOf(there.asset)))
    return { file: freePath(file, 'The webhook config', present, place, moves), asset: null };
  moves.push(`The webhook config in the file asset "${there.asset.name}", which no setting pointed to, is replaced.`);
  return { file, asset: there };
}

/**
 * The path itself where no file asset stands in its way, else one beside it: `policy-2.yaml`, or `audit-2/policy.yaml` where its
 * directory is a file. Says so in `moves`. Files of instance groups count: one at the very path would win there.
 *
 * @param what in words: `The policy`.
 */
export function freePath(
  path: string,
  what: string,
  { assets }: Pick<PresentAudit, 'assets'>,
  place: GroupPlace,
  moves: Note[],
): string {
  const taken = takenPaths(assets, place);
  const parts = path.split('/').slice(1, -1);
  let directory = '';
  const blockers: Blocker[] = [];
  const choose = (name: string, blocker: (path: string) => Blocker | undefined): string => {
    const { name: stem, ext } = posix.parse(name);
    for (let count = 1; ; count++) {
      const free = `${directory}/${count === 1 ? name : `${stem}-${count}${ext}`}`;
      const inTheWay = blocker(free);
      if (!inTheWay) return free;
      blockers.push(inTheWay);
    }
  };
  for (const part of parts) directory = choose(part, (at) => taken.files.get(at));
  const free = choose(posix.basename(path), (at) => taken.files.get(at) ?? taken.directories.get(at));
  const [first] = blockers;
  if (first)
    moves.push(
      `${what} goes to ${free}: ${first.path} belongs to the file asset "${first.name}", which is left alone.`,
    );
  return free;
}

interface Blocker {
  path: string;
  name: string;
}

function takenPaths(
  assets: readonly LocatedAsset[],
  { groups, distribution }: GroupPlace,
): Record<'files' | 'directories', Map<string, Blocker>> {
  const ofGroups = groups
    .filter(runsApiServer)
    .flatMap(({ fileAssets }) => fileAssets.map((asset) => ({ asset, path: assetPath(asset, distribution) })));
  const files = new Map<string, Blocker>();
  const directories = new Map<string, Blocker>();
  for (const { asset, path } of [...ofGroups, ...assets]) {
    const clean = posix.resolve('/', path);
    const blocker = { path: clean, name: asset.name ?? '' };
    files.set(clean, blocker);
    for (const above of directoriesOf(clean)) directories.set(above, blocker);
  }
  return { files, directories };
}
