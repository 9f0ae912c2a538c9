import type { Context } from '../../context.ts';
import { AbortError, ExternalError, UserError } from '../../errors.ts';
import { mapOf } from '../../json.ts';
import type { Exporter } from '../../live/exporter.ts';
import { commandLine } from '../../process/words.ts';
import { type DiffLine, formatDiff } from '../../report/diff.ts';
import { foldedRuns, newObjectsDiff, readKubectlDiff } from '../../report/kubectl-diff.ts';
import { shipStatusView } from '../../report/ship-status.ts';
import { counted } from '../../report/text.ts';
import { type KubeObject, manifests, manifestText } from '../../ship/manifests.ts';
import { isRolledOut, type NodePod, podsOnNodes } from '../../ship/on-nodes.ts';
import { DEFAULT_NAMESPACE, secretCommands, type ShipSettings } from '../../ship/settings.ts';
import { confirm } from '../../terminal/confirm.ts';
import { specToYaml } from '../../yaml/print.ts';
import {
  type AddonFlags,
  exporterFor,
  fail,
  kubectlOptions,
  noNodes,
  pause,
  readTimeLimit,
  type RunningFlags,
  say,
} from './cluster.ts';
import { readShip, type ShipFlags } from './flags.ts';
import { readStatus } from './status.ts';

/** The flags of `ship apply` as the command line gives them. */
export interface ApplyShipFlags extends ShipFlags, AddonFlags {
  context?: string;
  kubeconfig?: string;
  out?: string;
  dryRun?: boolean;
  exitCode?: boolean;
  diff?: 'full' | 'short' | 'none';
  yes?: boolean;
  forceConflicts?: boolean;
  wait: boolean;
  timeout: string;
}

/** What of them is needed once the manifests are stored. */
type WatchFlags = RunningFlags & { timeout: string };

/** `ship apply`: rolls the collectors out, and waits until each node with an API server has one that is ready. Gives the exit status. */
export async function shipApply(flags: ApplyShipFlags, context: Context): Promise<number> {
  if (flags.via === 'addon') return (await import('./addon.ts')).applyAddon(flags, context);
  const settings = await readShip(flags, context);
  const { cluster, namespace } = settings;
  const running = { ...flags, cluster, namespace };
  const exporter = exporterFor(running, context);
  const objects = manifests(settings);
  const { io } = context;
  const diff = await io.progress.during('comparing with the cluster', () =>
    looked(exporter, objects, settings, flags, context),
  );
  await show(diff, flags, context);
  if (flags.dryRun) return endOfDryRun(diff, flags, context);
  if (diff.length > 0) {
    await askFirst(diff, flags, namespace, context);
    const stopped = await store(exporter, objects, flags, context);
    if (stopped !== null) return stopped;
  } else say(`Nothing to apply: ${namespace} is as it should be.`, context);
  return flags.wait ? rollOut(exporter, running, diff.length > 0, context) : 0;
}

/** What would change, once nothing is known that keeps the collectors from running. */
async function looked(
  exporter: Exporter,
  objects: readonly KubeObject[],
  settings: ShipSettings,
  { dryRun, forceConflicts }: ApplyShipFlags,
  context: Context,
): Promise<DiffLine[]> {
  const namespace = await exporter.findNamespace();
  if (mapOf(namespace?.['status'])['phase'] === 'Terminating')
    throw new UserError(`the namespace ${settings.namespace} is being removed`, {
      hint: `Wait until it is gone (kubectl get namespace ${settings.namespace}), and run it again.`,
    });
  const missing = await missingSecret(exporter, namespace !== null, settings, context);
  if (missing !== null && !dryRun) throw missing;
  if (missing !== null) say(`warning: ${missing.message}\n${missing.hint ?? ''}`, context);
  if (namespace !== null) return readKubectlDiff(await exporter.diff(manifestText(objects), forceConflicts ?? false));
  // Nothing of a namespace that is not there can be compared, nor checked.
  await exporter.check(manifestText(objects.filter(({ kind }) => kind === 'Namespace')));
  const texts = objects.map((object) => ({ name: `${object.kind}/${object.metadata.name}`, text: specToYaml(object) }));
  return newObjectsDiff(texts);
}

