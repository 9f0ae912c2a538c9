import { ExternalError, UserError } from '../errors.ts';
import type { AuditSettings } from '../cluster/audit-keys.ts';
import { flagDifferences } from './flags.ts';
import type { ApiServerPod, EventFlow, Kubectl, LiveReport, LiveState, MetricsSample } from './types.ts';

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
export async function probe(kubectl: Kubectl, settings: AuditSettings, watching: Watching): Promise<LiveReport> {
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

function serverOf({ name, node, ready, flags }: ApiServerPod, settings: AuditSettings): LiveReport['servers'][number] {
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

/** The container's start has whole seconds, and the process comes a moment after it. */
const START_SLACK_SECONDS = 3;

/**
 * What came of each API server that was seen in both rounds of samples. A load balancer decides which of them answer: they are told
 * apart, and found among the pods, by when their process was started.
 */
function eventFlows(
  before: readonly MetricsSample[],
  after: readonly MetricsSample[],
  pods: readonly ApiServerPod[],
): EventFlow[] {
  const starts = [...new Set(before.map(({ processStart }) => processStart))].toSorted((a, b) => a - b);
  return starts.flatMap((start) => {
    const first = before.find(({ processStart }) => processStart === start);
    const last = after.findLast(({ processStart }) => processStart === start);
    return first && last ? [{ pod: podOf(start, starts, pods), ...flow(first, last) }] : [];
  });
}

function flow(first: MetricsSample, last: MetricsSample): Omit<EventFlow, 'pod'> {
  const events = last.events - first.events;
  const errors = last.errors - first.errors;
  const state = errors > 0 ? 'failing' : events > 0 ? 'flowing' : 'silent';
  const requests = sum(last.levels) - sum(first.levels);
  const unrecorded = (last.levels['None'] ?? 0) - (first.levels['None'] ?? 0);
  return { state, events, errors, requests, unrecorded };
}

function sum(levels: Readonly<Record<string, number>>): number {
  return Object.values(levels).reduce((all, count) => all + count, 0);
}

/** The one pod, where there is but one that fits, and no other server that fits it. */
function podOf(start: number, starts: readonly number[], pods: readonly ApiServerPod[]): string | null {
  if (pods.length === 1) return pods[0]!.name;
  const fitting = pods.filter((pod) => fits(pod, start));
  const [pod] = fitting;
  const isSure = pod !== undefined && fitting.length === 1 && starts.filter((other) => fits(pod, other)).length === 1;
  return isSure ? pod.name : null;
}

function fits({ startedAt }: ApiServerPod, start: number): boolean {
  return startedAt !== null && Math.abs(startedAt - start) <= START_SLACK_SECONDS;
}

type Seen = Omit<LiveReport, 'state'>;

interface Verdict {
  state: LiveState;
  holds: (seen: Seen, isOff: boolean) => boolean;
}

/** The first that holds counts. */
const VERDICTS: readonly Verdict[] = [
  { state: 'unknown', holds: ({ servers }) => servers.length === 0 },
  { state: 'not-ready', holds: ({ servers }) => servers.some(({ ready }) => !ready) },
  { state: 'wrong-flags', holds: ({ servers }) => servers.some(({ differences }) => differences.length > 0) },
  { state: 'off', holds: (_seen, isOff) => isOff },
  { state: 'failing', holds: ({ flows }) => flows.some(({ state }) => state === 'failing') },
  { state: 'not-flowing', holds: ({ flows }) => flows.some(({ state }) => state === 'silent') },
  { state: 'flowing', holds: ({ flows }) => flows.length > 0 },
];

/**
 * What is seen of the running cluster, in one word.
 *
 * @param isOff the spec has no audit settings.
 */
function liveState(seen: Seen, isOff: boolean): LiveState {
  return VERDICTS.find(({ holds }) => holds(seen, isOff))?.state ?? 'unknown';
}
