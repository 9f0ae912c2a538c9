import type { KopsObject } from '../../cluster/types.ts';
import { createKops } from '../../kops/kops.ts';
import type { StatusRow } from '../../report/status-types.ts';
import { tellCommands, tellWaiting } from '../command-lines.ts';
import type { Context } from '../../context.ts';
import type { StatusRequest } from './flags.ts';
import { limitedKops, type Limit, type StatusKops } from './limit.ts';
import { statusRow } from './row.ts';
import type { Target } from './rows.ts';
import { NOT_ASKED, previewOf, updateStatus } from './update.ts';

/**
 * The clusters of a state store that were asked for. For all of them kops is asked once for their specs; then for each for its groups
 * and the preview.
 *
 * @throws what kops throws where it cannot be run at all, or the clusters not be listed.
 */
export async function storeTargets(request: StatusRequest, context: Context, limit: Limit): Promise<Target[]> {
  const kops = limitedKops(kopsFor(request, context), limit);
  const version = kops.version();
  version.catch(() => {});
  const look = (cluster: string, spec: () => Promise<KopsObject>): Target => ({
    cluster,
    look: () => readOne(kops, cluster, [version, spec], { request, context, limit }),
  });
  if (request.names.length > 1) await version; // Without kops there is no row for any.
  if (request.names.length > 0) return request.names.map((name) => look(name, () => kops.getCluster(name)));
  const clusters = await context.io.progress.during('listing the clusters with kops', () => kops.clusters());
  await version;
  return clusters.map((cluster) => look(cluster.metadata.name, async () => cluster));
}

interface Around {
  request: StatusRequest;
  context: Context;
  limit: Limit;
}

async function readOne(
  kops: StatusKops,
  name: string,
  [version, spec]: readonly [Promise<string>, () => Promise<KopsObject>],
  { request, context, limit }: Around,
): Promise<StatusRow> {
  const asksUpdate = request.flags.update;
  const calls = [spec(), kops.getInstanceGroups(name), asksUpdate ? previewOf(kops, name) : null] as const;
  for (const call of calls) call?.catch(() => {});
  const kopsVersion = await version;
  const [cluster, groups, preview] = [await calls[0], await calls[1], await calls[2]];
  const update = preview === null ? NOT_ASKED : updateStatus(preview, groups, name, kops);
  const stateStore = request.flags.state ?? context.env['KOPS_STATE_STORE'];
  const subject = { type: 'cluster' as const, cluster: name, ...(stateStore ? { stateStore } : {}) };
  return statusRow({ cluster, groups, kopsVersion, subject, update }, request, context, limit);
}

function kopsFor({ flags, timeoutMs }: StatusRequest, { env, io, interrupt }: Context): ReturnType<typeof createKops> {
  return createKops({
    env,
    timeoutMs,
    signal: interrupt,
    ...(flags.quiet ? {} : { onWait: tellWaiting({ io }) }),
    ...(flags.state === undefined ? {} : { state: flags.state }),
    ...tellCommands(flags.verbose, { io }),
  });
}
