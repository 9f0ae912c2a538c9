import type { Context } from '../../context.ts';
import { AbortError, ExternalError } from '../../errors.ts';
import { type JsonObject, listOf, mapOf } from '../../json.ts';
import { type Exporter, FIELD_MANAGER } from '../../live/exporter.ts';
import { EXPORTER_NAME } from '../../ship/manifests.ts';
import { nameOf } from '../../ship/on-nodes.ts';
import { confirm } from '../../terminal/confirm.ts';
import { type AddonFlags, exporterFor, fail, pause, readTimeLimit, type RunningFlags, say } from './cluster.ts';

/** The flags of `ship remove` as the command line gives them. */
export interface RemoveFlags extends RunningFlags, AddonFlags {
  state?: string;
  file?: string;
  dryRun?: boolean;
  yes?: boolean;
  timeout: string;
}

/** What is removed, and what stays. */
interface Removal {
  /** As kubectl names them, the DaemonSet first. */
  objects: string[];
  /** With our labels, and written by somebody else. */
  notOurs: string[];
  /** All else that keeps the namespace. */
  others: string[];
  /** Why the namespace stays; null where it goes, or is not there. */
  namespaceStays: string | null;
  removesNamespace: boolean;
  /** On each node; null where no DaemonSet tells. */
  stateDirectory: string | null;
}

/** `ship remove`: takes the collectors out again, and nothing else. Gives the exit status. */
export async function shipRemove(flags: RemoveFlags, context: Context): Promise<number> {
  if (flags.via === 'addon') return (await import('./addon.ts')).removeAddon(flags, context);
  const exporter = exporterFor(flags, context);
  const removal = await context.io.progress.during('looking at what is there', () => removalOf(exporter));
  const { objects, removesNamespace } = removal;
  if (objects.length === 0 && !removesNamespace) {
    say(`Nothing to remove: nothing of kops-audit is in the namespace ${exporter.namespace}.`, context);
    tellStays(removal, exporter.namespace, context);
    return 0;
  }
  await context.io.stdout(
    `${['Removes:', ...namesOf(removal, exporter.namespace).map((name) => `  ${name}`)].join('\n')}\n`,
  );
  tellStays(removal, exporter.namespace, context);
  if (flags.dryRun) {
    say('Dry run: nothing was removed.', context);
    return 0;
  }
  await askFirst(flags, context);
  return remove(exporter, removal, readTimeLimit(flags), context);
}

function namesOf({ objects, removesNamespace }: Removal, namespace: string): string[] {
  return removesNamespace ? [...objects, `namespace/${namespace}`] : objects;
}

async function removalOf(exporter: Exporter): Promise<Removal> {
  const [namespace, labelled] = [await exporter.findNamespace(), await exporter.labelled()];
  const ours = labelled.filter(isOurs);
  const objects = ours.map(pathOf).toSorted((a, b) => Number(isDaemonSet(b)) - Number(isDaemonSet(a)));
  const notOurs = labelled.filter((object) => !isOurs(object)).map(pathOf);
  const daemonSet = ours.find(({ kind }) => kind === 'DaemonSet');
  const stateDirectory = daemonSet === undefined ? null : stateOf(daemonSet);
  const known = { objects, notOurs, stateDirectory };
  if (namespace === null) return { ...known, others: [], namespaceStays: null, removesNamespace: false };
  const others = await othersIn(exporter, objects);
  const namespaceStays = whyStays(namespace, others);
  return { ...known, others: others ?? [], namespaceStays, removesNamespace: namespaceStays === null };
}

/** Our labels were asked for; that we wrote it the API server knows. */
function isOurs(object: JsonObject): boolean {
  return managersOf(object).includes(FIELD_MANAGER);
}

/** Who wrote it, but for what controllers note in its status. */
function managersOf({ metadata }: JsonObject): string[] {
  const entries = listOf(mapOf(metadata)['managedFields']).map(mapOf);
  return entries
    .filter(({ subresource }) => subresource === undefined || subresource === '')
    .map(({ manager }) => String(manager));
}

const PATHS: Readonly<Record<string, string>> = {
  DaemonSet: 'daemonset.apps',
  ConfigMap: 'configmap',
  ServiceAccount: 'serviceaccount',
};

function pathOf(object: JsonObject): string {
  const kind = String(object['kind']);
  return `${PATHS[kind] ?? kind.toLowerCase()}/${nameOf(object)}`;
}

function isDaemonSet(path: string): boolean {
  return path.startsWith('daemonset');
}

function stateOf({ spec }: JsonObject): string | null {
  const template = mapOf(mapOf(mapOf(spec)['template'])['spec']);
  const volume = listOf(template['volumes'])
    .map(mapOf)
    .find(({ name }) => name === 'state');
  const { path } = mapOf(volume?.['hostPath']);
  return typeof path === 'string' ? path : null;
}

