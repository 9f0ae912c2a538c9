import { readSpecText } from '../../change/spec-text.ts';
import { readDocuments } from '../../cluster/documents.ts';
import type { KopsObject } from '../../cluster/types.ts';
import type { Context } from '../../context.ts';
import { UserError } from '../../errors.ts';
import { readSpecFile, readStdin } from '../../input/read.ts';
import { createKops, type Kops } from '../../kops/kops.ts';
import type { ClusterStatus } from '../../status/status.ts';
import { readKopsVersion } from '../change/flags.ts';
import { tellCommands, tellWaiting } from '../command-lines.ts';
import type { StatusRequest } from './flags.ts';
import { limitedKops, type Around, type StatusKops } from './limit.ts';
import { NOT_ASKED, previewOf, readRow, appliedStatus } from './row.ts';

/** A cluster to look at. */
export interface Target {
  cluster: string;
  look: () => Promise<ClusterStatus>;
}

/** The clusters in a spec file, or those of them that were named. Throws UserError where it is no spec. */
export async function fileTargets(file: string, around: Around): Promise<Target[]> {
  const { request, context } = around;
  const { text, path } = await textOf(file, context);
  const kopsVersion = readKopsVersion(request.flags);
  const names = request.names.length > 0 ? request.names : namesIn(text, file);
  if (request.flags.context !== undefined && names.length > 1)
    throw new UserError('--context goes with one cluster', { hint: 'Name it with --cluster.' });
  return names.map((cluster) => ({
    cluster: cluster ?? file,
    look: async () => {
      const reading = readSpecText(text, file, cluster, kopsVersion);
      const subject = { type: 'file' as const, path, cluster: reading.cluster.metadata.name };
      return readRow({ ...reading, subject, applied: NOT_ASKED }, around);
    },
  }));
}

async function textOf(file: string, { io }: Context): Promise<{ text: string; path: string }> {
  if (file === '-') return { text: await readStdin(io.input), path: '-' };
  const { text, target } = await readSpecFile(file);
  return { text, path: target };
}

/** Undefined asks for the only one: what is wrong where there is none is then told. */
function namesIn(text: string, file: string): (string | undefined)[] {
  const names = readDocuments(text, file).flatMap(({ kind, name }) => (kind === 'Cluster' ? [name] : []));
  return names.length === 0 ? [undefined] : [...new Set(names)];
}

/**
 * The clusters of a state store that were asked for. For all of them kops is asked once for their specs; then for each for its groups
 * and the preview.
 *
 * @throws what kops throws where it cannot be run at all, or the clusters not be listed.
 */
export async function storeTargets(around: Around): Promise<Target[]> {
  const { request, context, limit } = around;
  const kops = limitedKops(kopsFor(request, context), limit);
  const version = kops.version();
  version.catch(() => {});
  const look = (cluster: string, spec: () => Promise<KopsObject>): Target => ({
    cluster,
    look: () => readOne(kops, cluster, [version, spec], around),
  });
  if (request.names.length > 1) await version; // Without kops there is no row for any.
  if (request.names.length > 0) return request.names.map((name) => look(name, () => kops.getCluster(name)));
  const clusters = await context.io.progress.during('listing the clusters with kops', () => kops.clusters());
  await version;
  return clusters.map((cluster) => look(cluster.metadata.name, async () => cluster));
}

async function readOne(
  kops: StatusKops,
  name: string,
  [version, spec]: readonly [Promise<string>, () => Promise<KopsObject>],
  around: Around,
): Promise<ClusterStatus> {
  const { request, context } = around;
  const calls = [spec(), kops.getInstanceGroups(name), request.flags.update ? previewOf(kops, name) : null] as const;
  for (const call of calls) call?.catch(() => {});
  const kopsVersion = await version;
  const [cluster, groups, preview] = [await calls[0], await calls[1], await calls[2]];
  const applied = preview === null ? NOT_ASKED : appliedStatus(preview, groups, name, kops);
  const stateStore = request.flags.state ?? context.env['KOPS_STATE_STORE'];
  const subject = { type: 'cluster' as const, cluster: name, ...(stateStore ? { stateStore } : {}) };
  return readRow({ cluster, groups, kopsVersion, subject, applied }, around);
}

function kopsFor({ flags, timeoutMs }: StatusRequest, { env, io, interrupt }: Context): Kops {
  return createKops({
    env,
    timeoutMs,
    signal: interrupt,
    ...(flags.quiet ? {} : { onWait: tellWaiting({ io }) }),
    ...(flags.state === undefined ? {} : { state: flags.state }),
    ...tellCommands(flags.verbose, { io }),
  });
}
