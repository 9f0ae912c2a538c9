import { auditLogPlace } from '../../cluster/present.ts';
import type { Context } from '../../context.ts';
import { ExternalError, UserError } from '../../errors.ts';
import type { LoggedEvent, LogSource } from '../../events/event.ts';
import type { ServerLog } from '../../events/log-set.ts';
import { LogTally } from '../../events/tally.ts';
import { NodeClient, startApiProxy } from '../../live/node-client.ts';
import { followNode, type NodeFile, NodeLog } from '../../live/node-log.ts';
import { openLogs } from '../../input/log-files.ts';
import { safeText, wrap } from '../../report/text.ts';
import { tellCommands } from '../command-lines.ts';
import { policyOfCluster, specOfCluster } from '../policy/cluster-policy.ts';
import { readSet } from '../../flags/check.ts';
import type { NamedPolicy } from '../policy/loaded-policy.ts';
import { namedPolicy } from '../policy/named-policy.ts';
import type { ClusterFlags } from './cluster-flags.ts';
import { caughtUp, type FollowedLog, isFromStart } from './follow.ts';
import { saveNode } from './save.ts';

/** The log of a cluster, as `OpenedLog` has it. */
interface ClusterLog {
  servers: readonly FollowedLog[];
  tally: LogTally;
  missing: string[];
  clock: (() => Date) | null;
  isOurs: (event: LoggedEvent) => boolean;
}

/** What else of the command line counts where a cluster's log is opened. */
interface ReadFlags {
  quiet?: boolean;
  follow?: boolean;
  since?: string;
  tail?: string;
}

/**
 * The policy that a log was recorded with, as far as the flags name it: `--recorded-with`, else that in the spec of the cluster. Undefined
 * where they name none.
 *
 * @throws UserError, ExternalError as what reads policies and specs.
 */
export async function policyInForce(
  flags: Partial<ClusterFlags> & { recordedWith?: string; set?: readonly string[] },
  context: Context,
): Promise<NamedPolicy | undefined> {
  const set = readSet(flags.set ?? []);
  if (flags.recordedWith !== undefined) return namedPolicy(flags.recordedWith, { set }, context);
  const isNamed = flags.cluster !== undefined || flags.file !== undefined;
  return isNamed ? policyOfCluster(flags, context) : undefined;
}

/**
 * Opens the log of a cluster where it lies: on each node with an API server, read through the kubelets. What cannot be read is in
 * `missing`, the others are given.
 *
 * @param reader the command that does, as `LogOptions` has it.
 * @throws UserError where the spec has no log that can be reached; ExternalError where no node can be read.
 */
export async function openCluster(
  flags: Partial<ClusterFlags> & ReadFlags,
  context: Context,
  reader: string = 'logs',
): Promise<ClusterLog> {
  const { name, folder, file } = await logOfCluster(flags, context, reader);
  const { io, env, interrupt: signal } = context;
  const { socketPath } = await startApiProxy({
    context: flags.context ?? name,
    env,
    timeoutMs: 30_000,
    ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
    ...tellCommands(flags.verbose, { io }),
  });
  const client = new NodeClient({ socketPath, signal });
  const found = await io.progress.during(`looking for the log on the nodes of ${name}`, async () => {
    const nodes = wantedNodes(await client.nodes(), flags, name);
    return Promise.allSettled(nodes.map((node) => nodeLog(client, { node, folder, name: file })));
  });
  const missing: string[] = [];
  const logs = found.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failures = found.flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []));
  const first =
    failures.find((failure) => !(failure instanceof ExternalError)) ?? (logs.length === 0 ? failures[0] : null);
  if (first) throw first;
  for (const failure of failures) missing.push(sentence(failure));
  const servers =
    flags.save === undefined
      ? logs.map((log) => (flags.follow ? followed(log, flags, context) : whole(log, missing)))
      : await saved(client, logs, { dir: flags.save, missing, quiet: flags.quiet ?? false, reader }, context);
  const isOurs = client.isOurs.bind(client);
  return { servers, tally: new LogTally(), missing, clock: flags.follow ? context.now : null, isOurs };
}

/** Where the log of a cluster is, by its spec. */
interface LogPlace {
  name: string;
  /** Below `/var/log`. */
  folder: string;
  file: string;
}

const FOLDER = '/var/log/';

async function logOfCluster(flags: Partial<ClusterFlags>, context: Context, reader: string): Promise<LogPlace> {
  const { cluster } = await specOfCluster(flags, context);
  const { name } = cluster.metadata;
  const place = auditLogPlace(cluster);
  if (place.kind !== 'file') throw NO_FILE[place.kind](name, reader);
  const { path } = place;
  const below = /^\/var\/log\/+(?:(.*)\/+)?([^/]+)$/s.exec(path.replaceAll(/\/{2,}/g, '/'));
  const [, folder = '', file = ''] = below ?? [];
  if (!below || path.split('/').includes('..')) throw elsewhere(name, path);
  return { name, folder, file };
}

function noLog(name: string): UserError {
  return new UserError(`${name} has no audit log: auditing is off in its spec`, {
    hint: `Turn it on with kops-audit enable --cluster ${name}.`,
  });
}