/** Why the pods would wait for their key; null where they would not, or nobody can tell. */
async function missingSecret(
  exporter: Exporter,
  isNamespaceThere: boolean,
  settings: ShipSettings,
  context: Context,
): Promise<UserError | null> {
  const { secretHeaders: headers, secretName: name, namespace } = settings;
  if (headers.length === 0) return null;
  const commands = secretCommands(settings);
  const create = isNamespaceThere ? commands : [`kubectl create namespace ${namespace}`, ...commands];
  const hint = `Create it, then run this again:\n${create.map((line) => `  ${line}`).join('\n')}`;
  if (!isNamespaceThere)
    return new UserError(`there is no Secret ${name} in ${namespace}, and no namespace yet`, { hint });
  try {
    const keys = await exporter.secretKeys(name);
    if (keys === null) return new UserError(`there is no Secret ${name} in ${namespace}`, { hint });
    const lacks = headers.find(({ key }) => !keys.includes(key));
    if (lacks === undefined) return null;
    return new UserError(`the Secret ${name} in ${namespace} has no key ${lacks.key}`, {
      hint: `It has ${keys.length === 0 ? 'none' : keys.join(', ')}: name another with --secret NAME/KEY, or add it.`,
    });
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    say(`warning: whether the Secret ${name} is there is not known: ${error.message}`, context);
    return null;
  }
}

/** The diff is data where only that was asked for, else talk. */
async function show(diff: readonly DiffLine[], { diff: form, dryRun }: ApplyShipFlags, { io }: Context): Promise<void> {
  const wanted = form ?? (io.isTerminal[dryRun ? 'stdout' : 'stderr'] ? 'short' : 'full');
  if (wanted === 'none' || diff.length === 0) return;
  const style = dryRun ? io.stdoutStyle : io.style;
  const text = formatDiff(wanted === 'short' ? foldedRuns(diff).lines : diff, style);
  if (dryRun) await io.stdout(text);
  else io.stderr(text);
}

function endOfDryRun(diff: readonly DiffLine[], { exitCode }: ApplyShipFlags, context: Context): number {
  say(diff.length === 0 ? 'Nothing to apply.' : 'Dry run: nothing was written.', context);
  return exitCode && diff.length > 0 ? 1 : 0;
}

async function askFirst(
  diff: readonly DiffLine[],
  { yes, diff: form }: ApplyShipFlags,
  namespace: string,
  { io, env }: Context,
): Promise<void> {
  if (yes) return;
  if (!io.isInteractive)
    throw new AbortError('A terminal is needed to ask whether to apply this, and there is none. Nothing was written.', {
      hint: 'Give --yes to answer beforehand, or --dry-run to only look.',
    });
  const folded = form === 'full' ? 0 : foldedRuns(diff).folded;
  const question = {
    text: `Apply this to the namespace ${namespace}?`,
    yes: 'Applies it, and waits until each node with an API server ships.',
    no: 'Writes nothing.',
    details: { are: 'the whole diff', show: () => formatDiff(diff, io.style) },
    ...(folded === 0 ? {} : { note: `${counted(folded, 'line is', 'lines are')} folded; d shows all.` }),
  };
  if (!(await confirm(question, { default: false, io, env }))) throw new AbortError('Declined. Nothing was written.');
}

/** Null where all is stored; else the exit status. */
async function store(
  exporter: Exporter,
  objects: readonly KubeObject[],
  { forceConflicts }: ApplyShipFlags,
  context: Context,
): Promise<number | null> {
  const { io, interrupt } = context;
  interrupt.throwIfAborted();
  const text = manifestText(objects);
  const { objects: stored, failure } = await io.progress.during('applying', () =>
    exporter.apply(text, forceConflicts ?? false),
  );
  for (const name of stored) say(`applied ${name}`, context);
  if (failure === null) return null;
  const left = objects.filter(({ kind }) => !stored.some((name) => name.startsWith(`${kind.toLowerCase()}`)));
  if (stored.length === 0) {
    if (interrupt.aborted) throw interrupt.reason;
    throw failure;
  }
  fail(
    `only a part was applied; left are ${left.map(({ kind }) => kind).join(', ')}: ${failure.message}`,
    `${failure.hint ?? 'See what stopped it.'}\nThen run the same command again: it is safe to repeat.`,
    context,
  );
  return interrupt.aborted ? 130 : 5;
}

/** Between two looks, in milliseconds. */
const PAUSE = 3000;

