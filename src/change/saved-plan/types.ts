import type { SealedOperation } from '../../cluster/saved-plan.ts';

/** What a plan is for. `path` is that of the file as the person gave it, as on another machine it lies elsewhere. */
export type PlanSubject =
  | { type: 'cluster'; cluster: string; stateStore?: string }
  | { type: 'file'; cluster: string; path: string };

/**
 * A change that was planned and shown, to be applied later, perhaps on another machine. It holds no value of the spec before, only
 * hashes; what it writes it holds in clear, also the credentials of a webhook.
 */
export interface SavedPlan {
  formatVersion: 1;
  /** The command it was planned with: enable, disable, rollback. */
  command: string;
  /** When, RFC 3339 in UTC, by whom, and where. */
  time: string;
  user: string;
  host: string;
  toolVersion: string;
  /** The release that was to use the spec; null: nobody said. */
  kopsVersion: string | null;
  subject: PlanSubject;
  operations: SealedOperation[];
  /** The hash of the whole `spec` that it leads to, to know it again where it is applied already. */
  specAfter: string;
  /** The recorded changes that it takes back. */
  undoes?: readonly string[];
}