function onlyWebhook(name: string): UserError {
  return new UserError(`${name} keeps no audit log: its events only go to a webhook`, {
    hint: 'Export them from where the webhook stores them, and name the file instead of --cluster.',
  });
}

function onStdout(name: string, reader: string): UserError {
  return new UserError(`the audit log of ${name} goes to the stdout of its API servers, mixed with their own log`, {
    hint: `Read that: kubectl -n kube-system logs -l k8s-app=kube-apiserver --tail=-1 | kops-audit ${reader} -`,
  });
}

const NO_FILE = { off: noLog, webhook: onlyWebhook, stdout: onStdout } as const;

function elsewhere(name: string, path: string): UserError {
  return new UserError(
    `the audit log of ${name} is ${safeText(path)}, and kubelets give only what is below ${FOLDER}`,
    {
      hint: 'Copy the files from the nodes and name them instead of --cluster, or move the log: kops-audit enable --log-path /var/log/kube-audit/audit.log.',
    },
  );
}

function wantedNodes(
  nodes: readonly string[],
  { node: wanted = [] }: Partial<ClusterFlags>,
  name: string,
): readonly string[] {
  if (nodes.length === 0)
    throw new ExternalError(`no node of ${name} has an API server by its labels`, {
      hint: 'Check that this is the right cluster (--context names another): kubectl get nodes --show-labels.',
    });
  const unknown = wanted.find((each) => !nodes.includes(each));
  if (unknown === undefined) return wanted.length === 0 ? nodes : nodes.filter((each) => wanted.includes(each));
  throw new UserError(`--node ${unknown} is no node with an API server`, { hint: `There are ${nodes.join(', ')}.` });
}

/** The log on one node, and what was rotated away of it. */
interface FoundLog {
  place: NodeFile;
  log: NodeLog;
  rotated: readonly string[];
  /** Gets what is missing from now on. */
  gaps: { tell: (text: string) => void };
}

async function nodeLog(client: NodeClient, place: NodeFile): Promise<FoundLog> {
  const gaps = { tell: (_text: string): void => {} };
  const log = new NodeLog(client, place, (text) => gaps.tell(text));
  return { place, log, rotated: await log.find(), gaps };
}

/** Its files, as far as they are there now and while they are read. What breaks off is told in `missing`. */
function whole({ place: { node, name }, log, rotated, gaps }: FoundLog, missing: string[]): ServerLog {
  gaps.tell = (text) => missing.push(text);
  log.markRead(rotated); // the first look at the file that is written to must not read them again
  const source = (file: string, bytes: () => AsyncIterable<Uint8Array>): LogSource => ({
    name: `${node}:${file}`,
    server: node,
    open: () => untilFailure(bytes(), node, missing),
  });
  const sources = [...rotated.map((file) => source(file, () => log.whole(file))), source(name, () => log.news())];
  return { server: node, sources };
}

/** Where a log is kept, and what becomes of what is not. */
interface Kept {
  dir: string;
  missing: string[];
  quiet: boolean;
  reader: string;
}

/** The same logs, and what was kept there before, as they are in the folder now. */
async function saved(
  client: NodeClient,
  logs: readonly FoundLog[],
  { dir, missing, quiet, reader }: Kept,
  { io }: Context,
): Promise<ServerLog[]> {
  const runs = await io.progress.during(`saving the log in ${dir}`, () =>
    Promise.allSettled(logs.map(({ log, place }) => saveNode(client, log, place, dir))),
  );
  for (const [at, run] of runs.entries()) {
    if (run.status === 'fulfilled') missing.push(...run.value);
    else if (run.reason instanceof ExternalError)
      missing.push(`${logs[at]?.place.node ?? ''}: ${sentence(run.reason)}`);
    else throw run.reason;
  }
  if (!quiet)
    io.stderr(
      `${io.style.dim(wrap(safeText(`Saved in ${dir}: kops-audit ${reader} ${dir} reads it.`), io.columns))}\n`,
    );
  return openLogs([dir], { stdin: io.input, reader, onMissing: (text) => missing.push(text) });
}

async function* untilFailure(
  bytes: AsyncIterable<Uint8Array>,
  node: string,
  missing: string[],
): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    missing.push(`${node}: ${sentence(error)}`);
  }
}

function followed({ place: { node, name }, log, gaps }: FoundLog, flags: ReadFlags, context: Context): FollowedLog {
  const { io, interrupt: signal } = context;
  const onGap = (text: string): void => io.stderr(`${io.style.yellow('warning:')} ${safeText(text)}\n`);
  gaps.tell = onGap;
  const { onCaughtUp, turn } = caughtUp();
  const open = (): AsyncIterable<Uint8Array> =>
    followNode(log, node, { signal, isFromStart: isFromStart(flags), onGap, onCaughtUp });
  return { server: node, sources: [{ name: `${node}:${name}`, server: node, open }], turn };
}

function sentence(failure: unknown): string {
  if (!(failure instanceof ExternalError)) return String(failure);
  return failure.hint === undefined ? failure.message : `${failure.message}\nFix: ${failure.hint}`;
}
