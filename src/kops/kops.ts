import type { KopsObject } from '../cluster/types.ts';
import type { UserError } from '../errors.ts';
import { type Call, type CallResult, type OnOutput, type ProgramRun, runProgram } from '../process/run.ts';
import { patientManners, readManners, writeManners } from '../process/supervise.ts';
import { oneLine, withoutControls } from '../process/words.ts';
import { checkVersion, parseDocuments, parseLastApplied, parseVersion, retryText, tooOld } from './answers.ts';
import {
  kopsArgs,
  type KopsCommandLines,
  kopsCommandLines,
  type RollingUpdateOptions,
  type UpdateOptions,
  withState,
} from './command-lines.ts';
import { readFailure, rubbish, unknownCluster } from './failure.ts';
import { parsePreview, type Preview } from './preview.ts';

export interface KopsOptions {
  /** The program: a name on PATH or a path. Default `kops`. */
  binary?: string;
  /** Handed on as `--state`; left out, kops finds its state store itself. */
  state?: string;
  /** The environment kops gets, less KOPS_CLUSTER_NAME. Default: our own. */
  env?: Readonly<Record<string, string | undefined>>;
  /** How long a read or a preview may take, in milliseconds. */
  timeoutMs: number;
  /** Aborting it stops reads and previews, and is forwarded to `update`, `rolling-update` and `validate`. */
  signal?: AbortSignal;
  /** Gets each command line before it runs, quoted for a shell. Must not throw. */
  onCommand?: (line: string) => void;
  /** Gets a sentence when we wait for kops to end, or kops for a cloud it cannot reach (said once a command). Must not throw. */
  onWait?: (text: string) => void;
}

/** One run of kops that writes, good or bad. */
export type KopsRun = ProgramRun;

/**
 * The kops binary. What reads throws UserError (no kops, too old, no state store, unknown cluster, bad settings),
 * ExternalError (kops failed, hung, printed rubbish) or, when the signal was aborted, the signal's own reason.
 * What writes never throws: it gives back a KopsRun.
 */
export interface Kops {
  /** Its release, e.g. `1.36.0` or `1.37.0-alpha.1`. UserError if older than 1.19. */
  version(): Promise<string>;
  /** The release that last ran `update cluster --yes`; null if none did, or nobody can tell (kops older than 1.24). */
  lastApplied(name: string): Promise<string | null>;
  /** The Cluster document. UserError with the near names if there is none of that name. */
  getCluster(name: string): Promise<KopsObject>;
  /** The instance groups; empty if there are none. */
  getInstanceGroups(name: string): Promise<KopsObject[]>;
  /** The names of all clusters in the state store, in kops' order. Walks the whole store. */
  clusterNames(): Promise<string[]>;
  /** The Cluster documents of all of them, in one call. Walks the whole store. */
  clusters(): Promise<KopsObject[]>;
  /**
   * Stores one Cluster document: its own name decides which cluster is overwritten. Runs in its own process group and is
   * let finish; after five times the timeout, or 30 seconds after the signal was aborted, it is stopped (the stored spec is whole either way).
   * Whatever it gives back: read the spec again.
   */
  replace(cluster: KopsObject): Promise<KopsRun>;
  /** What `update cluster` would do. */
  previewUpdate(name: string): Promise<Preview>;
  /** Applies. No timeout; the signal is forwarded once (SIGINT) and the end waited for. */
  update(name: string, options?: UpdateOptions, onOutput?: OnOutput): Promise<KopsRun>;
  /** Rolls the control plane and API-server groups, or shows what would be rolled. Signal as in `update`. */
  rollingUpdate(name: string, options: RollingUpdateOptions, onOutput?: OnOutput): Promise<KopsRun>;
  /** `validate cluster --wait`, e.g. `10m`. Signal as in `update`. */
  validate(name: string, wait: string, onOutput?: OnOutput): Promise<KopsRun>;
  commandLine: KopsCommandLines;
}

const ASKED_TO_STOP = 'kops was asked to stop; waiting for it to end.';

/** kOps writes with a rename, so the stored spec is whole at any moment. */
const REPLACE_GRACE_MS = 30_000;
const STORING = 'kops is storing the spec; it gets 30 seconds to finish.';

/** Takes which kops, which state store, how long and who listens; gives the adapter. Runs nothing yet. */
export function createKops(options: KopsOptions): Kops {
  const apply = (call: Omit<Call, 'manners'>): Promise<KopsRun> =>
    write(options, { ...call, manners: patientManners(ASKED_TO_STOP) });
  return {
    version: () => version(options),
    lastApplied: (name) => lastApplied(options, name),
    getCluster: (name) => getCluster(options, name),
    getInstanceGroups: (name) => getInstanceGroups(options, name),
    clusterNames: () => clusterNames(options),
    clusters: () => clusters(options),
    replace: (cluster) => replace(options, cluster),
    previewUpdate: (name) => previewUpdate(options, name),
    update: (name, update, onOutput) => apply({ args: kopsArgs.update(name, update), onOutput }),
    rollingUpdate: (name, roll, onOutput) => apply({ args: kopsArgs.rollingUpdate(name, roll), onOutput }),
    validate: (name, wait, onOutput) => apply({ args: kopsArgs.validate(name, wait), onOutput }),
    commandLine: kopsCommandLines(options.binary ?? 'kops', options.state),
  };
}

