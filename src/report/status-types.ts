import type { Finding } from '../lint/rule.ts';
import type { LiveReport } from '../live/types.ts';

/**
 * Whether auditing is on, by the spec. `broken`: the API server would not start with it, or it records nothing although it was
 * meant to. `failed`: the cluster could not be read.
 */
export type AuditState = 'on' | 'off' | 'broken' | 'failed';

/** The embedded policy, and what its stamp says. */
export interface PolicyStatus {
  /** The template's or the file's name by the stamp; without one the file asset's. */
  name: string;
  path: string;
  /** The release of kops-audit that wrote it; null where it has no stamp. */
  version: string | null;
  /** The parameters by the stamp. */
  parameters: Record<string, string>;
  /** Its text is not what was stamped. */
  edited: boolean;
}

/** The log backend. */
export interface LogStatus {
  /** `-` is stdout. */
  path: string;
  /** The most it takes on one API server, in MiB; null where nothing bounds it, or it is stdout. */
  worstCaseMiB: number | null;
  unbounded: string | null;
}

/** What `kops update cluster` would do. `not-asked`: with -f or --no-update. */
export interface UpdateStatus {
  state: 'none' | 'pending' | 'unknown' | 'not-asked';
  /** Resources that would change, and those of them that auditing never touches. */
  resources: number;
  others: number;
  /** Why it is not known. */
  error: string | null;
  /** The command that shows it; null where it was not asked. */
  command: string | null;
}

/** A recorded change that has not come to its end. */
export interface OpenChange {
  id: string;
  command: string;
  state: 'running' | 'cut-off';
  message: string;
}

/** A way in which what is there is not what was meant. */
export type Drift = 'policy-edited' | 'update-pending' | 'not-ready' | 'wrong-flags' | 'failing' | 'not-flowing';

/** How things stand with a cluster. */
export interface ClusterStatus {
  cluster: string;
  state: Exclude<AuditState, 'failed'>;
  kubernetesVersion: string | null;
  policy: PolicyStatus | null;
  log: LogStatus | null;
  /** The path of the webhook's config. */
  webhook: string | null;
  findings: Finding[];
  update: UpdateStatus;
  openChanges: OpenChange[];
  /** Null without --live. */
  live: LiveReport | null;
  drift: Drift[];
}

/** A cluster that could not be read. */
interface FailedStatus {
  cluster: string;
  state: 'failed';
  error: string;
  hint: string | null;
}

export type StatusRow = ClusterStatus | FailedStatus;
