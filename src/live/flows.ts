import type { ApiServerPod, EventFlow, MetricsSample } from './types.ts';

/** The container's start has whole seconds, and the process comes a moment after it. */
const START_SLACK_SECONDS = 3;

/**
 * What came of each API server that was seen in both rounds of samples. A load balancer decides which of them answer: they are told
 * apart, and found among the pods, by when their process was started.
 */
export function eventFlows(
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
