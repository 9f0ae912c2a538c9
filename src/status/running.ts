import { AUDIT_KEYS, type AuditSettings, type KeyType } from '../cluster/audit-keys.ts';
import { readDuration, readQuantity } from '../cluster/go-values.ts';

/** One API server's pod, as the cluster tells of it. */
export interface ApiServerPod {
  name: string;
  /** The instance it runs on; null where the pod is not placed. */
  node: string | null;
  /** Its condition Ready. */
  ready: boolean;
  /** When its kube-apiserver container was started, in seconds since 1970; null where it does not run. */
  startedAt: number | null;
  /** The `--audit-…` flags of its kube-apiserver, with their values as text. */
  flags: Record<string, string>;
}

/** What one API server counted until a moment. */
export interface MetricsSample {
  /** When its process was started, in seconds since 1970: tells the servers behind one address apart. */
  processStart: number;
  /** `apiserver_audit_event_total`: events given to the backends. */
  events: number;
  /** `apiserver_audit_error_total`: events that a backend lost. */
  errors: number;
  /** `apiserver_audit_level_total`: requests for which the policy was asked, by level. */
  levels: Record<string, number>;
}

/** Whether a spec says nothing of auditing: nothing should run then. */
export function isOff(settings: AuditSettings): boolean {
  return Object.keys(settings).length === 0;
}

/** What was seen of a running cluster. A part that could not be seen is empty. */
export interface Observed {
  /** The context of the kubeconfig that was used. */
  context: string;
  pods: readonly ApiServerPod[];
  /** Two rounds of samples; a load balancer decides which API servers answer. */
  before: readonly MetricsSample[];
  after: readonly MetricsSample[];
  /** The pods once more, between the rounds. */
  podsBetween: readonly ApiServerPod[];
  watchedSeconds: number;
  /** Why a part could not be seen, and what to do about that. */
  failure: { message: string; hint?: string | null | undefined } | null;
}

/** A flag that runs with another value than the spec has; null: it is not there. */
export interface FlagDifference {
  flag: string;
  spec: string | null;
  running: string | null;
}

/** What came of one API server between two samples. */
export interface EventFlow {
  /** Its pod; null where the times of their start do not tell which it is. */
  pod: string | null;
  /** `flowing`: events came and none was lost; `failing`: some were lost; `silent`: none came. */
  state: 'flowing' | 'failing' | 'silent';
  /** Events between the samples, and those lost. */
  events: number;
  errors: number;
  /** Requests between the samples for which the policy was asked, and those it wants nothing of (level None). */
  requests: number;
  unrecorded: number;
}

/** How one API server runs. */
export interface ServerReport {
  pod: string;
  node: string | null;
  ready: boolean;
  differences: FlagDifference[];
}

/**
 * The verdict, the first that holds: `unknown` where the cluster could not tell; `not-ready`; `wrong-flags`; `off` (as the spec says);
 * `failing`; `not-flowing`; `flowing`.
 */
export type LiveState = 'unknown' | 'not-ready' | 'wrong-flags' | 'off' | 'failing' | 'not-flowing' | 'flowing';

/** What the running cluster proves. */
export interface LiveReport {
  state: LiveState;
  context: string;
  servers: ServerReport[];
  /** One for each API server that was seen twice; empty where events were not looked at. */
  flows: EventFlow[];
  /** How long was between the samples. */
  watchedSeconds: number;
  /** Why something is not known. */
  error: string | null;
  /** What to do about that. */
  hint: string | null;
}

/**
 * Judges what was seen: do the flags of the API servers agree with the spec, and do events flow?
 *
 * @param settings the audit keys of `spec.kubeAPIServer`; without any nothing should flow, and samples are not needed.
 */
export function liveReport(settings: AuditSettings, observed: Observed): LiveReport {
  const off = isOff(settings);
  const { context, pods, watchedSeconds, failure } = observed;
  const servers = pods.map(({ name, node, ready, flags }) => ({
    pod: name,
    node,
    ready,
    differences: flagDifferences(settings, flags),
  }));
  const flows = off ? [] : eventFlows(observed);
  const missing = off || flows.length > 0 ? null : { message: 'no API server answered in both samples', hint: null };
  const { message = null, hint = null } = failure ?? missing ?? {};
  const state = VERDICTS.find(({ holds }) => holds({ servers, flows }, off))?.state ?? 'unknown';
  return { state, context, servers, flows, watchedSeconds, error: message, hint };
}

