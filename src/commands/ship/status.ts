import type { Context } from '../../context.ts';
import { ExternalError } from '../../errors.ts';
import { readWait } from '../../flags/values.ts';
import type { Exporter } from '../../live/exporter.ts';
import { createKubectl, type KubectlOptions } from '../../live/kubectl.ts';
import { observe } from '../../live/observe.ts';
import { shipStatusView } from '../../report/ship-status.ts';
import { safeJson } from '../../report/text.ts';
import type { CollectorCounts } from '../../ship/metrics.ts';
import { type NodePod, podsOnNodes, type Trouble } from '../../ship/on-nodes.ts';
import { isWell, nodeShipping, type SeenNode, type ShipStatus } from '../../ship/status.ts';
import { eventFlows, type Observed } from '../../status/running.ts';
import { exporterFor, kubectlOptions, noNodes, pause, type RunningFlags } from './cluster.ts';

/** The flags of `ship status` as the command line gives them. */
export interface ShipStatusFlags extends RunningFlags {
  interval?: string;
  exitCode?: boolean;
  output: 'text' | 'json';
}

/** `ship status`: how shipping goes on each node. Gives the exit status. */
export async function shipStatus(flags: ShipStatusFlags, context: Context): Promise<number> {
  const { io } = context;
  const watchMs = readWait('--interval', flags.interval ?? '10s');
  const options = kubectlOptions(flags, context);
  const exporter = exporterFor(flags, context);
  const seen = await io.progress.during('looking at the collectors', () =>
    readStatus(exporter, options, watchMs, context),
  );
  if (flags.output === 'json') await io.stdout(safeJson(seen.status));
  else await io.stdout(shipStatusView(seen.status, io.stdoutStyle, io.columns, io.stdoutColumns));
  if (!seen.isComplete) return 4;
  return flags.exitCode && !seen.status.isWell ? 1 : 0;
}

/**
 * Looks at the collectors, counts twice, and at what the API servers write meanwhile.
 *
 * @throws ExternalError where the cluster cannot be asked, or has no node with an API server; the reason of an interrupt.
 */
export async function readStatus(
  exporter: Exporter,
  options: KubectlOptions,
  watchMs: number,
  context: Context,
): Promise<{ status: ShipStatus; isComplete: boolean }> {
  const pods = podsOnNodes(await exporter.look());
  if (pods.length === 0) throw noNodes(options.context);
  const counted = { before: new Map<string, Counted>(), after: new Map<string, Counted>() };
  const wait = async (milliseconds: number): Promise<void> => {
    counted.before = await countAll(exporter, pods);
    await pause(milliseconds, context);
    counted.after = await countAll(exporter, pods);
  };
  const observed = await observe(createKubectl(options), true, { milliseconds: watchMs, wait });
  if (counted.after.size === 0) counted.after = await countAll(exporter, pods);
  const errors = await lastErrors(exporter, pods);
  const written = writtenOn(observed);
  const nodes = pods.map((pod): SeenNode => {
    const [before, after] = [counted.before.get(pod.node), counted.after.get(pod.node)];
    return {
      pod,
      before: before?.counts ?? null,
      after: after?.counts ?? null,
      lastError: errors.get(pod.node) ?? null,
      written: written.get(pod.node) ?? null,
      failure: after?.failure ?? null,
    };
  });
  const status: ShipStatus = {
    kind: 'ShipStatus',
    formatVersion: 1,
    context: options.context,
    namespace: exporter.namespace,
    watchedSeconds: watchMs / 1000,
    isWell: false,
    writtenUnknown: writtenUnknown(observed, written, pods),
    nodes: nodes.map(nodeShipping),
  };
  return {
    status: { ...status, isWell: isWell(status.nodes) },
    isComplete: nodes.every(({ failure }) => failure === null),
  };
}

interface Counted {
  counts: CollectorCounts | null;
  failure: Trouble | null;
}

async function countAll(exporter: Exporter, pods: readonly NodePod[]): Promise<Map<string, Counted>> {
  const ready = pods.filter(({ isReady }) => isReady);
  const counts = await Promise.all(ready.map(({ pod }) => countOne(exporter, pod ?? '')));
  return new Map(ready.map(({ node }, at) => [node, counts[at] ?? { counts: null, failure: null }]));
}

async function countOne(exporter: Exporter, pod: string): Promise<Counted> {
  try {
    return { counts: await exporter.counts(pod), failure: null };
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    return { counts: null, failure: { why: error.message, fix: error.hint ?? 'Run it again.' } };
  }
}

async function lastErrors(exporter: Exporter, pods: readonly NodePod[]): Promise<Map<string, SeenNode['lastError']>> {
  const there = pods.filter(({ pod }) => pod !== null);
  const errors = await Promise.all(there.map(({ pod }) => exporter.lastError(pod ?? '')));
  return new Map(there.map(({ node }, at) => [node, errors[at] ?? null]));
}

/** How many events the API server of each node wrote between the samples, as far as it is known which server answered. */
function writtenOn(observed: Observed): Map<string, number> {
  const nodes = new Map(observed.pods.map(({ name, node }) => [name, node]));
  return new Map(
    eventFlows(observed).flatMap(({ pod, events }): [string, number][] => {
      const node = pod === null ? null : nodes.get(pod);
      return node === null || node === undefined ? [] : [[node, events]];
    }),
  );
}

function writtenUnknown(
  observed: Observed,
  written: ReadonlyMap<string, number>,
  pods: readonly NodePod[],
): string | null {
  if (observed.failure !== null) return observed.failure.message;
  const missing = pods.filter(({ node }) => !written.has(node)).map(({ node }) => node);
  if (missing.length === 0) return null;
  return `behind a load balancer not every API server answered twice (${missing.join(', ')}). Run it again, or with a longer --interval.`;
}