async function version(options: KopsOptions): Promise<string> {
  const run = await read(options, kopsArgs.version());
  if (/unknown flag: --short/.test(run.error)) throw tooOld('without `version --short`');
  const { stdout } = good(run, options);
  const found = parseVersion(stdout.split('\n')[0] ?? '');
  if (found === undefined) throw rubbish(run, 'its version', oneLine(stdout));
  checkVersion(found);
  return found;
}

async function lastApplied(options: KopsOptions, name: string): Promise<string | null> {
  const run = await read(options, kopsArgs.lastApplied(name));
  if (/unknown flag: --server/.test(run.error)) return null;
  return parseLastApplied(good(run, options).stdout);
}

async function getCluster(options: KopsOptions, name: string): Promise<KopsObject> {
  const run = await readOf(options, name, kopsArgs.getCluster(name, 'json'));
  const found = parseDocuments(run.stdout, 'Cluster');
  const [cluster] = found ?? [];
  if (cluster === undefined || found?.length !== 1) throw rubbish(run, 'one Cluster as JSON', oneLine(run.stdout));
  if (cluster.metadata.name !== name)
    throw rubbish(run, `the cluster ${name}`, `the cluster ${oneLine(cluster.metadata.name)}`);
  return cluster;
}

async function getInstanceGroups(options: KopsOptions, name: string): Promise<KopsObject[]> {
  const args = kopsArgs.getInstanceGroups(name);
  const run = await readOf(options, name, args, /no InstanceGroup objects found/);
  if (run.failed) return [];
  const groups = parseDocuments(run.stdout, 'InstanceGroup');
  if (groups === undefined) throw rubbish(run, 'instance groups as JSON', oneLine(run.stdout));
  return groups;
}

function replace(options: KopsOptions, cluster: KopsObject): Promise<KopsRun> {
  const args = kopsArgs.replace(cluster.metadata.name, '-');
  const manners = writeManners(5 * options.timeoutMs, REPLACE_GRACE_MS, STORING);
  return write(options, { args, input: JSON.stringify(cluster), manners });
}

async function previewUpdate(options: KopsOptions, name: string): Promise<Preview> {
  const run = await readOf(options, name, kopsArgs.previewUpdate(name));
  const text = withoutControls(run.stdout);
  return { text, ...parsePreview(text) };
}

const UNKNOWN_CLUSTER = /cluster not found "|Cluster\.kops\.k8s\.io ".*" not found/;

/** Runs one read or preview; gives how it went, good or bad. */
function read(options: KopsOptions, args: string[]): Promise<CallResult> {
  return runKops(options, { args, manners: readManners(options.timeoutMs) });
}

/** Takes a read; gives it back if it went well. Throws the signal's reason, UserError or ExternalError if not. */
function good(run: CallResult, options: KopsOptions): CallResult {
  if (run.interrupted) throw options.signal?.reason;
  if (run.failed) throw readFailure(run, options.timeoutMs);
  return run;
}

/**
 * Reads what belongs to one cluster. An unknown cluster is a UserError with the near names; a failure that `fine` fits is given back.
 * Throws as `good` does.
 */
async function readOf(options: KopsOptions, name: string, args: string[], fine?: RegExp): Promise<CallResult> {
  const run = await read(options, args);
  if (run.failed && fine?.test(run.error)) return run;
  if (run.failed && UNKNOWN_CLUSTER.test(run.error)) throw await notFound(options, name);
  return good(run, options);
}

/** Gives the names of all clusters in the state store. Throws as `good` does. */
async function clusterNames(options: KopsOptions): Promise<string[]> {
  return (await clusters(options)).map((cluster) => cluster.metadata.name);
}

/** Gives the Cluster documents of all clusters in the state store. Throws as `good` does. */
async function clusters(options: KopsOptions): Promise<KopsObject[]> {
  const run = await read(options, kopsArgs.getClusters());
  if (/no clusters found/i.test(run.error)) return [];
  const found = parseDocuments(good(run, options).stdout, 'Cluster');
  if (found === undefined) throw rubbish(run, 'clusters as JSON', oneLine(run.stdout));
  return found;
}

async function notFound(options: KopsOptions, name: string): Promise<UserError> {
  const names = await clusterNames(options).catch((error: Error) => error);
  options.signal?.throwIfAborted();
  return unknownCluster(name, names);
}

async function write(options: KopsOptions, call: Call): Promise<KopsRun> {
  const { startError: _, waitedFor: __, ...run } = await runKops(options, call);
  return run;
}

function runKops(options: KopsOptions, call: Call): Promise<CallResult> {
  const { binary = 'kops', state, env = process.env, signal, onCommand, onWait } = options;
  const program = { binary, env: withoutClusterName(env), waitsFor: retryText };
  const heard = { ...(signal && { signal }), ...(onCommand && { onCommand }), ...(onWait && { onWait }) };
  return runProgram({ ...program, ...heard }, { ...call, args: withState(call.args, state) });
}

/** KOPS_CLUSTER_NAME is the default of `--name`, and would narrow `get clusters` to one. */
function withoutClusterName(env: Readonly<Record<string, string | undefined>>): Record<string, string | undefined> {
  return { ...env, KOPS_CLUSTER_NAME: undefined };
}
