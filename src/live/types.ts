/** One API server's pod, as `kubectl get pods` tells of it. */
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

/** The running cluster, as far as its API servers go. Both throw UserError, ExternalError, or the signal's reason. */
export interface Kubectl {
  /** The context of the kubeconfig that is used. */
  context: string;
  /** The pods of the API servers, as kOps labels them. Empty where there are none. */
  apiServerPods(): Promise<ApiServerPod[]>;
  /** What the API server that answers counts; behind a load balancer that is any of them. */
  metrics(): Promise<MetricsSample>;
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
 * The verdict, the first that holds: `unknown` where kubectl could not tell; `not-ready`; `wrong-flags`; `off` (as the spec says);
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
