import type { Spellings } from '../cluster/splice.ts';
import type { KopsObject } from '../cluster/types.ts';
import type { Preview } from '../kops/preview.ts';

/** A cluster as it was read from wherever its spec lives. */
export interface Reading {
  cluster: KopsObject;
  groups: KopsObject[];
  /** The kOps release that will work on the spec; null where nobody said. */
  kopsVersion: string | null;
  /** How the empty parents of what auditing needs are written in a file. */
  spellings?: Spellings;
}

/** A cluster in a state store. */
export interface LiveReading extends Reading {
  kopsVersion: string;
  /** The release that last ran `kops update cluster --yes`; null where none did or nobody can tell. */
  lastApplied: string | null;
  /** What `kops update cluster` would do before our change; null where it was not asked. */
  baseline: Preview | null;
}