/** Waits for the collectors, and shows how they ship. What is stored stays, whatever comes of it. */
async function rollOut(exporter: Exporter, flags: WatchFlags, isWritten: boolean, context: Context): Promise<number> {
  try {
    const pods = await waitForAll(exporter, flags, context);
    if (!isRolledOut(pods)) return await unfinished(exporter, pods, flags, isWritten, context);
    say(`A collector is ready on ${counted(pods.length, 'node')}: each one that has an API server.`, context);
    return await showStatus(exporter, flags, context);
  } catch (error) {
    if (context.interrupt.aborted && isWritten) return interrupted(flags, context);
    if (!isWritten || !(error instanceof ExternalError)) throw error;
    fail(`the manifests are applied, but how far they are is not known: ${error.message}`, error.hint, context);
    return 5;
  }
}

function interrupted(flags: RunningFlags, context: Context): number {
  say(
    `Interrupted. The manifests are applied; the cluster goes on by itself. To see how far it is: ${statusLine(flags)}`,
    context,
  );
  return 130;
}

function statusLine({ cluster = '', context, kubeconfig, namespace = DEFAULT_NAMESPACE }: RunningFlags): string {
  const more = [
    ...(context === undefined ? [] : ['--context', context]),
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(namespace === DEFAULT_NAMESPACE ? [] : ['--namespace', namespace]),
  ];
  return commandLine('kops-audit', ['ship', 'status', '--cluster', cluster, ...more]);
}

/** Looks until all are there or the time is over. What stands in the way is said once. */
async function waitForAll(exporter: Exporter, flags: WatchFlags, context: Context): Promise<NodePod[]> {
  const limitMs = readTimeLimit(flags);
  const told = new Set<string>();
  let pods: NodePod[] = [];
  const ready = (): number => pods.filter((pod) => isRolledOut([pod])).length;
  await context.io.progress.during(
    () => `waiting for the collectors: ${ready()} of ${pods.length} nodes`,
    async () => {
      for (let waited = 0; ; waited += PAUSE) {
        pods = podsOnNodes(await exporter.look());
        if (pods.length === 0) throw noNodes(kubectlOptions(flags, context).context);
        tellNew(pods, told, context);
        if (isRolledOut(pods) || waited >= limitMs) return;
        await pause(Math.min(PAUSE, limitMs), context);
      }
    },
  );
  return pods;
}

/** What is wrong on a node, and not only still to come. */
function tellNew(pods: readonly NodePod[], told: Set<string>, context: Context): void {
  for (const { node, trouble } of pods) {
    if (trouble === null || trouble.isStillToCome) continue;
    const text = `${node}: ${trouble.why}`;
    if (!told.has(text)) say(text, context);
    told.add(text);
  }
}

/** Says of each node that has none why, with the last lines of those that crashed. */
async function unfinished(
  exporter: Exporter,
  pods: readonly NodePod[],
  flags: WatchFlags,
  isWritten: boolean,
  context: Context,
): Promise<number> {
  const left = pods.filter((pod) => !isRolledOut([pod]));
  const done = isWritten ? 'the manifests are applied, but ' : '';
  fail(
    `${done}${left.length} of ${counted(pods.length, 'node')} with an API server ${left.length === 1 ? 'has' : 'have'} no collector that is ready, after ${flags.timeout}`,
    undefined,
    context,
  );
  for (const { node, pod, trouble, hasCrashed } of left) {
    say(`\n${node}: ${trouble?.why ?? 'not ready'}`, context);
    const lines = hasCrashed && pod !== null ? await exporter.lastLines(pod) : [];
    for (const line of lines) say(`  ${line}`, context);
    if (trouble !== null) say(`  Fix: ${trouble.fix}`, context);
  }
  say(`\nThe cluster goes on by itself. To see how far it is: ${statusLine(flags)}`, context);
  return isWritten ? 5 : 4;
}

/** How long is watched for the table that follows a roll-out. */
const WATCHED_MS = 5000;

async function showStatus(exporter: Exporter, flags: RunningFlags, context: Context): Promise<number> {
  const { io } = context;
  const { status } = await io.progress.during('looking at what is shipped', () =>
    readStatus(exporter, kubectlOptions(flags, context), WATCHED_MS, context),
  );
  await io.stdout(`\n${shipStatusView(status, io.stdoutStyle, io.columns, io.stdoutColumns)}`);
  return 0;
}
