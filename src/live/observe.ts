import { ExternalError, UserError } from '../errors.ts';
import type { ApiServerPod, MetricsSample, Observed } from '../status/running.ts';
import type { Kubectl } from './kubectl.ts';

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
 * Looks at the API servers of a running cluster: their pods, and what they count, twice. Failures of kubectl are told in what it gives.
 * Throws only the reason of an interrupt.
 *
 * @param counts whether to look at what they count; without it only at the pods.
 */
export async function observe(kubectl: Kubectl, counts: boolean, watching: Watching): Promise<Observed> {
  const { context } = kubectl;
  const watchedSeconds = watching.milliseconds / 1000;
  const seen: Observed = { context, pods: [], before: [], after: [], podsBetween: [], watchedSeconds, failure: null };
  try {
    seen.pods = await kubectl.apiServerPods();
    if (seen.pods.length === 0) throw noPods(context);
    return counts ? { ...seen, ...(await watch(kubectl, seen.pods, watching)) } : seen;
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ExternalError)) throw error;
    return { ...seen, failure: error };
  }
}

function noPods(context: string): ExternalError {
  return new ExternalError(`there are no pods with k8s-app=kube-apiserver in kube-system of ${context}`, {
    hint: 'Check that this is the right context and that its user is allowed to list pods there. --context names another.',
  });
}

/** Between the samples the pods are listed once more: a request that any policy for people records. */
async function watch(
  kubectl: Kubectl,
  pods: readonly ApiServerPod[],
  { milliseconds, wait }: Watching,
): Promise<Pick<Observed, 'before' | 'after' | 'podsBetween'>> {
  const times = pods.length === 1 ? 1 : Math.min(MOST_ASKED, pods.length * ASKED_PER_SERVER);
  const before = await sample(kubectl, times);
  const podsBetween = await kubectl.apiServerPods();
  await wait(milliseconds);
  return { before, podsBetween, after: await sample(kubectl, times) };
}

/** One after another: an answer may have many megabytes. */
async function sample(kubectl: Kubectl, times: number): Promise<MetricsSample[]> {
  const samples: MetricsSample[] = [];
  while (samples.length < times) samples.push(await kubectl.metrics());
  return samples;
}
