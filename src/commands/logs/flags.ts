import type { FilterFlags } from './filter-flags.ts';
import type { ClusterFlags } from './cluster-flags.ts';
import type { OpenFlags } from './open.ts';

/** The flags of `logs` as the command line gives them. */
export interface LogsFlags extends FilterFlags, OpenFlags, ClusterFlags {
  output: 'text' | 'table' | 'wide' | 'json' | 'csv';
  all?: boolean;
  tail?: string;
  reveal?: boolean;
  object?: string;
  count?: boolean;
  top?: string;
  by?: 'minute' | 'hour' | 'day';
  limit?: string;
  envelope?: boolean;
  check?: boolean;
  masters: string[];
  policy?: string;
  set: string[];
}