/** What Kubernetes itself puts into each namespace, and what goes with the DaemonSet. */
const OF_ITSELF = new RegExp(
  `^(?:configmap/kube-root-ca\\.crt|serviceaccount/default|(?:pod|controllerrevision\\.apps)/${EXPORTER_NAME}-[a-z0-9]+|pods?\\.metrics\\.k8s\\.io/.*)$`,
);

/** What else is in the namespace; null where not all can be listed. */
async function othersIn(exporter: Exporter, objects: readonly string[]): Promise<string[] | null> {
  try {
    const all = await exporter.everything();
    return all.filter((name) => !objects.includes(name) && !OF_ITSELF.test(name));
  } catch (error) {
    if (error instanceof ExternalError) return null;
    throw error;
  }
}

/** A namespace is removed with all that is in it: so only one that we made, and that is empty then. */
function whyStays(namespace: JsonObject, others: readonly string[] | null): string | null {
  const managers = managersOf(namespace);
  if (others === null) return 'not all that is in it can be listed';
  if (others.length > 0) return 'others keep things in it';
  return managers.length > 0 && managers.every((manager) => manager === FIELD_MANAGER)
    ? null
    : 'it was not made by kops-audit';
}

function tellStays(
  { notOurs, others, namespaceStays, stateDirectory }: Removal,
  namespace: string,
  context: Context,
): void {
  if (notOurs.length > 0)
    say(`Not removed, as somebody else applied them (kubectl delete removes them): ${notOurs.join(', ')}`, context);
  if (namespaceStays !== null) say(`The namespace ${namespace} stays: ${namespaceStays}${named(others)}.`, context);
  if (stateDirectory !== null)
    say(
      `On the nodes stays ${stateDirectory}: up to where the log was read, and what was not sent. A collector that is applied again goes on from there.`,
      context,
    );
}

const MOST_NAMED = 5;

function named(others: readonly string[]): string {
  if (others.length === 0) return '';
  const more = others.length > MOST_NAMED ? `, … and ${others.length - MOST_NAMED} more` : '';
  return ` (${others.slice(0, MOST_NAMED).join(', ')}${more})`;
}

async function askFirst({ yes }: RemoveFlags, { io, env }: Context): Promise<void> {
  if (yes) return;
  if (!io.isInteractive)
    throw new AbortError(
      'A terminal is needed to ask whether to remove this, and there is none. Nothing was removed.',
      {
        hint: 'Give --yes to answer beforehand, or --dry-run to only look.',
      },
    );
  const question = {
    text: 'Remove this? The log is not shipped any more then.',
    yes: 'Removes it, and waits until no collector runs.',
    no: 'Removes nothing.',
  };
  if (!(await confirm(question, { default: false, io, env }))) throw new AbortError('Declined. Nothing was removed.');
}

/** Between two looks, in milliseconds. */
const PAUSE = 1000;

async function remove(exporter: Exporter, removal: Removal, limitMs: number, context: Context): Promise<number> {
  const { io, interrupt } = context;
  const removed: string[] = [];
  try {
    return await io.progress.during('removing', async () => {
      const first = await removeSome(exporter, removal.objects, removed, context);
      const isGone = first === null && (await waitForEnd(exporter, limitMs, context));
      if (first === null && !isGone) return await stillThere(exporter, context);
      const last =
        first === null && removal.removesNamespace
          ? await removeSome(exporter, [`namespace/${exporter.namespace}`], removed, context)
          : first;
      if (last === null) return 0;
      if (removed.length === 0) throw last;
      fail(
        `only a part was removed: ${last.message}`,
        `${last.hint ?? ''}\nThen run the same command again: it is safe to repeat.`,
        context,
      );
      return 5;
    });
  } catch (error) {
    if (!interrupt.aborted || removed.length === 0) throw error;
    say(`Interrupted. Removed up to now: ${removed.join(', ')}. Run it again, it is safe to repeat.`, context);
    return 130;
  }
}

/** Null where all went well. */
async function removeSome(
  exporter: Exporter,
  names: readonly string[],
  removed: string[],
  context: Context,
): Promise<ExternalError | null> {
  if (names.length === 0) return null;
  const { objects, failure } = await exporter.remove(names);
  removed.push(...objects);
  for (const name of objects) say(`removed ${name}`, context);
  return failure;
}

async function waitForEnd(exporter: Exporter, limitMs: number, context: Context): Promise<boolean> {
  for (let waited = 0; ; waited += PAUSE) {
    if ((await exporter.pods()).length === 0) return true;
    if (waited >= limitMs) return false;
    await pause(Math.min(PAUSE, limitMs), context);
  }
}

async function stillThere(exporter: Exporter, context: Context): Promise<number> {
  const pods = await exporter.pods();
  fail(
    `the DaemonSet is removed, and these pods still run: ${pods.join(', ')}`,
    `Their nodes may be away: kubectl -n ${exporter.namespace} get pods -o wide. They end once the nodes are back.`,
    context,
  );
  return 5;
}