interface Verdict {
  state: LiveState;
  holds: (seen: Pick<LiveReport, 'servers' | 'flows'>, off: boolean) => boolean;
}

/** The first that holds counts. */
const VERDICTS: readonly Verdict[] = [
  { state: 'unknown', holds: ({ servers }) => servers.length === 0 },
  { state: 'not-ready', holds: ({ servers }) => servers.some(({ ready }) => !ready) },
  { state: 'wrong-flags', holds: ({ servers }) => servers.some(({ differences }) => differences.length > 0) },
  { state: 'off', holds: (_seen, off) => off },
  { state: 'failing', holds: ({ flows }) => flows.some(({ state }) => state === 'failing') },
  { state: 'not-flowing', holds: ({ flows }) => flows.some(({ state }) => state === 'silent') },
  { state: 'flowing', holds: ({ flows }) => flows.length > 0 },
];

/**
 * Where the flags of a running kube-apiserver are not those that kOps makes of the spec: another value, none, or one that the spec
 * does not have.
 *
 * @param running the `--audit-…` flags with their values.
 */
export function flagDifferences(settings: AuditSettings, running: Readonly<Record<string, string>>): FlagDifference[] {
  const known = AUDIT_KEYS.map(({ name, flag, type }) => ({ flag, type, spec: flagText(settings[name]) }));
  const flags: ReadonlySet<string> = new Set(known.map(({ flag }) => flag));
  const more = Object.keys(running).filter((flag) => !flags.has(flag));
  const all = [...known, ...more.map((flag) => ({ flag, type: 'string' as const, spec: null }))];
  return all
    .map(({ flag, type, spec }) => ({ flag, type, spec, running: running[flag] || null }))
    .filter(({ type, spec, running: runs }) => !isSame(type, spec, runs))
    .map(({ flag, spec, running: runs }) => ({ flag, spec, running: runs }));
}

/** kOps makes no flag of an empty text (`pkg/flagbuilder/build_flags.go`, 1.19 to 1.37). */
function flagText(value: AuditSettings[keyof AuditSettings]): string | null {
  return value === undefined || value === '' ? null : String(value);
}

function isSame(type: KeyType, spec: string | null, running: string | null): boolean {
  if (spec === null || running === null) return spec === running;
  return spec === running || VALUES[type](spec) === VALUES[type](running);
}

/** What the text of a flag means: kOps and Go write a duration or a quantity in more than one way (`3140m` as `3.140`). */
const VALUES: Readonly<Record<KeyType, (text: string) => string | number | bigint>> = {
  string: (text) => text,
  integer: Number,
  boolean: (text) => text.toLowerCase(),
  duration: (text) => readDuration(text) ?? text,
  quantity: (text) => readQuantity(text.trim())?.toPrecision(12) ?? text,
};

/** The container's start has whole seconds, and the process comes a moment after it. */
const START_SLACK_SECONDS = 3;

/**
 * What came of each API server that was seen in both rounds of samples. A load balancer decides which of them answer: they are told
 * apart, and found among the pods, by when their process was started.
 */
export function eventFlows({ before, after, podsBetween }: Observed): EventFlow[] {
  const starts = [...new Set(before.map(({ processStart }) => processStart))].toSorted((a, b) => a - b);
  return starts.flatMap((start) => {
    const first = before.find(({ processStart }) => processStart === start);
    const last = after.findLast(({ processStart }) => processStart === start);
    return first && last ? [{ pod: podOf(start, starts, podsBetween), ...flow(first, last) }] : [];
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
  const fitting = pods.length === 1 ? pods : pods.filter((pod) => fits(pod, start));
  const [pod] = fitting;
  if (pod === undefined || fitting.length !== 1) return null;
  const isSure = pods.length === 1 || starts.filter((other) => fits(pod, other)).length === 1;
  return isSure ? pod.name : null;
}

function fits({ startedAt }: ApiServerPod, start: number): boolean {
  return startedAt !== null && Math.abs(startedAt - start) <= START_SLACK_SECONDS;
}
