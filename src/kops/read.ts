import type { KopsObject } from '../cluster/types.ts';
import { UserError } from '../errors.ts';
import { kopsArgs } from './command-line.ts';
import { parseDocuments } from './documents.ts';
import { readFailure, rubbish } from './failure.ts';
import { nearNames } from './near-names.ts';
import { oneLine } from './output.ts';
import { runKops, type CallResult } from './run.ts';
import { readManners } from './supervise.ts';
import type { KopsOptions } from './types.ts';

const UNKNOWN_CLUSTER = /cluster not found "|Cluster\.kops\.k8s\.io ".*" not found/;

/** Runs one read or preview; gives how it went, good or bad. */
export function read(options: KopsOptions, args: string[]): Promise<CallResult> {
  return runKops(options, { args, manners: readManners(options.timeoutMs) });
}

/** Takes a read; gives it back if it went well. Throws the signal's reason, UserError or ExternalError if not. */
export function good(run: CallResult, options: KopsOptions): CallResult {
  if (run.interrupted) throw options.signal?.reason;
  if (run.failed) throw readFailure(run, options.timeoutMs);
  return run;
}

/**
 * Reads what belongs to one cluster. An unknown cluster is a UserError with the near names; a failure that `fine` fits is given back.
 * Throws as `good` does.
 */
export async function readOf(options: KopsOptions, name: string, args: string[], fine?: RegExp): Promise<CallResult> {
  const run = await read(options, args);
  if (run.failed && fine?.test(run.error)) return run;
  if (run.failed && UNKNOWN_CLUSTER.test(run.error)) throw await unknownCluster(options, name);
  return good(run, options);
}

/** Gives the names of all clusters in the state store. Throws as `good` does. */
export async function clusterNames(options: KopsOptions): Promise<string[]> {
  return (await clusters(options)).map((cluster) => cluster.metadata.name);
}

/** Gives the Cluster documents of all clusters in the state store. Throws as `good` does. */
export async function clusters(options: KopsOptions): Promise<KopsObject[]> {
  const run = await read(options, kopsArgs.getClusters());
  if (/no clusters found/i.test(run.error)) return [];
  const found = parseDocuments(good(run, options).stdout, 'Cluster');
  if (found === undefined) throw rubbish(run, 'clusters as JSON', oneLine(run.stdout));
  return found;
}

async function unknownCluster(options: KopsOptions, name: string): Promise<UserError> {
  const names = await clusterNames(options).catch((error: Error) => error);
  options.signal?.throwIfAborted();
  const message = `there is no cluster ${JSON.stringify(oneLine(name))} in the state store`;
  return new UserError(message, { hint: names instanceof Error ? notListed(names) : whichOne(name, names) });
}

function notListed(error: Error): string {
  return `Nor can kops list the clusters (${error.message}): is it the right state store?`;
}

function whichOne(name: string, names: readonly string[]): string {
  if (names.length === 0) return 'The state store holds no cluster at all: is it the right one?';
  const near = nearNames(name, names);
  return near.length > 0 ? `Did you mean ${near.map(oneLine).join(' or ')}?` : `It holds ${listed(names)}.`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 10).map(oneLine).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
