import type { CollectorCounts, CollectorError } from './metrics.ts';
import type { NodePod, Trouble } from './on-nodes.ts';

/** What was seen of the collector on one node. */
export interface SeenNode {
  pod: NodePod;
  /** What it counted, at the beginning and at the end; null where it could not be asked, or was not asked twice. */
  before: CollectorCounts | null;
  after: CollectorCounts | null;
  lastError: CollectorError | null;
  /** Events that the API server of the node wrote meanwhile; null where nobody can tell. */
  written: number | null;
  /** Why it could not be asked. */
  failure: Trouble | null;
}

/** How shipping goes on one node: as `ship status -o json` prints it. */
export interface NodeShipping {
  node: string;
  pod: string | null;
  /** `failing`: events were lost, since the collector was started. */
  state: 'no pod' | 'not ready' | 'old' | 'unknown' | 'failing' | 'shipping';
  restarts: number;
  queueBytes: number | null;
  queueCapacity: number | null;
  /** Since the collector was started. */
  sent: number | null;
  /** The store refused them for good: they are lost. */
  failed: number | null;
  /** The queue had no room for them. */
  refused: number | null;
  /** Written by the API server, and sent, while it was watched. */
  writtenMeanwhile: number | null;
  sentMeanwhile: number | null;
  /** How many more were written than sent meanwhile; null where that is not known. */
  behind: number | null;
  lastError: CollectorError | null;
  /** What is wrong, and what to do about it; null where nothing is. */
  problem: Trouble | null;
}

/** The document of `ship status -o json`. */
export interface ShipStatus {
  kind: 'ShipStatus';
  formatVersion: 1;
  context: string;
  namespace: string;
  watchedSeconds: number;
  /** Whether each node with an API server ships and has lost nothing. */
  isWell: boolean;
  /** Why it is not known how many events the API servers wrote; null where it is. */
  writtenUnknown: string | null;
  nodes: NodeShipping[];
}

/** How shipping goes on a node that was seen. */
export function nodeShipping({ pod, before, after, lastError, written, failure }: SeenNode): NodeShipping {
  const sentMeanwhile =
    before !== null && after !== null && after.sent >= before.sent ? after.sent - before.sent : null;
  const behind = written === null || sentMeanwhile === null ? null : Math.max(0, written - sentMeanwhile);
  const isLosing = (after?.failed ?? 0) > 0 || (after?.refused ?? 0) > 0;
  return {
    node: pod.node,
    pod: pod.pod,
    state: stateOf(pod, after, isLosing),
    restarts: pod.restarts,
    queueBytes: after?.queue?.bytes ?? null,
    queueCapacity: after?.queue?.capacity ?? null,
    sent: after?.sent ?? null,
    failed: after?.failed ?? null,
    refused: after?.refused ?? null,
    writtenMeanwhile: written,
    sentMeanwhile,
    behind,
    lastError,
    problem: problemOf(pod) ?? failure ?? (isLosing && after !== null ? losing(after, lastError) : null),
  };
}

function problemOf({ trouble }: NodePod): Trouble | null {
  return trouble && { why: trouble.why, fix: trouble.fix };
}

function stateOf(pod: NodePod, after: CollectorCounts | null, isLosing: boolean): NodeShipping['state'] {
  if (pod.pod === null) return 'no pod';
  if (!pod.isReady) return 'not ready';
  if (isLosing) return 'failing';
  if (!pod.isCurrent) return 'old';
  return after === null ? 'unknown' : 'shipping';
}

/** What the status of an answer that is tried once only means (OTLP exporter of the collector, 0.165). */
const ANSWERS: readonly [pattern: RegExp, fix: string][] = [
  [
    /\b(?:401|403)\b/,
    'The key is wrong or not allowed to write. Put the right one into the Secret, try it with kops-audit ship check, and restart the pods.',
  ],
  [/\b404\b/, 'The address of the store is wrong: try it with kops-audit ship check, and apply the right one.'],
  [/\b413\b/, 'The store takes no request that large: apply a smaller --max-event-bytes.'],
];

function losing({ failed, refused }: CollectorCounts, lastError: CollectorError | null): Trouble {
  const lost =
    failed > 0 ? `the store refused ${failed} events for good` : `the queue had no room for ${refused} events`;
  const known = ANSWERS.find(([pattern]) => pattern.test(lastError?.text ?? ''));
  const fix = known?.[1] ?? 'The last error of the collector tells why. kops-audit ship check tries the store.';
  return {
    why: `${lost} since the collector was started: they are lost, and still in the log on the node as long as that is kept`,
    fix,
  };
}

/** Whether each node ships, and nothing was lost. */
export function isWell(nodes: readonly NodeShipping[]): boolean {
  return nodes.length > 0 && nodes.every(({ state, problem }) => state === 'shipping' && problem === null);
}
