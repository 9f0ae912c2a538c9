import type { JsonObject } from '../cluster/types.ts';
import { ExternalError, UserError } from '../errors.ts';
import { flagDifferences } from './compare-flags.ts';
import { eventFlows } from './flows.ts';
import type { ApiServerPod, EventFlow, Kubectl, LiveReport, MetricsSample } from './types.ts';
import { liveState } from './verdict.ts';

/** How long to watch, and how that is waited for. */
export interface Watching {
  milliseconds: number;
  /** Throws where it is interrupted. */
  wait: (milliseconds: number) => Promise<void>;
}

/** A load balancer picks a server for each request: this many more requests than servers find most of them. */
const ASKED_PER_SERVER = 2;
const MOST_ASKED = 6;

/**
 * Looks at the API servers of a running cluster: do their flags agree with the spec, and do events flow? Failures of kubectl are told in
 * the report. Throws only the reason of an interrupt.
 *
 * @param settings the audit keys of `spec.kubeAPIServer`.
 */
export async function probe(kubectl: Kubectl, settings: JsonObject, watching: Watching): Promise<LiveReport> {
  const isOff = Object.keys(settings).length === 0;
  const seen = nothingSeen(kubectl, watching);
  try {
    const pods = await kubectl.apiServerPods();
    seen.servers = pods.map((pod) => serverOf(pod, settings));
    if (pods.length === 0) throw noPods(kubectl.context);
    if (!isOff) seen.flows = await watch(kubectl, pods, watching);
    if (!isOff && seen.flows.length === 0) throw new ExternalError('no API server answered in both samples');
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ExternalError)) throw error;
    seen.error = error.message;
    seen.hint = error.hint ?? null;
  }
  return { state: liveState(seen, isOff), ...seen };
}

function nothingSeen({ context }: Kubectl, { milliseconds }: Watching): Omit<LiveReport, 'state'> {
  return { context, servers: [], flows: [], watchedSeconds: milliseconds / 1000, error: null, hint: null };
}

function serverOf({ name, node, ready, flags }: ApiServerPod, settings: JsonObject): LiveReport['servers'][number] {
  return { pod: name, node, ready, differences: flagDifferences(settings, flags) };
}

function noPods(context: string): ExternalError {
  return new ExternalError(`there are no pods with k8s-app=kube-apiserver in kube-system of ${context}`, {
    hint: 'Is it the right context, and may it list the pods there? Name one with --context.',
  });
}

/** Between the samples the pods are listed once more: a request that any policy for people records. */
async function watch(
  kubectl: Kubectl,
  pods: readonly ApiServerPod[],
  { milliseconds, wait }: Watching,
): Promise<EventFlow[]> {
  const times = pods.length === 1 ? 1 : Math.min(MOST_ASKED, pods.length * ASKED_PER_SERVER);
  const before = await sample(kubectl, times);
  const again = await kubectl.apiServerPods();
  await wait(milliseconds);
  return eventFlows(before, await sample(kubectl, times), again);
}

/** One after another: an answer may have many megabytes. */
async function sample(kubectl: Kubectl, times: number): Promise<MetricsSample[]> {
  const samples: MetricsSample[] = [];
  while (samples.length < times) samples.push(await kubectl.metrics());
  return samples;
}
